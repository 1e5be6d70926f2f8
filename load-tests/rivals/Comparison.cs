using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.Rivals.Running;

namespace Inventory.Rivals;

/// <summary>Over how many stocks the callers spread.</summary>
/// <param name="Name">One word.</param>
/// <param name="Title">For people.</param>
/// <param name="Stocks">How many.</param>
/// <param name="UnitsEach">More than any run can take.</param>
internal sealed record Shape(string Name, string Title, int Stocks, int UnitsEach)
{
    /// <summary>The call that does nothing, of those who have one, on the same server.</summary>
    public static Shape Empty { get; } = new("empty", "The empty call of the same server", 0, 0);

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("spread", "Reserve one unit, over 10,000 stocks", 10_000, 100_000),
        new("hot", "Reserve one unit, everybody of the same stock", 1, 100_000_000),
        Empty,
    ];
}

/// <summary>How long and how often; with a rate, calls begin by a schedule.</summary>
internal sealed record ComparisonSettings(int Rounds, double Seconds, double WarmUpSeconds, int Callers, int Seed, double Rate = 0);

/// <summary>One run of one rival.</summary>
internal sealed record RivalRun(Rival Rival, Shape Shape, int Round, RunResult Result, IReadOnlyList<BookCheck> Books);

/// <summary>Runs everybody in turn, round after round, each on a server of its own that is started for the round; never two at once.</summary>
internal sealed class Comparison(ComparisonSettings settings, Action<string> tell)
{
    // A hot stock of ours keeps at most a million reservations: what pipelines would come to that end within a run, and the light client goes on to the next.
    private const int HotReservesOfEach = 500_000;
    private const int HotStocks = 40;

    // Who is late must not hold up the schedule.
    private const int StreamsOfSchedules = 1_000;

    private static bool TakesPart(Rival rival, Shape shape) => shape == Shape.Empty
        ? rival is { IsOurs: true, Light: not null } && !rival.IsDense
        : shape.Stocks > 1 || rival.InFlight == 1;

    /// <summary>Runs all rounds.</summary>
    public async Task<(List<RivalRun> Runs, Dictionary<string, string> Missing)> RunAsync(IReadOnlyList<Rival> rivals, CancellationToken ct)
    {
        var runs = new List<RivalRun>();
        var missing = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var round = 1; round <= settings.Rounds; round++)
        {
            // The order turns, so that nobody is always the one after a pause.
            for (var i = 0; i < rivals.Count; i++)
            {
                var rival = rivals[(i + round - 1) % rivals.Count];
                if (missing.ContainsKey(rival.Name))
                {
                    continue;
                }

                try
                {
                    runs.AddRange(await RoundAsync(rival, round, ct));
                }
                catch (RivalMissingException e)
                {
                    missing[rival.Name] = e.Message;
                    tell($"{rival.Name}: left out: {e.Message}");
                }
                catch (Exception e) when (!rival.IsOurs && e is IOException or TimeoutException)
                {
                    missing[rival.Name] = $"it broke off in round {round}: {e.Message}";
                    tell($"{rival.Name}: {missing[rival.Name]}");
                }
            }
        }

        return (runs, missing);
    }

    private async Task<List<RivalRun>> RoundAsync(Rival rival, int round, CancellationToken ct)
    {
        var runs = new List<RivalRun>();
        await using var contender = await rival.StartAsync(rival.Light?.Connections ?? settings.Callers, ct);
        foreach (var shape in Shape.All.Where(shape => TakesPart(rival, shape)))
        {
            var (run, books) = rival.Light is { } light
                ? await LightRunAsync((ILightContender)contender, light, shape, settings.Seed + round, ct)
                : await ContenderRun.RunAsync(
                    contender, shape.Stocks, shape.UnitsEach, settings.Seed + round,
                    reserve => ClosedLoop.RunAsync(settings.Callers * rival.InFlight, Window, WarmUp, reserve, ct: ct),
                    ct);
            ct.ThrowIfCancellationRequested();
            runs.Add(new RivalRun(rival, shape, round, run, books));
            tell($"round {round}, {shape.Name}, {rival.Name}: {Format.Number(run.PerSecond)}/s, p99 {Format.Micros(run.Latency.Percentile(99))}");
        }

        return runs;
    }

    private TimeSpan Window => TimeSpan.FromSeconds(settings.Seconds);

    private TimeSpan WarmUp => TimeSpan.FromSeconds(settings.WarmUpSeconds);

    private async Task<(RunResult Run, IReadOnlyList<BookCheck> Books)> LightRunAsync(
        ILightContender contender, LightShape light, Shape shape, int seed, CancellationToken ct)
    {
        var streams = settings.Rate > 0 ? StreamsOfSchedules : light.Streams;
        var how = new LightSettings(light.Connections, streams, Window, WarmUp, settings.Rate, () => contender.ProcessorTime);
        if (shape == Shape.Empty)
        {
            return (await LightLoop.RunAsync(contender.Server, how, contender.Empty!, ct), []);
        }

        return shape.Stocks > 1
            ? await ContenderRun.RunAsync(contender, shape.Stocks, 0, shape.UnitsEach, seed, how, ct)
            : await ContenderRun.RunAsync(contender, HotStocks, HotReservesOfEach, shape.UnitsEach / HotStocks, seed, how, ct);
    }
}
