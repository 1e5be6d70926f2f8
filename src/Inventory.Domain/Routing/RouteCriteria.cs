using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>Packs ordered criteria into one number, so that comparing numbers compares the first criterion, then the second, and so on.</summary>
/// <remarks>
/// Each criterion gets as much of 62 bits as its largest possible sum needs; then a sum of packed figures is the packed sum. What is by unit is counted
/// from the least of all, if that is below 0: as many units are filled by whatever route is compared. If the figures of an order are so large that the
/// criteria do not fit, the last are rounded by powers of two, and a route is not called the best.
/// </remarks>
internal sealed class RouteCriteria
{
    private const int BitsMax = 62;

    private readonly RouteCriterion[] _criteria;
    private readonly long[] _fixed; // by option and criterion
    private readonly long[] _unit; // by option, line and criterion
    private readonly long[] _weight; // of a minor unit for weight, by criterion
    private readonly long[] _split;
    private readonly long[] _sum;
    private readonly int _lines;

    public RouteCriteria(RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, ReadOnlySpan<RouteOption> options, long[] unitCost, long[] need)
    {
        _criteria = [.. pricing.Policy.Criteria];
        var count = _criteria.Length;
        _lines = pricing.Lines;
        _fixed = new long[options.Length * count];
        _unit = new long[options.Length * _lines * count];
        (_weight, _split, _sum) = (new long[count], new long[count], new long[count]);
        for (var c = 0; c < count; c++)
        {
            _weight[c] = _criteria[c] is RouteCriterion.Money or RouteCriterion.Cost ? 1 : 0;
            _split[c] = _criteria[c] == RouteCriterion.Cost ? pricing.Policy.SplitMinor : 0;
        }

        for (var o = 0; o < options.Length; o++)
        {
            Figures(pricing, candidates[options[o].Candidate], options[o], o, unitCost);
        }

        for (var c = 0; c < count; c++)
        {
            Level(pricing, options, c, need);
        }
    }

    /// <summary>Packed figure of each location after the first.</summary>
    public long Split { get; private set; }

    /// <summary>Packed figure of a minor unit for weight.</summary>
    public long Weight { get; private set; }

    /// <summary>Puts packed figures where costs were.</summary>
    /// <returns>False if some were rounded.</returns>
    public bool Pack(Span<RouteOption> options, long[] unit)
    {
        var count = _criteria.Length;
        var (shift, drop, bits) = (new int[count], new int[count], 0);
        for (var c = count - 1; c >= 0; c--)
        {
            shift[c] = bits;
            bits += Bits(_sum[c]);
        }

        for (var (over, c) = (bits - BitsMax, count - 1); over > 0 && c >= 0; c--)
        {
            drop[c] = Math.Min(over, Bits(_sum[c]) - 1);
            over -= drop[c];
        }

        bits = 0;
        for (var c = count - 1; c >= 0; c--)
        {
            shift[c] = bits;
            bits += Bits(_sum[c]) - drop[c];
        }

        long Packed(ReadOnlySpan<long> figures)
        {
            var packed = 0L;
            for (var c = 0; c < count; c++)
            {
                packed += figures[c] >> drop[c] << shift[c];
            }

            return packed;
        }

        (Split, Weight) = (Packed(_split), Packed(_weight));
        for (var o = 0; o < options.Length; o++)
        {
            options[o].Fixed = Packed(_fixed.AsSpan(o * count, count));
            for (var i = 0; i < _lines; i++)
            {
                unit[(o * _lines) + i] = Packed(_unit.AsSpan(((o * _lines) + i) * count, count));
            }
        }

        return drop[^1] == 0;
    }

    private void Figures(RoutePricing pricing, RouteCandidate candidate, in RouteOption option, int o, long[] unitCost)
    {
        var count = _criteria.Length;
        var use = pricing.Use(candidate, option.Metres, option.Zone, option.PromisedAtMs);
        for (var c = 0; c < count; c++)
        {
            _fixed[(o * count) + c] = _criteria[c] switch
            {
                RouteCriterion.Parts => 1,
                RouteCriterion.Money => use.Shipping + use.Handling,
                RouteCriterion.Distance => (long)Math.Round(option.Metres),
                RouteCriterion.Promise => Math.Max(0, option.PromisedAtMs - pricing.Request.NowMs) / 60_000,
                RouteCriterion.Load => (long)Math.Round(1_000 * Math.Clamp(candidate.Load, 0, 1)),
                RouteCriterion.NotFound => (long)Math.Round(1_000 * (1 - Math.Clamp(candidate.FoundProbability, 0, 1))),
                RouteCriterion.Cost => use.Total,
                _ => 0,
            };
            for (var i = 0; i < _lines; i++)
            {
                _unit[(((o * _lines) + i) * count) + c] = _criteria[c] switch
                {
                    RouteCriterion.Money => pricing.KilogramMinor(option.Zone, i),
                    RouteCriterion.Scarcity => pricing.ScarcityMinor(candidate, i),
                    RouteCriterion.Cost => unitCost[(o * _lines) + i],
                    _ => 0,
                };
            }
        }
    }

    // Counts units from the least, and finds the largest sum that a route can have.
    private void Level(RoutePricing pricing, ReadOnlySpan<RouteOption> options, int c, long[] need)
    {
        var (count, most) = (_criteria.Length, 0L);
        for (var o = 0; o < options.Length; o++)
        {
            most = Math.Max(most, _fixed[(o * count) + c]);
        }

        Int128 sum = (Int128)pricing.Policy.MaxParts * (most + _split[c]);
        var least = 0L;
        for (var at = c; at < _unit.Length; at += count)
        {
            least = Math.Min(least, _unit[at]);
        }

        for (var i = 0; i < _lines; i++)
        {
            var dearest = 0L;
            for (var o = 0; o < options.Length; o++)
            {
                ref var figure = ref _unit[(((o * _lines) + i) * count) + c];
                figure -= least;
                dearest = Math.Max(dearest, figure);
            }

            sum += (Int128)need[i] * dearest;
        }

        if (_weight[c] > 0)
        {
            var grams = 0L;
            for (var i = 0; i < _lines; i++)
            {
                grams += need[i] * pricing.Request.Lines[i].UnitGrams;
            }

            for (var z = 0; z < pricing.Policy.Zones.Length; z++)
            {
                sum += (Int128)pricing.Policy.MaxParts * pricing.WeightMinor(z, grams);
            }
        }

        _sum[c] = sum > long.MaxValue / 4 ? long.MaxValue / 4 : (long)sum;
    }

    private static int Bits(long most) => most <= 0 ? 1 : 64 - (int)long.LeadingZeroCount(most);
}
