using System.Diagnostics;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;

namespace Inventory.LoadTests.Breaking;

/// <summary>SIGTERM under load: the orderly stop of every deployment.</summary>
internal sealed class TermScenario : BreakScenario
{
    private const int Stocks = 200;
    private const int Locations = 10;
    private const int SampleOfEach = 5;

    // The service gives calls 20 s to end unless --drain-seconds says otherwise, and then closes its journal.
    private const int EndSecondsMax = 25;

    public override string Name => "term";

    public override string Title => "SIGTERM under load";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var times = context.Settings.Breaking.Times;
        var plan = await context.PrepareAsync(Stocks, Locations, context.Settings.Breaking.UnitsEach, ct);
        var crowd = new Crowd(plan, context.Settings.Callers, context.Settings.Seed, context.Tell);
        var ends = new Histogram();
        int late = 0, unclean = 0;
        for (var stop = 1; stop <= times; stop++)
        {
            var load = crowd.LoadAsync(context.Target, static _ => false, null, ct);
            await Task.WhenAny(load, Task.Delay(TimeSpan.FromSeconds(context.Settings.Breaking.LoadSeconds), TimeProvider.System, ct));
            var begun = Stopwatch.GetTimestamp();
            await own.Silo.SignalAsync("TERM");
            if (!await own.Silo.EndsWithinAsync(TimeSpan.FromSeconds(EndSecondsMax)))
            {
                context.Tell($"WRONG: it has not ended {EndSecondsMax} s after SIGTERM");
                late++;
                await own.KillAsync();
            }
            else if (own.Silo.ExitCode != 0)
            {
                context.Tell($"WRONG: it ended with {own.Silo.ExitCode}");
                unclean++;
            }

            ends.Record((long)Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            await load;
            ct.ThrowIfCancellationRequested();
            await own.RestartAsync(ct);
            context.MoveTo(own.Silo.Address);
            context.Tell($"stop {stop} of {times}: {crowd.Acknowledged} accepted, {crowd.Unanswered} without an answer");
            await crowd.SettleAsync(context.Target, ct);
            await crowd.ReadBackAsync(context.Target, SampleOfEach, ct);
        }

        await crowd.ReadBackAsync(context.Target, int.MaxValue, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{context.Settings.Callers} callers load the service, which is asked to stop with SIGTERM {times} times. "
                + "A call gets its answer or UNAVAILABLE; the "
                + $"process ends with 0 within {EndSecondsMax} s: 20 s for calls to end, as --drain-seconds has it, and 5 s to close.",
            Figures =
            [
                new("stops", times, ""),
                .. crowd.Figures(),
                new("from SIGTERM to the end of the process, p50", ends.Percentile(50) / 1e6, "s"),
                new("from SIGTERM to the end of the process, longest", ends.MaxMicros / 1e6, "s"),
            ],
            Books =
            [
                BookCheck.Exactly("Calls that had neither their answer nor UNAVAILABLE", 0, crowd.EndedOtherwise(StatusCode.Unavailable)),
                BookCheck.Exactly("Stops that took too long", 0, late),
                BookCheck.Exactly("Stops that ended with anything but 0", 0, unclean),
                .. await crowd.CheckAsync(context.Target, context.Settings.Breaking.UnitsEach, ct),
            ],
        };
    }
}
