namespace Inventory.Domain.Stocks;

/// <content>
/// The holds. One that is as its reservation made it stands in the memory of writes, which knows all of it; every other has its place in a table. A hold
/// moves from the first to the second when a step changes it, or when its reservation is forgotten; nobody outside can tell where it stands.
/// </content>
public sealed partial class Stock
{
    private HoldTable? _holds;

    /// <summary>Units promised: as of <see cref="LastAtMs"/>.</summary>
    public long Held => (_holds?.Units ?? 0) + _remembered.HeldUnits;

    /// <summary>Units that open leases keep on the shelf: of what is promised, those that may be taken at any moment.</summary>
    public long Pledged => _holds?.Pledged ?? 0;

    /// <summary>Live holds.</summary>
    public int HoldCount => (_holds?.Count ?? 0) + _remembered.HoldCount;

    /// <summary>The live holds, in no order. Valid until the next change.</summary>
    public IEnumerable<KeyValuePair<HoldId, Hold>> Holds
    {
        get
        {
            var from = _remembered.HoldsFrom;
            for (var left = _remembered.HoldCount; left > 0; left--)
            {
                yield return _remembered.NextHold(ref from);
            }

            foreach (var slot in _holds?.Slots ?? [])
            {
                yield return slot;
            }
        }
    }

    /// <summary>The holds that have a place in the table; null if none has.</summary>
    internal HoldTable? HoldTable => _holds;

    /// <summary>Earliest time at which a soft hold or a lease falls due; <see cref="long.MaxValue"/> if none does.</summary>
    public long NextDueMs => Math.Min(_holds?.NextDueMs() ?? long.MaxValue, _remembered.NextDueMs());

    /// <summary>Finds a live hold.</summary>
    public bool TryGetHold(in HoldId id, out Hold hold) =>
        TryGetHoldOfForgotten(id, out hold) || (id.Line == 0 && _remembered.TryGetHold(id.Reservation, out hold));

    /// <summary>A lease whose time has passed: its coordinator must be asked before anything else is decided here.</summary>
    public HoldId? LapsedLease(long nowMs) => _holds?.LapsedLease(Math.Max(nowMs, LastAtMs));

    /// <summary>Lets time pass: forgets soft holds whose time has come, at exactly that millisecond. Earlier times change nothing.</summary>
    public void AdvanceTo(long nowMs)
    {
        if (nowMs <= LastAtMs)
        {
            return;
        }

        LastAtMs = nowMs;
        while (_remembered.TryTakeExpired(nowMs, out var hold))
        {
            CountFence(hold.Channel, -hold.Left);
        }

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

    /// <summary>Finds a live hold, but not one that stands beside its reservation: whose id is known not to be remembered has none there.</summary>
    internal bool TryGetHoldOfForgotten(in HoldId id, out Hold hold)
    {
        hold = default;
        return _holds is not null && _holds.TryGet(id, out hold);
    }

    /// <summary>Forgets the writes before a time; their holds stay.</summary>
    internal void ForgetBefore(long atMs)
    {
        while (_remembered.IsFirstBefore(atMs))
        {
            ForgetFirst();
        }
    }

    internal void RestoreHold(in HoldId id, in Hold hold)
    {
        if (id.Line == 0)
        {
            _remembered.TryTakeHold(id.Reservation, out _);
        }

        SetHold(_holds?.PlaceOf(id) ?? -1, id, hold, hold.Left);
    }

    /// <summary>After holds and remembered writes were read back.</summary>
    internal void EndRestore()
    {
        if (_holds is not null)
        {
            _remembered.TakeIn(_holds);
            DropEmptyTable();
        }
    }

    /// <summary>The same where remembered writes were read back with the holds that stand beside them.</summary>
    internal void EndRestoreWithHolds()
    {
        var from = _remembered.HoldsFrom;
        for (var left = _remembered.HoldCount; left > 0; left--)
        {
            var (_, hold) = _remembered.NextHold(ref from);
            CountFence(hold.Channel, hold.Left);
        }
    }

    // The most frequent write of all.
    private void Reserve(in StockEvent change, in StockAnswer answer)
    {
        MakeRoomToRemember();
        var request = new RememberedRequest(
            change.Id, change.ContentHash, change.AtMs, change.Verb, answer, ChannelCode: _remembered.CodeOf(change.Channel));
        var isNamedAfterIt = change.Hold.Line == 0 && change.Hold.Reservation == change.Id;
        if (isNamedAfterIt && _remembered.AddWithHold(request))
        {
            CountFence(change.Channel, change.Units);
            return;
        }

        if (!isNamedAfterIt)
        {
            _remembered.Add(request);
        }

        StepHold(change, mustBe: false);
    }

    private void MakeRoomToRemember()
    {
        while (_remembered.IsFirstDue(LastAtMs - Limits.RememberMs))
        {
            ForgetFirst();
        }
    }

    private void ForgetFirst()
    {
        if (_remembered.ForgetFirst() is { } hold)
        {
            (_holds ??= new HoldTable()).Set(-1, hold.Key, hold.Value);
        }
    }

    private void ChangeHold(in StockEvent change)
    {
        Invariant.Holds(change.Verb.IsAboutHold());
        StepHold(change, mustBe: change.Verb != StockVerb.Lease);
        _collected += change.Collected;
        _shipped += change.Shipped;
        AddOnHand(Condition.Sellable, -(change.Collected + change.Shipped));
    }

    private void StepHold(in StockEvent change, bool mustBe)
    {
        var place = _holds?.PlaceOf(change.Hold) ?? -1;
        var hold = place < 0 ? default : _holds!.At(place);
        if (place < 0 && change.Hold.Line == 0)
        {
            _remembered.TryTakeHold(change.Hold.Reservation, out hold);
        }

        Invariant.Holds(hold.Left > 0 || !mustBe);
        var next = hold.After(change);
        Invariant.Holds(next.Left >= 0);
        SetHold(place, change.Hold, next, next.Left - hold.Left);
    }

    // The place is that of the hold in the table; below 0 if it is not there.
    private void SetHold(int place, in HoldId id, in Hold next, long added)
    {
        CountFence(next.Channel, added);
        if (next.Left > 0)
        {
            (_holds ??= new HoldTable()).Set(place, id, next);
            return;
        }

        if (place >= 0)
        {
            _holds!.RemoveAt(place);
        }

        if (id.Line == 0)
        {
            _remembered.MarkEnded(id.Reservation, next, expired: false); // a reservation with one line is named after the request that made it
        }

        DropEmptyTable();
    }

    // A stock without holds in a table pays nothing for one.
    private void DropEmptyTable()
    {
        if (_holds is { Count: 0 })
        {
            _holds = null;
        }
    }
}
