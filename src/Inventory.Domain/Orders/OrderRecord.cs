using System.Collections.Immutable;

namespace Inventory.Domain.Orders;

/// <summary>What an order's owner is in the middle of.</summary>
public enum OrderPhase
{
    /// <summary>Nothing happened yet.</summary>
    None = 0,

    /// <summary>Units have no location yet: one must be found, or given up.</summary>
    Routing = 1,

    /// <summary>A leg is being held; whether it is, is not on record.</summary>
    Holding = 2,

    /// <summary>A step is being taken; what became of it is not on record.</summary>
    Stepping = 3,

    /// <summary>Nothing is in doubt.</summary>
    Idle = 4,
}

/// <summary>How an order stands as a whole. Numbers are never reused.</summary>
[Orleans.GenerateSerializer, Orleans.Alias("order-state")]
public enum OrderState : byte
{
    /// <summary>Being routed.</summary>
    Routing = 1,

    /// <summary>Held for a time, until it is confirmed.</summary>
    Held = 2,

    /// <summary>Confirmed: locations are at work, or will be.</summary>
    Confirmed = 3,

    /// <summary>All that is to leave has left.</summary>
    Fulfilled = 4,

    /// <summary>Everything was cancelled.</summary>
    Cancelled = 5,

    /// <summary>Its time passed before it was confirmed.</summary>
    Expired = 6,

    /// <summary>Nothing of it could be had.</summary>
    Refused = 7,

    /// <summary>Everything that left came back.</summary>
    Returned = 8,

    /// <summary>A quote that is held and not redeemed yet.</summary>
    Quoted = 9,
}

/// <summary>A step that was decided: the audit of an order is the list of these.</summary>
/// <param name="Step">What was asked.</param>
/// <param name="Outcome">What was decided.</param>
/// <param name="Version">Version of the order afterwards.</param>
/// <param name="Took">The parts at which it took effect.</param>
/// <param name="NewOrder">Of Exchange: the order that the customer gets instead.</param>
public sealed record DecidedOrderStep(
    OrderStepIntended Step, OrderOutcome Outcome, long Version, ImmutableArray<int> Took, RequestId? NewOrder = null);

/// <summary>One order, as its stream tells it. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class OrderRecord
{
    private readonly List<OrderPart> _parts = [];
    private readonly List<DecidedOrderStep> _steps = [];
    private readonly List<RefusedStock> _refused = [];
    private readonly List<LegIntended> _legs = [];
    private long[] _toRoute = [];
    private long[] _unfilled = [];

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

    /// <summary>Stocks that refused units, or whose location rejected them: not asked again for this order.</summary>
    public IReadOnlyList<RefusedStock> Refused => _refused;

    /// <summary>Units of each line that have no location yet.</summary>
    public ReadOnlySpan<long> ToRoute => _toRoute;

    /// <summary>Units of each line for which no location was found.</summary>
    public ReadOnlySpan<long> Unfilled => _unfilled;

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
    public bool MayBePlaced => Phase == OrderPhase.None || (Phase == OrderPhase.Idle && _parts.Count == 0);

    /// <summary>True if units without a location stay wanted: so says the policy that routed it first.</summary>
    public bool Waits => _unfilled.Any(units => units > 0) && _legs.Count > 0
        && _legs[0].Unfillable is (Routing.Unfillable.Wait or Routing.Unfillable.BackOrder);

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
            return OrderState.Refused;
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
    /// <param name="held">True once anything was held.</param>
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
        _ => null,
    };

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The record is not to be used any more.</exception>
    public void Apply(OrderEvent change)
    {
        var next = Next(Phase, change, _parts.Count > 0);
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
                _refused.Clear();
                _legs.Clear();
                _toRoute = [.. placed.Content.Lines.Select(line => line.Units)];
                _unfilled = new long[_toRoute.Length];
                break;
            case OrderForwarded forwarded:
                Forwarded = forwarded;
                break;
            case LegIntended intended:
                _legs.Add(intended);
                break;
            case LegDecided decided:
                Decide(leg!, decided);
                break;
            case RouteGivenUp given:
                GiveUp();
                GivenUp = given;
                break;
            case OrderStepIntended step:
                (Step, StepVersion) = (step, Version);
                break;
            case OrderStepDecided decided:
                Decide(decided);
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
            Invariant.Holds(_toRoute[i] >= 0 && _unfilled[i] >= 0);
            Invariant.Holds(placed + _toRoute[i] + _unfilled[i] == Placed!.Content.Lines[i].Units);
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

        GiveUp(); // what the leg left over
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

        IsFirm |= step.Verb == OrderVerb.Confirm && took.Count > 0;
        for (var i = 0; step.Verb == OrderVerb.Retry && decided.Outcome == OrderOutcome.Accepted && i < _unfilled.Length; i++)
        {
            _toRoute[i] += _unfilled[i];
            _unfilled[i] = 0;
        }

        IsRedeemed |= step.Verb == OrderVerb.Redeem && took.Count > 0;
        for (var i = 0; !step.Moves.IsDefaultOrEmpty && i < step.Moves.Length; i++)
        {
            if (took.Contains(step.Moves[i].Part))
            {
                Move(step.Moves[i], decided.Slots[i]);
            }
        }

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

    private void Move(PartMove move, int slot)
    {
        var from = _parts[move.Part];
        if (move.To.Location == from.Plan.Location)
        {
            from.Plan = move.To with { Lines = from.Plan.Lines, Work = from.Plan.Work };
            return;
        }

        foreach (var units in move.To.Lines)
        {
            Array.Find(from.Lines, line => line.Line == units.Line)!.Moved += units.Units;
        }

        from.CheckInvariants();
        var part = new OrderPart(
            _parts.Count, from.Leg, move.To, slot, slot + move.To.Lines.Length, from.State == PartState.Open, from.ExpiresAtMs);
        _parts.Add(part);
        from.State = from.Left == 0 ? PartState.Ended : from.State;
    }

    private void Take(OrderStepIntended step, PartUnits units, OrderStepDecided decided)
    {
        var part = _parts[units.Part];
        var line = Array.Find(part.Lines, each => each.Line == units.Line)!;
        line.Take(step.Verb, units.Units);
        if (step.Verb == OrderVerb.Reject)
        {
            _toRoute[units.Line] += units.Units;
            _refused.Add(new RefusedStock(units.Line, part.Plan.Location, Stocks.StockOutcome.Insufficient));
        }

        if (step.Verb.BringsBack())
        {
            return;
        }

        part.State = part.Left == 0 ? PartState.Ended : OrderSteps.Next(part.State, step.Verb, part.Plan.Kind) ?? part.State;
        part.ExpiresAtMs = part.State != PartState.Held ? 0 : step.Verb is OrderVerb.Extend or OrderVerb.Redeem ? decided.ExpiresAtMs : part.ExpiresAtMs;
    }
}
