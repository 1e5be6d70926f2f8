using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Grains;

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

/// <summary>A promise as its order has it on record: sums since it was made.</summary>
/// <param name="Id">Its name at its stock.</param>
/// <param name="Key">Where.</param>
/// <param name="Line">The order's line.</param>
/// <param name="Units">Units promised.</param>
/// <param name="IsMade">False as long as the answer is not on record, and for good if it was a refusal.</param>
/// <param name="Arrived">Units that came in for it.</param>
/// <param name="GivenUp">Units given up before they came.</param>
/// <param name="Gone">Of those that came: units that are not held for the order any more.</param>
internal sealed record PromiseSums(RequestId Id, StockKey Key, int Line, long Units, bool IsMade = false, long Arrived = 0, long GivenUp = 0, long Gone = 0)
{
    private const uint HoldSalt = 0x5355_5001;

    /// <summary>The hold that its units come in with is named after it.</summary>
    public HoldId Hold => HoldOf(Id);

    public bool IsPossible => Arrived >= 0 && GivenUp >= 0 && Arrived + GivenUp <= Units && Gone >= 0 && Gone <= Arrived;

    public static HoldId HoldOf(RequestId promise) => new(promise.Derive(HoldSalt), 0);
}

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

    public bool IsPossible =>
        Lines.All(line => line.IsPossible) && Promises.TrueForAll(promise => promise.IsPossible) && Parts.TrueForAll(part => part.Left >= 0);

    public OrderSums OfLine(int line, Func<LineSums, LineSums> change) => this with { Lines = Lines.SetItem(line, change(Lines[line])) };

    public OrderSums OfPromise(int promise, Func<PromiseSums, PromiseSums> change) =>
        this with { Promises = Promises.SetItem(promise, change(Promises[promise])) };

    /// <summary>Units leave a part.</summary>
    public OrderSums Less(int part, long units)
    {
        var after = this with { Parts = Parts.SetItem(part, Parts[part] with { Left = Parts[part].Left - units }) };
        return Parts[part].Promise is { } promise ? after.OfPromise(promise, each => each with { Gone = each.Gone + units }) : after;
    }
}

/// <summary>The auditor's book of one order: what the events say of each unit, without the rules that lead to them.</summary>
internal sealed class OrderBook(string stream) : OwnerBook<OrderSums>(stream, OrderSums.Empty)
{
    private const uint PromiseSalt = 0x5052_4F00;

    public RequestId Id { get; } = RequestId.ParseToken(stream["order/".Length..]);

    /// <summary>What is wrong with what a reader sees; null if nothing is.</summary>
    public string? Problem(OrderView view)
    {
        if (view.Version > Version)
        {
            return $"{Stream}: version {view.Version} is shown, written are {Version}";
        }

        Tell(view.Version);
        var state = At(view.Version);
        for (var i = 0; i < state.Lines.Length; i++)
        {
            var (line, number) = (state.Lines[i], i);
            var parts = view.Parts.SelectMany(part => part.Lines).Where(part => part.Line == number).ToArray();
            var shown = new LineSums(
                view.Unfilled.Where(each => each.Line == number).Sum(each => each.Units), parts.Sum(part => part.Left),
                view.Expected.Where(each => each.Line == number).Sum(each => each.Units), parts.Sum(part => part.Collected + part.Shipped),
                parts.Sum(part => part.Cancelled), line.Dropped);
            var isRouted = view.State == OrderState.Routing; // what is being routed is not shown
            var sum = shown.Seeking + shown.Located + shown.Promised + shown.Delivered + shown.Cancelled + shown.Dropped;
            if (shown != line && !(isRouted && shown == line with { Seeking = shown.Seeking }))
            {
                return $"{Stream} version {view.Version}: shown of line {i} are {shown}; true are {line}";
            }

            if (!isRouted && sum != view.Content.Lines[i].Units)
            {
                return $"{Stream} version {view.Version}: {sum} units of line {i} are somewhere, ordered were {view.Content.Lines[i].Units}: {shown}";
            }
        }

        return null;
    }

    protected override (OrderSums After, string? Problem) After(OrderSums before, ReadOnlySpan<byte> payload)
    {
        var change = OrderCodec.Decode(payload);
        var isDecision = change is LegDecided or OrderStepDecided or SupplyDecided;
        if (isDecision && before.Open is null)
        {
            return (before, "something is decided that was not intended");
        }

        var after = change switch
        {
            OrderPlaced placed => OrderSums.Empty with { Placed = placed, Lines = [.. placed.Content.Lines.Select(line => new LineSums(line.Units))] },
            LegIntended or OrderStepIntended => before with { Open = change },
            LegDecided decided => Decided(before with { Open = null }, (LegIntended)before.Open!, decided),
            OrderStepDecided decided => Decided(before with { Open = null }, (OrderStepIntended)before.Open!, decided),
            SupplyIntended asked => before with { Open = change, Promises = before.Promises.AddRange(Asked(before, asked)) },
            SupplyDecided decided => Decided(before with { Open = null }, (SupplyIntended)before.Open!, decided),
            SupplySeen seen => Seen(before, seen),
            _ => before,
        };
        return (after, after.IsPossible ? null
            : $"after {change} there are fewer than none somewhere: "
                + $"{string.Join(' ', after.Lines)}, {string.Join(' ', after.Promises)}, {string.Join(' ', after.Parts)}");
    }

