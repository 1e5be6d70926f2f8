namespace Inventory.Domain.Routing;

/// <summary>The search of one <see cref="Router"/> call over sets of options.</summary>
internal sealed class RouteSearch
{
    private readonly RouteRequest _request;
    private readonly RouteOption[] _options;
    private readonly long _splitMinor;
    private readonly long _minPartValueMinor;
    private readonly int _maxParts;
    private readonly long[] _need;
    private readonly long[] _most;
    private readonly long[] _cheapest;
    private readonly int[] _set;
    private readonly long[][] _units;
    private int[] _best = [];
    private (long Unfilled, long Cost) _bestScore;
    private int _nodesLeft;

    public RouteSearch(RouteRequest request, RouteOption[] options, RoutingPolicy policy, int maxParts)
    {
        (_request, _options, _splitMinor, _minPartValueMinor) = (request, options, policy.SplitMinor, policy.MinPartValueMinor);
        _maxParts = Math.Min(maxParts, options.Length);
        _need = [.. request.Lines.Select(line => line.Units)];
        _most = new long[_need.Length];
        _cheapest = new long[_need.Length];
        Array.Fill(_cheapest, long.MaxValue);
        foreach (var option in options)
        {
            for (var i = 0; i < _need.Length; i++)
            {
                _most[i] = Math.Max(_most[i], option.Available[i]);
                _cheapest[i] = option.Available[i] > 0 ? Math.Min(_cheapest[i], option.UnitMinor[i]) : _cheapest[i];
            }
        }

        _set = new int[_maxParts];
        _units = [.. Enumerable.Range(0, _maxParts).Select(_ => new long[_need.Length])];
        _bestScore = (_need.Sum(), 0);
    }

    /// <summary>True once no better set can exist.</summary>
    public bool IsOptimal { get; private set; }

    /// <summary>No set with as many units filled as the best costs less.</summary>
    public long BoundMinor { get; private set; } = long.MinValue;

    public void Run(int nodes)
    {
        _nodesLeft = nodes;
        Greed();
        IsOptimal = true;
        for (var size = 1; size <= _maxParts && IsOptimal; size++)
        {
            var bound = (size * _options[0].FixedMinor) + ((size - 1) * _splitMinor) + CheapestRest();
            if (_bestScore.Unfilled == 0 && bound > _bestScore.Cost)
            {
                break; // nor can any larger set be better: prices of use are not below 0
            }

            IsOptimal = Extend(0, 0, size, 0);
        }

        BoundMinor = _options.Length == 0 ? 0 : Math.Min(_bestScore.Cost, _options[0].FixedMinor + CheapestRest());
    }

    public bool IsChosen(RouteOption option) => Array.Exists(_best, i => ReferenceEquals(_options[i], option));

    /// <summary>Each option with the cost of the whole by it alone; -1 if it cannot.</summary>
    public IEnumerable<(RouteOption Option, long Alone)> Alone()
    {
        for (var i = 0; i < _options.Length; i++)
        {
            _set[0] = i;
            var score = Score(1);
            yield return (_options[i], score.Unfilled == 0 ? score.Cost : -1);
        }
    }

    /// <summary>The best set, cheapest in use first, with the units of each line of the request.</summary>
    public IEnumerable<(RouteOption Option, long[] Units)> Best()
    {
        Array.Sort(_best);
        _best.CopyTo(_set, 0);
        _ = Score(_best.Length);
        for (var i = 0; i < _best.Length; i++)
        {
            yield return (_options[_best[i]], [.. _units[i]]);
        }
    }

    // Looks at all sets of a size that extend the first ones; false when it had to stop.
    private bool Extend(int depth, int first, int size, long fixedMinor)
    {
        var rest = size - depth;
        for (var i = first; i + rest <= _options.Length; i++)
        {
            var bound = fixedMinor + (rest * _options[i].FixedMinor) + ((size - 1) * _splitMinor) + CheapestRest();
            if (_bestScore.Unfilled == 0 && bound >= _bestScore.Cost)
            {
                return true; // those that follow are no cheaper in use
            }

            if (--_nodesLeft < 0)
            {
                return false;
            }

            _set[depth] = i;
            if (rest == 1)
            {
                Consider(size);
            }
            else if (CanStillFill(depth + 1, rest - 1) && !Extend(depth + 1, i + 1, size, fixedMinor + _options[i].FixedMinor))
            {
                return false;
            }
        }

        return true;
    }

