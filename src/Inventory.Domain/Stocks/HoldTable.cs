namespace Inventory.Domain.Stocks;

/// <summary>Live holds of one stock that have changed or outlived their reservation, their sum and what falls due next. Owned by its stock.</summary>
/// <remarks>
/// Most stocks have a handful of holds: an array that is searched from end to end. Beyond <see cref="FewMax"/> an index and two queues stand beside it.
/// A queue's entry whose time is no longer its hold's is stale and dropped when it comes up.
/// </remarks>
internal sealed class HoldTable
{
    private const int FewMax = 8;
    private HoldSlots _slots = new();
    private HoldIndex? _index;
    private DueQueue? _expiries;
    private DueQueue? _leases;

    // Nothing falls due before this. It may be earlier than the truth, never later: nearly every write asks, and most need look at nothing else.
    private long _quietUntilMs = long.MaxValue;

    public int Count { get; private set; }

    public long Units { get; private set; }

    /// <summary>Units that open leases keep on the shelf.</summary>
    public long Pledged { get; private set; }

    /// <summary>The holds with their ids, by their places. Valid until the next change.</summary>
    public IEnumerable<KeyValuePair<HoldId, Hold>> Slots
    {
        get
        {
            for (var place = 0; place < Count; place++)
            {
                yield return _slots[place];
            }
        }
    }

    public bool TryGet(in HoldId id, out Hold hold)
    {
        var place = PlaceOf(id);
        hold = place < 0 ? default : _slots[place].Value;
        return place >= 0;
    }

    /// <summary>The hold at a place.</summary>
    public Hold At(int place) => _slots[place].Value;

    /// <summary>Replaces the hold at its place, or adds one if that is below 0.</summary>
    public void Set(int place, in HoldId id, in Hold hold)
    {
        if (place < 0)
        {
            Add(id, hold);
            return;
        }

        var before = _slots[place].Value;
        _slots[place] = new(id, hold);
        _quietUntilMs = Math.Min(_quietUntilMs, DueMs(hold));
        Units += hold.Left - before.Left;
        Pledged += hold.Pledged - before.Pledged;
        if (_index is not null && (hold.ExpiresAtMs != before.ExpiresAtMs || hold.LeaseUntilMs != before.LeaseUntilMs))
        {
            Schedule(id, hold);
        }
    }

    public void RemoveAt(int place)
    {
        Units -= _slots[place].Value.Left;
        Pledged -= _slots[place].Value.Pledged;
        Count--;
        _index?.Remove(_slots[place].Key, place);
        if (place < Count)
        {
            _slots[place] = _slots[Count];
            if (_index is not null)
            {
                _index.Move(_slots[place].Key, Count, place);
            }
        }

        _slots[Count] = default;
    }

    /// <summary>Earliest time at which a soft hold or a lease falls due; <see cref="long.MaxValue"/> if none does.</summary>
    public long NextDueMs()
    {
        if (_index is not null)
        {
            return Math.Min(PeekMs(_expiries!, leases: false), PeekMs(_leases!, leases: true));
        }

        var next = long.MaxValue;
        for (var i = 0; i < Count; i++)
        {
            next = Math.Min(next, DueMs(_slots[i].Value));
        }

        return next;
    }

    /// <summary>Takes a soft hold whose time has passed, if there is one; leased ones stay.</summary>
    public bool TryTakeExpired(long nowMs, out HoldId id, out Hold hold)
    {
        (id, hold) = (default, default);
        if (nowMs < _quietUntilMs)
        {
            return false;
        }

        var place = _index is null ? PlaceOfExpired(nowMs) : TakePlaceOfExpired(nowMs);
        if (place < 0)
        {
            _quietUntilMs = NextDueMs();
            return false;
        }

        (id, hold) = _slots[place];
        RemoveAt(place);
        return true;
    }

