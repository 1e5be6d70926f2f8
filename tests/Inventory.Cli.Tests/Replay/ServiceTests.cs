using Grpc.Net.Client;
using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>A slice of a year against the real service, over real connections.</summary>
public sealed class ServiceTests
{
    private static readonly RetailData s_data = TestWorlds.Season(2_000);

    [Fact]
    public async Task A_slice_reconciles_to_the_unit_twice_and_ends_in_the_same_state()
    {
        var one = await PlayAsync(callers: 16);
        var two = await PlayAsync(callers: 5);

        Assert.Empty(one.Differences);
        Assert.Empty(two.Differences);
        Assert.Equal(one.Reconciliation!.EndState, two.Reconciliation!.EndState);
        Assert.Equal(0, one.UnexpectedRefusals);
        Assert.True(one.OrdersReservedWhole > 0);
    }

    [Fact]
    public async Task A_service_that_goes_down_and_comes_back_ends_in_the_state_of_the_books()
    {
        var report = await PlayAsync(callers: 16, restarts: 3);

        Assert.Empty(report.Differences);
        Assert.NotEmpty(report.Retries);
        Assert.Equal(ExitCode.Done, report.Code);
    }

    [Fact]
    public async Task A_slice_of_orders_reconciles_units_and_work()
    {
        var report = await PlayAsync(callers: 16, orders: true);

        Assert.Empty(report.Differences);
        Assert.Equal(0, report.UnexpectedRefusals);
        Assert.True(report.Work is { Slots: > 0, Differences: 0 });
        Assert.All(new[] { "RejectOrder", "CancelOrder", "ReturnOrder", "CollectOrder", "ShipOrder" }, call =>
            Assert.Contains(report.Operations, operation => operation.Operation == call));
    }

    [Fact]
    public async Task Orders_survive_a_service_that_goes_down_and_comes_back()
    {
        var report = await PlayAsync(callers: 16, restarts: 3, orders: true);

        Assert.Empty(report.Differences);
        Assert.NotEmpty(report.Retries);
        Assert.True(report.Work is { Slots: > 0, Differences: 0 });
    }

    private static async Task<ReplayReport> PlayAsync(int callers, int restarts = 0, bool orders = false)
    {
        await using var host = new ServiceHost();
        await host.StartAsync();
        using var channel = GrpcChannel.ForAddress(host.Address);
        var world = orders ? TestWorlds.Orders(s_data) : TestWorlds.Build(s_data);
        var settings = new PlaySettings { Callers = callers, Connections = 1 };
        var run = new ReplayRun(s_data, world, settings, _ => channel.CreateCallInvoker(), TimeProvider.System);
        var restarting = Task.CompletedTask;
        var left = restarts;
        var turn = new Lock();

        // Goes down each time another part of the lines is played; the play goes on meanwhile and asks again.
        Task ShowAsync(string name, long total, Func<Action<long>, Task> work)
        {
            long done = 0;
            return work(count =>
            {
                lock (turn)
                {
                    done += count;
                    var due = done > total * (restarts - left + 1) / (restarts + 2);
                    if (name == "order lines" && left > 0 && due && restarting.IsCompletedSuccessfully)
                    {
                        left--;
                        restarting = Task.Run(host.RestartAsync);
                    }
                }
            });
        }

        var report = await run.RunAsync(ShowAsync, CancellationToken.None);
        await restarting;
        Assert.Equal(0, left);
        Assert.Equal(run.ExpectedEndState(), report.Reconciliation!.EndState);
        return report;
    }
}
