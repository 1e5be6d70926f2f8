namespace Inventory.Domain.Stocks;

/// <summary>The plain figures of a stock, as a snapshot carries them.</summary>
internal struct StockFigures
{
    public long Version, LastAtMs, ChangedAtMs, Sellable, Damaged, Quarantine, Display;
    public StockLedger Ledger;
    public StockPolicy Policy;
}
