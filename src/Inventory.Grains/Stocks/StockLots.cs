using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What a stock is told of lots: by which rule they cease to be promised. Costs two comparisons while there are none.</summary>
internal static class StockLots
{
    /// <summary>Says the rule in force to a stock that has lots.</summary>
    /// <returns>True if units of the SKU belong to lots.</returns>
    public static bool Heed(SiloParts silo, in StockKey key, Stock stock)
    {
        var item = silo.Catalog.WithLots(key.Sku);
        if (stock.HasLots)
        {
            var timeZone = item is null ? null : silo.Directory.TryGet(key.Location, out var location) ? location.Facts.TimeZone : "";
            stock.HeedLots(timeZone, item?.Facts.MinShelfDays ?? 0);
        }

        return item is not null;
    }

    /// <summary>Lets time pass and says the rule in force, before anything of the stock is shown.</summary>
    public static void Advance(SiloParts silo, in StockKey key, Stock stock, long nowMs)
    {
        stock.AdvanceTo(nowMs);
        Heed(silo, key, stock);
    }
}
