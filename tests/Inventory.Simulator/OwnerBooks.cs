using System.Diagnostics.CodeAnalysis;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>The auditor's books of orders, transfers, supply and kits, and how they must agree with the books of stocks.</summary>
internal sealed class OwnerBooks(Auditor auditor)
{
    private static readonly Channel s_transfers = Channel.Parse("transfer");
    private readonly SortedDictionary<string, OwnerBook> _byStream = new(StringComparer.Ordinal);

    public IEnumerable<OwnerBook> All => _byStream.Values;

    public IEnumerable<TransferBook> Transfers => _byStream.Values.OfType<TransferBook>();

    public IEnumerable<SupplyBook> Supplies => _byStream.Values.OfType<SupplyBook>();

    public IEnumerable<KitReturnBook> KitReturns => _byStream.Values.OfType<KitReturnBook>();

    public IEnumerable<OrderBook> Orders => _byStream.Values.OfType<OrderBook>();

    /// <summary>What orders and supplies say of each other.</summary>
    public ClaimAudit Claims => field ??= new ClaimAudit(auditor);

    public CatalogBook Catalog => (CatalogBook)Of("catalog/" + ICatalogGrain.OnlyKey);

    public static string StreamOf(RequestId transfer) => "transfer/" + transfer;

    public static string StreamOf(StockKey supply) => "supply/" + supply;

    public bool TryGet(string stream, [NotNullWhen(true)] out OwnerBook? book)
    {
        if (!_byStream.TryGetValue(stream, out book))
        {
            book = stream[..(stream.IndexOf('/', StringComparison.Ordinal) + 1)] switch
            {
                "transfer/" => new TransferBook(stream),
                "supply/" => new SupplyBook(stream),
                "order/" => new OrderBook(stream),
                "catalog/" => new CatalogBook(stream),
                "kit-return/" => new KitReturnBook(stream),
                _ => null,
            };
            if (book is not null)
            {
                _byStream.Add(stream, book);
            }
        }

        return book is not null;
    }

    public OwnerBook Of(string stream) => TryGet(stream, out var book) ? book : throw new InvalidOperationException("No such stream.");

    /// <summary>An owner has written an event.</summary>
    public void Written(OwnerBook book, ReadOnlySpan<byte> payload)
    {
        if (book.Append(payload) is { } problem)
        {
            auditor.Fail(problem);
        }

        switch (book)
        {
            case TransferBook transfer:
                auditor.Met("event of a transfer");
                CheckTransit();
                if (TransferCodec.Decode(payload) is TransferStepIntended)
                {
                    CheckAnnounced(transfer); // whatever step came before, it is finished
                }

                break;
            case SupplyBook supply:
                auditor.Met("event of supply");
                CheckArrived(supply);
                Claims.CheckSupply(supply);
                break;
            case OrderBook order:
                if (OrderCodec.Decode(payload) is SupplyIntended { GivenUp.IsEmpty: false } intended)
                {
                    Claims.CheckLapse(order, intended);
                }

                Claims.CheckOrder(order);
                break;
        }
    }

    /// <summary>The process has restarted and serves a version.</summary>
    public void Restored(OwnerBook book, long version)
    {
        if (version < book.Told || version > book.Version)
        {
            auditor.Fail($"{book.Stream}: version {book.Told} was told of and {book.Version} written, after the restart there are {version}");
            return;
        }

        auditor.Met("lost unacknowledged events of owners", book.Version - version);
        book.Restore(version);
        book.Tell(version);
    }

