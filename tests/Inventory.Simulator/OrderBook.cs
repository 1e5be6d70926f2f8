using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>The auditor's book of one order: what the events say of each unit, without the rules that lead to them.</summary>
internal sealed class OrderBook(string stream) : OwnerBook<OrderSums>(stream, OrderSums.Empty)
{
    private const uint PromiseSalt = 0x5052_4F00;
    private const uint WorkSalt = 0x574F_5200;

    public RequestId Id { get; } = RequestId.ParseToken(stream["order/".Length..]);

    /// <summary>The reservation in which the capacity of a promise is held.</summary>
    public RequestId WorkOf(int promise) => Id.Derive(WorkSalt).Derive((uint)promise);

    /// <summary>True if a part fulfils a promise of units of which the customer had not said yet how they are to come.</summary>
    public bool WasLeftOpen(int part) => Now.Parts[part].Promise is { } promise && Now.Promises[promise].Kind == WishKind.DecideLater;

    /// <summary>True of goods that come back while the order is taking them back, as it was asked for. How many they are is counted in the end.</summary>
    public bool Brings(StockKey key, in StockEvent change) => Now.Open is OrderStepIntended step && step.Verb.BringsBack() && step.To == key.Location
        && step.Condition == change.Condition && LotChecks.IsOf(step.Lots, key.Sku, change);

    /// <summary>All that came back through it: units of a line, where, in which condition and lots.</summary>
    public IEnumerable<(int Line, long Units, OrderStepIntended Step)> Returned
    {
        get
        {
            OrderStepIntended? step = null;
            for (var version = 1; version <= Version; version++)
            {
                var change = OrderCodec.Decode(EventAt(version));
                step = change as OrderStepIntended ?? step;
                var isBack = change is OrderStepDecided { Outcome: OrderOutcome.Accepted } && step!.Verb.BringsBack();
                foreach (var units in isBack ? step!.Units : [])
                {
                    yield return (units.Line, units.Units, step!);
                }
            }
        }
    }

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

        return WordProblem(view, state);
    }

    // What is still to come, as readers are told of it: how much, by which announcement and when; of kits what has come of each component.
    private string? WordProblem(OrderView view, OrderSums state)
    {
        var told = view.Expected.Select(each => (each.Promise, each.Location, each.Line, each.Units, Word: new PromiseWord(
            each.Receipt, each.DueMs, each.PromisedAtMs), Components: string.Join(
                ' ', each.Components.Select(part => (part.Promise, part.Units, part.Kept)))));
        var known = state.Promises.Select((each, number) => (each, Kept: state.Kept(number).ToArray())).Where(pair => pair.each.Left > 0)
            .Select(pair => (Promise: pair.each.Id, pair.each.Location, pair.each.Line, Units: pair.each.Left, pair.each.Word, Components: string.Join(
                ' ', (pair.each.IsKit ? pair.each.Shares : []).Select((share, i) => (share.Units > 0 ? share.Id : default, share.Left, pair.Kept[i])))));
        return told.SequenceEqual(known) ? null
            : $"{Stream} version {view.Version}: shown to come are {string.Join(' ', told)}; true are {string.Join(' ', known)}";
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

    private IEnumerable<PromiseSums> Asked(OrderSums before, SupplyIntended asked) => asked.Asks.Select((ask, i) =>
    {
        var id = Id.Derive(PromiseSalt).Derive((uint)(before.Promises.Count + i));
        ImmutableArray<ShareSums> shares = ask.Kit.IsDefault
            ? [new ShareSums(id, new StockKey(before.Placed!.Content.Lines[ask.Line].Sku, ask.Location), 1, ask.Units)]
            : [.. ask.Kit.Select((part, place) => new ShareSums(
                id.Derive((uint)place + 1), new StockKey(part.Sku, ask.Location), part.Units, (ask.Units * part.Units) - ask.ShelfOf(place))
            {
                Shelf = ask.ShelfOf(place),
            })];
        return new PromiseSums(
            id, ask.Location, ask.Kind, ask.Line, ask.Units, !ask.Kit.IsDefault, shares, new PromiseWord(ask.Receipt, ask.DueMs, ask.PromisedAtMs))
        {
            Work = ask.Work.IsDefault ? [] : ask.Work,
        };
    });

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

        after = after with { IsFirm = after.IsFirm || (step.Verb == OrderVerb.Confirm && decided.Outcome == OrderOutcome.Accepted) };
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
            after = after.OfPromise(promise, each => each.Less(units));
        }

        return after;
    }

    // What had come meanwhile went back to its shelf; of kits so much of each component as was not given up before it came.
    private static OrderSums GivenUp(OrderSums after, GivenUpPromise given) => after
        .OfPromise(given.Promise, promise => (promise with { GivenUp = promise.GivenUp + given.Units, Arrived = promise.Arrived + given.Arrived })
            .OfShares((share, place) => promise.IsKit ? Back(share, given.Units, given.Components[place])
                : share with
                {
                    GivenUp = share.GivenUp + given.Units, Arrived = share.Arrived + given.Arrived, Gone = share.Gone + given.Arrived,
                }))
        .OfLine(after.Promises[given.Promise].Line, sums => sums with { Promised = sums.Promised - given.Units - given.Arrived });

    private static ShareSums Back(ShareSums share, long kits, ComponentSums told) => share with
    {
        Arrived = told.Came, GivenUp = told.GivenUp, Gone = share.Gone + (kits * share.PerUnit) - (told.GivenUp - share.GivenUp),
    };

    private static OrderSums Seen(OrderSums after, SupplySeen seen)
    {
        foreach (var each in seen.Promises)
        {
            var promise = after.Promises[each.Promise];
            var came = each.Arrived - promise.Arrived;
            if (came != 0)
            {
                after = after.OfLine(promise.Line, sums => sums with { Promised = sums.Promised - came, Located = sums.Located + came });
                after = after with { Parts = after.Parts.Add(new PartSums(promise.Location, each.Promise, came)) };
            }

            after = after.OfPromise(each.Promise, sums => (sums with
            {
                Arrived = each.Arrived, Word = sums.Left > came ? new PromiseWord(each.Receipt, each.DueMs, each.PromisedAtMs) : sums.Word,
                Work = each.Work.IsDefault ? sums.Work : each.Work,
            }).OfShares((share, place) => share with { Arrived = sums.IsKit ? each.Came[place] : each.Arrived }));
        }

        return after;
    }
}
