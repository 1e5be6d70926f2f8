namespace Inventory.Domain.Stocks;

/// <summary>A lot of one stock.</summary>
/// <param name="Name">Which.</param>
/// <param name="BestBefore">The last local day on which it is good.</param>
/// <param name="Units">What is there of it, by condition.</param>
/// <param name="UntilMs">When it ceases to be promised, Unix milliseconds. Follows from the rule in force, and is not on disk.</param>
internal readonly record struct Lot(LotName Name, DateOnly BestBefore, OnHandFigures Units, long UntilMs)
{
    public bool IsPast(long nowMs) => UntilMs <= nowMs;
}

/// <summary>A change of one lot, so that a count taken earlier can be compared.</summary>
internal readonly record struct LotChange(long Version, LotName Name, Condition Condition, long Units);

/// <summary>The lots that units of one write left from, remembered for whoever must pass them on.</summary>
internal readonly record struct LotsTaken(RequestId Id, long AtMs, System.Collections.Immutable.ImmutableArray<LotUnits> Lots);

/// <summary>The lots of a stock that has any, the earliest date first. Owned by its stock.</summary>
/// <remarks>What is on hand beyond the sum of the lots has no lot: that is no entry here.</remarks>
internal sealed class LotTable
{
    private readonly List<Lot> _lots = [];
    private readonly Queue<LotChange> _changes = new();
    private readonly Queue<LotsTaken> _taken = new();
    private string? _timeZone;
    private int _minShelfDays;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    /// <summary>The lots that have units.</summary>
    public IReadOnlyList<Lot> All => _lots;

    /// <summary>The latest changes, oldest first.</summary>
    public IReadOnlyCollection<LotChange> Changes => _changes;

    /// <summary>Version of the latest change that was dropped; what a lot had before it is unknown.</summary>
    public long CutAtVersion { get; private set; }

    /// <summary>What writes took to other places, oldest first.</summary>
    public IReadOnlyCollection<LotsTaken> Taken => _taken;

    /// <summary>Says by which rule lots cease to be promised.</summary>
    /// <param name="timeZone">IANA time zone of the location, empty for UTC; null if dates mean nothing for this SKU.</param>
    /// <param name="minShelfDays">Whole days that are to remain.</param>
    public void Heed(string? timeZone, int minShelfDays)
    {
        if (timeZone == _timeZone && minShelfDays == _minShelfDays)
        {
            return;
        }

        (_timeZone, _minShelfDays, _zone) = (timeZone, minShelfDays, LocalTime.Zone(timeZone ?? ""));
        for (var i = 0; i < _lots.Count; i++)
        {
            _lots[i] = _lots[i] with { UntilMs = UntilMs(_lots[i].BestBefore, _minShelfDays) };
        }
    }

    /// <summary>True if the lot is past its date itself, whatever days are to remain.</summary>
    public bool IsExpired(in Lot lot, long nowMs) => UntilMs(lot.BestBefore, 0) <= nowMs;

    /// <summary>Units that are on hand as sellable and no longer promised.</summary>
    public long PastUnits(long nowMs)
    {
        var units = 0L;
        foreach (var lot in _lots)
        {
            units += lot.IsPast(nowMs) ? lot.Units.Sellable : 0;
        }

        return units;
    }

    /// <summary>When the next lot ceases to be promised, Unix milliseconds; <see cref="long.MaxValue"/> if none will.</summary>
    public long NextDueMs(long nowMs)
    {
        var next = long.MaxValue;
        foreach (var lot in _lots)
        {
            next = lot.IsPast(nowMs) || lot.Units.Sellable == 0 ? next : Math.Min(next, lot.UntilMs);
        }

        return next;
    }

    public bool TryFind(LotName name, out Lot lot)
    {
        var place = PlaceOf(name);
        lot = place < 0 ? default : _lots[place];
        return place >= 0;
    }

    /// <summary>Units that belong to lots.</summary>
    public long Sum(Condition condition)
    {
        var sum = 0L;
        foreach (var lot in _lots)
        {
            sum += lot.Units.Of(condition);
        }

        return sum;
    }

