using Grpc.Core;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;

namespace Inventory.LoadTests.Breaking;

/// <summary>SIGSTOP for some seconds and then SIGCONT: a machine that hangs, a container that is frozen, a disk that does not answer.</summary>
internal sealed class StopScenario : BreakScenario
{
    private const int Stocks = 200;
    private const int Locations = 10;
    private const int SampleOfEach = 5;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_goOn = TimeSpan.FromSeconds(1);

    public override string Name => "stop";

    public override string Title => "SIGSTOP and SIGCONT under load";

    public override async Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct)
    {
        var own = OwnOf(context);
        var (times, frozen) = (context.Settings.Breaking.Times, context.Settings.Breaking.FrozenSeconds);
        var plan = await context.PrepareAsync(Stocks, Locations, context.Settings.Breaking.UnitsEach, ct);
        var crowd = new Crowd(plan, context.Settings.Callers, context.Settings.Seed, context.Tell);
        for (var stop = 1; stop <= times; stop++)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var load = crowd.LoadAsync(context.Target, static status => status == StatusCode.DeadlineExceeded, s_deadline, ended.Token);
            try
            {
                await PauseAsync(context.Settings.Breaking.LoadSeconds, ct);
                await own.Silo.SignalAsync("STOP");
                await PauseAsync(frozen, ct);
            }
            finally
            {
                // Frozen, it would not hear SIGTERM either.
                await own.Silo.SignalAsync("CONT");
            }

            await Task.Delay(s_goOn, TimeProvider.System, ct);
            await ended.CancelAsync();
            await load;
            context.Tell($"stop {stop} of {times}: {crowd.Acknowledged} accepted, {crowd.Unanswered} without an answer");
            await crowd.SettleAsync(context.Target, ct);
            await crowd.ReadBackAsync(context.Target, SampleOfEach, ct);
        }

        await crowd.ReadBackAsync(context.Target, int.MaxValue, ct);
        return new ReportSection
        {
            Name = Name,
            Title = Title,
            Says = $"{context.Settings.Callers} callers whose calls have a deadline of {s_deadline.TotalSeconds:0} s load the service, which stands "
                + $"still for {frozen:0.#} s, {times} times. Each call has an answer or ends with DEADLINE_EXCEEDED, and what had none "
                + "has one outcome afterwards.",
            Figures = [new("stops", times, ""), .. crowd.Figures()],
            Books =
            [
                BookCheck.Exactly("Calls that had neither their answer nor DEADLINE_EXCEEDED", 0, crowd.EndedOtherwise(StatusCode.DeadlineExceeded)),
                new("Calls that ended by their deadline, one or more for each stop", times, int.MaxValue, crowd.EndedWith(StatusCode.DeadlineExceeded)),
                .. await crowd.CheckAsync(context.Target, context.Settings.Breaking.UnitsEach, ct),
            ],
        };
    }

    private static Task PauseAsync(double seconds, CancellationToken ct) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, ct);
}
