using System.Globalization;
using Inventory.LoadTests.Reporting;

namespace Inventory.Rivals;

/// <summary>Makes the report: of each rival the round in the middle, and what ours is to it.</summary>
internal static class RivalReport
{
    /// <summary>The sections, one for each shape.</summary>
    public static IEnumerable<ReportSection> Sections(IReadOnlyList<RivalRun> runs, IReadOnlyDictionary<string, string> missing)
    {
        foreach (var shape in Shape.All.Where(shape => runs.Any(run => run.Shape == shape) || shape != Shape.Empty))
        {
            var rows = Rival.All
                .Select(rival => runs.Where(run => run.Rival == rival && run.Shape == shape).ToList())
                .Where(rounds => rounds.Count > 0)
                .Select(Middle)
                .ToList();
            yield return new ReportSection
            {
                Name = shape.Name,
                Title = shape.Title,
                Says = Says(rows, missing),
                Runs = [.. rows.Select(row => new ReportRun(row.Rival.Name, row.Result))],
                Figures = [.. Ratios(rows), .. ToEmpty(rows, runs), .. ProcessorTimes(rows)],
                Books = [.. runs.Where(run => run.Shape == shape).SelectMany(run => run.Books.Select(check =>
                    check with { Says = string.Create(CultureInfo.InvariantCulture, $"{run.Rival.Name}, round {run.Round}: {check.Says}") }))],
            };
        }
    }

    /// <summary>The run whose rate is in the middle, or by a schedule, where rates are alike, whose p99 is; of two in the middle the lower.</summary>
    public static RivalRun Middle(IReadOnlyCollection<RivalRun> rounds) =>
        rounds.OrderBy(run => IsBySchedule(run) ? run.Result.Latency.Percentile(99) : run.Result.PerSecond).ElementAt((rounds.Count - 1) / 2);

    private static bool IsBySchedule(RivalRun run) => run.Result.OfferedPerSecond > 0;

    // Like with like: one call under way for each caller, or many.
    private static IEnumerable<Figure> Ratios(List<RivalRun> rows) =>
        from ours in rows
        where ours.Rival.IsOurs
        from theirs in rows
        where !theirs.Rival.IsOurs && ours.Rival.IsComparedWith(theirs.Rival) && theirs.Result.PerSecond > 0 && !IsBySchedule(ours)
        select new Figure($"rate of {ours.Rival.Name} to {theirs.Rival.Name}", ours.Result.PerSecond / theirs.Result.PerSecond, "x");

    private static IEnumerable<Figure> ToEmpty(List<RivalRun> rows, IReadOnlyList<RivalRun> runs) =>
        from row in rows
        where row.Shape != Shape.Empty && !IsBySchedule(row)
        let empty = runs.Where(run => run.Rival == row.Rival && run.Shape == Shape.Empty).ToList()
        where empty.Count > 0
        select new Figure($"rate of {row.Rival.Name} to its empty call", row.Result.PerSecond / Middle(empty).Result.PerSecond, "x");

    private static IEnumerable<Figure> ProcessorTimes(List<RivalRun> rows) =>
        from row in rows
        where row.Result.ProcessorMicrosEach is not null
        select new Figure($"processor time of {row.Rival.Name} for a call", row.Result.ProcessorMicrosEach ?? 0, "us");

    private static string Says(List<RivalRun> rows, IReadOnlyDictionary<string, string> missing)
    {
        var who = string.Join("; ", rows.Select(row => $"{row.Rival.Name}: {row.Rival.Says}"));
        var wins = Ratios(rows).Where(figure => figure.Value < 1).Select(figure => figure.Name.Split(" to ")[1]).ToList();
        var ahead = rows.Any(IsBySchedule) ? "All at the same rate, by a schedule; latencies count from it."
            : wins.Count == 0 ? "Nobody is faster than ours here." : $"Faster than ours here: {string.Join(", ", wins)}.";
        var absent = string.Join(" ", missing.Select(each => $"Left out: {each.Key} ({each.Value.Split('\n')[0]})."));
        return $"Each row is the round in the middle. {who}. {ahead} {absent}".TrimEnd();
    }
}
