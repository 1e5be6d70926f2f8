using Inventory.Domain.Stocks;

namespace Inventory.Domain.Work;

/// <summary>What happened to a slot.</summary>
/// <param name="Slot">Which.</param>
/// <param name="Change">What, as of a stock.</param>
public readonly record struct WorkEvent(WorkSlot Slot, StockEvent Change);

/// <summary>Of one location: how much of each slot's capacity is promised. Changed only by <see cref="Apply"/>.</summary>
/// <remarks>
/// A slot is judged by the rules of a stock, one without units of its own that may be oversold by its capacity: what is available to promise is then
/// capacity less holds. Belongs to one owner, who calls it from one turn at a time.
/// </remarks>
public sealed class WorkBook
{
    private const long HourMs = 60L * 60 * 1000;
    private readonly Dictionary<WorkSlot, Stock> _slots = [];
    private long _nowMs;

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>When the newest event happened, Unix milliseconds.</summary>
    public long LastAtMs { get; private set; }

    /// <summary>The slots that are kept, in no order. Valid until the next change.</summary>
    public IReadOnlyDictionary<WorkSlot, Stock> Slots => _slots;

    /// <summary>Live holds of all slots together.</summary>
    public long HoldCount => _slots.Values.Sum(static slot => (long)slot.HoldCount);

    /// <summary>The time that counts: it never runs backwards.</summary>
    public long Advance(long nowMs) => _nowMs = Math.Max(nowMs, Math.Max(_nowMs, LastAtMs));

    /// <summary>The slot as of a time that <see cref="Advance"/> gave; null if nothing is known of it.</summary>
    public Stock? Find(WorkSlot slot, long nowMs)
    {
        var stock = _slots.GetValueOrDefault(slot);
        stock?.AdvanceTo(nowMs);
        return stock;
    }

    /// <summary>Makes an event true. Live traffic and recovery both come through here; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">The books do not balance: a bug. The state is not to be used any more.</exception>
    public void Apply(in WorkEvent change)
    {
        if (!_slots.TryGetValue(change.Slot, out var stock))
        {
            _slots.Add(change.Slot, stock = new Stock());
        }

        stock.Apply(change.Change);
        Version++;
        var before = LastAtMs / HourMs;
        LastAtMs = Math.Max(LastAtMs, change.Change.AtMs);
        if (LastAtMs / HourMs != before)
        {
            ForgetOver();
        }
    }

    /// <summary>A lease whose time has passed: its coordinator must be asked for the word on it.</summary>
    public (WorkSlot Slot, HoldId Hold)? LapsedLease(long nowMs)
    {
        foreach (var (slot, stock) in _slots)
        {
            if (stock.LapsedLease(nowMs) is { } hold)
            {
                return (slot, hold);
            }
        }

        return null;
    }

    internal static WorkBook Restore(long version, long lastAtMs, IEnumerable<KeyValuePair<WorkSlot, Stock>> slots)
    {
        var book = new WorkBook { Version = version, LastAtMs = lastAtMs };
        foreach (var (slot, stock) in slots)
        {
            book._slots[slot] = stock;
        }

        return book;
    }

    // By the time of events alone, so that replay forgets the same. What may still change by itself stays: soft holds and leases.
    private void ForgetOver()
    {
        foreach (var (slot, stock) in _slots)
        {
            if (slot.ForgottenAtMs > LastAtMs)
            {
                continue;
            }

            stock.AdvanceTo(LastAtMs);
            if (stock.NextDueMs == long.MaxValue)
            {
                _slots.Remove(slot);
            }
        }
    }
}