    /// <summary>What was there of a lot at a version; false if that is no longer known.</summary>
    public bool TryAt(long version, LotName name, Condition condition, out long units)
    {
        units = TryFind(name, out var lot) ? lot.Units.Of(condition) : 0;
        foreach (var change in _changes)
        {
            units -= change.Version > version && change.Name == name && change.Condition == condition ? change.Units : 0;
        }

        return version >= CutAtVersion;
    }

    /// <summary>As <see cref="TryAt"/>, of all lots together.</summary>
    public bool TrySumAt(long version, Condition condition, out long units)
    {
        units = Sum(condition);
        foreach (var change in _changes)
        {
            units -= change.Version > version && change.Condition == condition ? change.Units : 0;
        }

        return version >= CutAtVersion;
    }

    /// <summary>Adds to a lot, or takes from it. One without units is forgotten.</summary>
    public void Add(long version, in LotUnits part, Condition condition, long units)
    {
        if (units == 0)
        {
            return;
        }

        NoteChange(new LotChange(version, part.Name, condition, units));
        var place = PlaceOf(part.Name);
        if (place >= 0)
        {
            var known = _lots[place];
            var next = known with { Units = known.Units.With(condition, units) };
            _lots.RemoveAt(place);
            var isEarlier = part.BestBefore is { } told && told < known.BestBefore;
            Restore(isEarlier ? next with { BestBefore = part.BestBefore!.Value } : next);
            return;
        }

        Invariant.Holds(part.BestBefore is not null);
        Restore(new Lot(part.Name, part.BestBefore.Value, default(OnHandFigures).With(condition, units), 0));
    }

    /// <summary>Puts a lot into its place, if it has units.</summary>
    public void Restore(in Lot lot)
    {
        if (lot.Units == default)
        {
            return;
        }

        var place = 0;
        while (place < _lots.Count && IsBefore(_lots[place], lot))
        {
            place++;
        }

        _lots.Insert(place, lot with { UntilMs = UntilMs(lot.BestBefore, _minShelfDays) });
    }

    /// <summary>For a table that is read back.</summary>
    public void RestoreCut(long version) => CutAtVersion = version;

    public void NoteChange(in LotChange change)
    {
        if (_changes.Count == Limits.CountHistoryMax)
        {
            CutAtVersion = _changes.Dequeue().Version;
        }

        _changes.Enqueue(change);
    }

    /// <summary>Remembers where the units of a write went from, as long as the write itself is remembered.</summary>
    public void NoteTaken(in LotsTaken taken)
    {
        while (_taken.TryPeek(out var first) && (first.AtMs < taken.AtMs - Limits.RememberMs || _taken.Count == Limits.LotsTakenRememberedMax))
        {
            _taken.Dequeue();
        }

        _taken.Enqueue(taken);
    }

    /// <exception cref="InvariantBrokenException">A lot has fewer units than none, or all together have more than are there.</exception>
    public void CheckInvariants(in OnHandFigures onHand)
    {
        foreach (var lot in _lots)
        {
            Invariant.Holds(Math.Min(Math.Min(lot.Units.Sellable, lot.Units.Damaged), Math.Min(lot.Units.Quarantine, lot.Units.Display)) >= 0);
        }

        Invariant.Holds(_lots.Count <= Limits.LotsMax);
        Invariant.Holds(Sum(Condition.Sellable) <= onHand.Sellable);
        Invariant.Holds(Sum(Condition.Damaged) <= onHand.Damaged);
        Invariant.Holds(Sum(Condition.Quarantine) <= onHand.Quarantine);
        Invariant.Holds(Sum(Condition.Display) <= onHand.Display);
    }

    private static bool IsBefore(in Lot a, in Lot b) =>
        a.BestBefore != b.BestBefore ? a.BestBefore < b.BestBefore : string.CompareOrdinal(a.Name.Value, b.Name.Value) < 0;

    private int PlaceOf(LotName name)
    {
        for (var i = 0; i < _lots.Count; i++)
        {
            if (_lots[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    // The local midnight that ends the last day on which enough days remain.
    private long UntilMs(DateOnly bestBefore, int minShelfDays)
    {
        var days = bestBefore.DayNumber - minShelfDays + 1;
        return _timeZone is null || days > DateOnly.MaxValue.DayNumber ? long.MaxValue
            : days <= 0 ? long.MinValue
            : LocalTime.ToUnixMs(DateOnly.FromDayNumber(days), 0, _zone);
    }
}
