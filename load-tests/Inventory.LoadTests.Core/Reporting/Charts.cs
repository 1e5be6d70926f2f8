using System.Globalization;
using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Reporting;

/// <summary>The three charts of a section; null where there is nothing to draw.</summary>
internal static class Charts
{
    private const int NinesMax = 5;

    /// <summary>Points of a rate over time; more would be a smear, so longer runs show the mean of some seconds in each point.</summary>
    private const int SeriesPointsMax = 100;

    /// <summary>Those that there is something to draw of, each with a word for its file.</summary>
    public static IEnumerable<(string Word, LineChart Chart)> Of(ReportSection section)
    {
        (string Word, LineChart? Chart)[] all =
        [
            ("latency", LatencyByPercentile(section)), ("rate", RateOverTime(section)), ("p99", LatencyByRate(section)),
        ];
        return from each in all where each.Chart is not null select (each.Word, each.Chart);
    }

    /// <summary>How long the unlucky wait: latency by percentile, one line a run.</summary>
    public static LineChart? LatencyByPercentile(ReportSection section)
    {
        var runs = section.Runs.Where(run => run.Result.Latency.Count > 0).ToList();
        if (runs.Count == 0)
        {
            return null;
        }

        // No further than the data can tell: 99.9 needs a thousand operations.
        var most = runs.Max(run => run.Result.Latency.Count);
        var nines = Math.Clamp((int)Math.Floor(Math.Log10(Math.Max(10, most))), 1, NinesMax);
        var lines = runs.Select(run => new ChartLine(run.Name, [.. Curve(run.Result.Latency, nines)])).ToList();
        var all = lines.SelectMany(line => line.Points).Select(point => point.Y).ToList();
        return new LineChart
        {
            Title = "Latency by percentile",
            XText = "percentile of operations",
            YText = "latency",
            X = Axis.Percentile(nines),
            Y = Axis.Log(all.Min(), all.Max(), ShortMicros),
            Lines = lines,
        };
    }

    /// <summary>Whether the rate holds: what was answered in each second, one line a run.</summary>
    public static LineChart? RateOverTime(ReportSection section)
    {
        var runs = section.Runs.Where(run => run.Result.AnsweredPerSecond.Count > 1).ToList();
        if (runs.Count == 0)
        {
            return null;
        }

        var lines = runs.Select(run => new ChartLine(run.Name, [.. Series(run)])).ToList();
        var units = runs.Select(run => run.Unit).Distinct().ToList();
        return new LineChart
        {
            Title = "Rate over time",
            XText = "seconds",
            YText = (units.Count == 1 ? units[0] : "operations") + " per second",
            X = Axis.Linear(lines.Max(line => line.Points.Max(point => point.X)), Format.Number),
            Y = Axis.Linear(lines.Max(line => line.Points.Max(point => point.Y)), ShortNumber),
            Lines = lines,
        };
    }

    /// <summary>Where it bends: percentile 99 by offered rate, one line a search.</summary>
    public static LineChart? LatencyByRate(ReportSection section)
    {
        var searches = section.Searches.Where(search => search.Result.Steps.Any(step => step.Result.Latency.Count > 0)).ToList();
        if (searches.Count == 0)
        {
            return null;
        }

        var lines = searches.Select(Line).ToList();
        var all = lines.SelectMany(line => line.Points).ToList();
        var bound = searches[0].P99Micros;
        return new LineChart
        {
            Title = "Percentile 99 by offered rate (hollow: not kept)",
            XText = "operations offered per second",
            YText = "percentile 99",
            X = Axis.Linear(all.Max(point => point.X), ShortNumber),
            Y = Axis.Log(Math.Min(bound, all.Min(point => point.Y)), Math.Max(bound, all.Max(point => point.Y)), ShortMicros),
            Lines = lines,
            Level = (bound, "bound " + Format.Micros(bound)),
        };
    }

    private static ChartLine Line(ReportSearch search)
    {
        var steps = search.Result.Steps.Where(step => step.Result.Latency.Count > 0).OrderBy(step => step.OfferedPerSecond).ToList();
        return new ChartLine(
            search.Name,
            [.. steps.Select(step => (step.OfferedPerSecond, (double)step.Result.Latency.Percentile(99), Tip(step)))],
            Dots: true,
            Hollow: index => !steps[index].Kept);
    }

    private static string Tip(Step step) =>
        $"{Format.Number(step.OfferedPerSecond)}/s offered, {Format.Number(step.Result.PerSecond)}/s done, "
        + $"p50 {Format.Micros(step.Result.Latency.Percentile(50))}, p99 {Format.Micros(step.Result.Latency.Percentile(99))}"
        + (step.Kept ? "" : ", not kept");

    private static IEnumerable<(double, double, string)> Curve(Histogram latency, int nines)
    {
        const int pointsPerNine = 12;
        for (var i = 0; i <= nines * pointsPerNine; i++)
        {
            var percentile = i == 0 ? 1e-9 : 100 - (100 * Math.Pow(10, -(double)i / pointsPerNine));
            var micros = Math.Max(1, latency.Percentile(percentile));
            yield return (percentile, micros, string.Create(CultureInfo.InvariantCulture, $"{percentile:0.####} % within {Format.Micros(micros)}"));
        }
    }

    private static IEnumerable<(double, double, string)> Series(ReportRun run)
    {
        var series = run.Result.AnsweredPerSecond;

        // The last second may be cut short; as a full one it would look like a fall.
        var whole = Math.Max(1, Math.Min(series.Count, (int)Math.Floor(run.Result.WindowSeconds + 0.001)));
        var span = (whole + SeriesPointsMax - 1) / SeriesPointsMax;
        for (var from = 0; from < whole; from += span)
        {
            var to = Math.Min(whole, from + span);
            var rate = series.Skip(from).Take(to - from).Average() * run.UnitsPerOperation;
            yield return (to, rate, $"{(span == 1 ? "second" : $"{span} seconds to")} {to}: {Format.Number(rate)}/s");
        }
    }

    private static string ShortMicros(double micros) => micros switch
    {
        >= 1_000_000 => Format.Number(micros / 1_000_000) + " s",
        >= 1_000 => Format.Number(micros / 1_000) + " ms",
        _ => Format.Number(micros) + " us",
    };

    private static string ShortNumber(double value) => value switch
    {
        >= 1_000_000 => Format.Number(value / 1_000_000) + " M",
        >= 1_000 => Format.Number(value / 1_000) + " k",
        _ => Format.Number(value),
    };
}
