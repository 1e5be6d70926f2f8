using Inventory.LoadTests.Breaking;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Tests.Scenarios;

/// <summary>Short runs of the scenarios that break a real service; each checks its own books.</summary>
public sealed class BreakTests
{
    private static int s_sessions;

    [Fact]
    public async Task Killed_twice_under_load_it_keeps_what_it_accepted_and_each_id_has_one_outcome()
    {
        var section = await RunAsync("kill", sizes => sizes with { Times = 2 });

        Assert.Equal(2, Figure(section, "kills"));
        Assert.True(Figure(section, "writes accepted") > 0);
        Assert.True(Figure(section, "calls without an answer, asked again twice") > 0, "the load had ended before the kill");
        Assert.True(Figure(section, "accepted writes asked again") >= Figure(section, "writes accepted"));
    }

    [Fact]
    public async Task Asked_to_stop_under_load_it_ends_with_zero_and_keeps_what_it_accepted()
    {
        var section = await RunAsync("term", sizes => sizes with { Times = 1 });

        Assert.True(Figure(section, "writes accepted") > 0);
    }

    [Fact]
    public async Task Frozen_for_longer_than_the_deadline_it_gives_each_id_one_outcome()
    {
        var section = await RunAsync("stop", sizes => sizes with { Times = 1, FrozenSeconds = 2 });

        Assert.True(Figure(section, "calls that ended with DeadlineExceeded") > 0);
    }

    [Fact]
    public async Task Hostile_peers_do_not_disturb_ordinary_callers_and_leave_nothing_behind()
    {
        var section = await RunAsync(
            "hostile", sizes => sizes with { Frames = 5_000, IdleConnections = 200, SlowReaders = 500, SlowSeconds = 2, Resets = 10_000 });

        Assert.True(Figure(section, "writes accepted") > 0);
        Assert.True(Figure(section, "frames of conversations with mistakes") >= 5_000);
    }

    [Fact]
    public async Task A_lost_write_and_a_changed_answer_are_found()
    {
        await using var service = await Service.OwnService.StartAsync(CancellationToken.None);
        await using var context = new LoadTests.Scenarios.ScenarioContext(
            ServiceFixture.Tiny(null), service.Silo.Address, service, NextSession(), _ => { });
        var plan = await context.PrepareAsync(3, 1, 100, CancellationToken.None);
        var complaints = new List<string>();
        var crowd = new Crowd(plan, 1, 1, complaints.Add);
        using var stop = new CancellationTokenSource();
        var load = crowd.LoadAsync(context.Target, _ => false, null, stop.Token);
        while (crowd.Acknowledged < 10)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await load;
        var writes = crowd.Callers[0].Acknowledged;
        writes[0].Answer = writes[0].Answer!.Value with { Version = 99_999 };
        writes.Add(new Write(WriteKind.Reserve, "never-asked", new Hold(0, 1, false)) { Answer = writes[0].Answer });
        crowd.Callers[0].Holds.Add(new Hold(1, 50, false) { State = HoldState.Firm });

        await crowd.ReadBackAsync(context.Target, int.MaxValue, CancellationToken.None);
        var books = await crowd.CheckAsync(context.Target, 100, CancellationToken.None);

        Assert.Equal(2, crowd.Lost);
        Assert.Contains(complaints, text => text.Contains("never-asked", StringComparison.Ordinal));
        Assert.Equal(3, books.Count(check => !check.Holds));
    }

    private static double Figure(ReportSection section, string name) => section.Figures.Single(figure => figure.Name == name).Value;

    private static async Task<ReportSection> RunAsync(string name, Func<BreakSizes, BreakSizes> shorter)
    {
        var scenario = BreakScenario.Breaks.Single(each => each.Name == name);
        var tiny = ServiceFixture.Tiny(null);
        var settings = tiny with { Callers = 16, WarmUpSeconds = 0.5, Breaking = shorter(new BreakSizes { LoadSeconds = 1 }) };
        var said = new List<string>();
        var report = await new Session(settings, NextSession(), said.Add).RunAsync([scenario], "test", CancellationToken.None);
        Assert.True(report.BooksBalance && report.IsWhole, ReportText.Write(report) + string.Join('\n', said));
        return Assert.Single(report.Sections);
    }

    private static string NextSession() => "B" + Interlocked.Increment(ref s_sessions);
}
