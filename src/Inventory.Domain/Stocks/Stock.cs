namespace Inventory.Domain.Stocks;

/// <summary>One SKU at one location: what is there, what is promised, and what is remembered. Changed only by <see cref="Apply"/>.</summary>
/// <remarks>Belongs to one owner, who calls it from one turn at a time.</remarks>
public sealed class Stock
{
    private RememberedRequests _remembered = new();
    private CountHistory _history = new();
    private HoldTable? _holds;
    private long[]? _heldByFence;
    private StockLedger _ledger;

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>The latest time that this stock has seen, in Unix milliseconds. Time never runs backwards for a stock.</summary>
    public long LastAtMs { get; private set; }

    /// <summary>When the last event happened, in Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>Sellable units there, held ones included.</summary>
    public long Sellable { get; private set; }

    /// <summary>Damaged units there.</summary>
    public long Damaged { get; private set; }

    /// <summary>Units there in quarantine.</summary>
    public long Quarantine { get; private set; }

    /// <summary>Units there on display.</summary>
    public long Display { get; private set; }

    /// <summary>The rules in force.</summary>
    public StockPolicy Policy { get; private set; } = StockPolicy.Default;

    /// <summary>Sums by reason.</summary>
    public StockLedger Ledger => _ledger;

    /// <summary>Units promised: as of <see cref="LastAtMs"/>.</summary>
    public long Held => _holds?.Units ?? 0;

    /// <summary>Units that open leases keep on the shelf: of what is promised, those that may be taken at any moment.</summary>
    public long Pledged => _holds?.Pledged ?? 0;

    /// <summary>Live holds.</summary>
    public int HoldCount => _holds?.Count ?? 0;

    /// <summary>The live holds, in no order. Valid until the next change.</summary>
    public IEnumerable<KeyValuePair<HoldId, Hold>> Holds => _holds?.All ?? [];

    /// <summary>Earliest time at which a soft hold or a lease falls due; <see cref="long.MaxValue"/> if none does.</summary>
    public long NextDueMs => _holds?.NextDueMs() ?? long.MaxValue;

    internal ref RememberedRequests Remembered => ref _remembered;

    internal ref CountHistory History => ref _history;

    /// <summary>Units there in a condition.</summary>
    public long OnHand(Condition condition) => condition switch
    {
        Condition.Sellable => Sellable,
        Condition.Damaged => Damaged,
        Condition.Quarantine => Quarantine,
        _ => Display,
    };

    /// <summary>Available to promise to a channel, as of <see cref="LastAtMs"/>; below zero if more is promised or kept back than is there.</summary>
    public long Atp(Channel channel)
    {
        var atp = Sellable - Held - Policy.SafetyUnits + Policy.OversellUnits;
        if (_heldByFence is null)
        {
            return atp;
        }

        var fences = Policy.RingFences;
        for (var i = 0; i < fences.Length; i++)
        {
            if (fences[i].Channel != channel)
            {
                atp -= Math.Max(0, fences[i].Units - _heldByFence[i]);
            }
        }

        return atp;
    }

    /// <summary>Finds a live hold.</summary>
    public bool TryGetHold(in HoldId id, out Hold hold)
    {
        hold = default;
        return _holds is not null && _holds.TryGet(id, out hold);
    }

    /// <summary>A lease whose time has passed: its coordinator must be asked before anything else is decided here.</summary>
    public HoldId? LapsedLease(long nowMs) => _holds?.LapsedLease(Math.Max(nowMs, LastAtMs));

    /// <summary>The write with this id, if it is remembered.</summary>
    public bool TryRecall(in RequestId id, out RememberedRequest request) => _remembered.TryFind(id, out request);

    /// <summary>What is still known of a reservation with one line that is over; false if nothing is.</summary>
    public bool TryGetEnded(in RequestId reservation, out EndedHold hold)
    {
        var known = _remembered.TryFind(reservation, out var made) && made.Verb == StockVerb.Reserve;
        hold = known ? _remembered.Ended(made) : default;
        return known;
    }