    /// <summary>True of what happens to a stock though no caller sent it: its owner here did. Sums tell whether rightly.</summary>
    public bool Explains(StockKey key, StockState before, in StockEvent change) => change.Verb switch
    {
        StockVerb.Reserve when IsOfShelf(key, change.Hold, change.Units) => true,
        StockVerb.Confirm when IsOfShelf(key, change.Hold) => true,
        StockVerb.Collect or StockVerb.Ship or StockVerb.Release when IsOfClaim(key, change.Hold) || IsOfShelf(key, change.Hold) =>
            change.Units <= before.HoldAt(change.Hold, change.AtMs).Units,
        StockVerb.TransferOut or StockVerb.TransferIn or StockVerb.TransferInHeld => Transfers.Any(),
        StockVerb.Reserve => change.Channel == s_transfers && Transfers.Any(),
        StockVerb.Confirm or StockVerb.Release => before.HoldAt(change.Hold, change.AtMs).Channel == s_transfers,
        StockVerb.Receive or StockVerb.ReceiveHeld => IsOfArrival(key, change),
        StockVerb.Return => IsReturn(key, change),
        _ => false,
    };

    /// <summary>
    /// No unit is lost on its way or there twice: what left and entered each stock is what the transfers say, as soon as none is in the middle of a step;
    /// and as much is held for them as they say, no more in the end.
    /// </summary>
    public void CheckTransit(bool isOver = false)
    {
        var states = Transfers.Select(book => book.Now).Where(state => state.Content is not null).ToArray();
        if (Array.Exists(states, state => state.IsDeciding))
        {
            return;
        }

        auditor.Met("all transfers counted");
        var (gone, come, kept) = (new Dictionary<StockKey, long>(), new Dictionary<StockKey, long>(), new Dictionary<StockKey, long>());
        foreach (var state in states)
        {
            for (var i = 0; i < state.Lines.Length; i++)
            {
                var line = state.Lines[i];
                Add(gone, new StockKey(line.Sku, state.Content!.From), line.Shipped);
                Add(come, new StockKey(line.Sku, state.Content.To), line.Received);
                Add(kept, new StockKey(line.Sku, state.Content.From), state.HeldOf(i));
            }
        }

        foreach (var book in auditor.Books.All)
        {
            Same(book, "left", Sum(book, StockVerb.TransferOut), gone.GetValueOrDefault(book.Key));
            Same(book, "came", Sum(book, StockVerb.TransferIn) + Sum(book, StockVerb.TransferInHeld), come.GetValueOrDefault(book.Key));
            var (held, least) = (
                book.Now.Holds.Values.Where(hold => hold.Channel == s_transfers && hold.IsLive(book.Now.AtMs)).Sum(hold => hold.Units),
                kept.GetValueOrDefault(book.Key));
            Same(book, "are held", isOver ? held : Math.Min(held, least), least);
        }
    }

    /// <summary>The destination expects of a transfer what is in transit, when it is expected, and no more.</summary>
    public void CheckAnnounced(TransferBook transfer)
    {
        var state = transfer.Now;
        for (var i = 0; i < state.Lines.Length; i++)
        {
            var key = new StockKey(state.Lines[i].Sku, state.Content!.To);
            var receipt = ((SupplyBook)Of(StreamOf(key))).Now.Receipts.GetValueOrDefault(transfer.Name);
            auditor.Met(receipt is null ? "line of a transfer not expected" : "line of a transfer expected");
            if ((receipt?.Left ?? 0, receipt?.DueMs ?? 0) != state.ToCome(i))
            {
                auditor.Fail($"{transfer.Stream}: {key} expects {receipt}; true is {state.ToCome(i)}");
            }
        }
    }

    /// <summary>In the end nothing is expected of a transfer that has nothing in transit.</summary>
    public void CheckAnnounced()
    {
        foreach (var transfer in Transfers.Where(book => book.Now.Exists).ToArray())
        {
            CheckAnnounced(transfer);
        }

        var lines = Transfers.SelectMany(book => book.Now.Lines.Select(line => (book.Name, new StockKey(line.Sku, book.Now.Content!.To)))).ToHashSet();
        foreach (var supply in Supplies)
        {
            foreach (var receipt in supply.Now.Receipts.Values.Where(each => each.IsInTransit && !lines.Contains((each.Name, supply.Key))))
            {
                auditor.Fail($"{supply.Key} expects {receipt} of no transfer");
            }
        }
    }

