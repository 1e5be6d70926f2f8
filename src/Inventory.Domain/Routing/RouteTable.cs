using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>A candidate that may take part.</summary>
internal struct RouteOption
{
    /// <summary>Its place among the candidates.</summary>
    public int Candidate;

    /// <summary>Its zone.</summary>
    public int Zone;

    /// <summary>Its distance.</summary>
    public double Metres;

    /// <summary>Its promise, Unix milliseconds.</summary>
    public long PromisedAtMs;

    /// <summary>Score of its use.</summary>
    public long Fixed;

    /// <summary>True if what it gives of one line changes what it can give, or costs, of another.</summary>
    public bool IsCoupled;

    /// <summary>True if a score of its weight must be added to that of its units.</summary>
    public bool IsWeighed;

    /// <summary>Score of the whole by it alone; <see cref="RouteTable.Cannot"/> if it cannot do it alone.</summary>
    public long Alone;

    /// <summary>Cost of the whole by it alone; null if it cannot do it alone.</summary>
    public long? AloneMinor;
}

/// <summary>Candidates within the rules, with what they have and what that scores, in flat arrays that one thread uses again and again.</summary>
/// <remarks>
/// A score is what the search minimises: the cost, or the criteria packed into one number. The score of a set is that of each use, one for each
/// location after the first, one for each unit, and one for weight beyond the first class.
/// </remarks>
internal sealed class RouteTable
{
    /// <summary>No score: with penalties below 0 any number could be one, and this one is out of reach.</summary>
    public const long Cannot = long.MaxValue;

    // How many cheaper options one is compared with: more would cost more than they spare the search.
    private const int ComparedMax = 32;

    // Thirty lines at two thousand locations.
    private const int KeptMax = 65_536;

    [ThreadStatic]
    private static RouteTable? s_spare;

    private readonly List<int> _order = [];
    private RouteOption[] _drawn = new RouteOption[64];
    private RouteOption[] _options = new RouteOption[64];
    private long[] _drawnAvailable = new long[256];
    private long[] _drawnUnit = new long[256];
    private long[] _available = new long[256];
    private long[] _unit = new long[256];
    private int _drawnCount;

    /// <summary>Options that are left.</summary>
    public int Count { get; private set; }

    public int Lines { get; private set; }

    /// <summary>The options by rising score of use, distance and id.</summary>
    public ReadOnlySpan<RouteOption> Options => _options.AsSpan(0, Count);

    /// <summary>Units of each line, at most as many as are wanted: by option, then line.</summary>
    public long[] Available => _available;

    /// <summary>Score of a unit, by option, then line.</summary>
    public long[] Unit => _unit;

    /// <summary>All that passed the rules, in the order of the candidates; the search may have left some of them out.</summary>
    public ReadOnlySpan<RouteOption> Drawn => _drawn.AsSpan(0, _drawnCount);

    /// <summary>Score of each location after the first.</summary>
    public long Split { get; private set; }

    /// <summary>Score of a minor unit for weight.</summary>
    public long WeightScore { get; private set; }

    public long[] Need { get; private set; } = [];

    /// <summary>A table of this thread's; to be given back with <see cref="Return"/>.</summary>
    public static RouteTable Rent()
    {
        var table = s_spare ?? new RouteTable();
        s_spare = null;
        return table;
    }

    /// <summary>Gives it back; a table that an unusual order has made large is left to the collector.</summary>
    public void Return() => s_spare = _unit.Length <= KeptMax ? this : s_spare;

    /// <summary>Judges and prices all candidates.</summary>
    /// <param name="pricing">Rules and prices.</param>
    /// <param name="candidates">The candidates.</param>
    /// <param name="verdicts">Takes what was thought of each.</param>
    /// <returns>False if the criteria's figures are so large that some were rounded.</returns>
    public bool Fill(RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, Span<RouteVerdict> verdicts)
    {
        (Lines, _drawnCount, Split, WeightScore) = (pricing.Lines, 0, pricing.Policy.SplitMinor, 1);
        if (Need.Length != Lines)
        {
            Need = new long[Lines];
        }

        for (var i = 0; i < Lines; i++)
        {
            Need[i] = pricing.Request.Lines[i].Units;
        }

        Grow(candidates.Count);
        for (var c = 0; c < candidates.Count; c++)
        {
            var candidate = candidates[c];
            verdicts[c] = pricing.Judge(candidate, out var metres, out var zone, out var promisedAtMs);
            if (verdicts[c] == RouteVerdict.Worse)
            {
                Draw(pricing, candidate, new RouteOption { Candidate = c, Metres = metres, Zone = zone, PromisedAtMs = promisedAtMs });
            }
        }

        var isExact = true;
        if (!pricing.Policy.Criteria.IsDefaultOrEmpty)
        {
            var packing = new RouteCriteria(pricing, candidates, Drawn, _drawnUnit, Need);
            isExact = packing.Pack(_drawn.AsSpan(0, _drawnCount), _drawnUnit);
            (Split, WeightScore) = (packing.Split, packing.Weight);
            ScoreAlone(pricing);
        }

        return isExact;
    }

