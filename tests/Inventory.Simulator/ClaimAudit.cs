using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>
/// Whether what supplies promised to orders, what the orders believe, and what stocks hold for them agree, by the journal alone. An order puts on record what
/// it asks for before it asks, and what it was told after: so a supply may be ahead of an order, never behind, and neither knows what the other cannot.
/// </summary>
/// <remarks>It holds for everything that is written up to any moment, and so for whatever a crash leaves. Once all is over both say the same.</remarks>
internal sealed class ClaimAudit(Auditor auditor)
{
    /// <summary>The capacity that promises take.</summary>
    public ClaimWork Rooms { get; } = new(auditor);

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
    public bool IsKnown(OrderBook order) => order.Now.Promises.TrueForAll(promise => promise.Shares.All(
        share => !SupplyOf(share.Key).Now.Claims.TryGetValue(share.Id, out var claim)
            || (promise.IsMade ? (claim.Arrived, claim.GivenUp, claim.Seen) == (share.Arrived, share.GivenUp, share.Arrived) : claim.Seen == claim.Arrived)));

    /// <summary>No promise without an order that asked for it.</summary>
    public void CheckSupply(SupplyBook supply)
    {
        foreach (var (id, claim) in supply.Now.Claims)
        {
            auditor.Met("promise of an order looked at");
            var order = OrderOf(claim.Order);
            var known = order?.Now.Promises.SelectMany(promise => promise.Shares, (promise, share) => (Promise: promise, Share: share))
                .FirstOrDefault(each => each.Share.Id == id) ?? default;
            if (known.Share is null)
            {
                auditor.Fail($"{supply.Stream}: {claim.Units} are promised as {id} to the order {claim.Order}, which never asked for that");
            }
            else
            {
                Compare(order!, known.Promise, known.Share, supply, claim);
            }
        }
    }

    /// <summary>No order that believes in a promise that is not there.</summary>
    public void CheckOrder(OrderBook order, bool isOver = false)
    {
        foreach (var promise in order.Now.Promises)
        {
            foreach (var share in promise.Shares)
            {
                var supply = SupplyOf(share.Key);
                if (supply.Now.Claims.TryGetValue(share.Id, out var claim))
                {
                    Compare(order, promise, share, supply, claim);
                }
                else if (promise.IsMade && share.Units > 0)
                {
                    auditor.Fail($"{order.Stream}: it believes in {promise}, but {share} is not promised");
                }
                else
                {
                    CompareHeld(order, promise, share, 0, 0);
                }
            }
        }

        if (isOver)
        {
            CheckEnd(order);
        }
    }

    /// <summary>
    /// An order has written that it gives promises up: only because nothing is behind them, their location is closed or has no room
    /// for them when they come now, it was not paid, or all can be had in time elsewhere.
    /// </summary>
    public void CheckLapse(OrderBook order, SupplyIntended intended)
    {
        foreach (var (number, units) in intended.GivenUp)
        {
            var promise = order.Now.Promises[number];
            auditor.Met(
                intended.IsMove ? "late promise to be moved"
                : intended.IsLapse ? "promise given up for want of payment"
                : "promise given up for want of supply");
            auditor.Met("kit given up for want of supply", promise.IsKit && !intended.IsLapse && !intended.IsMove ? units : 0);
            var lacked = promise.Shares.Max(share => (Lacked(share) + share.PerUnit - 1) / share.PerUnit);
            var isRight = intended.IsMove ? IsBetter(promise, units, intended)
                : intended.IsLapse ? !order.Now.IsFirm
                : lacked >= units || auditor.MayBeClosed(promise.Location) || (units == promise.Left && Rooms.IsCrowdedOut(order, number, intended.AtMs));
            if (!isRight)
            {
                auditor.Fail($"{order.Stream}: {units} of {promise} are given up; firm {order.Now.IsFirm}, at most {lacked} ever lacked");
            }
        }
    }

    // What is promised later than at first changes its place if all of it is had in time elsewhere.
    private static bool IsBetter(PromiseSums promise, long units, SupplyIntended move)
    {
        var parts = move.Leg?.Parts ?? [];
        var (found, asked) = (parts.Sum(part => part.Lines.Sum(line => line.Units)), move.Asks.Sum(ask => ask.Units));
        return promise.Word.PromisedAtMs > promise.FirstMs && move.AtMs < promise.FirstMs && units == promise.Left && found + asked == units
            && parts.All(part => part.PromisedAtMs <= promise.FirstMs) && move.Asks.All(ask => ask.PromisedAtMs <= promise.FirstMs);
    }

    private long Lacked(ShareSums share) => SupplyOf(share.Key).Now.Claims.GetValueOrDefault(share.Id)?.Lacked ?? 0;

