using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Orders;

/// <summary>A step as it is asked of an order.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who asks.</param>
/// <param name="Verb">What.</param>
/// <param name="Part">Only this part; null means the whole order.</param>
/// <param name="Lines">Only these units; empty means all that the step can concern.</param>
/// <param name="TtlMs">Of Extend: time to hold from now, in milliseconds.</param>
/// <param name="To">Of Return: the location that takes them.</param>
/// <param name="Condition">Of Return: in which condition.</param>
public sealed record OrderStepAsk(
    RequestId Id,
    ulong ContentHash,
    Actor By,
    OrderVerb Verb,
    int? Part,
    ImmutableArray<LineUnits> Lines,
    long TtlMs = 0,
    LocationId? To = null,
    Condition Condition = Condition.Sellable)
{
    /// <summary>Of Redeem: hash of the content that the caller takes the quote to be of; null to take it as it stands.</summary>
    public ulong? QuotedHash { get; init; }
}

/// <summary>The rules of an order: pure functions of its record, what is asked, and time. What locations and stocks say is asked elsewhere.</summary>
public static class OrderRules
{
    /// <summary>Whether an order may be placed.</summary>
    /// <returns>
    /// Accepted: put it on record. AlreadyAccepted: it is, tell what it is about. IdReused: another order is on record. An order of which
    /// nothing could be had may be placed again, with any content.
    /// </returns>
    public static OrderOutcome JudgePlace(OrderRecord record, ulong contentHash) =>
        record.MayBePlaced ? OrderOutcome.Accepted
        : record.Placed!.ContentHash == contentHash ? OrderOutcome.AlreadyAccepted
        : OrderOutcome.IdReused;

    /// <summary>What can be said of a step from the record alone.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="earlier">The first answer, if the outcome is AlreadyAccepted: accepted then, or refused for good.</param>
    /// <param name="units">If accepted: the units concerned; none if all that is concerned waits for a location.</param>
    public static OrderOutcome JudgeStep(
        OrderRecord record, OrderStepAsk ask, long nowMs, out DecidedOrderStep? earlier, out ImmutableArray<PartUnits> units)
    {
        (earlier, units) = (null, []);
        if (record.Placed is null || (!record.Exists && record.Phase == OrderPhase.Idle))
        {
            return OrderOutcome.NotFound;
        }

        if (ask.Id == record.Placed.Id)
        {
            return OrderOutcome.IdReused;
        }

        earlier = record.Recall(ask.Id);
        if (earlier is not null)
        {
            return earlier.Step.ContentHash == ask.ContentHash ? OrderOutcome.AlreadyAccepted : OrderOutcome.IdReused;
        }

        if (record.Phase != OrderPhase.Idle)
        {
            return OrderOutcome.InDoubt;
        }

        if (ask.Part is < 0 || ask.Part >= record.Parts.Count || ask.Lines.Any(line => line.Line < 0 || line.Line >= record.Placed.Content.Lines.Length))
        {
            return OrderOutcome.NoSuchPart;
        }

        if (record.Steps.Count >= Limits.OrderStepsMax)
        {
            return OrderOutcome.TooManySteps;
        }

        if (ask.Verb == OrderVerb.Redeem || record.IsQuote)
        {
            var quoted = JudgeQuote(record, ask);
            if (quoted != OrderOutcome.Accepted)
            {
                return quoted;
            }
        }

        if (ask.Verb == OrderVerb.Retry)
        {
            return record.WaitsAt(nowMs) ? OrderOutcome.Accepted : record.Waits ? OrderOutcome.Expired : OrderOutcome.WrongState;
        }

        return ask.Verb.BringsBack() ? JudgeReturn(record, ask, out units) : JudgeUnits(record, ask, nowMs, out units);
    }

    /// <summary>The steps that can be asked of an order, or of one part of it, as it stands.</summary>
    /// <param name="record">The record.</param>
    /// <param name="part">The part; null means the whole order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static ImmutableArray<OrderVerb> Allowed(OrderRecord record, int? part, long nowMs) =>
    [
        .. Enum.GetValues<OrderVerb>().Where(verb => verb.IsAsked() && verb != OrderVerb.Move
            && JudgeStep(record, new OrderStepAsk(default, 0, default, verb, part, []), nowMs, out _, out _) == OrderOutcome.Accepted),
    ];

