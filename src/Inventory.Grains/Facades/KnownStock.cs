using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>A stock that has been looked up: who has many writes for it need not spell it again. Immutable.</summary>
public sealed class KnownStock(StockKey key)
{
    /// <summary>Which.</summary>
    public StockKey Key { get; } = key;

    internal IStockGrain? Owner { get; init; }

    internal ulong Hash { get; init; }
}
