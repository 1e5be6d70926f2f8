using System.Collections.Immutable;

namespace Inventory.Domain.Routing;

/// <summary>How the units of a request are divided among the locations of a set.</summary>
/// <remarks>
/// Lines share nothing but the set, unless a location's picks, parcels or common components are few, its price depends on the weight of all, or each part
/// must have a value: then they are coupled. Uncoupled, each line is best taken from the cheapest first. That score is a bound of the coupled one, for
/// coupling only adds to it; what is below the best so far is searched share by share, cheapest first, and left where it cannot beat that.
/// </remarks>
internal sealed class RouteDivision
{
    // Shares that are tried in one call, a millisecond's work, and for one set. After that each set gets a few more, so that it is not left without an answer.
    private const int SharesMax = 20_000;
    private const int SharesOfSetMax = 5_000;
    private const int SharesAfterwards = 64;

    // Lines and locations that are tried within each other: each is a call on the stack.
    private const int DepthMax = 2_000;

    private readonly RoutePricing _pricing;
    private readonly IReadOnlyList<RouteCandidate> _candidates;
    private readonly RouteTable _table;
    private readonly int[] _set;
    private readonly int _lines;
    private readonly long _minPartValue;
    private readonly long[] _unitValues;
    private readonly long[] _units; // by place in the set, then line
    private readonly long[] _bestUnits;
    private readonly long[] _grams;
    private readonly long[] _values;
    private readonly long[] _picks;
    private readonly long[] _taken;
    private readonly long[] _sharedTaken; // by place in the set, then thing that lines share
    private readonly int[] _turn; // by line, then turn: place in the set
    private readonly long[] _cheapestFrom; // what the lines from one on score at least, if all of them are filled
    private readonly long[] _lack; // from this line on
    private readonly long[] _rest;
    private int _size;
    private int _sharesLeft = SharesMax;
    private int _setLeft;
    private RouteScore _best;

    public RouteDivision(RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, RouteTable table, int[] set, long[] cheapest)
    {
        _cheapestFrom = new long[table.Lines + 1];
        for (var i = table.Lines - 1; i >= 0; i--)
        {
            _cheapestFrom[i] = _cheapestFrom[i + 1] + (cheapest[i] == long.MaxValue ? 0 : table.Need[i] * cheapest[i]);
        }

        (_pricing, _candidates, _table, _set, _lines, _minPartValue) =
            (pricing, candidates, table, set, table.Lines, pricing.Policy.MinPartValueMinor);
        (_units, _bestUnits, _turn) = (new long[set.Length * _lines], new long[set.Length * _lines], new int[set.Length * _lines]);
        (_grams, _values, _picks, _taken) = (new long[set.Length], new long[set.Length], new long[set.Length], new long[set.Length]);
        (_lack, _rest, _unitValues) = (new long[_lines + 1], new long[_lines + 1], new long[_lines]);
        _sharedTaken = Shared.IsEmpty ? [] : new long[set.Length * Shared.Length];
        for (var i = 0; i < _lines; i++)
        {
            _unitValues[i] = pricing.Request.Lines[i].UnitValueMinor;
        }
    }

    private ImmutableArray<ImmutableArray<long>> Shared => _pricing.Request.Shared;

    /// <summary>True once shares were left untried.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>The units of the division that <see cref="Coupled"/> found, or <see cref="Plain"/> made: by place in the set, then line.</summary>
    public long[] BestUnits => _bestUnits[..(_size * _lines)];

    /// <summary>The best division as if nothing were coupled, or anything that is no better than the best so far.</summary>
    /// <param name="size">Size of the set.</param>
    /// <param name="best">What is to be beaten.</param>
    /// <param name="isLegal">True if each location has something to do.</param>
    /// <param name="isCoupled">True if it is only a bound.</param>
    public RouteScore Simple(int size, RouteScore best, out bool isLegal, out bool isCoupled)
    {
        var options = _table.Options;
        var (unfilled, cost, used, all) = (0L, (size - 1) * _table.Split, 0u, (1u << size) - 1);
        (isLegal, isCoupled) = (false, false);
        for (var k = 0; k < size; k++)
        {
            ref readonly var option = ref options[_set[k]];
            cost += option.Fixed;
            isCoupled |= option.IsCoupled || option.IsWeighed;
            _values[k] = 0;
        }

        for (var i = 0; i < _lines; i++)
        {
            if (unfilled > best.Unfilled || (best.Unfilled == 0 && cost + _cheapestFrom[i] >= best.Cost))
            {
                return RouteScore.None; // the lines that follow can only add to it
            }

            var (left, open) = (_table.Need[i], all);
            while (left > 0 && Cheapest(i, open, size) is var k and >= 0)
            {
                var at = (_set[k] * _lines) + i;
                var take = Math.Min(left, _table.Available[at]);
                cost += take * _table.Unit[at];
                left -= take;
                open &= ~(1u << k);
                used |= 1u << k;
                _values[k] += take * _unitValues[i];
            }

            unfilled += left;
        }

        isLegal = used == all;
        for (var k = 0; _minPartValue > 0 && k < size && size > 1; k++)
        {
            isCoupled |= _values[k] < _minPartValue;
        }

        return new RouteScore(unfilled, cost);
    }

