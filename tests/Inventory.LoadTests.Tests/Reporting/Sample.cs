using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Tests.Reporting;

/// <summary>A report whose every figure is known.</summary>
internal static class Sample
{
    public static Report Report(bool balances = true) => new()
    {
        Title = "Sample <of> \"load\" & more",
        Machine = new MachineFacts("Some Processor", 2, 24_064, "Linux 6.1", ".NET 10.0.0"),
        Commit = "0123456789abcdef0123456789abcdef01234567",
        Began = new DateTimeOffset(2026, 11, 23, 18, 30, 0, TimeSpan.Zero),
        Command = "load-tests all --seconds 3",
        Settings = [new("window", "3 s"), new("callers", "<200>")],
        Baseline = new Baseline("empty call", 2_000),
        Sections =
        [
            new ReportSection
            {
                Name = "spread",
                Title = "Spread & wide",
                Says = "What was done.",
                Figures = [new("until ready", 2.345, "s")],
                Runs = [new ReportRun("200 callers", Run(1_000)), new ReportRun("batches", Run(500), "lines", 10)],
                Searches = [new ReportSearch("search", new StepSearchResult([new(900, true, Run(900)), new(1_200, false, Run(1_000))], 900), 10_000)],
                Books = [BookCheck.Exactly("Units held are units granted", 3_000, balances ? 3_000 : 3_001), BookCheck.AtMost("Not too many", 9_000, 3_000)],
            },
        ],
    };

    /// <summary>Three seconds at the rate; latencies from 1 to 8 ms in equal shares, one operation in ten sold out.</summary>
    public static RunResult Run(int perSecond)
    {
        var latency = new Histogram();
        var counts = new OutcomeCounts();
        for (var i = 0; i < perSecond * 3; i++)
        {
            latency.Record(1_000 * (1 + (i % 8)));
            counts.Add(i % 10 == 9 ? Outcome.SoldOut : Outcome.Granted);
        }

        return new RunResult
        {
            WindowSeconds = 3,
            Sent = perSecond * 3,
            Measured = counts,
            Total = counts,
            AnsweredPerSecond = [perSecond, perSecond, perSecond],
            Latency = latency,
            Errors = new Dictionary<string, long>(),
        };
    }
}
