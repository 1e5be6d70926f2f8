using Grpc.Core;
using Inventory.LoadTests.Operations;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Breaking;

/// <summary>The disk runs full under load, and gets room again.</summary>
internal sealed class FullDiskScenario : BreakScenario
{
    // Room for one of the files of 64 MB that the journal makes ahead, and not for two.
    private const int Kilobytes = 100_000;
    private const int FileKilobytes = 16_384;
    private const int OthersUnitsEach = 1_000_000_000;
    private const int BatchLines = 500;
    private const int Stocks = 200;
    private const int Locations = 10;
    private const int UnitsEach = 1_000;
    private const string LostLine = "Storage is lost";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public override string Name => "full-disk";

    public override string Title => "A disk that runs full under load";

    public override Task<OwnService> StartServiceAsync(CancellationToken ct) => OwnService.StartOnSmallDiskAsync(Kilobytes, ct);

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var disk = own.Disk ?? throw new ServiceException("The disk of the service is not small.");
        var plan = await context.PrepareAsync(Stocks, Locations, UnitsEach, ct);
        if (disk.Tighten(FileKilobytes))
        {
            await own.RestartAsync(ct);
            context.MoveTo(own.Silo.Address);
        }

        var crowd = new Crowd(plan, context.Settings.Callers, context.Settings.Seed, context.Tell);
        await LoadUntilFullAsync(context, crowd, ct);
        var (accepted, unanswered) = (crowd.Acknowledged, crowd.Unanswered);
        context.Tell($"full: {accepted} accepted, {unanswered} without an answer");
        var isTold = await IsToldAsync(context, own, ct);
        await own.Silo.SignalAsync("TERM");
        var ended = await own.Silo.EndsWithinAsync(s_patience);
        var lines = own.Silo.Log.Split('\n').Count(line => line.Contains(LostLine, StringComparison.Ordinal));
        await disk.GrowAsync();
        await own.RestartAsync(ct);
        context.MoveTo(own.Silo.Address);
        await crowd.SettleAsync(context.Target, ct);
        await crowd.ReadBackAsync(context.Target, int.MaxValue, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{context.Settings.Callers} callers load the service until its directory is full "
                + $"({disk.Says}). Every further call ends with UNAVAILABLE, the health service says so, and one line of the log. "
                + "Started again with room, it knows all that it accepted.",
            Figures = [new("accepted before the disk was full", accepted, ""), .. crowd.Figures()],
            Books =
            [
                new("Every caller was told in the end", context.Settings.Callers, context.Settings.Callers, crowd.EndedWith(StatusCode.Unavailable)),
                BookCheck.Exactly("Calls that had neither their answer nor UNAVAILABLE", 0, crowd.EndedOtherwise(StatusCode.Unavailable)),
                BookCheck.Exactly("The health service says that it does not serve", 1, isTold ? 1 : 0),
                BookCheck.Exactly("Lines of the log that say that storage is lost", 1, lines),
                BookCheck.Exactly("The process ends when it is asked to", 1, ended ? 1 : 0),
                .. await crowd.CheckAsync(context.Target, UnitsEach, ct),
            ],
        };
    }

    // The callers alone would take minutes, so others fill the disk beside them.
    private static async Task LoadUntilFullAsync(ScenarioContext context, Crowd crowd, CancellationToken ct)
    {
        var others = await context.PrepareAsync(Stocks, Locations, OthersUnitsEach, ct);
        using var full = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var job = context.NewJob(JobKind.ReserveBatch, others) with { Lines = BatchLines, Seconds = s_patience.TotalSeconds * 10, Callers = 4 };
        var filling = context.RunAsync(job, full.Token);
        await crowd.LoadAsync(context.Target, static _ => false, null, ct);
        await full.CancelAsync();
        try
        {
            await filling;
        }
        catch (Exception e) when ((e is RpcException or InvalidOperationException or OperationCanceledException) && !ct.IsCancellationRequested)
        {
            // Its streams ended with the disk.
        }

        ct.ThrowIfCancellationRequested();
    }

    private static async Task<bool> IsToldAsync(ScenarioContext context, OwnService own, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(s_patience);
        var health = new EmptyCall(context.Target, ct);
        for (var index = 0; ; index++)
        {
            if (await health.RunAsync(index) != Outcome.Granted && own.Silo.Log.Contains(LostLine, StringComparison.Ordinal))
            {
                return true;
            }

            try
            {
                await Task.Delay(s_pause, TimeProvider.System, patience.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
