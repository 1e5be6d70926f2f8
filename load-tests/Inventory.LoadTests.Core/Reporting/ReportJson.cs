using System.Text.Encodings.Web;
using System.Text.Json;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Reporting;

/// <summary>The report for programs. Latencies are microseconds, rates are per second.</summary>
public static class ReportJson
{
    /// <summary>The percentiles that are written out.</summary>
    public static IReadOnlyList<double> Percentiles { get; } = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole report as one JSON object, indented.</summary>
    public static string Write(Report report) => JsonSerializer.Serialize(
        new
        {
            report.Title,
            report.Machine,
            report.Commit,
            report.Began,
            report.Command,
            Settings = report.Settings.ToDictionary(setting => setting.Key, setting => setting.Value),
            report.Baseline,
            report.BooksBalance,
            Sections = report.Sections.Select(section => new
            {
                section.Name,
                section.Title,
                section.Says,
                section.Problem,
                section.Figures,
                Runs = section.Runs.Select(run => Run(run, report.Baseline)),
                Searches = section.Searches.Select(search => new
                {
                    search.Name,
                    search.P99Micros,
                    search.Result.BestPerSecond,
                    Steps = search.Result.Steps.Select(step => new
                    {
                        step.OfferedPerSecond,
                        step.Kept,
                        step.Result.PerSecond,
                        step.Result.NotSent,
                        Latency = Latency(step.Result.Latency),
                    }),
                }),
                Books = section.Books.Select(check => new { check.Says, check.Least, check.Most, check.Found, check.Holds }),
            }),
        },
        s_options);

    private static object Run(ReportRun run, Baseline? baseline) => new
    {
        run.Name,
        run.Unit,
        run.UnitsPerOperation,
        run.PerSecond,
        RatioToBaseline = baseline is null ? (double?)null : run.PerSecond / baseline.PerSecond,
        run.Result.WindowSeconds,
        run.Result.OfferedPerSecond,
        run.Result.Sent,
        run.Result.NotSent,
        run.Result.Unanswered,
        Measured = Counts(run.Result.Measured),
        Total = Counts(run.Result.Total),
        run.Result.Errors,
        Latency = Latency(run.Result.Latency),
        PerSecondSeries = run.Result.AnsweredPerSecond.Select(ended => ended * run.UnitsPerOperation),
    };

    private static Dictionary<string, long> Counts(OutcomeCounts counts) =>
        Enum.GetValues<Outcome>().ToDictionary(outcome => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()), outcome => counts[outcome]);

    private static object Latency(Histogram histogram) => new
    {
        histogram.Count,
        histogram.MeanMicros,
        histogram.MaxMicros,
        PercentileMicros = Percentiles.ToDictionary(
            percentile => percentile.ToString(System.Globalization.CultureInfo.InvariantCulture), percentile => histogram.Percentile(percentile)),
    };
}
