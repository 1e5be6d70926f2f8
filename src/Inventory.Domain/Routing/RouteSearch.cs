namespace Inventory.Domain.Routing;

/// <summary>The search of one <see cref="Router"/> call over sets of options.</summary>
internal sealed class RouteSearch
{
    private readonly RouteTable _table;
    private readonly RouteDivision _division;
    private readonly long[] _need;
    private readonly long[] _available;
    private readonly long[] _unit;
    private readonly long[] _most; // of each line, of the options from one on: by option, then line
    private readonly long[] _cheapest;
    private readonly int _lines;
    private readonly int _count;
    private readonly int _maxParts;
    private readonly int[] _set;
    private int[] _best = [];
    private long[]? _bestUnits; // if they are coupled
    private RouteScore _bestScore;
    private int _nodesLeft;

    public RouteSearch(RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, RouteTable table, int maxParts)
    {
        (_table, _need, _available, _unit, _lines, _count) = (table, table.Need, table.Available, table.Unit, table.Lines, table.Count);
        _maxParts = Math.Min(maxParts, _count);
        _set = new int[Math.Max(1, _maxParts)];
        _cheapest = new long[_lines];
        Array.Fill(_cheapest, long.MaxValue);
        _most = new long[(_count + 1) * _lines];
        for (var o = _count - 1; o >= 0; o--)
        {
            var (at, next) = (o * _lines, (o + 1) * _lines);
            for (var i = 0; i < _lines; i++)
            {
                _most[at + i] = Math.Max(_most[next + i], _available[at + i]);
                _cheapest[i] = _available[at + i] > 0 ? Math.Min(_cheapest[i], _unit[at + i]) : _cheapest[i];
            }
        }

        _division = new RouteDivision(pricing, candidates, table, _set, _cheapest);
        var wanted = 0L;
        foreach (var units in _need)
        {
            wanted += units;
        }

        _bestScore = new RouteScore(wanted, 0);
    }

    /// <summary>True once no better set can exist.</summary>
    public bool IsOptimal { get; private set; }

    /// <summary>No set with as many units filled as the best scores less.</summary>
    public long Bound { get; private set; }

    /// <summary>The score of the best set.</summary>
    public RouteScore BestScore => _bestScore;

    /// <summary>The best set: its options, cheapest in use first, each with the units of each line.</summary>
    public IEnumerable<(RouteOption Option, ArraySegment<long> Units)> Best()
    {
        var units = _bestUnits;
        if (units is null)
        {
            _best.CopyTo(_set, 0);
            _division.Plain(_best.Length);
            units = _division.BestUnits;
        }

        var places = new int[_best.Length];
        for (var k = 0; k < places.Length; k++)
        {
            places[k] = k;
        }

        Array.Sort(places, (a, b) => _best[a].CompareTo(_best[b]));
        foreach (var k in places)
        {
            yield return (_table.Options[_best[k]], new ArraySegment<long>(units, k * _lines, _lines));
        }
    }

    public void Run(int nodes)
    {
        _nodesLeft = nodes;
        Greed();
        IsOptimal = true;
        var proved = 0;
        for (var size = 1; size <= _maxParts && IsOptimal; size++)
        {
            if (_bestScore.Unfilled == 0 && LeastOf(size) > _bestScore.Cost)
            {
                break; // nor can any larger set be better: scores of use are not below 0
            }

            IsOptimal = Extend(0, 0, size, 0);
            proved = IsOptimal ? size : proved;
        }

        IsOptimal &= !_division.GaveUp;
        Bound = IsOptimal || _count == 0 ? _bestScore.Cost
            : Math.Min(_bestScore.Cost, LeastOf(_division.GaveUp ? Fewest() : Math.Max(Fewest(), proved + 1)));
    }

    // No set of this or a larger size that fills as much as the best scores less.
    private long LeastOf(int size)
    {
        var score = (size - 1) * _table.Split;
        for (var k = 0; k < size && k < _count; k++)
        {
            score += _table.Options[k].Fixed;
        }

        return score + CheapestRest(_bestScore.Unfilled);
    }

    // No set of fewer locations fills as much as the best.
    private int Fewest()
    {
        var fills = new long[_count];
        var wanted = -_bestScore.Unfilled;
        for (var i = 0; i < _lines; i++)
        {
            wanted += _need[i];
        }

        for (var at = 0; at < _count * _lines; at++)
        {
            fills[at / _lines] += _available[at];
        }

        Array.Sort(fills);
        var parts = 0;
        for (var o = _count - 1; o >= 0 && wanted > 0; o--)
        {
            wanted -= fills[o];
            parts++;
        }

        return Math.Max(1, parts);
    }

