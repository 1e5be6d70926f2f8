namespace Inventory.Domain.Stocks;

/// <summary>What was on hand of each condition after the latest versions that changed it, so that a count taken earlier can be compared.</summary>
/// <remarks>At most <see cref="Limits.CountHistoryMax"/> changes; older versions are unknown. A part of its stock: never copied.</remarks>
internal struct CountHistory()
{
    internal readonly record struct Entry(long Version, long Sellable, long Damaged, long Quarantine, long Display)
    {
        public long Of(Condition condition) => condition switch
        {
            Condition.Sellable => Sellable,
            Condition.Damaged => Damaged,
            Condition.Quarantine => Quarantine,
            _ => Display,
        };
    }

    private Entry[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    public readonly Entry this[int i] => _ring[(_first + i) & (_ring.Length - 1)];

    /// <summary>True once entries were dropped: what lies before the oldest is then unknown. Until then a stock was empty before its first change.</summary>
    public bool IsCut { get; private set; }

    /// <summary>For a history that is read back: says that entries were dropped.</summary>
    public void MarkCut() => IsCut = true;

    public void Add(in Entry entry)
    {
        if (Count == Limits.CountHistoryMax)
        {
            _first = (_first + 1) & (_ring.Length - 1);
            Count--;
            IsCut = true;
        }

        if (Count == _ring.Length)
        {
            var larger = new Entry[Math.Max(1, _ring.Length * 2)];
            for (var i = 0; i < Count; i++)
            {
                larger[i] = this[i];
            }

            (_ring, _first) = (larger, 0);
        }

        _ring[(_first + Count) & (_ring.Length - 1)] = entry;
        Count++;
    }

    /// <summary>What was on hand at a version; false if that is no longer known.</summary>
    public readonly bool TryAt(long version, Condition condition, out long onHand)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (this[i].Version <= version)
            {
                onHand = this[i].Of(condition);
                return true;
            }
        }

        onHand = 0;
        return !IsCut;
    }
}
