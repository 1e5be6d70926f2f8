using Inventory.Domain;

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