    private IEnumerable<PromiseSums> Asked(OrderSums before, SupplyIntended asked) => asked.Asks.Select((ask, i) => new PromiseSums(
        Id.Derive(PromiseSalt).Derive((uint)(before.Promises.Count + i)),
        new StockKey(before.Placed!.Content.Lines[ask.Line].Sku, ask.Location), ask.Line, ask.Units));

    private static OrderSums Decided(OrderSums after, LegIntended leg, LegDecided decided)
    {
        foreach (var part in decided.Held ? leg.Parts : [])
        {
            after = after with { Parts = after.Parts.Add(new PartSums(part.Location, null, part.Lines.Sum(line => line.Units))) };
            foreach (var (line, units) in part.Lines)
            {
                after = after.OfLine(line, sums => sums with { Seeking = sums.Seeking - units, Located = sums.Located + units });
            }
        }

        return after;
    }

    private static OrderSums Decided(OrderSums after, OrderStepIntended step, OrderStepDecided decided)
    {
        foreach (var (part, line, units) in step.Units.Where(each => decided.Took.Contains(each.Part)))
        {
            var takes = step.Verb is OrderVerb.Collect or OrderVerb.Ship or OrderVerb.Cancel or OrderVerb.Reject;
            after = takes ? after.Less(part, units) : after;
            after = step.Verb switch
            {
                OrderVerb.Collect or OrderVerb.Ship =>
                    after.OfLine(line, sums => sums with { Located = sums.Located - units, Delivered = sums.Delivered + units }),
                OrderVerb.Cancel => after.OfLine(line, sums => sums with { Located = sums.Located - units, Cancelled = sums.Cancelled + units }),
                OrderVerb.Reject => after.OfLine(line, sums => sums with { Located = sums.Located - units, Seeking = sums.Seeking + units }),
                _ => after,
            };
        }

        foreach (var (line, units) in step.Waiting.IsDefault || decided.Outcome != OrderOutcome.Accepted ? [] : step.Waiting)
        {
            after = after.OfLine(line, sums => sums with { Seeking = sums.Seeking - units, Dropped = sums.Dropped + units });
        }

        foreach (var given in decided.Promised.IsDefault ? [] : decided.Promised)
        {
            after = GivenUp(after, given).OfLine(
                after.Promises[given.Promise].Line, sums => sums with { Dropped = sums.Dropped + given.Units + given.Arrived });
        }

        foreach (var move in step.Moves.IsDefault ? [] : step.Moves.Where(each => decided.Took.Contains(each.Part)))
        {
            if (move.To.Location != after.Parts[move.Part].Location)
            {
                var units = move.To.Lines.Sum(line => line.Units);
                after = after.Less(move.Part, units);
                after = after with { Parts = after.Parts.Add(new PartSums(move.To.Location, null, units)) };
            }
        }

        return after;
    }

    private static OrderSums Decided(OrderSums after, SupplyIntended asked, SupplyDecided decided)
    {
        var first = after.Promises.Count - asked.Asks.Length;
        for (var i = 0; i < asked.Asks.Length; i++)
        {
            if (decided.Made[i])
            {
                var units = asked.Asks[i].Units;
                after = after.OfPromise(first + i, promise => promise with { IsMade = true });
                after = after.OfLine(asked.Asks[i].Line, sums => sums with { Seeking = sums.Seeking - units, Promised = sums.Promised + units });
            }
        }

        if (asked.Leg is { } leg)
        {
            after = Decided(after, leg, decided.Leg!); // in place of a promise that would be late
        }

        foreach (var given in decided.GivenUp.IsDefault ? [] : decided.GivenUp)
        {
            after = GivenUp(after, given).OfLine(
                after.Promises[given.Promise].Line, sums => sums with { Seeking = sums.Seeking + given.Units + given.Arrived });
        }

        foreach (var part in asked.Parts.IsDefault ? [] : asked.Parts)
        {
            var (promise, units) = (after.Parts[part].Promise!.Value, after.Parts[part].Left);
            after = after with { Parts = after.Parts.SetItem(part, after.Parts[part] with { HasLapsed = true }) };
            after = after.OfPromise(promise, each => each with { Gone = each.Gone + units });
        }

        return after;
    }

    // What had come meanwhile went back to its shelf.
    private static OrderSums GivenUp(OrderSums after, GivenUpPromise given) => after
        .OfPromise(given.Promise, promise => promise with
        {
            GivenUp = promise.GivenUp + given.Units, Arrived = promise.Arrived + given.Arrived, Gone = promise.Gone + given.Arrived,
        })
        .OfLine(after.Promises[given.Promise].Line, sums => sums with { Promised = sums.Promised - given.Units - given.Arrived });

    private static OrderSums Seen(OrderSums after, SupplySeen seen)
    {
        foreach (var each in seen.Promises)
        {
            var promise = after.Promises[each.Promise];
            var came = each.Arrived - promise.Arrived;
            if (came != 0)
            {
                after = after.OfPromise(each.Promise, sums => sums with { Arrived = each.Arrived })
                    .OfLine(promise.Line, sums => sums with { Promised = sums.Promised - came, Located = sums.Located + came });
                after = after with { Parts = after.Parts.Add(new PartSums(promise.Key.Location, each.Promise, came)) };
            }
        }

        return after;
    }
}
