namespace Inventory.Domain.Stocks;

/// <summary>What is on hand of each condition.</summary>
internal readonly record struct OnHandFigures(long Sellable, long Damaged, long Quarantine, long Display)
{
    public long Of(Condition condition) => condition switch
    {
        Condition.Sellable => Sellable,
        Condition.Damaged => Damaged,
        Condition.Quarantine => Quarantine,
        _ => Display,
    };

    public OnHandFigures With(Condition condition, long added) => condition switch
    {
        Condition.Sellable => this with { Sellable = Sellable + added },
        Condition.Damaged => this with { Damaged = Damaged + added },
        Condition.Quarantine => this with { Quarantine = Quarantine + added },
        _ => this with { Display = Display + added },
    };
}

/// <summary>What was on hand of each condition after the latest versions that changed it, so that a count taken earlier can be compared.</summary>
/// <remarks>
/// At most <see cref="Limits.CountHistoryMax"/> changes; older versions are unknown. What the newest change left is what the stock has now, so of that
/// only the version is kept: most stocks have no other. A part of its stock: never copied.
/// </remarks>
internal struct CountHistory()
{
    internal readonly record struct Entry(long Version, OnHandFigures OnHand);

    private Entry[] _earlier = [];
    private long _newest;
    private ushort _first;
    private ushort _earlierCount;
    private bool _hasNewest;

    /// <summary>Changes that are known.</summary>
    public readonly int Count => _earlierCount + (_hasNewest ? 1 : 0);

    /// <summary>True once entries were dropped: what lies before the oldest is then unknown. Until then a stock was empty before its first change.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The nth change, the oldest first.</summary>
    /// <param name="i">Which.</param>
    /// <param name="now">What is on hand now.</param>
    public readonly Entry At(int i, in OnHandFigures now) => i < _earlierCount ? Earlier(i) : new Entry(_newest, now);

    /// <summary>For a history that is read back: says that entries were dropped.</summary>
    public void MarkCut() => IsCut = true;

    /// <summary>Notes a change.</summary>
    /// <param name="version">The version that makes it.</param>
    /// <param name="before">What was on hand until then.</param>
    public void Add(long version, in OnHandFigures before)
    {
        if (_hasNewest)
        {
            AddEarlier(new Entry(_newest, before));
        }

        (_newest, _hasNewest) = (version, true);
    }

    /// <summary>What was on hand at a version; false if that is no longer known.</summary>
    public readonly bool TryAt(long version, Condition condition, in OnHandFigures now, out long onHand)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            var entry = At(i, now);
            if (entry.Version <= version)
            {
                onHand = entry.OnHand.Of(condition);
                return true;
            }
        }

        onHand = 0;
        return !IsCut;
    }

    private readonly Entry Earlier(int i) => _earlier[PlaceOf(i)];

    private readonly int PlaceOf(int i)
    {
        var place = _first + i;
        return place < _earlier.Length ? place : place - _earlier.Length;
    }

    private void AddEarlier(in Entry entry)
    {
        if (_earlierCount == Limits.CountHistoryMax - 1)
        {
            _first = (ushort)PlaceOf(1);
            _earlierCount--;
            IsCut = true;
        }

        if (_earlierCount == _earlier.Length)
        {
            var larger = new Entry[_earlierCount < 4 ? _earlierCount + 1 : Math.Min(_earlierCount + (_earlierCount / 2), Limits.CountHistoryMax)];
            for (var i = 0; i < _earlierCount; i++)
            {
                larger[i] = Earlier(i);
            }

            (_earlier, _first) = (larger, 0);
        }

        _earlier[PlaceOf(_earlierCount)] = entry;
        _earlierCount++;
    }
}
