namespace Inventory.Domain.Stocks;

/// <summary>Units of one stock promised to one reservation line.</summary>
/// <param name="Channel">Who asked.</param>
/// <param name="Reserved">Units promised at first.</param>
/// <param name="Left">Units still held.</param>
/// <param name="Collected">Units collected of it.</param>
/// <param name="Shipped">Units shipped of it.</param>
/// <param name="ExpiresAtMs">When it falls back, Unix milliseconds; <see cref="long.MaxValue"/> if firm.</param>
/// <param name="LeaseUntilMs">While not 0, a coordinator decides over it, and it counts as held until that is done, whatever the time.</param>
/// <param name="BornOfLease">True if the open lease made it: then "as before" means gone.</param>
public readonly record struct Hold(
    Channel Channel, long Reserved, long Left, long Collected, long Shipped, long ExpiresAtMs, long LeaseUntilMs, bool BornOfLease)
{
    /// <summary>True if it cannot expire.</summary>
    public bool IsFirm => ExpiresAtMs == long.MaxValue;

    /// <summary>True while a coordinator decides over it.</summary>
    public bool IsLeased => LeaseUntilMs != 0;

    /// <summary>Units given back by release.</summary>
    public long Released => Reserved - Left - Collected - Shipped;
}

/// <summary>The live holds of one stock, their sum and their expiries. Owned by its stock.</summary>
internal sealed class HoldTable
{
    private readonly Dictionary<HoldId, Hold> _holds = [];
    private readonly PriorityQueue<HoldId, long> _expiries = new();

    public int Count => _holds.Count;

    public long Units { get; private set; }

    public IEnumerable<KeyValuePair<HoldId, Hold>> All => _holds;

    public bool TryGet(in HoldId id, out Hold hold) => _holds.TryGetValue(id, out hold);

    /// <summary>Adds or replaces a hold.</summary>
    public void Set(in HoldId id, in Hold hold)
    {
        ref var slot = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_holds, id, out var existed);
        Units += hold.Left - (existed ? slot.Left : 0);
        var due = Due(hold);
        if (due != long.MaxValue && (!existed || Due(slot) != due))
        {
            Schedule(id, due);
        }

        slot = hold;
    }

    public void Remove(in HoldId id)
    {
        if (_holds.Remove(id, out var hold))
        {
            Units -= hold.Left;
        }
    }

    /// <summary>Earliest time at which something falls due, a soft hold or a lease; <see cref="long.MaxValue"/> if nothing does.</summary>
    public long NextDueMs()
    {
        while (_expiries.TryPeek(out var id, out var atMs))
        {
            if (_holds.TryGetValue(id, out var hold) && Due(hold) == atMs)
            {
                return atMs;
            }

            _expiries.Dequeue();
        }

        return long.MaxValue;
    }

    /// <summary>Takes the next soft hold whose time has passed; leases stay.</summary>
    public bool TryTakeExpired(long nowMs, out HoldId id, out Hold hold)
    {
        List<HoldId>? leases = null;
        var found = false;
        (id, hold) = (default, default);
        while (NextDueMs() <= nowMs)
        {
            id = _expiries.Dequeue();
            hold = _holds[id];
            if (!hold.IsLeased)
            {
                found = true;
                break;
            }

            (leases ??= []).Add(id);
        }

        foreach (var leased in leases ?? [])
        {
            _expiries.Enqueue(leased, Due(_holds[leased]));
        }

        if (found)
        {
            Remove(id);
        }

        return found;
    }

    /// <summary>A lease whose time has passed, if there is one.</summary>
    public HoldId? LapsedLease(long nowMs)
    {
        if (NextDueMs() > nowMs)
        {
            return null;
        }

        foreach (var (id, hold) in _holds)
        {
            if (hold.IsLeased && hold.LeaseUntilMs <= nowMs)
            {
                return id;
            }
        }

        return null;
    }

    private static long Due(in Hold hold) => hold.IsLeased ? hold.LeaseUntilMs : hold.ExpiresAtMs;

    private void Schedule(in HoldId id, long dueMs)
    {
        // Holds that were confirmed, collected or extended leave stale entries behind; rebuilt before they outnumber the live ones.
        if (_expiries.Count > (2 * _holds.Count) + 64)
        {
            _expiries.Clear();
            foreach (var (each, hold) in _holds)
            {
                if (Due(hold) is var at && at != long.MaxValue && each != id)
                {
                    _expiries.Enqueue(each, at);
                }
            }
        }

        _expiries.Enqueue(id, dueMs);
    }
}
