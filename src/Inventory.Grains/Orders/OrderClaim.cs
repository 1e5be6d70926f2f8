using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>
/// What an order believes of one promise at one stock: sums since it was made. A promise of units is one, a promise of kits one of each component.
/// </summary>
/// <param name="Promise">Its name.</param>
/// <param name="Key">The stock.</param>
/// <param name="Units">How many were promised from what is to come; 0 of a component that is on the shelf.</param>
/// <param name="Came">How many have come.</param>
/// <param name="GivenUp">How many were given up.</param>
/// <param name="PerUnit">Units of the stock in one of the order's line.</param>
/// <param name="Place">Place of the component, from 0; below 0 if the line is no kit.</param>
internal readonly record struct OrderClaim(RequestId Promise, StockKey Key, long Units, long Came, long GivenUp, int PerUnit, int Place)
{
    private const uint HoldSalt = 0x5355_5001; // the name that a supply gives to the hold of a promise

    /// <summary>Of a component: units that are held from the shelf, and were never promised.</summary>
    public long Shelf { get; init; }

    /// <summary>Units that are still to come.</summary>
    public long Left => Units - Came - GivenUp;

    /// <summary>The hold in which its units come in; what is held from the shelf is in it from the beginning.</summary>
    public HoldId Hold => new(Promise.Derive(HoldSalt), 0);

    /// <summary>Id of a write to its stock, of one that is the same for all stocks of a part.</summary>
    public RequestId WriteOf(RequestId id) => Place < 0 ? id : id.Derive((uint)Place + 1);

    /// <summary>Those of a promise; of kits in the order in which all orders ask for them, so that of two who want the same one fails at the first.</summary>
    public static ImmutableArray<OrderClaim> Of(OrderRecord record, ExpectedPart part) => part.Components.Count == 0
        ? [new OrderClaim(
            record.PromiseId(part.Number), new StockKey(record.Content!.Lines[part.Plan.Line].Sku, part.Plan.Location), part.Plan.Units, part.Arrived,
            part.GivenUp, 1, -1)]
        : [.. part.Components.OrderBy(static component => component.Sku.Value, StringComparer.Ordinal).Select(component => new OrderClaim(
            record.PromiseId(part.Number, component.Place), new StockKey(component.Sku, part.Plan.Location), component.Units, component.Came,
            component.GivenUp, component.PerKit, component.Place) { Shelf = component.Shelf })];
}
