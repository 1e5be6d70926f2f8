using System.Collections.Immutable;
using Inventory.Domain.Routing;

namespace Inventory.Domain.Orders;

/// <summary>One order, as its stream tells it. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed partial class OrderRecord
{
    private readonly List<OrderPart> _parts = [];
    private readonly List<DecidedOrderStep> _steps = [];
    private readonly List<RefusedStock> _refused = [];
    private readonly List<RefusedStock> _rejected = [];
    private readonly List<LegIntended> _legs = [];
    private long[] _toRoute = [];
    private long[] _unfilled = [];
    private long[] _dropped = [];
    private long _waitsUntilMs;

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>When the latest event happened, Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>What its owner is in the middle of.</summary>
    public OrderPhase Phase { get; private set; }

    /// <summary>How it was placed; null before that.</summary>
    public OrderPlaced? Placed { get; private set; }

    /// <summary>Version at which the first routing was over: the answer to its placing is as of then.</summary>
    public long PlacedVersion { get; private set; }

    /// <summary>What its locations do, in the order in which they were chosen.</summary>
    public IReadOnlyList<OrderPart> Parts => _parts;

    /// <summary>All legs that were tried, in order; those that could not be held included.</summary>
    public IReadOnlyList<LegIntended> Legs => _legs;

    /// <summary>Steps that were decided, oldest first.</summary>
    public IReadOnlyList<DecidedOrderStep> Steps => _steps;

    /// <summary>
    /// Stocks that are not asked: those whose location rejected units, and those that refused some since units were tried last. A stock that refused may be
    /// asked when units are tried again; a location that has rejected is never.
    /// </summary>
    public IReadOnlyList<RefusedStock> Refused => [.. _rejected, .. _refused];

    /// <summary>Stocks whose location rejected units: not asked again for this order.</summary>
    public IReadOnlyList<RefusedStock> Rejected => _rejected;

    /// <summary>Units of each line that have no location yet.</summary>
    public ReadOnlySpan<long> ToRoute => _toRoute;

    /// <summary>Units of each line for which no location was found.</summary>
    public ReadOnlySpan<long> Unfilled => _unfilled;

    /// <summary>Units of all lines without a location.</summary>
    public long UnfilledUnits => _unfilled.Sum();

    /// <summary>The step being taken; null if none is.</summary>
    public OrderStepIntended? Step { get; private set; }

    /// <summary>Version at which the step was intended: it makes the ids of the step's writes.</summary>
    public long StepVersion { get; private set; }

    /// <summary>True once confirmed: what is routed from then on is held for good.</summary>
    public bool IsFirm { get; private set; }

    /// <summary>What was ordered, with the ways that the customer chose since; null before it is placed.</summary>
    public OrderContent? Content { get; private set; }

    /// <summary>True once a quote became an order.</summary>
    public bool IsRedeemed { get; private set; }

    /// <summary>True of a quote that is no order yet.</summary>
    public bool IsQuote => Placed is { QuoteMs: > 0 } && !IsRedeemed;

    /// <summary>The quote that the write with this owner's id redeems; null if it does not.</summary>
    public OrderForwarded? Forwarded { get; private set; }

    /// <summary>The latest time that no location was found; null if there always was one.</summary>
    public RouteGivenUp? GivenUp { get; private set; }

    /// <summary>The leg being held; null if none is.</summary>
    public LegIntended? Leg => Phase == OrderPhase.Holding ? _legs[^1] : null;

    /// <summary>Number of the latest leg, from 1; 0 before the first.</summary>
    public int LegNumber => _legs.Count;

    /// <summary>True if nothing is on record, or nothing of it was ever held.</summary>
    public bool MayBePlaced => Phase == OrderPhase.None || (Phase == OrderPhase.Idle && !Exists);

    /// <summary>True once something of it was held, or it was accepted to wait.</summary>
    public bool Exists { get; private set; }

    /// <summary>What becomes of units without a location: so says the policy that routed it first; null before that.</summary>
    public Unfillable? Unfillable { get; private set; }

    /// <summary>True if units without a location stay wanted.</summary>
    public bool Waits => Exists && UnfilledUnits > 0 && Unfillable is { } action && action.Waits();

    /// <summary>True if units wait at a time: they do so for good once the order is confirmed, before that no longer than anything is held for it.</summary>
    public bool WaitsAt(long nowMs) => Waits && (IsFirm || nowMs < _waitsUntilMs);

    /// <summary>The step with this id, if it is on record.</summary>
    public DecidedOrderStep? Recall(RequestId id) => _steps.Find(step => step.Step.Id == id);

    /// <summary>How it stands as a whole at a time.</summary>
    public OrderState StateAt(long nowMs)
    {
        if (Phase is OrderPhase.None or OrderPhase.Routing or OrderPhase.Holding)
        {
            return OrderState.Routing;
        }

        if (_parts.Count == 0)
        {
            return AwaitsAt(nowMs) ? OrderState.Waiting : Awaits ? OrderState.Expired
                : _dropped.Any(units => units > 0) ? OrderState.Cancelled : OrderState.Refused;
        }

        var states = _parts.Select(part => part.StateAt(nowMs)).ToArray();
        if (states.Contains(PartState.Held))
        {
            return IsQuote ? OrderState.Quoted : OrderState.Held;
        }

        if (states.Any(state => state is PartState.Open or PartState.Picking or PartState.Ready))
        {
            return OrderState.Confirmed;
        }

        if (AwaitsAt(nowMs))
        {
            return OrderState.Waiting;
        }

        var lines = _parts.SelectMany(part => part.Lines).ToArray();
        if (lines.Any(line => line.Delivered > 0))
        {
            return OrderState.Fulfilled;
        }

        return lines.Any(line => line.Returned > 0) ? OrderState.Returned
            : states.Contains(PartState.Expired) ? OrderState.Expired
            : _unfilled.Any(units => units > 0) && !lines.Any(line => line.Cancelled > 0) ? OrderState.Refused
            : OrderState.Cancelled;
    }

    /// <summary>The phase that an event leads to; null if it cannot happen in this phase.</summary>
    /// <param name="phase">The phase before.</param>
    /// <param name="change">The event.</param>
    /// <param name="held">True once anything was held, or the order was accepted to wait.</param>
    public static OrderPhase? Next(OrderPhase phase, OrderEvent change, bool held) => (phase, change) switch
    {
        (OrderPhase.None, OrderPlaced) => OrderPhase.Routing,
        (OrderPhase.Idle, OrderPlaced) when !held => OrderPhase.Routing, // nothing could be had the last time
        (OrderPhase.None or OrderPhase.Idle, OrderForwarded) when !held => OrderPhase.Idle,
        (OrderPhase.Routing, LegIntended) => OrderPhase.Holding,
        (OrderPhase.Routing, RouteGivenUp) => OrderPhase.Idle,
        (OrderPhase.Holding, LegDecided decided) => decided.Held ? OrderPhase.Idle : OrderPhase.Routing,
        (OrderPhase.Idle, OrderStepIntended) when held => OrderPhase.Stepping,
        (OrderPhase.Stepping, OrderStepDecided) => OrderPhase.Idle, // or back to routing, if units were rejected
        (OrderPhase.Idle, SupplyIntended) when held => OrderPhase.Supplying,
        (OrderPhase.Supplying, SupplyDecided) => OrderPhase.Idle,
        (OrderPhase.Idle, SupplySeen) when held => OrderPhase.Idle,
        _ => null,
    };

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The record is not to be used any more.</exception>
    public void Apply(OrderEvent change)
    {
        var next = Next(Phase, change, Exists);
        Invariant.Holds(next is not null);
        var leg = Leg;
        Version++;
        ChangedAtMs = Math.Max(ChangedAtMs, change.AtMs);
        Phase = next.Value;
        switch (change)
        {
            case OrderPlaced placed:
                (Placed, PlacedVersion, GivenUp, Forwarded) = (placed, 0, null, null);
                Content = placed.Content;
                (Unfillable, _waitsUntilMs) = (null, 0);
                _refused.Clear();
                _rejected.Clear();
                _legs.Clear();
                _toRoute = [.. placed.Content.Lines.Select(line => line.Units)];
                _unfilled = new long[_toRoute.Length];
                _dropped = new long[_toRoute.Length];
                break;
            case OrderForwarded forwarded:
                Forwarded = forwarded;
                break;
            case LegIntended intended:
                _legs.Add(intended);
                Unfillable ??= intended.Unfillable;
                break;
            case LegDecided decided:
                Decide(leg!, decided);
                break;
            case RouteGivenUp given:
                GiveUp();
                GiveUp(given);
                break;
            case OrderStepIntended step:
                (Step, StepVersion) = (step, Version);
                break;
            case OrderStepDecided decided:
                Decide(decided);
                break;
            case SupplyIntended intended:
                Intend(intended);
                break;
            case SupplyDecided decided:
                Decide(decided);
                break;
            case SupplySeen seen:
                See(seen);
                break;
        }

        if (PlacedVersion == 0 && Phase == OrderPhase.Idle)
        {
            PlacedVersion = Version;
        }

        CheckInvariants();
    }

    /// <summary>Every unit that was ordered is at a location, on its way to one, gone a named way, or was not found.</summary>
    /// <exception cref="InvariantBrokenException">One is not.</exception>
    public void CheckInvariants()
    {
        for (var i = 0; i < _toRoute.Length; i++)
        {
            var placed = _parts.Sum(part => part.Lines.Sum(line => line.Line == i ? line.Units - line.Rejected - line.Moved : 0));
            Invariant.Holds(_toRoute[i] >= 0 && _unfilled[i] >= 0 && _dropped[i] >= 0);
            var expected = _expected.Sum(part => part.Plan.Line == i ? part.Left : 0);
            Invariant.Holds(placed + _toRoute[i] + _unfilled[i] + _dropped[i] + expected == Placed!.Content.Lines[i].Units);
        }
    }

    private void Decide(LegIntended leg, LegDecided decided)
    {
        _refused.AddRange(decided.Refused);
        if (!decided.Held)
        {
            return;
        }

        var (slot, work) = (0, leg.Parts.Sum(plan => plan.Lines.Length));
        foreach (var plan in leg.Parts)
        {
            var part = new OrderPart(_parts.Count, LegNumber, plan, slot, work, leg.Firm, decided.ExpiresAtMs);
            _parts.Add(part);
            slot += part.Lines.Length;
            work += plan.Work.Length;
            foreach (var line in part.Lines)
            {
                _toRoute[line.Line] -= line.Units;
            }
        }

        Exists = true;
        _waitsUntilMs = Math.Max(_waitsUntilMs, decided.ExpiresAtMs);
        GiveUp(); // what the leg left over
    }

    private void GiveUp(RouteGivenUp given)
    {
        GivenUp = given;
        if (!Exists && given.Unfillable.Waits())
        {
            (Exists, Unfillable, _waitsUntilMs) = (true, given.Unfillable, given.AtMs + Placed!.Content.TtlMs);
        }
    }

    private void GiveUp()
    {
        for (var i = 0; i < _toRoute.Length; i++)
        {
            _unfilled[i] += _toRoute[i];
            _toRoute[i] = 0;
        }
    }

    private void Decide(OrderStepDecided decided)
    {
        var step = Step!;
        Step = null;
        var took = decided.Took.ToHashSet();
        foreach (var units in step.Units.Where(units => took.Contains(units.Part)))
        {
            Take(step, units, decided);
        }

        IsFirm |= step.Verb == OrderVerb.Confirm && (took.Count > 0 || (step.Units.IsEmpty && decided.Outcome == OrderOutcome.Accepted));
        _waitsUntilMs = Math.Max(_waitsUntilMs, decided.ExpiresAtMs);
        Wait(step, decided);
        GiveUp(decided.AtMs, decided.Promised.IsDefault ? [] : decided.Promised, _dropped);
        IsRedeemed |= step.Verb == OrderVerb.Redeem && took.Count > 0;
        Move(step, decided, took);
        if (step.Wish is { } wish)
        {
            var lines = step.Units.Where(units => took.Contains(units.Part)).Select(units => units.Line).ToHashSet();
            Content = Content! with { Lines = [.. Content.Lines.Select((line, i) => lines.Contains(i) ? line with { Wish = wish } : line)] };
        }

        if (took.Count > 0 || !decided.Outcome.MayPassLater())
        {
            _steps.Add(new DecidedOrderStep(step, decided.Outcome, Version, decided.Took, decided.NewOrder));
        }

        if (_toRoute.Any(units => units > 0))
        {
            Phase = OrderPhase.Routing;
        }
    }

    // What a step does to units that have no location: they are tried again, or not wanted any more.
    private void Wait(OrderStepIntended step, OrderStepDecided decided)
    {
        if (decided.Outcome != OrderOutcome.Accepted)
        {
            return;
        }

        if (step.Verb == OrderVerb.Retry)
        {
            _refused.Clear();
            for (var i = 0; i < _unfilled.Length; i++)
            {
                _toRoute[i] += _unfilled[i];
                _unfilled[i] = 0;
            }
        }

        foreach (var units in step.Waiting.IsDefault ? [] : step.Waiting)
        {
            _unfilled[units.Line] -= units.Units;
            _dropped[units.Line] += units.Units;
        }
    }

    private void Take(OrderStepIntended step, PartUnits units, OrderStepDecided decided)
    {
        var part = _parts[units.Part];
        var line = Array.Find(part.Lines, each => each.Line == units.Line)!;
        line.Take(step.Verb, units.Units);
        if (step.Verb == OrderVerb.Reject)
        {
            _toRoute[units.Line] += units.Units;
            _rejected.Add(new RefusedStock(units.Line, part.Plan.Location, Stocks.StockOutcome.Insufficient));
        }

        if (step.Verb.BringsBack())
        {
            return;
        }

        part.State = part.Left == 0 ? PartState.Ended : OrderSteps.Next(part.State, step.Verb, part.Plan.Kind) ?? part.State;
        part.ExpiresAtMs = part.State != PartState.Held ? 0 : step.Verb is OrderVerb.Extend or OrderVerb.Redeem ? decided.ExpiresAtMs : part.ExpiresAtMs;
    }
}
