namespace Inventory.LoadTests.Reporting;

/// <summary>Writes the charts of a report as SVG files of their own, for pages that only take pictures.</summary>
public static class ChartFiles
{
    /// <summary>
    /// Writes <c>rates.svg</c> with all runs, and for each section <c>NAME-latency.svg</c>, <c>NAME-rate.svg</c> and <c>NAME-p99.svg</c>, as far as there is
    /// something to draw, into the directory, which is made if needed, over what was there. Nothing is written for a report without runs.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="prefix">Begins each name, so that reports can share a directory; may be empty.</param>
    /// <returns>The names written.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(Report report, string directory, string prefix = "")
    {
        Directory.CreateDirectory(directory);
        var names = new List<string>();
        foreach (var (name, svg) in Drawings(report))
        {
            await File.WriteAllTextAsync(Path.Combine(directory, prefix + name), svg);
            names.Add(prefix + name);
        }

        return names;
    }

    private static IEnumerable<(string Name, string Svg)> Drawings(Report report)
    {
        var sections = report.Sections.Where(section => section.Runs.Count > 0).ToList();
        if (sections.Count > 0)
        {
            var bars = sections.SelectMany((section, group) => section.Runs.Select(run => BarOf(section, run, group)));
            yield return ("rates.svg", BarChart.Draw(report.Title, [.. bars]));
        }

        foreach (var section in sections)
        {
            foreach (var (word, chart) in Charts.Of(section))
            {
                yield return ($"{section.Name}-{word}.svg", chart.DrawAlone(section.Title));
            }
        }
    }

    private static Bar BarOf(ReportSection section, ReportRun run, int group) =>
        new($"{section.Name}: {run.Name}", run.PerSecond, $"{Format.Number(run.PerSecond)} {run.Unit}/s", group);
}
