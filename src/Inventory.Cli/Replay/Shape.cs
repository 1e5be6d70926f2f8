namespace Inventory.Cli.Replay;

/// <summary>Measures of the real year (UCI Online Retail, product sales), from which the generator draws.</summary>
internal static class Shape
{
    /// <summary>SKUs ever sold.</summary>
    public const int Skus = 3_796;

    /// <summary>Lines of an order, on average.</summary>
    public const double MeanLines = 26.7;

    /// <summary>Units of the largest line.</summary>
    public const int LargestLine = 80_995;

    private static readonly (double At, double Value)[] s_linesPerOrder =
        [(0, 1), (0.05, 1), (0.10, 2), (0.25, 6), (0.50, 15), (0.75, 29), (0.90, 54), (0.95, 79), (0.99, 221), (0.999, 592), (1, 1_112)];

    private static readonly (double At, double Value)[] s_unitsPerLine =
        [(0, 1), (0.25, 1), (0.50, 3), (0.75, 11), (0.90, 24), (0.95, 30), (0.99, 100), (0.999, 448), (0.9999, 1_440), (1, 4_800)];

    /// <summary>
    /// Lines of the SKU at a rank, from the most sold one: the exponent is 0.27 over the first hundred and 0.5 over the first thousand.
    /// </summary>
    private static readonly (double Rank, double Lines)[] s_popularity =
        [(1, 2_332), (10, 1_328), (50, 916), (100, 689), (500, 294), (1_000, 166), (2_000, 62), (3_000, 13), (3_700, 1), (3_797, 1)];

    /// <summary>Orders by the hour of the day, from 6 to 20.</summary>
    private static readonly double[] s_hours = [20, 333, 1_308, 2_499, 2_890, 3_555, 3_545, 3_171, 2_981, 2_382, 1_534, 655, 310, 83, 6];

    private static readonly double[] s_months = [1_457, 1_360, 1_932, 1_713, 2_102, 1_974, 1_868, 1_673, 2_272, 2_548, 3_397, 2_000];

    /// <summary>How many lines an order has, at a share of all orders from the shortest.</summary>
    public static double LinesPerOrder(double share) => Quantile(s_linesPerOrder, share);

    /// <summary>How many units a line has, at a share of all lines from the smallest.</summary>
    public static double UnitsPerLine(double share) => Quantile(s_unitsPerLine, share);

    /// <summary>Weight of the SKU at a rank, from 0.</summary>
    public static double Popularity(double rank)
    {
        var at = rank + 1;
        var i = 1;
        while (i < s_popularity.Length - 1 && s_popularity[i].Rank < at)
        {
            i++;
        }

        var (low, high) = (s_popularity[i - 1], s_popularity[i]);
        var part = Math.Log(at / low.Rank) / Math.Log(high.Rank / low.Rank);
        return low.Lines * Math.Pow(high.Lines / low.Lines, part);
    }

    /// <summary>How busy a month is, from 0 to 1 for the busiest.</summary>
    public static double MonthShare(int month) => s_months[month - 1] / 3_397;

    /// <summary>The minute of the day, at a share of all orders from the earliest.</summary>
    public static double MinuteOfDay(double share)
    {
        var left = share * s_hours.Sum();
        var hour = 0;
        while (left >= s_hours[hour] && hour < s_hours.Length - 1)
        {
            left -= s_hours[hour++];
        }

        return (60 * (6 + hour)) + Math.Min(59, 60 * left / s_hours[hour]);
    }

    /// <summary>Between measured points the logarithm runs straight, so that small counts stay whole and the tail stays long.</summary>
    private static double Quantile((double At, double Value)[] points, double share)
    {
        var i = 1;
        while (i < points.Length - 1 && points[i].At < share)
        {
            i++;
        }

        var (low, high) = (points[i - 1], points[i]);
        var part = (share - low.At) / (high.At - low.At);
        return low.Value * Math.Pow(high.Value / low.Value, part) + 0.5;
    }
}
