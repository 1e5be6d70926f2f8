namespace Inventory.Domain.Stocks;

/// <summary>One SKU at one location: what is there, what is promised, and what is remembered. Changed only by <see cref="Apply"/>.</summary>
/// <remarks>Belongs to one owner, who calls it from one turn at a time.</remarks>
public sealed partial class Stock
{
    /// <summary>Steps of <see cref="Fetch"/>.</summary>
    public const int FetchSteps = 4;

    private RememberedRequests _remembered = new();
    private CountHistory _history = new();
    private Rare? _rare;
    private long _received;
    private long _counted;
    private long _collected;
    private long _shipped;

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>The latest time that this stock has seen, in Unix milliseconds. Time never runs backwards for a stock.</summary>
    public long LastAtMs { get; private set; }

    /// <summary>When the last event happened, in Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>Sellable units there, held ones included.</summary>
    public long Sellable { get; private set; }

    /// <summary>Damaged units there.</summary>
    public long Damaged => _rare?.Damaged ?? 0;

    /// <summary>Units there in quarantine.</summary>
    public long Quarantine => _rare?.Quarantine ?? 0;

    /// <summary>Units there on display.</summary>
    public long Display => _rare?.Display ?? 0;

    /// <summary>The rules in force.</summary>
    public StockPolicy Policy => _rare?.Policy ?? StockPolicy.Default;

    /// <summary>Sums by reason.</summary>
    public StockLedger Ledger =>
        (_rare?.Ledger ?? default) with { Received = _received, Counted = _counted, Collected = _collected, Shipped = _shipped };

    internal ref RememberedRequests Remembered => ref _remembered;

    internal ref CountHistory History => ref _history;

    /// <summary>Units there, by condition.</summary>
    internal OnHandFigures Now => _rare is { } rare ? new(Sellable, rare.Damaged, rare.Quarantine, rare.Display) : new(Sellable, 0, 0, 0);

    private Rare Seldom => _rare ??= new Rare();

    /// <summary>Units there in a condition.</summary>
    public long OnHand(Condition condition) => condition == Condition.Sellable ? Sellable : Now.Of(condition);

    /// <summary>Available to promise to a channel, as of <see cref="LastAtMs"/>; below zero if more is promised or kept back than is there.</summary>
    public long Atp(Channel channel)
    {
        var atp = Sellable - Held;
        if (_rare is not { } rare)
        {
            return atp;
        }

        atp += rare.Policy.OversellUnits - rare.Policy.SafetyUnits - (rare.Lots?.PastUnits(LastAtMs) ?? 0);
        if (rare.HeldByFence is not { } heldByFence)
        {
            return atp;
        }

        var fences = rare.Policy.RingFences;
        for (var i = 0; i < fences.Length; i++)
        {
            if (fences[i].Channel != channel)
            {
                atp -= Math.Max(0, fences[i].Units - heldByFence[i]);
            }
        }

        return atp;
    }

    /// <summary>The write with this id, if it is remembered.</summary>
    public bool TryRecall(in RequestId id, out RememberedRequest request) => _remembered.TryFind(id, out request);

    /// <summary>What is still known of a reservation with one line that is over; false if nothing is.</summary>
    public bool TryGetEnded(in RequestId reservation, out EndedHold hold)
    {
        var known = _remembered.TryFind(reservation, out var made) && made.Verb == StockVerb.Reserve;
        hold = known ? _remembered.Ended(made) : default;
        return known;
    }

    /// <summary>
    /// Asks for the memory that a write with an id will need, in steps from 0 to <see cref="FetchSteps"/> - 1 that lead one to the next: some time should
    /// pass between two. Unlike all else here it may be called from anywhere, whatever is done to the stock meanwhile.
    /// </summary>
    public void Fetch(int step, in RequestId id)
    {
        if (step == 0)
        {
            Ahead.Fetch(this, 184);
        }
        else
        {
            _remembered.Fetch(step - 1, id);
        }
    }

    /// <summary>Makes an event true. Live traffic and recovery both come through here; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">The books do not balance: a bug. The state is not to be used any more.</exception>
    public void Apply(in StockEvent change)
    {
        AdvanceTo(change.AtMs);
        var answer = AnswerTo(change);
        Version++;
        ChangedAtMs = change.AtMs;
        if (change.Verb == StockVerb.Reserve)
        {
            Reserve(change, answer);
        }
        else
        {
            Change(change);
            if (!change.Lots.IsDefault)
            {
                ChangeLots(change);
            }

            MakeRoomToRemember();
            _remembered.Add(new RememberedRequest(change.Id, change.ContentHash, change.AtMs, change.Verb, answer));
        }

        CheckInvariants();
    }

