using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Scenarios;

/// <summary>What the machine adds to every latency, measured without the service: whoever wants better percentiles than these needs another machine.</summary>
internal sealed class MachineScenario : Scenario
{
    public const string Word = "machine";

    public override string Name => Word;

    public override string Title => "What the machine adds by itself, without the service";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var runs = new List<ReportRun>();
        (string Where, bool Busy, bool Syncs)[] all =
            [("", false, false), (", syncs", false, true), (", busy cores", true, false), (", syncs and busy cores", true, true)];
        foreach (var (where, busy, syncs) in all)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var work = busy ? Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Busy(ended.Token)).ToArray() : [];
            var disk = syncs ? BareSyncs.RunAsync(TimeSpan.Zero, context.Settings.Window, ct, perSecond: 0) : null;
            var asleep = await Stalls.RunAsync(TimeSpan.Zero, context.Settings.Window, ct);
            context.Tell($"asleep{where}: p99 {Format.Micros(asleep.Latency.Percentile(99))}");
            runs.Add(new ReportRun("asleep" + where, asleep));
            if (disk is not null)
            {
                runs.Add(new ReportRun(busy ? "syncs, busy cores" : "syncs", await disk));
            }

            await ended.CancelAsync();
            await Task.WhenAll(work);
        }

        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = "\"Asleep\" is a thread that only sleeps for a millisecond, again and again, and its latency is how late it wakes; \"syncs\" one that "
                + "writes 4 KB and syncs them, one after the other; \"busy cores\" are as many threads as there are cores that only count. A service that "
                + "syncs on a busy machine has the last of them: no call can be sooner than a thread wakes.",
            Runs = runs,
        };
    }

    private static Task Busy(CancellationToken ct) => Task.Factory.StartNew(
        () =>
        {
            while (!ct.IsCancellationRequested)
            {
                Thread.SpinWait(100);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