    /// <summary>What of a cancellation concerns units that wait for a location: those are given up before any that a location has.</summary>
    /// <returns>Units by line; empty if it is no cancellation, is of one part, or nothing waits.</returns>
    public static ImmutableArray<LineUnits> WaitingOf(OrderRecord record, OrderStepAsk ask)
    {
        if (ask.Verb != OrderVerb.Cancel || ask.Part is not null || !record.Waits)
        {
            return [];
        }

        var waiting = ImmutableArray.CreateBuilder<LineUnits>();
        for (var i = 0; i < record.Unfilled.Length; i++)
        {
            var line = i;
            var wanted = ask.Lines.IsEmpty ? record.Unfilled[i] : ask.Lines.Where(each => each.Line == line).Sum(static each => each.Units);
            if (Math.Min(wanted, record.Unfilled[i]) is > 0 and var units)
            {
                waiting.Add(new LineUnits(i, units));
            }
        }

        return waiting.ToImmutable();
    }

    /// <summary>What of a cancellation concerns promised units: those are given up after units that only wait, and before any that a location has.</summary>
    /// <returns>Units by promise, the latest promise first; empty if it is no cancellation, is of one part, or nothing is promised.</returns>
    public static ImmutableArray<PromiseUnits> PromisedOf(OrderRecord record, OrderStepAsk ask)
    {
        if (ask.Verb != OrderVerb.Cancel || ask.Part is not null || record.ExpectedUnits == 0)
        {
            return [];
        }

        var wanted = Without(ask.Lines, WaitingOf(record, ask)).GroupBy(static line => line.Line)
            .ToDictionary(static line => line.Key, static line => line.Sum(each => each.Units));
        var promised = ImmutableArray.CreateBuilder<PromiseUnits>();
        foreach (var part in record.Expected.Reverse())
        {
            var units = ask.Lines.IsEmpty ? part.Left : Math.Min(part.Left, wanted.GetValueOrDefault(part.Plan.Line));
            if (units > 0)
            {
                promised.Add(new PromiseUnits(part.Number, units));
                wanted[part.Plan.Line] = wanted.GetValueOrDefault(part.Plan.Line) - units;
            }
        }

        return promised.ToImmutable();
    }

    // A quote stands as it was made until it is redeemed; all that can be done with it beside that is to give it up.
    private static OrderOutcome JudgeQuote(OrderRecord record, OrderStepAsk ask) =>
        ask.Verb == OrderVerb.Cancel ? OrderOutcome.Accepted
        : ask.Verb != OrderVerb.Redeem ? OrderOutcome.WrongState
        : record.Placed!.QuoteMs == 0 ? OrderOutcome.NotFound
        : record.IsRedeemed ? OrderOutcome.QuoteRedeemed
        : ask.QuotedHash is { } hash && hash != OrderCodec.HashOf(record.Placed.Content) ? OrderOutcome.QuoteDiffers
        : OrderOutcome.Accepted;

    private static OrderOutcome JudgeUnits(OrderRecord record, OrderStepAsk ask, long nowMs, out ImmutableArray<PartUnits> units)
    {
        units = [];
        var asked = Concerned(record, ask).ToArray();
        if (record.Awaits && WaitingOf(record, ask) is var waiting && PromisedOf(record, ask) is var promised && !(waiting.IsEmpty && promised.IsEmpty))
        {
            var rest = Without(Without(ask.Lines, waiting), [.. promised.GroupBy(each => record.Expected[each.Promise].Plan.Line)
                .Select(static line => new LineUnits(line.Key, line.Sum(each => each.Units)))]);
            var isEnough = ask.Lines.IsEmpty ? !asked.Any(part => Takes(part, ask.Verb, nowMs)) : rest.IsEmpty;
            if (isEnough)
            {
                return OrderOutcome.Accepted; // no location is concerned
            }

            ask = ask with { Lines = rest };
        }

        var takers = asked.Where(part => Takes(part, ask.Verb, nowMs)).ToArray();
        var isWhole = ask.Verb is OrderVerb.Confirm or OrderVerb.Extend or OrderVerb.Redeem;
        if (takers.Length == 0 || (isWhole && asked.Any(part => IsMissed(part, nowMs))))
        {
            var isOnlyWanted = ask.Part is null && record.AwaitsAt(nowMs) && asked.All(
                part => part.State == PartState.Ended || (part.StateAt(nowMs) == PartState.Expired && !IsMissed(part, nowMs)));
            return takers.Length == 0 && record.AwaitsAt(nowMs) && IsToCome(record, ask) ? OrderOutcome.UnitsToCome
                : isOnlyWanted && !record.IsFirm && ask.Verb is OrderVerb.Confirm or OrderVerb.Extend ? OrderOutcome.Accepted
                : isOnlyWanted ? OrderOutcome.WrongState
                : WhyNone(asked, ask.Verb, nowMs);
        }

        if (ask.Verb == OrderVerb.Cancel)
        {
            Array.Reverse(takers); // what was chosen last is undone first
            takers = [.. takers.OrderBy(part => part.State)]; // and before that, what nobody has touched
        }

        var lack = OrderOutcome.ExceedsLeft;
        if (ask.Verb == OrderVerb.Cancel && ask.Lines.Any(line => asked.Any(part => part.Lines.Any(each => each.Line == line.Line && each.Delivered > 0))))
        {
            lack = OrderOutcome.HasLeft;
        }

        lack = IsToCome(record, ask) ? OrderOutcome.UnitsToCome : lack;
        return Pick(takers, ask.Lines, static line => line.Left, lack, out units);
    }

