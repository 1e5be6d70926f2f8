using System.Globalization;

namespace Inventory.Cli.WhatIf;

/// <summary>One figure by which policies are compared.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Value">The figure; null if it is not known.</param>
/// <param name="Shape">How it is written.</param>
internal sealed record WhatIfFigure(string Name, Func<WhatIfResult, double?> Value, string Shape)
{
    /// <summary>A value as text.</summary>
    public string Format(double value) => value.ToString(Shape, CultureInfo.InvariantCulture);

    /// <summary>The figure of a result as text.</summary>
    public string Of(WhatIfResult result) => Value(result) is { } value ? Format(value) : "-";
}

/// <summary>The figures by which policies are compared, in their order.</summary>
internal static class WhatIfFigures
{
    public static IReadOnlyList<WhatIfFigure> All { get; } =
    [
        new("locations per order", result => result.SplitsPerOrder, "0.000"),
        new("paid per order, minor units", result => result.PaidPerOrder, "N0"),
        new("km per part", result => result.KilometresPerPart, "0.0"),
        new("late orders", result => result.LateShare, "P2"),
        new("units not delivered", result => result.UnfilledShare, "P2"),
        new("orders delivered whole", result => result.Orders == 0 ? 0 : result.Whole / (double)result.Orders, "P1"),
        new("rejected parts", result => result.Rejects, "N0"),
        new("stocks that ran out", result => result.StockOuts, "N0"),
        new("largest share of a capacity", result => result.Peak, "P0"),
        new("days and hours used up", result => result.FullSlots, "N0"),
    ];
}