    private void Consider(int size)
    {
        var score = Score(size);
        if (score.CompareTo(_bestScore) < 0)
        {
            (_best, _bestScore) = (_set[..size], score);
        }
    }

    // Divides the units among the first options of the set: line by line, cheapest first. A set that breaks a rule fills nothing.
    private (long Unfilled, long Cost) Score(int size)
    {
        var (unfilled, cost) = (0L, (size - 1) * _splitMinor);
        for (var k = 0; k < size; k++)
        {
            cost += _options[_set[k]].FixedMinor;
            Array.Clear(_units[k]);
        }

        for (var i = 0; i < _need.Length; i++)
        {
            var left = _need[i];
            while (left > 0 && Cheapest(i, size) is var k and >= 0)
            {
                var take = Math.Min(left, _options[_set[k]].Available[i]);
                _units[k][i] = take;
                cost += take * _options[_set[k]].UnitMinor[i];
                left -= take;
            }

            unfilled += left;
        }

        return MeetsPartRules(size) ? (unfilled, cost) : (long.MaxValue, 0);
    }

    // Of those in the set that gave none of the line yet: the one with the lowest price, of several the first of the options. Below 0 if there is none.
    private int Cheapest(int line, int size)
    {
        var (cheapest, price, place) = (-1, long.MaxValue, int.MaxValue);
        for (var k = 0; k < size; k++)
        {
            var option = _options[_set[k]];
            if (_units[k][line] == 0 && option.Available[line] > 0
                && (option.UnitMinor[line] < price || (option.UnitMinor[line] == price && _set[k] < place)))
            {
                (cheapest, price, place) = (k, option.UnitMinor[line], _set[k]);
            }
        }

        return cheapest;
    }

    private bool MeetsPartRules(int size)
    {
        for (var k = 0; k < size && size > 1; k++)
        {
            var (units, value) = (0L, 0L);
            for (var i = 0; i < _need.Length; i++)
            {
                units += _units[k][i];
                value += _units[k][i] * _request.Lines[i].UnitValueMinor;
            }

            if (units == 0 || value < _minPartValueMinor)
            {
                return false; // of a set with an idle location the smaller one is looked at anyway
            }
        }

        return true;
    }

    // The least that the units can cost, wherever they come from.
    private long CheapestRest()
    {
        var sum = 0L;
        for (var i = 0; i < _need.Length; i++)
        {
            if (_cheapest[i] != long.MaxValue)
            {
                sum += _bestScore.Unfilled == 0 ? _need[i] * _cheapest[i] : Math.Min(0, _need[i] * _cheapest[i]);
            }
        }

        return sum;
    }

    private bool CanStillFill(int size, int rest)
    {
        var lacking = 0L;
        for (var i = 0; i < _need.Length; i++)
        {
            var can = rest * Math.Min(_most[i], _need[i]);
            for (var k = 0; k < size && can < _need[i]; k++)
            {
                can += _options[_set[k]].Available[i];
            }

            lacking += Math.Max(0, _need[i] - can);
        }

        return lacking <= _bestScore.Unfilled;
    }

    // A first answer, so that the search has something to beat: what fills most, of that the cheapest; then exchanges while they help.
    private void Greed()
    {
        var size = 0;
        while (size < _maxParts)
        {
            var (best, bestScore) = (-1, _bestScore);
            for (var i = 0; i < _options.Length; i++)
            {
                if (Array.IndexOf(_set, i, 0, size) < 0)
                {
                    _set[size] = i;
                    var score = Score(size + 1);
                    if (score.CompareTo(bestScore) < 0)
                    {
                        (best, bestScore) = (i, score);
                    }
                }
            }

            if (best < 0)
            {
                break;
            }

            _set[size++] = best;
            (_best, _bestScore) = (_set[..size], bestScore);
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
                for (var i = 0; i < _options.Length; i++)
                {
                    if (Array.IndexOf(_set, i, 0, size) >= 0)
                    {
                        continue;
                    }

                    _set[k] = i;
                    var score = Score(size);
                    if (score.CompareTo(_bestScore) < 0)
                    {
                        (_best, _bestScore, kept, better) = (_set[..size], score, i, true);
                    }

                    _set[k] = kept;
                }
            }
        }
    }
}
