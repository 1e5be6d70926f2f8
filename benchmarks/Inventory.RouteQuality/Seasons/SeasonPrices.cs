namespace Inventory.RouteQuality.Seasons;

/// <summary>Prices of units at facilities, the cheapest way of an order at such prices, and the bound that follows for all orders of a season.</summary>
/// <remarks>
/// The bound is Lagrange's: give up that a facility has only so many units, and let each unit cost a price instead. Whatever the prices, the orders'
/// cheapest ways less the prices of all stock cost no more than any way of the season, also of one who knows all orders beforehand. Prices are raised by
/// subgradients. At steps of one length from there, the mean of the ways uses no more of a unit than there is, but for the way that its price went over all
/// steps: so it goes to a solution of the linear program over ways of whole orders, from which the papers' rounding starts.
/// </remarks>
internal sealed class SeasonPrices
{
    private const int Rounds = 600;
    private const int PatienceRounds = 20;
    private const int MeanRounds = 500;
    private const double MeanStep = 0.2;
    private static readonly int s_facilities = SeasonSetting.Facilities.Length;
    private readonly SeasonNetwork _network;
    private readonly double[][] _counts;
    private readonly double[][] _prices = [.. Enumerable.Range(0, SeasonSetting.Skus).Select(_ => new double[s_facilities])];

    private double[][][][]? _shares;

    private SeasonPrices(SeasonNetwork network, double[][] counts) => (_network, _counts) = (network, counts);

    /// <summary>No way of the season costs less, in thousandths of a dollar.</summary>
    public double Bound { get; private set; } = double.NegativeInfinity;

    /// <summary>By kind, city and line: share of the orders whose line each facility sends; the last share is what nobody sends.</summary>
    public double[][][][] Shares => _shares ??= Mean();

    /// <summary>Finds prices for so many orders of each kind and city.</summary>
    /// <param name="network">Kinds and stock.</param>
    /// <param name="counts">Orders by kind, then by city; need not be whole.</param>
    /// <param name="known">What some way of the season costs: the steps are measured by it. Half as much again as the bound will do.</param>
    public static SeasonPrices Of(SeasonNetwork network, double[][] counts, double known)
    {
        var found = new SeasonPrices(network, counts);
        found.Raise(known);
        return found;
    }

    /// <summary>The cheapest way of an order at the prices: the facility of each line, or the number of facilities for nobody.</summary>
    /// <param name="skus">Its lines, at most <see cref="SeasonSetting.LinesMax"/>.</param>
    /// <param name="city">Where it goes.</param>
    /// <param name="stock">What there is, by SKU and facility: what has nothing sends nothing.</param>
    /// <param name="by">Gets a facility for each line.</param>
    /// <returns>What it costs, prices of units among it.</returns>
    public double Cheapest(int[] skus, int city, long[][] stock, Span<int> by)
    {
        Span<double> cost = stackalloc double[SeasonSetting.LinesMax * (s_facilities + 1)];
        for (var line = 0; line < skus.Length; line++)
        {
            for (var f = 0; f < s_facilities; f++)
            {
                cost[(line * (s_facilities + 1)) + f] =
                    stock[skus[line]][f] > 0 ? SeasonSetting.UnitCost(f, city) + _prices[skus[line]][f] : double.PositiveInfinity;
            }

            cost[(line * (s_facilities + 1)) + s_facilities] = SeasonSetting.UnsentUnitCost(city);
        }

        Span<int> here = stackalloc int[SeasonSetting.LinesMax];
        var best = double.PositiveInfinity;
        for (var set = 1; set < 1 << (s_facilities + 1); set++)
        {
            var sum = CostOf(set, cost, here[..skus.Length]);
            if (sum < best)
            {
                best = sum;
                here[..skus.Length].CopyTo(by);
            }
        }

        return best;
    }