    /// <summary>A lease whose time has passed, if there is one.</summary>
    public HoldId? LapsedLease(long nowMs)
    {
        if (nowMs < _quietUntilMs)
        {
            return null;
        }

        if (_index is not null)
        {
            return PeekMs(_leases!, leases: true) <= nowMs && _leases!.TryPeek(out var lapsed, out _) ? lapsed : null;
        }

        for (var i = 0; i < Count; i++)
        {
            if (_slots[i].Value is { IsLeased: true } hold && hold.LeaseUntilMs <= nowMs)
            {
                return _slots[i].Key;
            }
        }

        return null;
    }

    /// <summary>Where a hold is, until the next change; below 0 if it is not there.</summary>
    public int PlaceOf(in HoldId id)
    {
        if (_index is not null)
        {
            return _index.PlaceOf(id, in _slots);
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            if (_slots[i].Key == id)
            {
                return i;
            }
        }

        return -1;
    }

    private static long DueMs(in Hold hold) => hold.IsLeased ? hold.LeaseUntilMs : hold.ExpiresAtMs;

    private int PlaceOfExpired(long nowMs)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_slots[i].Value.IsExpired(nowMs))
            {
                return i;
            }
        }

        return -1;
    }

    // Looks at no hold before its time has come: nearly every write asks, few find one.
    private int TakePlaceOfExpired(long nowMs)
    {
        while (_expiries!.TryPeek(out var id, out var atMs) && atMs <= nowMs)
        {
            _expiries.Dequeue();
            if (_index!.PlaceOf(id, in _slots) is >= 0 and var place && _slots[place].Value is { IsLeased: false } hold && hold.ExpiresAtMs == atMs)
            {
                return place;
            }
        }

        return -1;
    }

    private void Add(in HoldId id, in Hold hold)
    {
        if (Count == _slots.Length)
        {
            _slots.Grow();
        }

        _slots[Count] = new(id, hold);
        _quietUntilMs = Math.Min(_quietUntilMs, DueMs(hold));
        Units += hold.Left;
        Pledged += hold.Pledged;
        Count++;
        if (_index is not null)
        {
            _index.Add(id, Count - 1);
            Schedule(id, hold);
        }
        else if (Count > FewMax)
        {
            StartIndex();
        }
    }

    private void StartIndex()
    {
        _index = new HoldIndex(Count * 2);
        _expiries = new DueQueue();
        _leases = new DueQueue();
        for (var i = 0; i < Count; i++)
        {
            _index.Add(_slots[i].Key, i);
            Schedule(_slots[i].Key, _slots[i].Value);
        }
    }

    private void Schedule(in HoldId id, in Hold hold)
    {
        if (hold.IsLeased)
        {
            Sweep(_leases!, leases: true);
            _leases!.Enqueue(id, hold.LeaseUntilMs);
        }
        else if (!hold.IsFirm)
        {
            Sweep(_expiries!, leases: false);
            _expiries!.Enqueue(id, hold.ExpiresAtMs);
        }
    }

    // Holds that were confirmed, collected or extended leave stale entries behind; swept before they outnumber the live ones.
    private void Sweep(DueQueue queue, bool leases)
    {
        if (queue.Count <= (2 * Count) + 64)
        {
            return;
        }

        queue.Clear();
        for (var i = 0; i < Count; i++)
        {
            var hold = _slots[i].Value;
            if (hold.IsLeased == leases && !(hold.IsFirm && !leases))
            {
                queue.Enqueue(_slots[i].Key, leases ? hold.LeaseUntilMs : hold.ExpiresAtMs);
            }
        }
    }

    private long PeekMs(DueQueue queue, bool leases)
    {
        while (queue.TryPeek(out var id, out var atMs))
        {
            if (_index!.PlaceOf(id, in _slots) is >= 0 and var place)
            {
                var hold = _slots[place].Value;
                if (hold.IsLeased == leases && atMs == (leases ? hold.LeaseUntilMs : hold.ExpiresAtMs))
                {
                    return atMs;
                }
            }

            queue.Dequeue();
        }

        return long.MaxValue;
    }
}
