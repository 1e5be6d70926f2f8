using Grpc.Core;
using Inventory.Cli.Replay;
using Inventory.V1;

namespace Inventory.Cli.Tests.Replay;

public sealed class ReplayRunTests : IDisposable
{
    private static readonly RetailData s_data = TestWorlds.Season();
    private static readonly Lazy<Task<string>> s_plain = new(async () => (await PlayAsync(new FakeInventory())).Reconciliation!.EndState);
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_season_plays_and_reconciles_to_the_unit()
    {
        var run = TestWorlds.Run(s_data, TestWorlds.Build(s_data), new FakeInventory());

        var report = await run.RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.Empty(report.Differences);
        Assert.Equal(ExitCode.Done, report.Code);
        Assert.Equal(report.LinesPlanned, report.LinesDone);
        Assert.Equal(report.Reconciliation!.Service, report.Reconciliation.Books);
        Assert.Equal(run.ExpectedEndState(), report.Reconciliation.EndState);
        Assert.Equal(report.Reconciliation.Service.OnHand, report.Reconciliation.Service.Balance);
        Assert.Equal(0, report.Reconciliation.Service.Held);
        Assert.True(report.OrdersReservedWhole > 0);
        foreach (var outcome in new[] { "Collected", "Shipped", "Refused", "Returned", "WrittenOff", "Found" })
        {
            Assert.Contains(report.Outcomes, figures => figures.Outcome == outcome);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    public async Task The_end_state_does_not_depend_on_the_number_of_callers(int callers)
    {
        var report = await PlayAsync(new FakeInventory(), callers: callers);

        Assert.Equal(await PlainEndStateAsync(), report.Reconciliation!.EndState);
    }

    [Fact]
    public async Task Lost_requests_and_lost_answers_change_nothing()
    {
        var report = await PlayAsync(new FakeInventory { LoseRequestEvery = 7, LoseAnswerEvery = 11 });

        Assert.Empty(report.Differences);
        Assert.True(report.Retries["Unavailable"] > 100);
        Assert.Equal(await PlainEndStateAsync(), report.Reconciliation!.EndState);
    }

    [Fact]
    public async Task A_board_that_lags_is_asked_again()
    {
        var report = await PlayAsync(new FakeInventory { LagEvery = 13 });

        Assert.True(report.StaleBoards > 10);
        Assert.Equal(ExitCode.Done, report.Code);
        Assert.Equal(await PlainEndStateAsync(), report.Reconciliation!.EndState);
    }

    [Fact]
    public async Task Another_seed_ends_in_another_state()
    {
        var world = TestWorlds.Build(s_data, seed: 4712);

        var report = await TestWorlds.Run(s_data, world, new FakeInventory()).RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.Equal(ExitCode.Done, report.Code);
        Assert.NotEqual(await PlainEndStateAsync(), report.Reconciliation!.EndState);
    }

    [Fact]
    public async Task A_single_stolen_unit_is_found()
    {
        var report = await PlayAsync(new FakeInventory { Steals = 1 });

        Assert.Equal(ExitCode.Refused, report.Code);
        Assert.Equal(1, report.Reconciliation!.Differences);
        Assert.Contains(report.Differences, difference => difference.Contains("on hand", StringComparison.Ordinal));
        Assert.Contains(report.Differences, difference => difference.StartsWith("In the whole world", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_promise_of_what_is_not_there_is_found()
    {
        var report = await PlayAsync(new FakeInventory { Oversells = true });

        Assert.Equal(ExitCode.Refused, report.Code);
        Assert.Contains(report.Differences, difference => difference.Contains("were promised at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_holds_stock_already_is_refused()
    {
        var service = new FakeInventory();
        await PlayAsync(service);

        var refusal = await Assert.ThrowsAsync<BadInputException>(() => PlayAsync(service));

        Assert.Contains("empty data directory", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_knows_other_locations_is_refused()
    {
        var service = new FakeInventory();
        var request = new UpsertLocationRequest { Location = new Location { Id = "elsewhere" } };
        await new LocationService.LocationServiceClient(service).UpsertLocationAsync(request);

        var refusal = await Assert.ThrowsAsync<BadInputException>(() => PlayAsync(service));

        Assert.Contains("'elsewhere'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_stays_away_ends_the_replay()
    {
        var service = new FakeInventory { LoseRequestEvery = 1 };
        var run = TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, clock: new TestWorlds.RushingClock());

        var lost = await Assert.ThrowsAsync<ServiceLostException>(() => run.RunAsync(TestWorlds.NoProgress, CancellationToken.None));

        Assert.Contains("ListLocations", lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(1_700)]
    public async Task A_stopped_replay_goes_on_where_it_was(int stopAfterReserves)
    {
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(_folder, "state");
        var reserves = 0;
        var service = new FakeInventory { LoseAnswerEvery = 17 };
        service.Serving = request =>
        {
            if (request is ReserveRequest && Interlocked.Increment(ref reserves) > stopAfterReserves)
            {
                stop.Cancel();
            }
        };
        var first = await TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, resume: path).RunAsync(TestWorlds.NoProgress,
            stop.Token);
        service.Serving = null;

        var second = await TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, callers: 5, resume: path)
            .RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.True(first.Stopped);
        Assert.Equal(ExitCode.Interrupted, first.Code);
        Assert.Equal(first.LinesDone, second.LinesResumed);
        Assert.Empty(second.Differences);
        Assert.Equal(await PlainEndStateAsync(), second.Reconciliation!.EndState);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task A_killed_replay_asks_again_for_what_it_had_not_noted(double share)
    {
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(_folder, "state");
        var reserves = 0;
        var service = new FakeInventory();
        service.Serving = request =>
        {
            if (request is ReserveRequest && Interlocked.Increment(ref reserves) > share * s_data.Lines.Count)
            {
                stop.Cancel();
            }
        };
        await TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, resume: path).RunAsync(TestWorlds.NoProgress, stop.Token);
        service.Serving = null;
        ForgetTail(path); // nothing to forget if the last record noted happened to be a refusal: then it is a plain resume

        var second = await TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, resume: path)
            .RunAsync(TestWorlds.NoProgress, CancellationToken.None);

        Assert.Empty(second.Differences);
        Assert.Equal(await PlainEndStateAsync(), second.Reconciliation!.EndState);
    }

    [Fact]
    public async Task A_state_file_of_another_run_is_refused()
    {
        var path = Path.Combine(_folder, "state");
        await PlayAsync(new FakeInventory(), resume: path);
        var other = TestWorlds.Run(s_data, TestWorlds.Build(s_data, seed: 1), new FakeInventory(), resume: path);

        await Assert.ThrowsAsync<BadInputException>(() => other.RunAsync(TestWorlds.NoProgress, CancellationToken.None));
    }

    [Fact]
    public async Task A_wrong_request_ends_the_replay_with_the_services_words()
    {
        var service = new FakeInventory
        {
            Serving = request =>
            {
                if (request is ReserveRequest)
                {
                    throw new RpcException(new Status(StatusCode.InvalidArgument, "ttl: too long"));
                }
            },
        };

        var lost = await Assert.ThrowsAsync<ServiceLostException>(() => PlayAsync(service));

        Assert.Contains("ttl: too long", lost.Message, StringComparison.Ordinal);
    }

    private static Task<ReplayReport> PlayAsync(FakeInventory service, int callers = 8, string? resume = null) =>
        TestWorlds.Run(s_data, TestWorlds.Build(s_data), service, callers, resume).RunAsync(TestWorlds.NoProgress, CancellationToken.None);

    private static Task<string> PlainEndStateAsync() => s_plain.Value;

    /// <summary>Cuts off what a kill may lose: everything after the last refusal, and half a record more than whole ones.</summary>
    private static void ForgetTail(string path)
    {
        const int Record = 20;
        var bytes = File.ReadAllBytes(path);
        var start = Array.IndexOf(bytes, (byte)'\n') + 1;
        var last = start;
        for (var at = start; at + Record <= bytes.Length; at += Record)
        {
            if (bytes[at + 4] is 0 or (byte)LineOutcome.Refused)
            {
                last = at + Record;
            }
        }

        File.WriteAllBytes(path, bytes[..Math.Min(bytes.Length, last + (Record / 2))]);
    }
}
