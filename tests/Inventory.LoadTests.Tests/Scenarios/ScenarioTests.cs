using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Workers;
using Inventory.V1;

namespace Inventory.LoadTests.Tests.Scenarios;

public sealed class ScenarioTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static int s_sessions;

    public static TheoryData<string> OnAGivenService => [.. Scenario.All.Where(scenario => !scenario.NeedsOwnService).Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(OnAGivenService))]
    public async Task Each_scenario_runs_and_its_books_balance(string name)
    {
        var section = await RunAsync(name, ServiceFixture.Tiny(service.Address));

        Assert.Equal(name, section.Name);
        Assert.True(section.Books.Count > 0 || name is EmptyScenario.Word or MachineScenario.Word); // those change nothing
        Assert.All(section.Runs, run => Assert.True(run.Result.Total.Sum > 0, run.Name));
        Assert.All(section.Runs, run => Assert.Empty(run.Result.Errors));
        Assert.All(section.Runs, run => Assert.Equal(0, run.Result.Unanswered));
    }

    [Fact]
    public async Task Recovery_kills_the_service_and_finds_every_reservation_again()
    {
        var section = await RunAsync("recovery", ServiceFixture.Tiny(null));

        Assert.Contains(section.Figures, figure => figure is { Name: "records recovered", Value: >= 1_900 });
        Assert.Equal(1_975, section.Books[0].Found);
    }

    [Fact]
    public async Task A_flash_sale_sells_each_unit_once_and_answers_everybody()
    {
        var section = await RunAsync("flash", ServiceFixture.Tiny(service.Address));

        var total = section.Runs.Single().Result.Total;
        Assert.Equal((20, 180), (total[Outcome.Granted], total[Outcome.SoldOut]));
    }

    [Fact]
    public async Task Client_processes_share_the_load_and_the_books()
    {
        var section = await RunAsync("spread", ServiceFixture.Tiny(service.Address) with { Processes = 2, Search = true, P99Ms = 60_000 });

        Assert.NotEmpty(Assert.Single(section.Searches).Result.Steps);
        Assert.Equal(section.Books[0].Least, section.Books[0].Found);
    }

    [Fact]
    public async Task A_unit_that_the_caller_knows_nothing_of_is_found()
    {
        await using var context = new ScenarioContext(ServiceFixture.Tiny(service.Address), service.Address, null, NextSession(), _ => { });
        var plan = await context.PrepareAsync(5, 2, 10, CancellationToken.None);
        var job = context.NewJob(JobKind.Reserve, plan) with { Operations = 30 };
        var result = await context.RunAsync(job, CancellationToken.None);
        Assert.All(await context.CheckHeldAsync(plan, 10, result.Ledger, CancellationToken.None), check => Assert.True(check.Holds, check.Says));

        var request = new ReserveRequest { RequestId = "behind-the-back", Ttl = ReserveOne.Ttl };
        request.Lines.Add(new ReservationLine { Key = plan.Key(0), Units = 1 });
        Assert.True((await context.Target.Reservations[0].ReserveAsync(request)).Decision.Accepted);

        var books = await context.CheckHeldAsync(plan, 10, result.Ledger, CancellationToken.None);
        Assert.Equal((30, 31, false), (books[0].Least, books[0].Found, books[0].Holds));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_fails_the_scenario_and_not_the_report()
    {
        var settings = ServiceFixture.Tiny(new Uri("http://127.0.0.1:1"));
        var report = await new Session(settings, NextSession(), _ => { }).RunAsync([new SpreadScenario()], "test", CancellationToken.None);

        Assert.NotNull(Assert.Single(report.Sections).Problem);
        Assert.False(report.IsWhole);
    }

    private async Task<ReportSection> RunAsync(string name, Settings settings)
    {
        var scenario = Scenario.All.Single(each => each.Name == name);
        var report = await new Session(settings, NextSession(), _ => { }).RunAsync([scenario], "test", CancellationToken.None);
        Assert.True(report.BooksBalance && report.IsWhole, ReportText.Write(report));
        return Assert.Single(report.Sections);
    }

    private static string NextSession() => "T" + Interlocked.Increment(ref s_sessions);
}