    // Looks at all sets of a size that extend the first ones; false when it had to stop.
    private bool Extend(int depth, int first, int size, long fixedScore)
    {
        var rest = size - depth;
        var options = _table.Options;
        for (var i = first; i + rest <= _count; i++)
        {
            var bound = fixedScore + (rest * options[i].Fixed) + ((size - 1) * _table.Split) + CheapestRest(_bestScore.Unfilled);
            if (_bestScore.Unfilled == 0 && bound >= _bestScore.Cost)
            {
                return true; // those that follow are no cheaper in use
            }

            if (--_nodesLeft < 0)
            {
                return false;
            }

            var lacking = Lacking(depth, i, rest, out var least);
            if (lacking > _bestScore.Unfilled || (lacking == _bestScore.Unfilled && fixedScore + (rest * options[i].Fixed)
                + ((size - 1) * _table.Split) + least >= _bestScore.Cost))
            {
                return true; // nor can those that follow do better
            }

            _set[depth] = i;
            if (rest == 1)
            {
                Consider(size);
            }
            else if (!Extend(depth + 1, i + 1, size, fixedScore + options[i].Fixed))
            {
                return false;
            }
        }

        return true;
    }

    // Takes the set if it is better than the best. What is coupled only adds to the score of the simple division.
    private void Consider(int size)
    {
        var score = _division.Simple(size, _bestScore, out var isLegal, out var isCoupled);
        if (score.CompareTo(_bestScore) >= 0)
        {
            return;
        }

        score = isCoupled ? _division.Coupled(size, _bestScore) : isLegal ? score : RouteScore.None;
        if (score.CompareTo(_bestScore) < 0)
        {
            (_best, _bestScore, _bestUnits) = (_set[..size], score, isCoupled ? _division.BestUnits : null);
        }
    }

    // The least that the units can score, wherever they come from; with units unfilled, the dearest may be the ones that are not there.
    private long CheapestRest(long unfilled)
    {
        var score = 0L;
        for (var i = 0; i < _lines; i++)
        {
            score += _cheapest[i] == long.MaxValue ? 0 : unfilled == 0 ? _need[i] * _cheapest[i] : Math.Min(0, _need[i] * _cheapest[i]);
        }

        return score;
    }

    // Units that the first of the set and any of those from one on leave at least, and what the others then score at least.
    private long Lacking(int depth, int from, int rest, out long least)
    {
        var lacking = 0L;
        least = 0;
        for (var i = 0; i < _lines; i++)
        {
            var can = rest * _most[(from * _lines) + i];
            for (var k = 0; k < depth && can < _need[i]; k++)
            {
                can += _available[(_set[k] * _lines) + i];
            }

            lacking += Math.Max(0, _need[i] - can);
            least += can == 0 ? 0 : Math.Min(_need[i], can) * _cheapest[i];
        }

        return lacking;
    }

    // A first answer, so that the search has something to beat: what fills most, of that the cheapest; then exchanges while they help.
    private void Greed()
    {
        var size = 0;
        while (size < _maxParts)
        {
            var best = -1;
            for (var i = 0; i < _count; i++)
            {
                if (Array.IndexOf(_set, i, 0, size) < 0)
                {
                    _set[size] = i;
                    var before = _bestScore;
                    Consider(size + 1);
                    best = _bestScore != before ? i : best;
                }
            }

            if (best < 0)
            {
                break;
            }

            _set[size++] = best;
        }

        Exchange(size);
    }

    private void Exchange(int size)
    {
        for (var better = size > 1; better;)
        {
            better = false;
            for (var k = 0; k < size; k++)
            {
                var kept = _set[k];
                var others = ((size - 1) * _table.Split) + CheapestRest(0) - _table.Options[kept].Fixed;
                for (var each = 0; each < size; each++)
                {
                    others += _table.Options[_set[each]].Fixed;
                }

                for (var i = 0; i < _count && (_bestScore.Unfilled > 0 || others + _table.Options[i].Fixed < _bestScore.Cost); i++)
                {
                    if (Array.IndexOf(_set, i, 0, size) < 0)
                    {
                        _set[k] = i;
                        var before = _bestScore;
                        Consider(size);
                        (kept, better) = _bestScore != before ? (i, true) : (kept, better);
                        _set[k] = kept;
                    }
                }
            }
        }
    }
}
