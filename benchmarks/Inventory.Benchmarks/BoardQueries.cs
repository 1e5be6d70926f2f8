using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Grains;

namespace Inventory.Benchmarks;

/// <summary>What a board answers about one SKU.</summary>
public class BoardQueries
{
    private static readonly Sku s_sku = World.Sku(1);
    private readonly BoardQuery _all = new(s_sku, Channel.Web, null);
    private readonly BoardQuery _one = new(s_sku, Channel.Web, [World.Location(1)]);
    private readonly NearQuery _near = new(s_sku, Channel.Web, new Position(53.48, -2.24), null, 50_000, 1, 10, CollectOnly: true);
    private IAvailability? _boards;
    private World? _world;

    /// <summary>Locations that stock the SKU.</summary>
    [Params(10, 200, 2_000)]
    public int Locations { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _world = await World.StartAsync();
        _boards = _world.Get<IAvailability>();
        await World.DescribeAsync(_world.Get<ILocations>(), Locations);
        var board = _world.Grains.GetGrain<IBoardGrain>(s_sku.Value);
        for (var i = 0; i < Locations; i++)
        {
            await board.Update(new BoardFigure(World.Location(i), 1, World.BeginMs, 10, 10, []));
        }
    }

    [Benchmark]
    public ValueTask<BoardView> All() => _boards!.Get(_all);

    [Benchmark]
    public ValueTask<BoardView> OneLocation() => _boards!.Get(_one);

    /// <summary>The ten nearest within 50 km.</summary>
    [Benchmark]
    public ValueTask<NearView?> Near() => _boards!.Near(_near);

    [GlobalCleanup]
    public async Task Cleanup() => await _world!.DisposeAsync();
}
