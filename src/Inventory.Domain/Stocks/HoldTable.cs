namespace Inventory.Domain.Stocks;

/// <summary>The live holds of one stock, their sum and what falls due next. Owned by its stock.</summary>
/// <remarks>
/// Most stocks have a handful of holds: an array that is searched from end to end. Beyond <see cref="FewMax"/> an index and two heaps stand beside it.
/// A heap's entry whose time is no longer its hold's is stale and dropped when it comes up.
/// </remarks>
internal sealed class HoldTable
{
    private const int FewMax = 8;
    private KeyValuePair<HoldId, Hold>[] _slots = new KeyValuePair<HoldId, Hold>[1];
    private Dictionary<HoldId, int>? _index;
    private PriorityQueue<HoldId, long>? _expiries;
    private PriorityQueue<HoldId, long>? _leases;

    public int Count { get; private set; }

    public long Units { get; private set; }

    /// <summary>Units that open leases keep on the shelf.</summary>
    public long Pledged { get; private set; }

    public IEnumerable<KeyValuePair<HoldId, Hold>> All
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                yield return _slots[i];
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
        _index?.Remove(_slots[place].Key);
        if (place < Count)
        {
            _slots[place] = _slots[Count];
            if (_index is not null)
            {
                _index[_slots[place].Key] = place;
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
            var hold = _slots[i].Value;
            next = Math.Min(next, hold.IsLeased ? hold.LeaseUntilMs : hold.ExpiresAtMs);
        }

        return next;
    }

    /// <summary>Takes a soft hold whose time has passed, if there is one; leased ones stay.</summary>
    public bool TryTakeExpired(long nowMs, out HoldId id, out Hold hold)
    {
        var place = _index is null ? PlaceOfExpired(nowMs) : TakePlaceOfExpired(nowMs);
        (id, hold) = place < 0 ? default : _slots[place];
        if (place >= 0)
        {
            RemoveAt(place);
        }

        return place >= 0;
    }

    /// <summary>A lease whose time has passed, if there is one.</summary>
    public HoldId? LapsedLease(long nowMs)
    {
        if (_index is not null)
        {
            return PeekMs(_leases!, leases: true) <= nowMs ? _leases!.Peek() : null;
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
            return _index.TryGetValue(id, out var place) ? place : -1;
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
            if (_index!.TryGetValue(id, out var place) && _slots[place].Value is { IsLeased: false } hold && hold.ExpiresAtMs == atMs)
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
            Array.Resize(ref _slots, Count * 2);
        }

        _slots[Count] = new(id, hold);
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
        _index = new Dictionary<HoldId, int>(Count * 2);
        _expiries = new PriorityQueue<HoldId, long>(Count * 2);
        _leases = new PriorityQueue<HoldId, long>();
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
    private void Sweep(PriorityQueue<HoldId, long> heap, bool leases)
    {
        if (heap.Count <= (2 * Count) + 64)
        {
            return;
        }

        heap.Clear();
        for (var i = 0; i < Count; i++)
        {
            var hold = _slots[i].Value;
            if (hold.IsLeased == leases && !(hold.IsFirm && !leases))
            {
                heap.Enqueue(_slots[i].Key, leases ? hold.LeaseUntilMs : hold.ExpiresAtMs);
            }
        }
    }

    private long PeekMs(PriorityQueue<HoldId, long> heap, bool leases)
    {
        while (heap.TryPeek(out var id, out var atMs))
        {
            if (_index!.TryGetValue(id, out var place))
            {
                var hold = _slots[place].Value;
                if (hold.IsLeased == leases && atMs == (leases ? hold.LeaseUntilMs : hold.ExpiresAtMs))
                {
                    return atMs;
                }
            }

            heap.Dequeue();
        }

        return long.MaxValue;
    }
}
