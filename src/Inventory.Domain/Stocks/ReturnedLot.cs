using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Stocks;

/// <summary>The lot of the units of a SKU that come back together: of an order, or in a kit.</summary>
/// <param name="Sku">Which SKU; in a kit the component.</param>
/// <param name="Lot">Its lot.</param>
/// <param name="BestBefore">The date of the lot; null if it is not told: then it must be there already.</param>
[GenerateSerializer, Immutable, Alias("returned-lot")]
public readonly record struct ReturnedLot([property: Id(0)] Sku Sku, [property: Id(1)] LotName Lot, [property: Id(2)] DateOnly? BestBefore = null)
{
    /// <summary>The command with the lot that is named for its SKU, if one is.</summary>
    public static StockCommand In(ImmutableArray<ReturnedLot> lots, Sku sku, in StockCommand command)
    {
        foreach (var lot in lots.IsDefault ? [] : lots)
        {
            if (lot.Sku == sku)
            {
                return command.Of(lot.Lot, lot.BestBefore);
            }
        }

        return command;
    }

    /// <summary>
    /// Whether a stock would take the lot, by what a reader sees of it: the stock's own rule, asked before several stocks are to take their part.
    /// </summary>
    /// <param name="there">The lots of the stock.</param>
    /// <param name="skuHasLots">Whether units of the SKU belong to lots.</param>
    public StockOutcome Judge(ImmutableArray<LotView> there, bool skuHasLots)
    {
        if (Lot.IsNone)
        {
            return StockOutcome.Accepted;
        }

        var (name, others) = (Lot, there.Where(static lot => !lot.Name.IsNone).ToArray());
        return LotRules.Arrive(skuHasLots, BestBefore, Array.Find(others, lot => lot.Name == name).BestBefore, others.Length);
    }
}
