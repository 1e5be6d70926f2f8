using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Inventory.V1;

namespace Inventory.Silo.Tests;

/// <summary>Orders against the real process while it is killed.</summary>
public sealed class OrderProcessTests
{
    private const int Callers = 10_000;
    private const int AtOnce = 400;
    private static readonly StockKey s_key = new() { Sku = "LAST-1", LocationId = "store-1" };

    [Fact]
    public async Task The_last_unit_goes_to_one_of_ten_thousand_callers_though_the_process_is_killed()
    {
        using var directory = new TemporaryDirectory();
        var answers = new ConcurrentDictionary<int, PlaceOrderResponse>();
        await using (var silo = await SiloProcess.StartAsync("--data", directory.Path))
        {
            await Prepare(silo);
            using var killed = new CancellationTokenSource();
            await AskAll(silo, answers, async () =>
            {
                if (answers.Count == AtOnce)
                {
                    await killed.CancelAsync();
                    await silo.KillAsync();
                }
            }, killed.Token);
            Assert.InRange(answers.Count, AtOnce, Callers - 1);
        }

        // Who was answered asks again as well, if the answer was yes: nobody knows what a process has forgotten.
        var before = answers.ToDictionary();
        await using var again = await SiloProcess.StartAsync("--data", directory.Path);
        foreach (var (caller, answer) in before.Where(each => each.Value.Decision.Accepted))
        {
            answers.TryRemove(caller, out _);
        }

        await AskAll(again, answers, () => Task.CompletedTask, CancellationToken.None);
        var winner = Assert.Single(answers, answer => answer.Value.Decision.Accepted);
        foreach (var (caller, answer) in before.Where(each => each.Value.Decision.Accepted))
        {
            Assert.Equal((winner.Key, winner.Value.Order.Id, true), (caller, answer.Order.Id, winner.Value.Decision.Repeated));
        }

        Assert.Equal(Callers, answers.Count);
        Assert.All(answers.Where(each => each.Key != winner.Key), each => Assert.Equal(RefusalReason.Insufficient, each.Value.Decision.RefusalReason));
        using var channel = again.Connect();
        var stock = (await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { Key = s_key })).Stock;
        Assert.Equal((1, 1), (stock.OnHandUnits, stock.HeldUnits));
    }

    private static async Task AskAll(
        SiloProcess silo, ConcurrentDictionary<int, PlaceOrderResponse> answers, Func<Task> answered, CancellationToken stop)
    {
        using var left = silo.Connect();
        using var right = silo.Connect();
        var clients = new[] { new OrderService.OrderServiceClient(left), new OrderService.OrderServiceClient(right) };
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(0, Callers).Where(caller => !answers.ContainsKey(caller)), options, async (caller, _) =>
        {
            try
            {
                if (!stop.IsCancellationRequested)
                {
                    answers[caller] = await clients[caller % 2].PlaceOrderAsync(Order(caller), cancellationToken: CancellationToken.None);
                    await answered();
                }
            }
            catch (RpcException e) when (stop.IsCancellationRequested && e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
            {
                // The process died before it could answer.
            }
        });
    }

    private static PlaceOrderRequest Order(int caller) => new()
    {
        RequestId = $"caller-{caller}",
        Content = new OrderContent
        {
            Delivery = new Delivery { Kind = DeliveryKind.Ship, Point = new GeoPoint { Latitude = 52, Longitude = 0 } },
            Lines = { new OrderLine { Sku = s_key.Sku, Units = 1 } },
        },
    };

    private static async Task Prepare(SiloProcess silo)
    {
        using var channel = silo.Connect();
        await new LocationService.LocationServiceClient(channel).UpsertLocationAsync(new UpsertLocationRequest
        {
            RequestId = "place",
            Location = new Location
            {
                Id = s_key.LocationId,
                DisplayName = "Store",
                Kind = LocationKind.Store,
                Position = new GeoPoint { Latitude = 52.1, Longitude = 0 },
                Capabilities = { Capability.Collect, Capability.Ship, Capability.Return },
            },
        });
        var received = await new StockService.StockServiceClient(channel).ReceiveStockAsync(
            new ReceiveStockRequest { RequestId = "in", Key = s_key, Units = 1 });
        Assert.True(received.Decision.Accepted, received.ToString());
        var boards = new AvailabilityService.AvailabilityServiceClient(channel);
        while ((await boards.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = s_key.Sku })).TotalAvailableUnits == 0)
        {
            await Task.Yield();
        }
    }
}
