using BenchmarkDotNet.Attributes;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Benchmarks;

/// <summary>Decide and apply: what one write costs before the journal.</summary>
public class StockRules
{
    // As many writes as are remembered at most, and once more, so that what the first of them left in the index has been swept.
    private const int Full = 2 * Limits.RememberedMax;

    // All that is remembered, and a second's worth of holds.
    private readonly SteadyStock _hot = new(stepMs: 1, writes: Full);

    // A write in two hours: a dozen remembered, hardly a hold.
    private readonly SteadyStock _quiet = new(stepMs: 7_200_000, writes: 100);
    private readonly SteadyStock _receiving = new(stepMs: 1_000, writes: Full);
    private readonly SteadyStock _empty = new(stepMs: 1, writes: 0);
    private readonly SteadyStock _cycling = new(stepMs: 1, writes: Full);
    private StockCommand _repeated;
    private HoldId _large;
    private long _received;

    [GlobalSetup]
    public void Setup()
    {
        _empty.Do(StockCommand.Reserve(_empty.NextId(), Limits.UnitsMax, Channel.Web, Limits.TtlMsMax));
        _repeated = StockCommand.Reserve(_receiving.NextId(), 1, Channel.Web, Limits.TtlMsMax);
        _receiving.Do(_repeated);
        var large = _cycling.NextId();
        _large = new HoldId(large, 0);
        _cycling.Do(StockCommand.Reserve(large, Limits.UnitsMax / 2, Channel.Web, World.TtlMs));
        _cycling.Do(StockCommand.Confirm(_cycling.NextId(), _large));
    }

    /// <summary>On a stock with 1,000 live holds and 65,536 remembered writes.</summary>
    [Benchmark]
    public StockAnswer Reserve() => _hot.Reserve();

    /// <summary>On a stock with a dozen remembered writes.</summary>
    [Benchmark]
    public StockAnswer ReserveQuiet() => _quiet.Reserve();

    [Benchmark]
    public StockAnswer SoldOut() => _empty.Reserve();

    [Benchmark]
    public StockAnswer Repeat() => _receiving.Do(_repeated);

    /// <summary>One unit of a large hold.</summary>
    [Benchmark]
    public StockAnswer Collect() => _cycling.Do(StockCommand.Collect(_cycling.NextId(), _large, 1));

    /// <summary>Reserve, confirm, release: per write.</summary>
    [Benchmark(OperationsPerInvoke = 3)]
    public StockAnswer Confirm()
    {
        var id = _hot.NextId();
        _hot.Do(StockCommand.Reserve(id, 1, Channel.Web, World.TtlMs));
        _hot.Do(StockCommand.Confirm(_hot.NextId(), new HoldId(id, 0)));
        return _hot.Do(StockCommand.Release(_hot.NextId(), new HoldId(id, 0)));
    }

    [Benchmark]
    public StockAnswer Receive() => _receiving.Do(StockCommand.Adjust(
        _receiving.NextId(), (++_received & 1) == 0 ? 1 : -1, AdjustReason.Correction));
}