    /// <summary>Orders the options, without those that no best route needs: see <see cref="Alone"/> and <see cref="Dominated"/>.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="maxParts">Most locations of a route.</param>
    public void Order(IReadOnlyList<RouteCandidate> candidates, int maxParts)
    {
        var most = MostOfUse();
        _order.Clear();
        for (var o = 0; o < _drawnCount; o++)
        {
            if (_drawn[o].Fixed <= most)
            {
                _order.Add(o);
            }
        }

        var drawn = _drawn;
        _order.Sort((a, b) =>
            drawn[a].Fixed != drawn[b].Fixed ? drawn[a].Fixed.CompareTo(drawn[b].Fixed)
            : drawn[a].Metres != drawn[b].Metres ? drawn[a].Metres.CompareTo(drawn[b].Metres)
            : string.CompareOrdinal(candidates[drawn[a].Candidate].Location.Value, candidates[drawn[b].Candidate].Location.Value));
        Count = 0;
        foreach (var o in _order)
        {
            _drawnAvailable.AsSpan(o * Lines, Lines).CopyTo(_available.AsSpan(Count * Lines));
            _drawnUnit.AsSpan(o * Lines, Lines).CopyTo(_unit.AsSpan(Count * Lines));
            _options[Count] = _drawn[o];
            if (!Dominated(Count, maxParts))
            {
                Count++;
            }
        }
    }

    // Who asks more for his use than one location alone for the whole, less the cheapest imaginable units, is in no best route: other uses are not below 0.
    private long MostOfUse()
    {
        var alone = long.MaxValue;
        foreach (ref readonly var option in Drawn)
        {
            alone = Math.Min(alone, option.Alone);
        }

        if (alone == long.MaxValue)
        {
            return alone;
        }

        var cheapest = 0L;
        for (var i = 0; i < Lines; i++)
        {
            var least = long.MaxValue;
            for (var at = i; at < _drawnCount * Lines; at += Lines)
            {
                least = _drawnAvailable[at] > 0 ? Math.Min(least, _drawnUnit[at]) : least;
            }

            cheapest += least * Need[i];
        }

        return alone - cheapest;
    }

    // Compared with those before it, which cost no more for their use: one that has all that is wanted of what this one has, at no higher prices, can do its
    // part beside its own. Of as many as a route may have that have what this one has, at no higher prices, one is free to take its place.
    private bool Dominated(int option, int maxParts)
    {
        var (free, compared) = (0, 0);
        for (var other = 0; other < option && compared < ComparedMax; other++)
        {
            if (_options[other].IsCoupled || _options[other].IsWeighed)
            {
                continue;
            }

            compared++;
            var relation = Compare(other, option);
            if (relation == 2 || (relation == 1 && ++free >= maxParts))
            {
                return true;
            }
        }

        return false;
    }

    // 2 if the first has all that is wanted of what the second has, 1 if it has as much as the second, at no higher prices; else 0.
    private int Compare(int first, int second)
    {
        var (relation, a, b) = (2, first * Lines, second * Lines);
        for (var i = 0; i < Lines; i++)
        {
            var (has, wanted) = (_available[a + i], _available[b + i]);
            if (wanted == 0)
            {
                continue;
            }

            if (has < wanted || _unit[a + i] > _unit[b + i])
            {
                return 0;
            }

            relation = has < Need[i] ? 1 : relation;
        }

        return relation;
    }

    private void Draw(RoutePricing pricing, RouteCandidate candidate, RouteOption option)
    {
        option.Fixed = pricing.Use(candidate, option.Metres, option.Zone, option.PromisedAtMs).Total;
        var (at, grams, stocked, hasAll, alone) = (_drawnCount * Lines, 0L, 0, true, option.Fixed);
        for (var i = 0; i < Lines; i++)
        {
            var units = Math.Min(Need[i], candidate.Available[i]);
            _drawnAvailable[at + i] = units;
            _drawnUnit[at + i] = pricing.KilogramMinor(option.Zone, i) + pricing.ScarcityMinor(candidate, i);
            grams += units * pricing.Request.Lines[i].UnitGrams;
            alone += units * _drawnUnit[at + i];
            stocked += units > 0 ? 1 : 0;
            hasAll &= units == Need[i];
        }

        var weight = pricing.WeightMinor(option.Zone, grams);
        option.IsWeighed = weight > 0;
        option.IsCoupled = candidate.PicksLeft < stocked || pricing.Parcels(option.Zone, grams) > candidate.ParcelsLeft
            || SharesTooLittle(pricing.Request, candidate, at);
        option.AloneMinor = hasAll && !option.IsCoupled ? alone + weight : null;
        option.Alone = option.AloneMinor ?? Cannot;
        _drawn[_drawnCount++] = option;
    }

    // What lines are made of together is not there for all that each of them could have alone.
    private bool SharesTooLittle(RouteRequest request, RouteCandidate candidate, int at)
    {
        for (var shared = 0; shared < request.Shared.Length; shared++)
        {
            var takes = 0L;
            for (var i = 0; i < Lines; i++)
            {
                takes += _drawnAvailable[at + i] * request.Shared[shared][i];
            }

            if (takes > candidate.SharedAvailable[shared])
            {
                return true;
            }
        }

        return false;
    }

    // Once costs have given way to criteria.
    private void ScoreAlone(RoutePricing pricing)
    {
        for (var o = 0; o < _drawnCount; o++)
        {
            ref var option = ref _drawn[o];
            if (option.Alone == Cannot)
            {
                continue;
            }

            var (score, grams) = (option.Fixed, 0L);
            for (var i = 0; i < Lines; i++)
            {
                grams += Need[i] * pricing.Request.Lines[i].UnitGrams;
                score += Need[i] * _drawnUnit[(o * Lines) + i];
            }

            option.Alone = score + (pricing.WeightMinor(option.Zone, grams) * WeightScore);
        }
    }

    private void Grow(int candidates)
    {
        if (_drawn.Length < candidates)
        {
            (_drawn, _options) = (new RouteOption[candidates], new RouteOption[candidates]);
        }

        if (_drawnUnit.Length < candidates * Lines)
        {
            (_drawnUnit, _drawnAvailable) = (new long[candidates * Lines], new long[candidates * Lines]);
            (_unit, _available) = (new long[candidates * Lines], new long[candidates * Lines]);
        }
    }
}
