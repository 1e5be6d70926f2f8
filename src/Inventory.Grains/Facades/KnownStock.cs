using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>A stock that has been looked up: who has many writes for it need not spell it again. Immutable, but for a hint.</summary>
public sealed class KnownStock(StockKey key)
{
    /// <summary>Which.</summary>
    public StockKey Key { get; } = key;

    internal IStockGrain? Owner { get; init; }

    internal ulong Hash { get; init; }

    /// <summary>The owner's object when it last answered here; a hint, for <see cref="IStocks.Near"/> alone. Weak: an owner that is put away must go.</summary>
    internal WeakReference<StockGrain>? Seat { get; set; }
}

/// <summary>Who asks for the memory of a stock, so that it is there when a write comes.</summary>
public interface INearStock
{
    /// <summary>Steps of <see cref="Fetch"/>.</summary>
    const int Steps = 1 + Stock.FetchSteps;

    /// <summary>
    /// Asks for what a write with this id will need. To be called with each step from 0 to <see cref="Steps"/> - 1, a few other writes apart; from any thread,
    /// whatever the stock does meanwhile.
    /// </summary>
    void Fetch(int step, in RequestId id);
}