    /// <summary>The best division that respects what is coupled, if it is better than the best so far.</summary>
    public RouteScore Coupled(int size, RouteScore best)
    {
        if (size == 1 && !_table.Options[_set[0]].IsCoupled)
        {
            return Alone(best);
        }

        Prepare(size, best);
        Favour(-1);
        for (var first = 0; _minPartValue > 0 && first < size; first++)
        {
            Favour(first);
        }

        if (_lines * size > DepthMax)
        {
            GaveUp = true;
        }
        else
        {
            var begun = Math.Max(SharesAfterwards, Math.Min(_sharesLeft, SharesOfSetMax));
            _setLeft = begun;
            Walk(0, 0, _table.Need[0], 0, StartCost());
            _sharesLeft -= begun - Math.Max(0, _setLeft);
            GaveUp |= _setLeft < 0;
        }

        return _best.CompareTo(best) < 0 ? _best : RouteScore.None;
    }

    // One location gives what it has: there is nothing to try.
    private RouteScore Alone(RouteScore best)
    {
        (_size, _best) = (1, RouteScore.None);
        ref readonly var option = ref _table.Options[_set[0]];
        var (unfilled, cost, grams) = (0L, option.Fixed, 0L);
        for (var i = 0; i < _lines; i++)
        {
            var at = (_set[0] * _lines) + i;
            _bestUnits[i] = _table.Available[at];
            unfilled += _table.Need[i] - _bestUnits[i];
            cost += _bestUnits[i] * _table.Unit[at];
            grams += _bestUnits[i] * _pricing.Request.Lines[i].UnitGrams;
        }

        var score = new RouteScore(unfilled, cost + (_pricing.WeightMinor(option.Zone, grams) * _table.WeightScore));
        return score.CompareTo(best) < 0 ? score : RouteScore.None;
    }

    /// <summary>Divides as if nothing were coupled; the units are in <see cref="BestUnits"/>.</summary>
    public void Plain(int size)
    {
        Prepare(size, new RouteScore(long.MaxValue, long.MaxValue));
        Favour(-1);
    }

    private void Prepare(int size, RouteScore best)
    {
        (_size, _best) = (size, best);
        (_lack[_lines], _rest[_lines]) = (0, 0);
        for (var i = _lines - 1; i >= 0; i--)
        {
            var (open, left, cost) = ((1u << size) - 1, _table.Need[i], 0L);
            for (var turn = 0; turn < size; turn++)
            {
                var k = Cheapest(i, open, size);
                _turn[(i * size) + turn] = k;
                if (k >= 0)
                {
                    var at = (_set[k] * _lines) + i;
                    var take = Math.Min(left, _table.Available[at]);
                    cost += take * _table.Unit[at];
                    left -= take;
                    open &= ~(1u << k);
                }
            }

            (_lack[i], _rest[i]) = (_lack[i + 1] + left, _rest[i + 1] + cost);
        }

        Clear();
    }

    private void Clear()
    {
        Array.Clear(_units, 0, _size * _lines);
        Array.Clear(_grams, 0, _size);
        Array.Clear(_values, 0, _size);
        Array.Clear(_picks, 0, _size);
        Array.Clear(_taken, 0, _size);
        Array.Clear(_sharedTaken, 0, _size * Shared.Length);
    }

    private long StartCost()
    {
        var cost = (_size - 1) * _table.Split;
        for (var k = 0; k < _size; k++)
        {
            cost += _table.Options[_set[k]].Fixed;
        }

        return cost;
    }

    // Of those that are open and have some of the line, the one with the lowest price; of several the first of the options. Below 0 if there is none.
    private int Cheapest(int line, uint open, int size)
    {
        var (cheapest, price, place) = (-1, long.MaxValue, int.MaxValue);
        for (var k = 0; k < size; k++)
        {
            var at = (_set[k] * _lines) + line;
            if ((open & (1u << k)) != 0 && _table.Available[at] > 0
                && (_table.Unit[at] < price || (_table.Unit[at] == price && _set[k] < place)))
            {
                (cheapest, price, place) = (k, _table.Unit[at], _set[k]);
            }
        }

        return cheapest;
    }