    /// <summary>Lets time pass: forgets soft holds whose time has come, at exactly that millisecond. Earlier times change nothing.</summary>
    public void AdvanceTo(long nowMs)
    {
        if (nowMs <= LastAtMs)
        {
            return;
        }

        LastAtMs = nowMs;
        while (_holds is not null && _holds.TryTakeExpired(nowMs, out var id, out var hold))
        {
            CountFence(hold.Channel, -hold.Left);
            if (id.Line == 0)
            {
                _remembered.MarkEnded(id.Reservation, hold, expired: true);
            }

            DropEmptyTable();
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
        Change(change);
        _remembered.ForgetBefore(LastAtMs - Limits.RememberMs);
        _remembered.Add(new RememberedRequest(
            change.Id, change.ContentHash, change.AtMs, change.Verb, answer,
            ChannelCode: change.Verb == StockVerb.Reserve ? _remembered.CodeOf(change.Channel) : (byte)0));
        CheckInvariants();
    }

    /// <summary>The four figures that must always agree.</summary>
    /// <exception cref="InvariantBrokenException">They do not.</exception>
    public void CheckInvariants()
    {
        Invariant.Holds(Sellable >= 0 && Damaged >= 0 && Quarantine >= 0 && Display >= 0);
        Invariant.Holds(Held >= 0);
        Invariant.Holds(Held <= Sellable + Policy.OversellUnits);
        Invariant.Holds(Pledged >= 0 && Pledged <= Sellable);
        Invariant.Holds(_ledger.Balance == Sellable + Damaged + Quarantine + Display);
    }

    internal void Restore(in StockFigures figures)
    {
        (Version, LastAtMs, ChangedAtMs) = (figures.Version, figures.LastAtMs, figures.ChangedAtMs);
        (Sellable, Damaged, Quarantine, Display) = (figures.Sellable, figures.Damaged, figures.Quarantine, figures.Display);
        _ledger = figures.Ledger;
        SetPolicy(figures.Policy);
    }

    internal void RestoreHold(in HoldId id, in Hold hold) => SetHold(_holds?.PlaceOf(id) ?? -1, id, hold, hold.Left);

    /// <summary>What <see cref="Apply"/> would remember as the answer to this event. Decisions answer with it, so that a retry hears the same.</summary>
    internal StockAnswer AnswerTo(in StockEvent change)
    {
        if (!change.Verb.IsAboutHold())
        {
            return new StockAnswer(StockOutcome.Accepted, Version + 1, change.Units);
        }

        // Of a new hold it does not matter what was there.
        var hold = change.Verb != StockVerb.Reserve && TryGetHold(change.Hold, out var known) ? known : default;
        return new StockAnswer(StockOutcome.Accepted, Version + 1, change.Units, hold.After(change).ToldExpiresAtMs);
    }

    private void Change(in StockEvent change)
    {
        switch (change.Verb)
        {
            case StockVerb.Receive:
                _ledger.Received += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Return:
                _ledger.Returned += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Adjust:
                _ledger.Adjust(change.Reason, change.Units);
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Count or StockVerb.Import:
                _ledger.Counted += change.Units;
                AddOnHand(change.Condition, change.Units);
                break;
            case StockVerb.Move:
                AddOnHand(change.Condition, -change.Units, remember: false);
                AddOnHand(change.To, change.Units);
                break;
            case StockVerb.SetPolicy:
                SetPolicy(change.Policy!);
                break;
            default:
                ChangeHold(change);
                break;
        }
    }

    private void ChangeHold(in StockEvent change)
    {
        Invariant.Holds(change.Verb.IsAboutHold());
        var place = _holds?.PlaceOf(change.Hold) ?? -1;
        var hold = place < 0 ? default : _holds!.At(place);
        Invariant.Holds(hold.Left > 0 || change.Verb is StockVerb.Reserve or StockVerb.Lease);
        var next = hold.After(change);
        Invariant.Holds(next.Left >= 0);
        SetHold(place, change.Hold, next, next.Left - hold.Left);
        _ledger.Collected += change.Collected;
        _ledger.Shipped += change.Shipped;
        AddOnHand(Condition.Sellable, -(change.Collected + change.Shipped));
    }

    // The place is that of the hold in the table; below 0 if it is not there.
    private void SetHold(int place, in HoldId id, in Hold next, long added)
    {
        _holds ??= new HoldTable();
        CountFence(next.Channel, added);
        if (next.Left > 0)
        {
            _holds.Set(place, id, next);
            return;
        }

        if (place >= 0)
        {
            _holds.RemoveAt(place);
        }

        if (id.Line == 0)
        {
            _remembered.MarkEnded(id.Reservation, next, expired: false); // a reservation with one line is named after the request that made it
        }

        DropEmptyTable();
    }

    // A stock without holds pays nothing for them.
    private void DropEmptyTable()
    {
        if (_holds is { Count: 0 })
        {
            _holds = null;
        }
    }

    private void AddOnHand(Condition condition, long units, bool remember = true)
    {
        switch (condition)
        {
            case Condition.Sellable: Sellable += units; break;
            case Condition.Damaged: Damaged += units; break;
            case Condition.Quarantine: Quarantine += units; break;
            default: Display += units; break;
        }

        if (remember && units != 0)
        {
            _history.Add(new CountHistory.Entry(Version, Sellable, Damaged, Quarantine, Display));
        }
    }

    private void SetPolicy(StockPolicy policy)
    {
        Policy = policy;
        _heldByFence = null;
        if (policy.RingFences.IsEmpty)
        {
            return;
        }

        _heldByFence = new long[policy.RingFences.Length];
        foreach (var (_, hold) in Holds)
        {
            CountFence(hold.Channel, hold.Left);
        }
    }

    private void CountFence(Channel channel, long units)
    {
        if (_heldByFence is null)
        {
            return;
        }

        var fences = Policy.RingFences;
        for (var i = 0; i < fences.Length; i++)
        {
            if (fences[i].Channel == channel)
            {
                _heldByFence[i] += units;
                return;
            }
        }
    }
}

/// <summary>The plain figures of a stock, as a snapshot carries them.</summary>
internal struct StockFigures
{
    public long Version, LastAtMs, ChangedAtMs, Sellable, Damaged, Quarantine, Display;
    public StockLedger Ledger;
    public StockPolicy Policy;
}