    private void CheckEnd(OrderBook order)
    {
        var now = order.Now;
        if (now.Open is not null || !IsKnown(order))
        {
            auditor.Fail($"{order.Stream}: in the end its record says {string.Join(' ', now.Promises)}, supplies say otherwise; open is {now.Open}");
        }

        for (var i = 0; i < now.Promises.Count; i++)
        {
            var (promise, kept) = (now.Promises[i], now.Kept(i).ToArray());
            if (!promise.IsMade)
            {
                continue;
            }

            auditor.Met(promise.IsKit ? "promise of a kit looked at in the end" : "promise looked at in the end");
            auditor.Met("component kept for a kit in the end", promise.IsKit ? kept.Sum() : 0);
            if (Enumerable.Range(0, kept.Length).Min(place => kept[place] / promise.Shares[place].PerUnit) > 0)
            {
                auditor.Fail($"{order.Stream}: in the end {string.Join('/', kept)} came for {promise} and are in no part, though nothing is missing");
            }

            // The announcement that it names is one of its stocks', and is due when it says.
            var word = promise.Word;
            if (promise.Left > 0 && !promise.Shares.Any(share => SupplyOf(share.Key).Now.Receipts.GetValueOrDefault(word.Receipt)?.DueMs == word.DueMs))
            {
                auditor.Fail($"{order.Stream}: in the end {promise} is to come by {word.Receipt} at {word.DueMs}, which is not expected");
            }
        }
    }

    private void Compare(OrderBook order, PromiseSums promise, ShareSums share, SupplyBook supply, ClaimSums claim)
    {
        var isSettled = order.Now.IsSettled;
        var isPossible = supply.Key == share.Key && claim.Units == share.Units && claim.Order == order.Id
            && claim.Arrived >= share.Arrived && claim.GivenUp >= share.GivenUp && (!promise.IsMade || claim.Seen <= share.Arrived)
            && (!isSettled || (promise.IsMade ? claim.GivenUp == share.GivenUp : IsGivenBack(promise, claim)));
        if (!isPossible)
        {
            auditor.Fail($"{order.Stream}: its record says {promise} with {share}, settled {isSettled}; that of {supply.Stream} says {claim}");
            return;
        }

        var underway = supply.Now.Arrival?.Lots.Where(lot => lot.Promise == share.Id).Sum(lot => lot.Units) ?? 0;
        CompareHeld(order, promise, share, claim.Arrived, underway);
    }

    // Each unit that came for it, or that was taken from the shelf for it, is held for the order, or the order let it go.
    private void CompareHeld(OrderBook order, PromiseSums promise, ShareSums share, long arrived, long underway)
    {
        var (isSettled, stock) = (order.Now.IsSettled, auditor.Books.Of(share.Key));
        var came = stock.Events.Where(change => change.Hold == share.Hold && change.Verb is StockVerb.ReceiveHeld or StockVerb.TransferInHeld)
            .Sum(change => change.Units);
        var shelved = share.Shelf == 0 ? 0
            : stock.Events.Where(change => change.Hold == share.Hold && change.Verb == StockVerb.Reserve).Sum(change => change.Units);
        var held = stock.Now.HoldAt(share.Hold, auditor.NowMs).Units;
        var gone = came + shelved - held;
        var isRight = !isSettled ? gone >= share.Gone : promise.IsMade ? gone == share.Gone && shelved == share.Shelf : held == 0;
        if (came < arrived || came > arrived + underway || !isRight)
        {
            auditor.Fail($"{order.Stream}: {came} came to {share.Key} for {share} and {shelved} were there, {gone} of them are not held any more; "
                + $"{arrived} had arrived, {underway} underway, settled {isSettled}, {promise}");
        }

        auditor.Met("component from the shelf is held for a kit", promise.IsMade ? Math.Min(held, shelved) : 0);

        auditor.Met("unit that came in is held for its order", Math.Min(held, came));
        auditor.Met("component that came in is held for its order", promise.IsKit ? Math.Min(held, came) : 0);
        auditor.Met("unit of a lot that came in is held for its order", share.Key.Sku == Shop.Milk ? Math.Min(held, came) : 0);
    }

    // Of a kit of which one component was refused all others are given back.
    private static bool IsGivenBack(PromiseSums promise, ClaimSums claim) => promise.IsKit && claim.Arrived + claim.GivenUp == claim.Units;

    private OrderBook? OrderOf(RequestId order) => Owners.Of("order/" + order) as OrderBook;

    private SupplyBook SupplyOf(StockKey key) => (SupplyBook)Owners.Of(OwnerBooks.StreamOf(key));
}
