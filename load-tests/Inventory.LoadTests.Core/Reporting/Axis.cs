namespace Inventory.LoadTests.Reporting;

/// <summary>Maps values to 0..1 along an edge of a chart, and knows what to write beside it.</summary>
internal sealed class Axis
{
    private readonly Func<double, double> _place;
    private readonly double _from;
    private readonly double _to;

    private Axis(Func<double, double> place, double min, double max, IReadOnlyList<(double Value, string Text)> ticks)
    {
        (_place, _from, _to, Ticks) = (place, place(min), place(max), ticks);
    }

    /// <summary>Values that get a line and a text.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; }

    /// <summary>0 at the beginning of the axis, 1 at its end; what lies outside is put at the edge.</summary>
    public double Place(double value) => Math.Clamp((_place(value) - _from) / (_to - _from), 0, 1);

    /// <summary>From 0 to a round number at or above the maximum.</summary>
    public static Axis Linear(double max, Func<double, string> text)
    {
        max = max > 0 ? max : 1;
        var rough = max / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 2.5, 5, 10 }.Select(factor => factor * power).First(each => each >= rough * 0.999);
        var count = (int)Math.Ceiling(max / step * 0.999);
        return new Axis(value => value, 0, count * step, [.. Enumerable.Range(0, count + 1).Select(i => (i * step, text(i * step)))]);
    }

    /// <summary>Powers of ten around the values; at least one decade.</summary>
    public static Axis Log(double min, double max, Func<double, string> text)
    {
        min = Math.Max(min, 1e-9);
        var low = (int)Math.Floor(Math.Log10(min) + 1e-9);
        var high = Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(Math.Max(min, max)) - 1e-9));
        return new Axis(
            value => Math.Log10(Math.Max(value, 1e-9)),
            Math.Pow(10, low),
            Math.Pow(10, high),
            [.. Enumerable.Range(low, high - low + 1).Select(power => (Math.Pow(10, power), text(Math.Pow(10, power))))]);
    }

    /// <summary>Percentiles by their rarity: as far from 90 to 99 as from 99 to 99.9.</summary>
    /// <param name="nines">Where it ends: 3 is 99.9.</param>
    public static Axis Percentile(int nines) => new(
        percentile => -Math.Log10(Math.Max(1 - (percentile / 100), 1e-9)),
        0,
        100 - (100 * Math.Pow(10, -nines)),
        [(0, "0"), (50, "50"), .. Enumerable.Range(1, nines).Select(i => (100 - (100 * Math.Pow(10, -i)), NinesText(i)))]);

    private static string NinesText(int nines) => nines switch { 1 => "90", 2 => "99", _ => "99." + new string('9', nines - 2) };
}