    private static double CostOf(int set, ReadOnlySpan<double> cost, Span<int> by)
    {
        var sum = 0.0;
        for (var f = 0; f <= s_facilities; f++)
        {
            sum += (set >> f & 1) == 0 ? 0 : f == s_facilities ? SeasonSetting.Unsent * SeasonSetting.Parcel : SeasonSetting.Parcel;
        }

        for (var line = 0; line < by.Length; line++)
        {
            var least = double.PositiveInfinity;
            for (var f = 0; f <= s_facilities; f++)
            {
                if ((set >> f & 1) != 0 && cost[(line * (s_facilities + 1)) + f] < least)
                {
                    (least, by[line]) = (cost[(line * (s_facilities + 1)) + f], f);
                }
            }

            sum += least;
        }

        return sum;
    }

    private void Raise(double known)
    {
        var kept = _prices.Select(prices => prices.ToArray()).ToArray();
        var (pace, since) = (1.0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (value, used) = Evaluate();
            if (value > Bound)
            {
                (Bound, since) = (value, 0);
                Copy(_prices, kept);
            }
            else if (++since == PatienceRounds)
            {
                (pace, since) = (pace / 2, 0);
                Copy(kept, _prices);
                continue;
            }

            Step(used, pace * (known - value) / Square(used));
        }

        Copy(kept, _prices);
    }

    private double[][][][] Mean()
    {
        double[][][][] shares = [.. _network.Kinds.Select(kind => SeasonSetting.Cities.Select(_ =>
            kind.Skus.Select(_ => new double[s_facilities + 1]).ToArray()).ToArray())];
        var kept = _prices.Select(prices => prices.ToArray()).ToArray();
        for (var round = 0; round < MeanRounds; round++)
        {
            var (_, used) = Evaluate(shares, 1.0 / (round + 1));
            Step(used, MeanStep);
        }

        Copy(kept, _prices);
        return shares;
    }

    private static void Copy(double[][] from, double[][] to)
    {
        for (var sku = 0; sku < from.Length; sku++)
        {
            from[sku].CopyTo(to[sku], 0);
        }
    }

    private double Square(double[][] used)
    {
        var square = 1.0;
        for (var sku = 0; sku < used.Length; sku++)
        {
            for (var f = 0; f < s_facilities; f++)
            {
                var over = used[sku][f] - _network.Stock[sku][f];
                square += _prices[sku][f] > 0 || over > 0 ? over * over : 0;
            }
        }

        return square;
    }

    private void Step(double[][] used, double length)
    {
        for (var sku = 0; sku < used.Length; sku++)
        {
            for (var f = 0; f < s_facilities; f++)
            {
                _prices[sku][f] = Math.Max(0, _prices[sku][f] + (length * (used[sku][f] - _network.Stock[sku][f])));
            }
        }
    }

    // The value at these prices and the units that the cheapest ways take; the ways enter their mean, if there is one, with a weight.
    private (double Value, double[][] Used) Evaluate(double[][][][]? mean = null, double weight = 0)
    {
        var used = _prices.Select(_ => new double[s_facilities]).ToArray();
        var value = 0.0;
        var by = new int[SeasonSetting.LinesMax];
        for (var kind = 0; kind < _counts.Length; kind++)
        {
            var skus = _network.Kinds[kind].Skus;
            for (var city = 0; city < SeasonSetting.Cities.Length && skus.Length > 0; city++)
            {
                value += _counts[kind][city] * Cheapest(skus, city, _network.Stock, by);
                for (var line = 0; line < skus.Length; line++)
                {
                    if (by[line] < s_facilities)
                    {
                        used[skus[line]][by[line]] += _counts[kind][city];
                    }

                    for (var f = 0; f <= s_facilities && mean?[kind][city][line] is { } shares; f++)
                    {
                        shares[f] += weight * ((f == by[line] ? 1 : 0) - shares[f]);
                    }
                }
            }
        }

        for (var sku = 0; sku < _prices.Length; sku++)
        {
            for (var f = 0; f < s_facilities; f++)
            {
                value -= _prices[sku][f] * _network.Stock[sku][f];
            }
        }

        return (value, used);
    }
}
