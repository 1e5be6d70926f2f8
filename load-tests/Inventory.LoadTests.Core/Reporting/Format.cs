using System.Globalization;

namespace Inventory.LoadTests.Reporting;

/// <summary>Numbers as people read them: three digits that matter.</summary>
public static class Format
{
    /// <summary>A rate or a count: 41,400, 812, 0.25.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100_000 => Math.Round(value / 1_000).ToString("N0", CultureInfo.InvariantCulture) + ",000",
        >= 1_000 => (Math.Round(value / 10) * 10).ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number, all its digits.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A duration in its fitting unit: 740 us, 1.24 ms, 12.3 s.</summary>
    public static string Micros(double micros) => micros switch
    {
        >= 1_000_000 => Digits(micros / 1_000_000) + " s",
        >= 1_000 => Digits(micros / 1_000) + " ms",
        _ => Digits(micros) + " us",
    };

    /// <summary>A ratio: 0.62×, 12.5×.</summary>
    public static string Ratio(double ratio) => Digits(ratio) + "×";

    private static string Digits(double value) => value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
