using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.V1;

namespace Inventory.Benchmarks;

/// <summary>Unary calls over HTTP/2 on this machine's own address, our client on the other side, over a journal that costs nothing.</summary>
public class GrpcCall
{
    private readonly Domain.StockKey _key = World.Key(0);
    private readonly GetAvailabilityRequest _availability = new() { Sku = World.Key(0).Sku.Value };
    private GrpcWorld? _world;
    private ulong _writes;

    [GlobalSetup]
    public async Task Setup()
    {
        _world = await GrpcWorld.StartAsync();
        await World.DescribeAsync(_world.Locations, 1);
        await _world.Stocks.Do(_key, StockCommand.Receive(World.Id(ulong.MaxValue), Limits.UnitsMax));

        // Until it forgets as many writes as it adds.
        for (var i = 0; i < Limits.RememberedMax; i++)
        {
            _world.Time.Advance(1);
            await _world.Stocks.Do(_key, StockCommand.Reserve(World.Id(++_writes), 1, Channel.Web, World.TtlMs));
        }
    }

    [Benchmark]
    public async Task<ReserveResponse> Reserve()
    {
        _world!.Time.Advance(1);
        return await _world.Reservations.ReserveAsync(Messages.Reserve(++_writes, _key));
    }

    /// <summary>A SKU at one location.</summary>
    [Benchmark]
    public async Task<GetAvailabilityResponse> GetAvailability() => await _world!.Availability.GetAvailabilityAsync(_availability);

    [GlobalCleanup]
    public async Task Cleanup() => await _world!.DisposeAsync();
}
