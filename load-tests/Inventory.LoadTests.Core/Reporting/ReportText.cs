using System.Globalization;
using System.Text;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Reporting;

/// <summary>The report for a terminal: one table, then what needs a sentence.</summary>
public static class ReportText
{
    /// <summary>The whole report; lines end with a line feed.</summary>
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.Put($"{report.Title}\n{report.Machine}\ncommit {report.Commit}\n\n");
        var rows = report.Sections.SelectMany(section => section.Runs.Select(run => Row(section, run, report.Baseline))).ToList();
        if (rows.Count > 0)
        {
            Table(text, [["scenario", "run", "rate", .. Ratio(report.Baseline), "p50", "p99", "p99.9", "longest", "other than granted"], .. rows]);
        }

        foreach (var section in report.Sections)
        {
            Section(text, section);
        }

        text.Append(report.IsWhole ? "" : "\nNOT EVERY SCENARIO CAME TO ITS END.\n");
        text.Append(report.BooksBalance ? "\nThe books balance.\n" : "\nTHE BOOKS DO NOT BALANCE.\n");
        return text.ToString();
    }

    /// <summary>What was not granted, as words; "-" when all was.</summary>
    public static string Others(RunResult result)
    {
        var parts = Enum.GetValues<Outcome>()
            .Where(outcome => outcome != Outcome.Granted && result.Measured[outcome] > 0)
            .Select(outcome => $"{Format.Count(result.Measured[outcome])} {Word(outcome)}")
            .Concat(result.NotSent > 0 ? [$"{Format.Count(result.NotSent)} not sent"] : [])
            .Concat(result.Unanswered > 0 ? [$"{Format.Count(result.Unanswered)} without answer"] : []);
        var all = string.Join(", ", parts);
        return all.Length == 0 ? "-" : all;
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.SoldOut => "sold out",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    private static string[] Ratio(Baseline? baseline) => baseline is null ? [] : ["to " + baseline.Name];

    private static string[] Row(ReportSection section, ReportRun run, Baseline? baseline)
    {
        var latency = run.Result.Latency;
        return
        [
            section.Name,
            run.Name,
            $"{Format.Number(run.PerSecond)} {run.Unit}/s",
            .. baseline is null ? Array.Empty<string>() : [Format.Ratio(run.PerSecond / baseline.PerSecond)],
            Format.Micros(latency.Percentile(50)),
            Format.Micros(latency.Percentile(99)),
            Format.Micros(latency.Percentile(99.9)),
            Format.Micros(latency.MaxMicros),
            Others(run.Result),
        ];
    }

    private static void Section(StringBuilder text, ReportSection section)
    {
        var lines = (section.Problem is null ? Array.Empty<string>() : ["FAILED: " + section.Problem])
            .Concat(section.Figures.Select(figure => $"{figure.Name}: {Format.Number(figure.Value)} {figure.Unit}".TrimEnd()))
            .Concat(section.Searches.Select(search =>
                $"{search.Name}: {Format.Number(search.Result.BestPerSecond)}/s is the highest rate with p99 within {Format.Micros(search.P99Micros)}"))
            .Concat(section.Books.Select(check =>
                $"{(check.Holds ? "right" : "WRONG")}: {check.Says} (expected {check.Expected}, found {Format.Count(check.Found)})"))
            .Concat(section.Runs.SelectMany(run => run.Result.Errors.Select(error => $"{run.Name}: {Format.Count(error.Value)} times {error.Key}")))
            .ToList();
        if (lines.Count > 0)
        {
            text.Put($"\n{section.Name}: {section.Title}\n");
            lines.ForEach(line => text.Put($"  {line}\n"));
        }
    }

    private static void Table(StringBuilder text, List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            // Words to the left, numbers to the right.
            var cells = row.Select((cell, column) => column < 2 || column == row.Length - 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
    }
}
