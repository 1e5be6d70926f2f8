using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>
/// A year of orders of the same shape as the real ones, from a seed alone: for where there are no data files. See <see cref="Shape"/> for
/// the measures. It has the same traps: a huge sale that comes back twelve minutes later, returns without a sale, a very long invoice.
/// </summary>
internal sealed class Generator
{
    /// <summary>How many lines the real year has.</summary>
    public const int YearLines = 541_909;

    private const double ReturnShare = 0.0165;
    private const double WriteOffShare = 0.00247;
    private const double FoundShare = 0.00214;
    private const double FeeShare = 0.0056;
    private const int DayMinutes = 24 * 60;
    private static readonly DateTimeOffset s_begin = new(2010, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ulong _seed;
    private readonly int _wanted;
    private readonly string[] _skus;
    private readonly double[] _popularity;
    private readonly List<OrderLine> _lines;
    private Seeded _draw;
    private int _fees;

    private Generator(int lines, ulong seed)
    {
        _seed = seed;
        _wanted = lines;
        _lines = new List<OrderLine>(lines);
        _draw = Seeded.For(seed, "generate", "orders");
        _skus = new string[Math.Clamp(lines / 40, 20, Shape.Skus)];
        _popularity = new double[_skus.Length];
        double sum = 0;
        for (var i = 0; i < _skus.Length; i++)
        {
            var suffix = _draw.Chance(0.3) ? "ABCDEFGHLMPS".Substring(_draw.Below(12), 1) : "";
            _skus[i] = (20_000 + (i * 7)).ToString(CultureInfo.InvariantCulture) + suffix;
            _popularity[i] = sum += Shape.Popularity(i * (double)Shape.Skus / _skus.Length);
        }
    }

    /// <summary>Generates orders, stores and postcodes. The same seed and number give the same data on every machine.</summary>
    /// <param name="lines">About how many order lines, postage and fees included; 1,000 to 5,000,000.</param>
    /// <param name="seed">Starts every draw.</param>
    public static RetailData Make(int lines, ulong seed)
    {
        var generator = new Generator(lines, seed);
        generator.Orders();
        var ordered = generator._lines
            .OrderBy(line => line.TimeMs).ThenBy(line => line.Invoice, StringComparer.Ordinal).ThenBy(line => line.Line);
        var stores = GeneratedNetwork.Stores(seed, Math.Clamp(lines / 200, 20, 2_534));
        return new RetailData([.. ordered], stores, GeneratedNetwork.Sectors(seed, 3_000))
        {
            Source = string.Create(CultureInfo.InvariantCulture, $"generated: {lines} lines, seed {seed}"),
            NotProductLines = generator._fees,
        };
    }

    private void Orders()
    {
        var number = 500_000;
        Trap(ref number);
        while (_lines.Count + _fees < _wanted)
        {
            number++;
            var time = Time();
            var invoice = number.ToString(CultureInfo.InvariantCulture);
            if (_draw.Chance(WriteOffShare * Shape.MeanLines))
            {
                Add(invoice, 1, LineKind.WriteOff, time, "", 1 + (int)(30 * _draw.Exponential()));
            }
            else if (_draw.Chance(FoundShare * Shape.MeanLines))
            {
                Add(invoice, 1, LineKind.Found, time, "", 1 + (int)(4 * _draw.Exponential()));
            }

            number++;
            Order(number.ToString(CultureInfo.InvariantCulture), time);
        }
    }

    private void Order(string invoice, long time)
    {
        var known = 12_000 + _draw.Below(Math.Clamp(_wanted / 120, 10, 4_372));
        var customer = _draw.Chance(0.25) ? "" : known.ToString(CultureInfo.InvariantCulture);
        var count = Math.Min((int)Shape.LinesPerOrder(_draw.Unit()), Math.Max(2, _wanted / 50));
        if (_draw.Chance(FeeShare * Shape.MeanLines))
        {
            _fees++;
        }

        for (var line = 1; line <= count; line++)
        {
            var sku = line > 1 && _draw.Chance(0.01) ? _lines[^1].Sku : Pick();
            var units = (int)Shape.UnitsPerLine(_draw.Unit());
            _lines.Add(new OrderLine(invoice, line, sku, LineKind.Sale, units, time, customer));
            if (_draw.Chance(ReturnShare))
            {
                Return(invoice, line, sku, units, time, customer);
            }
        }
    }

    /// <summary>Part of a sale comes back, nine days later at the median; one return in twenty has no sale.</summary>
    private void Return(string invoice, int line, string sku, int units, long time, string customer)
    {
        var days = Math.Min(120, 9 * _draw.Exponential() / Math.Log(2));
        var back = Math.Min(time + ((long)(days * DayMinutes) * 60_000), End);
        var returned = _draw.Chance(0.5) ? units : 1 + _draw.Below(units);
        var (what, howMany) = _draw.Chance(0.05) ? (Pick(), 1 + _draw.Below(12)) : (sku, returned);
        var cancelled = $"C{invoice}-{line.ToString(CultureInfo.InvariantCulture)}";
        _lines.Add(new OrderLine(cancelled, 1, what, LineKind.Return, howMany, back, customer));
    }

    /// <summary>
    /// On the last day almost all that was ever sold of one SKU is sold in one line, and comes back twelve minutes later.
    /// </summary>
    private void Trap(ref int number)
    {
        number++;
        var sku = _skus[^1];
        var time = End - (200 * 60_000);
        var invoice = number.ToString(CultureInfo.InvariantCulture);
        _lines.Add(new OrderLine(invoice, 1, sku, LineKind.Sale, Shape.LargestLine, time, "16446"));
        _lines.Add(new OrderLine($"C{invoice}", 1, sku, LineKind.Return, Shape.LargestLine, time + (12 * 60_000), "16446"));
    }

    private static long End => s_begin.AddDays(373).AddHours(17).ToUnixTimeMilliseconds();

    private void Add(string invoice, int line, LineKind kind, long time, string customer, int units) =>
        _lines.Add(new OrderLine(invoice, line, Pick(), kind, units, time, customer));

    private string Pick()
    {
        var at = Array.BinarySearch(_popularity, _draw.Unit() * _popularity[^1]);
        return _skus[Math.Min(at >= 0 ? at : ~at, _skus.Length - 1)];
    }

    /// <summary>
    /// A minute of the year: few days in winter and spring, many in autumn; closed on Saturdays; most orders around noon.
    /// </summary>
    private long Time()
    {
        while (true)
        {
            var day = s_begin.AddDays(_draw.Below(374));
            var open = day.DayOfWeek != DayOfWeek.Saturday && (day.Month != 12 || day.Day is < 24);
            if (open && _draw.Chance(Shape.MonthShare(day.Month)))
            {
                return day.AddMinutes((int)Shape.MinuteOfDay(_draw.Unit())).ToUnixTimeMilliseconds();
            }
        }
    }
}
