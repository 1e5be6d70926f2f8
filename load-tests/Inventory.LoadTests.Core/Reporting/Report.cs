using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Reporting;

/// <summary>Everything that a session of load tests says, in the order of reading.</summary>
public sealed record Report
{
    /// <summary>One line, for people.</summary>
    public required string Title { get; init; }

    public required MachineFacts Machine { get; init; }

    /// <summary>The revision of the sources that the program was built from, or "unknown".</summary>
    public required string Commit { get; init; }

    /// <summary>When the session began, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The command line that makes the same report.</summary>
    public required string Command { get; init; }

    /// <summary>Settings by name, in the order of printing.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>What rates are compared with, measured in the same session; null leaves the ratios out.</summary>
    public Baseline? Baseline { get; init; }

    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>Whether every section came to its end.</summary>
    public bool IsWhole => Sections.All(section => section.Problem is null);

    /// <summary>Whether every check of the books held.</summary>
    public bool BooksBalance => Sections.All(section => section.Books.All(check => check.Holds));
}

/// <summary>A rate that others are compared with.</summary>
/// <param name="Name">What was measured, as a noun: "empty call".</param>
/// <param name="PerSecond">Its rate, above 0.</param>
public sealed record Baseline(string Name, double PerSecond);

/// <summary>One scenario, or one comparison.</summary>
public sealed record ReportSection
{
    /// <summary>One lower-case word; unique within the report.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows, for people.</summary>
    public required string Title { get; init; }

    /// <summary>What was done, in a sentence or two.</summary>
    public required string Says { get; init; }

    /// <summary>Why it came to no end; null when it did.</summary>
    public string? Problem { get; init; }

    /// <summary>Single numbers that are no run: a time until ready, a size.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>Runs that are drawn into the same charts.</summary>
    public IReadOnlyList<ReportRun> Runs { get; init; } = [];

    /// <summary>Searches for the highest rate.</summary>
    public IReadOnlyList<ReportSearch> Searches { get; init; } = [];

    /// <summary>What was compared with the records of the service at the end.</summary>
    public IReadOnlyList<BookCheck> Books { get; init; } = [];
}

/// <summary>A number with its meaning.</summary>
/// <param name="Name">For people.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">"s", "ms", "MB", "/s", "x" or empty; printed behind the number.</param>
public sealed record Figure(string Name, double Value, string Unit);

/// <summary>One run with its label.</summary>
/// <param name="Name">The label of its row and line; unique within the section.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Unit">What is counted, in the plural: calls, lines, rows.</param>
/// <param name="UnitsPerOperation">How many of these one operation carries; latency is always that of the operation.</param>
public sealed record ReportRun(string Name, RunResult Result, string Unit = "calls", double UnitsPerOperation = 1)
{
    /// <summary>Units per second.</summary>
    public double PerSecond => Result.PerSecond * UnitsPerOperation;
}

/// <summary>One search with its label.</summary>
/// <param name="Name">The label of its line; unique within the section.</param>
/// <param name="Result">What it found.</param>
/// <param name="P99Micros">The bound it searched under.</param>
public sealed record ReportSearch(string Name, StepSearchResult Result, long P99Micros);

/// <summary>One comparison of a caller's count with the records of the service.</summary>
/// <param name="Says">What should be so, as a sentence without its full stop.</param>
/// <param name="Least">The least that is right.</param>
/// <param name="Most">The most that is right; above <paramref name="Least"/> when some calls failed and may have had their effect or not.</param>
/// <param name="Found">What the service has on record.</param>
public sealed record BookCheck(string Says, long Least, long Most, long Found)
{
    public bool Holds => Found >= Least && Found <= Most;

    /// <summary>What was expected, in words.</summary>
    public string Expected => Least == Most ? Format.Count(Least) : $"{Format.Count(Least)} to {Format.Count(Most)}";

    /// <summary>One number alone is right.</summary>
    public static BookCheck Exactly(string says, long expected, long found) => new(says, expected, expected, found);

    /// <summary>Any number from 0 to the most is right.</summary>
    public static BookCheck AtMost(string says, long most, long found) => new(says, 0, most, found);
}
