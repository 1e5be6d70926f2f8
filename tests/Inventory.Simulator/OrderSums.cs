using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>Where the units of one line of an order are: each is in one of these places, and none of them ever has fewer than none.</summary>
/// <param name="Seeking">Without a location, wanted or given up as not to be had.</param>
/// <param name="Located">Held at a location, or were until their time passed.</param>
/// <param name="Promised">Promised from what is to come.</param>
/// <param name="Delivered">Handed over or sent, whether they came back or not.</param>
/// <param name="Cancelled">Cancelled after a location had them.</param>
/// <param name="Dropped">Cancelled before.</param>
internal readonly record struct LineSums(long Seeking, long Located = 0, long Promised = 0, long Delivered = 0, long Cancelled = 0, long Dropped = 0)
{
    public bool IsPossible => Seeking >= 0 && Located >= 0 && Promised >= 0 && Delivered >= 0 && Cancelled >= 0 && Dropped >= 0;
}

/// <summary>What an order has on record of a promise at one stock, in the stock's own units: sums since it was made.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Key">The stock.</param>
/// <param name="PerUnit">Units of the stock in one unit of the order's line: of a kit those of the component, else 1.</param>
/// <param name="Units">Units promised; none of a component that was on the shelf.</param>
/// <param name="Arrived">Units that came in for it.</param>
/// <param name="GivenUp">Units given up before they came.</param>
/// <param name="Gone">Of those that came, or were on the shelf: units that are not held for the order any more.</param>
internal sealed record ShareSums(RequestId Id, StockKey Key, int PerUnit, long Units, long Arrived = 0, long GivenUp = 0, long Gone = 0)
{
    private const uint HoldSalt = 0x5355_5001;

    /// <summary>Of a component: units that were on the shelf, and are held in the same hold.</summary>
    public long Shelf { get; init; }

    /// <summary>The hold that its units come in with is named after it.</summary>
    public HoldId Hold => HoldOf(Id);

    /// <summary>Units still to come.</summary>
    public long Left => Units - Arrived - GivenUp;

    public bool IsPossible => Arrived >= 0 && GivenUp >= 0 && Left >= 0 && Gone >= 0 && Gone <= Shelf + Arrived;

    public static HoldId HoldOf(RequestId promise) => new(promise.Derive(HoldSalt), 0);
}

/// <summary>A promise as its order has it on record, in units of the order's line: sums since it was made.</summary>
/// <param name="Id">Its name for readers.</param>
/// <param name="Location">Where.</param>
/// <param name="Kind">How they are to reach the customer from there.</param>
/// <param name="Line">The order's line.</param>
/// <param name="Units">Units promised.</param>
/// <param name="IsKit">True if they are kits.</param>
/// <param name="Shares">What is promised at each stock: of kits one of each component, else one.</param>
/// <param name="Word">What the customer was told of it last.</param>
/// <param name="IsMade">False as long as the answer is not on record, and for good if it was a refusal.</param>
/// <param name="Arrived">Units that came, of kits those whose components all did.</param>
/// <param name="GivenUp">Units given up before.</param>
internal sealed record PromiseSums(
    RequestId Id, LocationId Location, WishKind Kind, int Line, long Units, bool IsKit, ImmutableArray<ShareSums> Shares, PromiseWord Word,
    bool IsMade = false, long Arrived = 0, long GivenUp = 0)
{
    /// <summary>When the customer was to have them at first.</summary>
    public long FirstMs { get; init; } = Word.PromisedAtMs;

    /// <summary>Capacity of the location that is held for it; empty if it needs none.</summary>
    public ImmutableArray<PartWork> Work { get; init; } = [];

    /// <summary>Units still to come.</summary>
    public long Left => IsMade ? Units - Arrived - GivenUp : 0;

    public bool IsPossible => Arrived >= 0 && GivenUp >= 0 && Arrived + GivenUp <= Units && Shares.All(share => share.IsPossible);

    public PromiseSums OfShares(Func<ShareSums, int, ShareSums> change) => this with { Shares = [.. Shares.Select(change)] };

    /// <summary>Units that were held in a part of the order are not any more.</summary>
    public PromiseSums Less(long units) => OfShares((share, _) => share with { Gone = share.Gone + (units * share.PerUnit) });
}

/// <summary>Which announcement brings the last units of a promise, when it is due, and when the customer has them.</summary>
internal readonly record struct PromiseWord(string Receipt, long DueMs, long PromisedAtMs);

/// <summary>Units at one location.</summary>
/// <param name="Location">The location.</param>
/// <param name="Promise">Number of the promise that brought them; null if they were on a shelf.</param>
/// <param name="Left">Units still to leave.</param>
/// <param name="HasLapsed">True once they went back to the shelf because they were not confirmed in time.</param>
internal sealed record PartSums(LocationId Location, int? Promise, long Left, bool HasLapsed = false);

/// <summary>What an order's own record comes to.</summary>
/// <param name="Placed">How it was placed; null before that.</param>
/// <param name="Lines">Its units, line by line.</param>
/// <param name="Parts">What its locations do, by number.</param>
/// <param name="Promises">What was ever asked of supply, by number.</param>
/// <param name="Open">What is intended and not decided.</param>
internal sealed record OrderSums(
    OrderPlaced? Placed, ImmutableArray<LineSums> Lines, ImmutableList<PartSums> Parts, ImmutableList<PromiseSums> Promises, OrderEvent? Open)
{
    public static OrderSums Empty { get; } = new(null, [], [], [], null);

    /// <summary>True if what was asked of stocks and supplies is on record too: then both must agree.</summary>
    public bool IsSettled => Open is not (OrderStepIntended or SupplyIntended);

    /// <summary>True once it was paid.</summary>
    public bool IsFirm { get; init; }

    public bool IsPossible => Lines.All(line => line.IsPossible) && Parts.TrueForAll(part => part.Left >= 0)
        && Enumerable.Range(0, Promises.Count).All(number => Promises[number].IsPossible && Kept(number).All(kept => kept >= 0));

    public OrderSums OfLine(int line, Func<LineSums, LineSums> change) => this with { Lines = Lines.SetItem(line, change(Lines[line])) };

    public OrderSums OfPromise(int promise, Func<PromiseSums, PromiseSums> change) =>
        this with { Promises = Promises.SetItem(promise, change(Promises[promise])) };

    /// <summary>Units leave a part.</summary>
    public OrderSums Less(int part, long units)
    {
        var after = this with { Parts = Parts.SetItem(part, Parts[part] with { Left = Parts[part].Left - units }) };
        return Parts[part].Promise is { } promise ? after.OfPromise(promise, each => each.Less(units)) : after;
    }

    /// <summary>Of what came for a promise, or was on the shelf: units at each of its stocks that are held for the order and in none of its parts.</summary>
    public IEnumerable<long> Kept(int promise)
    {
        var inParts = Parts.Where(part => part.Promise == promise && !part.HasLapsed).Sum(part => part.Left);
        return Promises[promise].Shares.Select(share => share.Shelf + share.Arrived - share.Gone - (inParts * share.PerUnit));
    }
}