    // One division, cheapest first, but one location takes what it can until its part has the value that is asked.
    private void Favour(int first)
    {
        Clear();
        var (unfilled, cost) = (0L, StartCost());
        for (var i = 0; i < _lines; i++)
        {
            var left = _table.Need[i];
            if (first >= 0 && _values[first] < _minPartValue)
            {
                Give(first, i, Room(first, i, left), ref left, ref cost);
            }

            for (var turn = 0; turn < _size && left > 0 && _turn[(i * _size) + turn] is var k and >= 0; turn++)
            {
                Give(k, i, Room(k, i, left), ref left, ref cost);
            }

            unfilled += left;
        }

        Leaf(unfilled, cost);
        Clear();
    }

    private void Give(int k, int line, long units, ref long left, ref long cost)
    {
        if (units > 0)
        {
            left -= units;
            cost += Move(k, line, units);
        }
    }

    // Tries every share of the line, and of those that follow, that may still be better than the best.
    private void Walk(int line, int turn, long left, long unfilled, long cost)
    {
        if (--_setLeft < 0)
        {
            return;
        }

        var can = 0L;
        for (var t = turn; t < _size && _turn[(line * _size) + t] is var each and >= 0; t++)
        {
            can += _table.Available[(_set[each] * _lines) + line] - _units[(each * _lines) + line];
        }

        var place = turn < _size ? _turn[(line * _size) + turn] : -1;
        var price = place < 0 ? 0 : _table.Unit[(_set[place] * _lines) + line];
        var least = new RouteScore(
            unfilled + Math.Max(0, left - can) + _lack[line + 1], cost + (Math.Min(left, can) * price) + _rest[line + 1]);
        if (least.CompareTo(_best) >= 0)
        {
            return;
        }

        if (left == 0 || place < 0)
        {
            Next(line + 1, unfilled + left, cost);
            return;
        }

        var others = can - _table.Available[(_set[place] * _lines) + line];
        for (var units = Room(place, line, left); units >= 0 && _setLeft >= 0; units--)
        {
            if (unfilled + Math.Max(0, left - units - others) + _lack[line + 1] > _best.Unfilled)
            {
                return; // fewer units here only leave more without a location
            }

            var added = Move(place, line, units);
            Walk(line, turn + 1, left - units, unfilled, cost + added);
            Move(place, line, -units);
        }
    }

    private void Next(int line, long unfilled, long cost)
    {
        if (line == _lines)
        {
            Leaf(unfilled, cost);
        }
        else
        {
            Walk(line, 0, _table.Need[line], unfilled, cost);
        }
    }

    private void Leaf(long unfilled, long cost)
    {
        var score = new RouteScore(unfilled, cost);
        for (var k = 0; k < _size; k++)
        {
            if (_taken[k] == 0 || (_size > 1 && _values[k] < _minPartValue))
            {
                return; // of a set with an idle location the smaller one is looked at anyway
            }
        }

        if (score.CompareTo(_best) < 0)
        {
            _best = score;
            Array.Copy(_units, _bestUnits, _size * _lines);
        }
    }

    // Most units of a line that a location has room for.
    private long Room(int k, int line, long left)
    {
        var option = _table.Options[_set[k]];
        var units = Math.Min(left, _table.Available[(_set[k] * _lines) + line] - _units[(k * _lines) + line]);
        if (!option.IsCoupled || units == 0)
        {
            return units;
        }

        var candidate = _candidates[option.Candidate];
        if (_units[(k * _lines) + line] == 0 && _picks[k] >= candidate.PicksLeft)
        {
            return 0;
        }

        for (var thing = 0; thing < Shared.Length; thing++)
        {
            var each = Shared[thing][line];
            units = each == 0 ? units : Math.Min(units, (candidate.SharedAvailable[thing] - _sharedTaken[(k * Shared.Length) + thing]) / each);
        }

        var (grams, most) = (_pricing.Request.Lines[line].UnitGrams, _pricing.MostGrams(option.Zone, candidate.ParcelsLeft));
        return grams == 0 || most == long.MaxValue ? units : Math.Clamp((most - _grams[k]) / grams, 0, units);
    }

    // Gives a location some units more, or takes them away again; tells what that adds to the cost.
    private long Move(int k, int line, long units)
    {
        if (units == 0)
        {
            return 0;
        }

        var option = _table.Options[_set[k]];
        var at = (k * _lines) + line;
        var before = option.IsWeighed ? _pricing.WeightMinor(option.Zone, _grams[k]) : 0;
        _picks[k] -= _units[at] > 0 ? 1 : 0;
        _units[at] += units;
        _picks[k] += _units[at] > 0 ? 1 : 0;
        _taken[k] += units;
        _grams[k] += units * _pricing.Request.Lines[line].UnitGrams;
        _values[k] += units * _unitValues[line];
        for (var thing = 0; thing < Shared.Length; thing++)
        {
            _sharedTaken[(k * Shared.Length) + thing] += units * Shared[thing][line];
        }
        var weight = option.IsWeighed ? _pricing.WeightMinor(option.Zone, _grams[k]) - before : 0;
        return (units * _table.Unit[(_set[k] * _lines) + line]) + (weight * _table.WeightScore);
    }
}