    /// <summary>What arrived is on the shelf, as what it arrived for, once.</summary>
    public void CheckArrived(SupplyBook supply)
    {
        var (state, book) = (supply.Now, auditor.Books.Of(supply.Key));
        if (state.Arrival is not null)
        {
            return;
        }

        var free = book.Events.Where(change => change.Verb == StockVerb.Receive && !auditor.IsSent(change.Id)).Sum(change => change.Units);
        var held = Sum(book, StockVerb.ReceiveHeld);
        if (free != state.Free || held != state.Held)
        {
            auditor.Fail($"{supply.Key}: {held} came in for promises and {free} for nobody, by the record of supply {state.Held} and {state.Free} did");
        }

        var carried = (Sum(book, StockVerb.TransferInHeld), Sum(book, StockVerb.TransferIn));
        if (carried != state.Carried)
        {
            auditor.Fail($"{supply.Key}: {carried} came by transfers for promises and for nobody, by the record of supply {state.Carried} did");
        }
    }

    /// <summary>Units of a component that came back in kits without an order.</summary>
    public long UnitsOfKitReturns(Sku component, LocationId? location = null, Condition? condition = null, LotName? lot = null) => KitReturns
        .Select(book => book.Now)
        .Where(state => state.End is { Answer.Outcome: StockOutcome.Accepted } && (location is null || state.Intent!.Kit.Location == location)
            && (condition is null || state.Intent!.Condition == condition)
            && (lot is null || (state.Intent!.Lots.IsDefault ? [] : state.Intent.Lots).FirstOrDefault(each => each.Sku == component).Lot == lot))
        .Sum(state => state.Intent!.Units * state.Intent.Components.Where(each => each.Sku == component).Sum(each => (long)each.Units));

    private bool IsReturn(StockKey key, StockEvent change) =>
        KitReturns.Any(book => book.Brings(key, change)) || Orders.Any(book => book.Brings(key, change));

    // What arrives does so for whom it was intended, in the lot that was named.
    private bool IsOfArrival(StockKey key, StockEvent change)
    {
        if (((SupplyBook)Of(StreamOf(key))).Now.Arrival is not { Command: { Verb: SupplyVerb.Receive } command } arrival)
        {
            return false;
        }

        auditor.Met("unit that arrived in a lot", change.Lots.IsDefaultOrEmpty ? 0 : change.Units);
        auditor.Met("unit that arrived in a lot for a promise", change.Lots.IsDefaultOrEmpty || change.Verb == StockVerb.Receive ? 0 : change.Units);
        return LotChecks.IsOf(command.Lot, change)
            && arrival.Lots.Any(lot => lot.Units == change.Units && (lot.Promise == default ? change.Verb == StockVerb.Receive
                : change.Verb == StockVerb.ReceiveHeld && change.Hold == ShareSums.HoldOf(lot.Promise)));
    }

    /// <summary>True of the hold of what came for a component of a kit.</summary>
    public bool IsOfKit(HoldId hold) => Orders.SelectMany(order => order.Now.Promises).Any(
        promise => promise.IsKit && promise.Shares.Any(share => share.Hold == hold));

    // A component that is on the shelf, of a kit of which others are to come.
    private bool IsOfShelf(StockKey key, HoldId hold, long? units = null) => Orders.SelectMany(order => order.Now.Promises).Any(promise => promise.IsKit
        && promise.Shares.Any(share => share.Shelf > 0 && share.Key == key && share.Hold == hold && (units is null || units == share.Shelf)));

    private bool IsOfClaim(StockKey key, HoldId hold) =>
        ((SupplyBook)Of(StreamOf(key))).Now.Claims.Keys.Any(promise => ShareSums.HoldOf(promise) == hold);

    private static long Sum(StockBook book, StockVerb verb) => book.Events.Where(change => change.Verb == verb).Sum(change => change.Units);

    private static void Add(Dictionary<StockKey, long> sums, StockKey key, long units) => sums[key] = sums.GetValueOrDefault(key) + units;

    private void Same(StockBook book, string what, long units, long told)
    {
        if (units != told)
        {
            auditor.Fail($"{book.Key}: {units} {what} by its events, by the records of transfers {told} did");
        }
    }
}
