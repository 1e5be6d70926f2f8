using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Benchmarks;

/// <summary>A reservation in the process, through the facade that the gRPC layer calls, over a journal that costs nothing; boards hear nothing of it.</summary>
public class StockCall
{
    private const int Many = 10_000;
    private readonly StockKey[] _keys = [.. Enumerable.Range(0, Many).Select(World.Key)];
    private World? _hot;
    private World? _spread;
    private ulong _writes;
    private int _next;

    [GlobalSetup]
    public async Task Setup()
    {
        _hot = await World.StartAsync();
        await World.DescribeAsync(_hot.Get<ILocations>(), 1);
        await _hot.ReceiveAsync(_keys[0], 1);
        await _hot.ReceiveAsync(_keys[1], 2);
        await _hot.Stocks.Do(_keys[1], StockCommand.Reserve(World.Id(ulong.MaxValue), Limits.UnitsMax, Channel.Web, Limits.TtlMsMax));

        _spread = await World.StartAsync();
        await World.DescribeAsync(_spread.Get<ILocations>(), Many / 10);
        for (var i = 0; i < Many; i++)
        {
            await _spread.ReceiveAsync(_keys[i], (ulong)i);
        }

        for (var i = 0; i < 12 * Many; i++)
        {
            await ReserveHot();
            await ReserveSpread();
        }
    }

    /// <summary>One stock, a thousand times in a second: so many live holds, and as many remembered writes as there may be.</summary>
    [Benchmark]
    public ValueTask<StockAnswer> ReserveHot() => Reserve(_hot!, 0, afterMs: 1);

    [Benchmark]
    public ValueTask<StockAnswer> SoldOut() => Reserve(_hot!, 1, afterMs: 1);

    /// <summary>One of 10,000 stocks in turn, each once in three hours: it remembers nine writes.</summary>
    [Benchmark]
    public ValueTask<StockAnswer> ReserveSpread() => Reserve(_spread!, _next = _next + 1 == Many ? 0 : _next + 1, afterMs: 1_000);

    /// <summary>What one stock shows.</summary>
    [Benchmark]
    public ValueTask<StockView> Get() => _hot!.Stocks.Get(_keys[1], Channel.Web);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _hot!.DisposeAsync();
        await _spread!.DisposeAsync();
    }

    private ValueTask<StockAnswer> Reserve(World world, int stock, long afterMs)
    {
        world.Time!.Advance(afterMs);
        return world.Stocks.Do(_keys[stock], StockCommand.Reserve(World.Id(++_writes), 1, Channel.Web, World.TtlMs));
    }
}
