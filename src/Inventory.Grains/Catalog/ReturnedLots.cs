using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Asks stocks of several SKUs, before any of them takes goods back, whether they would take them with the lots that are named.</summary>
internal static class ReturnedLots
{
    /// <summary>Accepted, or why a lot would be refused. A stock may say otherwise a moment later: then it is asked until it takes the units.</summary>
    /// <param name="grains">The owners.</param>
    /// <param name="catalog">Which SKUs have lots.</param>
    /// <param name="location">Where they come back.</param>
    /// <param name="lots">The lots.</param>
    /// <param name="comesBack">Whether units of a SKU come back at all.</param>
    public static async ValueTask<StockOutcome> Judge(
        IGrainFactory grains, CatalogDirectory catalog, LocationId location, ImmutableArray<ReturnedLot> lots, Func<Sku, bool> comesBack)
    {
        foreach (var lot in lots)
        {
            if (!comesBack(lot.Sku))
            {
                return StockOutcome.SkuHasNoLots;
            }

            if (catalog.WithLots(lot.Sku) is null)
            {
                await catalog.LookAgain(); // another silo may have described it a moment ago
            }

            var there = await grains.GetGrain<IStockGrain>(new StockKey(lot.Sku, location).ToString()).View(Channel.Web);
            var outcome = lot.Judge(there.Lots, catalog.WithLots(lot.Sku) is not null);
            if (outcome != StockOutcome.Accepted)
            {
                return outcome;
            }
        }

        return StockOutcome.Accepted;
    }
}
