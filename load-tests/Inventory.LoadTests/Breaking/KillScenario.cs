using System.Diagnostics;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;

namespace Inventory.LoadTests.Breaking;

/// <summary><c>kill -9</c> under load, again and again.</summary>
internal sealed class KillScenario : BreakScenario
{
    private const int Stocks = 200;
    private const int Locations = 10;
    private const int SampleOfEach = 5;
    private const double LoadSecondsMin = 0.2;

    public override string Name => "kill";

    public override string Title => "kill -9 under load";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var (times, callers) = (context.Settings.Breaking.Times, context.Settings.Callers);
        var plan = await context.PrepareAsync(Stocks, Locations, context.Settings.Breaking.UnitsEach, ct);
        var crowd = new Crowd(plan, callers, context.Settings.Seed, context.Tell);
        var random = new Random(context.Settings.Seed);
        var starts = new Histogram();
        for (var kill = 1; kill <= times; kill++)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var load = crowd.LoadAsync(context.Target, static _ => false, null, ended.Token);
            var seconds = LoadSecondsMin + (random.NextDouble() * context.Settings.Breaking.LoadSeconds);
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, ct));
            await own.KillAsync();
            await load;
            ct.ThrowIfCancellationRequested();
            var begun = Stopwatch.GetTimestamp();
            await own.RestartAsync(ct);
            starts.Record((long)Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            context.MoveTo(own.Silo.Address);
            context.Tell($"kill {kill} of {times}: {crowd.Acknowledged} accepted, {crowd.Unanswered} without an answer");
            await crowd.SettleAsync(context.Target, ct);
            await crowd.ReadBackAsync(context.Target, SampleOfEach, ct);
        }

        await crowd.ReadBackAsync(context.Target, int.MaxValue, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{callers} callers reserve, confirm, release and ship; the service is killed {times} times and started again on its directory. Every call "
                + "without an answer is asked again twice with its id; some of all accepted writes after each start, and all of them at the end, too.",
            Figures =
            [
                new("kills", times, ""),
                .. crowd.Figures(),
                new("from start to serving, p50", starts.Percentile(50) / 1e6, "s"),
                new("from start to serving, longest", starts.MaxMicros / 1e6, "s"),
            ],
            Books = await crowd.CheckAsync(context.Target, context.Settings.Breaking.UnitsEach, ct),
        };
    }
}