    /// <summary>The four figures that must always agree.</summary>
    /// <exception cref="InvariantBrokenException">They do not.</exception>
    public void CheckInvariants()
    {
        Invariant.Holds(Sellable >= 0);
        Invariant.Holds(Held >= 0);
        Invariant.Holds(Pledged >= 0 && Pledged <= Sellable);
        var balance = _received + _counted - _collected - _shipped;
        if (_rare is not { } rare)
        {
            Invariant.Holds(Held <= Sellable);
            Invariant.Holds(balance == Sellable);
            return;
        }

        Invariant.Holds(rare.Damaged >= 0 && rare.Quarantine >= 0 && rare.Display >= 0);
        Invariant.Holds(Held <= Sellable + rare.Policy.OversellUnits);
        Invariant.Holds(balance + rare.Ledger.Balance == Sellable + rare.Damaged + rare.Quarantine + rare.Display);
        rare.Lots?.CheckInvariants(Now);
    }

    internal void Restore(in StockFigures figures)
    {
        (Version, LastAtMs, ChangedAtMs) = (figures.Version, figures.LastAtMs, figures.ChangedAtMs);
        Sellable = figures.Sellable;
        var ledger = figures.Ledger;
        (_received, _counted, _collected, _shipped) = (ledger.Received, ledger.Counted, ledger.Collected, ledger.Shipped);
        var rest = ledger with { Received = 0, Counted = 0, Collected = 0, Shipped = 0 };
        if ((figures.Damaged | figures.Quarantine | figures.Display) != 0 || rest.HasAny)
        {
            var rare = Seldom;
            (rare.Damaged, rare.Quarantine, rare.Display, rare.Ledger) = (figures.Damaged, figures.Quarantine, figures.Display, rest);
        }

        SetPolicy(figures.Policy);
    }

    /// <summary>What <see cref="Apply"/> would remember as the answer to this event. Decisions answer with it, so that a retry hears the same.</summary>
    internal StockAnswer AnswerTo(in StockEvent change)
    {
        if (!change.Verb.IsAboutHold())
        {
            return new StockAnswer(StockOutcome.Accepted, Version + 1, change.Units);
        }

        if (change.Verb == StockVerb.Reserve)
        {
            return new StockAnswer(StockOutcome.Accepted, Version + 1, change.Units, change.ExpiresAtMs == long.MaxValue ? 0 : change.ExpiresAtMs);
        }

        var hold = TryGetHold(change.Hold, out var known) ? known : default;
        return new StockAnswer(StockOutcome.Accepted, Version + 1, change.Units, hold.After(change).ToldExpiresAtMs);
    }

    private void Change(in StockEvent change)
    {
        switch (change.Verb)
        {
            case StockVerb.Receive:
                _received += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Return:
                Seldom.Ledger.Returned += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Adjust:
                Seldom.Ledger.Adjust(change.Reason, change.Units);
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Count or StockVerb.Import:
                _counted += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Move:
                var before = Now;
                SetOnHand(change.Condition, -change.Units);
                SetOnHand(change.To, change.Units);
                _history.Add(Version, before);
                break;
            case StockVerb.SetPolicy:
                SetPolicy(change.Policy!);
                break;
            case StockVerb.TransferOut or StockVerb.TransferIn or StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                Transfer(change);
                break;
            default:
                ChangeHold(change);
                break;
        }
    }

    private void Transfer(in StockEvent change)
    {
        if (change.Hold != default)
        {
            StepHold(change, mustBe: false);
        }

        _received += change.Verb == StockVerb.ReceiveHeld ? change.Units : 0;
        Seldom.Ledger.Transfer(change.Verb, change.Units);
        AddOnHand(change.Condition, change.Verb == StockVerb.TransferOut ? -change.Units : change.Units);
    }

    private void AddOnHand(Condition condition, long units)
    {
        if (units == 0)
        {
            return;
        }

        _history.Add(Version, Now);
        SetOnHand(condition, units);
    }

    private void SetOnHand(Condition condition, long units)
    {
        switch (condition)
        {
            case Condition.Sellable: Sellable += units; break;
            case Condition.Damaged: Seldom.Damaged += units; break;
            case Condition.Quarantine: Seldom.Quarantine += units; break;
            default: Seldom.Display += units; break;
        }
    }

    private void SetPolicy(StockPolicy policy)
    {
        if (_rare is null && policy.IsDefault)
        {
            return;
        }

        var rare = Seldom;
        rare.Policy = policy;
        rare.HeldByFence = policy.RingFences.IsEmpty ? null : new long[policy.RingFences.Length];
        if (rare.HeldByFence is null)
        {
            return;
        }

        foreach (var (_, hold) in Holds)
        {
            CountFence(hold.Channel, hold.Left);
        }
    }

    private void CountFence(Channel channel, long units)
    {
        if (_rare is not { HeldByFence: { } heldByFence } rare)
        {
            return;
        }

        var fences = rare.Policy.RingFences;
        for (var i = 0; i < fences.Length; i++)
        {
            if (fences[i].Channel == channel)
            {
                heldByFence[i] += units;
                return;
            }
        }
    }

    /// <summary>What few stocks have: units that cannot be sold, a policy of their own, sums by the other reasons.</summary>
    private sealed class Rare
    {
        public StockPolicy Policy = StockPolicy.Default;
        public long[]? HeldByFence;
        public LotTable? Lots;
        public long Damaged;
        public long Quarantine;
        public long Display;

        /// <summary>Without the sums that its stock keeps itself.</summary>
        public StockLedger Ledger;
    }
}
