using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>
/// Whether what supplies promised to orders, what the orders believe, and what stocks hold for them agree, by the journal alone. An order puts on record what
/// it asks for before it asks, and what it was told after: so a supply may be ahead of an order, never behind, and neither knows what the other cannot.
/// </summary>
/// <remarks>It holds for everything that is written up to any moment, and so for whatever a crash leaves. Once all is over both say the same.</remarks>
internal sealed class ClaimAudit(Auditor auditor)
{
    private OwnerBooks Owners => auditor.Owners;

    /// <summary>All orders and supplies.</summary>
    public void Check(bool isOver = false)
    {
        foreach (var order in Owners.All.OfType<OrderBook>().ToArray())
        {
            CheckOrder(order, isOver);
        }

        foreach (var supply in Owners.Supplies.ToArray())
        {
            CheckSupply(supply);
        }
    }

    /// <summary>True once an order knows all that became of its promises, and has said so.</summary>
    public bool IsKnown(OrderBook order) => order.Now.Promises.TrueForAll(promise => !SupplyOf(promise.Key).Now.Claims.TryGetValue(promise.Id, out var claim)
        || (claim.Arrived, claim.GivenUp, claim.Seen) == (promise.Arrived, promise.GivenUp, promise.Arrived));

    /// <summary>No promise without an order that asked for it.</summary>
    public void CheckSupply(SupplyBook supply)
    {
        foreach (var (id, claim) in supply.Now.Claims)
        {
            auditor.Met("promise of an order looked at");
            var order = OrderOf(claim.Order);
            if (order?.Now.Promises.Find(each => each.Id == id) is not { } known)
            {
                auditor.Fail($"{supply.Stream}: {claim.Units} are promised as {id} to the order {claim.Order}, which never asked for that");
            }
            else
            {
                Compare(order, known, supply, claim);
            }
        }
    }

    /// <summary>No order that believes in a promise that is not there.</summary>
    public void CheckOrder(OrderBook order, bool isOver = false)
    {
        foreach (var promise in order.Now.Promises)
        {
            var supply = SupplyOf(promise.Key);
            if (!supply.Now.Claims.TryGetValue(promise.Id, out var claim))
            {
                if (promise.IsMade)
                {
                    auditor.Fail($"{order.Stream}: it believes in {promise}, which is not promised");
                }

                continue;
            }

            Compare(order, promise, supply, claim);
        }

        if (isOver && (order.Now.Open is not null || !IsKnown(order)))
        {
            auditor.Fail(
                $"{order.Stream}: in the end its record says {string.Join(' ', order.Now.Promises)}, supplies say otherwise; open is {order.Now.Open}");
        }
    }

    private void Compare(OrderBook order, PromiseSums promise, SupplyBook supply, ClaimSums claim)
    {
        var isSettled = order.Now.IsSettled;
        var isPossible = supply.Key == promise.Key && claim.Units == promise.Units && claim.Order == order.Id
            && claim.Arrived >= promise.Arrived && claim.GivenUp >= promise.GivenUp && claim.Seen <= promise.Arrived
            && (!isSettled || (promise.IsMade && claim.GivenUp == promise.GivenUp));
        if (!isPossible)
        {
            auditor.Fail($"{order.Stream}: its record says {promise}, settled {isSettled}; that of {supply.Stream} says {claim}");
            return;
        }

        // Each unit that came for it is held for the order, or the order let it go.
        var stock = auditor.Books.Of(promise.Key);
        var came = stock.Events.Where(change => change.Hold == promise.Hold && change.Verb is StockVerb.ReceiveHeld or StockVerb.TransferInHeld)
            .Sum(change => change.Units);
        var underway = supply.Now.Arrival?.Lots.Where(lot => lot.Promise == promise.Id).Sum(lot => lot.Units) ?? 0;
        var gone = came - stock.Now.Holds.GetValueOrDefault(promise.Hold).Units;
        if (came < claim.Arrived || came > claim.Arrived + underway || gone < promise.Gone || (isSettled && gone != promise.Gone))
        {
            auditor.Fail($"{order.Stream}: {came} came to {promise.Key} for {promise}, {gone} of them are not held any more; {claim}, {underway} underway");
        }

        auditor.Met("unit that came in is held for its order", came - gone);
    }

    private OrderBook? OrderOf(RequestId order) => Owners.Of("order/" + order) as OrderBook;

    private SupplyBook SupplyOf(StockKey key) => (SupplyBook)Owners.Of(OwnerBooks.StreamOf(key));
}