    // What was laid aside to be tried on and was not taken falls back: that keeps nobody from paying for the rest.
    private static bool IsMissed(OrderPart part, long nowMs) => part.StateAt(nowMs) == PartState.Expired && part.Plan.Kind != WishKind.Fitting;

    private static bool IsToCome(OrderRecord record, OrderStepAsk ask) => ask.Verb == OrderVerb.Choose && ask.Part is null && record.Expected.Any(
        part => part.Left > 0 && part.Plan.Kind == WishKind.DecideLater && (ask.Lines.IsEmpty || ask.Lines.Any(line => line.Line == part.Plan.Line)));

    private static bool Takes(OrderPart part, OrderVerb verb, long nowMs) => OrderSteps.Next(part.StateAt(nowMs), verb, part.Plan.Kind) is not null;

    private static ImmutableArray<LineUnits> Without(ImmutableArray<LineUnits> lines, ImmutableArray<LineUnits> taken)
    {
        var left = taken.ToDictionary(static each => each.Line, static each => each.Units);
        var rest = ImmutableArray.CreateBuilder<LineUnits>();
        foreach (var line in lines)
        {
            var take = Math.Min(line.Units, left.GetValueOrDefault(line.Line));
            left[line.Line] = left.GetValueOrDefault(line.Line) - take;
            if (line.Units > take)
            {
                rest.Add(line with { Units = line.Units - take });
            }
        }

        return rest.ToImmutable();
    }

    private static OrderOutcome JudgeReturn(OrderRecord record, OrderStepAsk ask, out ImmutableArray<PartUnits> units)
    {
        var outcome = Pick([.. Concerned(record, ask)], ask.Lines, static line => line.Delivered, OrderOutcome.ExceedsDelivered, out units);
        return outcome == OrderOutcome.Accepted && units.IsEmpty ? OrderOutcome.ExceedsDelivered : outcome;
    }

    private static IEnumerable<OrderPart> Concerned(OrderRecord record, OrderStepAsk ask) =>
        ask.Part is { } number ? [record.Parts[number]] : record.Parts;

    private static OrderOutcome WhyNone(OrderPart[] asked, OrderVerb verb, long nowMs)
    {
        if (asked.Any(part => part.StateAt(nowMs) == PartState.Expired))
        {
            return OrderOutcome.Expired;
        }

        if (asked.Any(part => part.State != PartState.Ended))
        {
            return OrderOutcome.WrongState;
        }

        return verb == OrderVerb.Cancel && asked.Any(part => part.Lines.Any(line => line.Delivered > 0)) ? OrderOutcome.HasLeft : OrderOutcome.Ended;
    }

    // Takes the units that are asked for from the parts, in their order.
    private static OrderOutcome Pick(
        OrderPart[] parts, ImmutableArray<LineUnits> lines, Func<OrderPartLine, long> has, OrderOutcome lack, out ImmutableArray<PartUnits> units)
    {
        var picked = ImmutableArray.CreateBuilder<PartUnits>();
        var wanted = lines.GroupBy(line => line.Line).ToDictionary(line => line.Key, line => line.Sum(each => each.Units));
        foreach (var part in parts)
        {
            foreach (var line in part.Lines)
            {
                var take = lines.IsEmpty ? has(line) : Math.Min(has(line), wanted.GetValueOrDefault(line.Line));
                if (take > 0)
                {
                    picked.Add(new PartUnits(part.Number, line.Line, take));
                    wanted[line.Line] = wanted.GetValueOrDefault(line.Line) - take;
                }
            }
        }

        var lacks = !lines.IsEmpty && wanted.Values.Any(left => left > 0);
        units = lacks ? [] : picked.ToImmutable();
        return lacks ? lack : OrderOutcome.Accepted;
    }
}
