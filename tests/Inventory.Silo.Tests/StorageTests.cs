using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Inventory.V1;

namespace Inventory.Silo.Tests;

/// <summary>Directories that cannot be used, and a disk that is full in the middle of the day.</summary>
public sealed class StorageTests
{
    private const int Buyers = 16;
    private const int SmallDiskKilobytes = 512;
    private const int NotServing = 2;
    private static readonly StockKey s_key = new() { Sku = "MUG-1", LocationId = "store-1" };

    // The health protocol by hand: an empty request asks for the whole service, field 1 of the answer is its state.
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_health = new(MethodType.Unary, "grpc.health.v1.Health", "Check", s_bytes, s_bytes);

    [Fact]
    public async Task A_full_disk_loses_nothing_that_was_acknowledged_and_a_restart_with_room_serves_it()
    {
        using var directory = new TemporaryDirectory();
        await using (var roomy = await SiloProcess.StartAsync("--data", directory.Path))
        {
            using var channel = roomy.Connect();
            var position = new GeoPoint { Latitude = 52, Longitude = 13 };
            var place = new Location { Id = "store-1", DisplayName = "Store 1", Kind = LocationKind.Store, Position = position };
            await new LocationService.LocationServiceClient(channel).UpsertLocationAsync(new UpsertLocationRequest { RequestId = "store-1", Location = place });
            var receive = new ReceiveStockRequest { RequestId = "all", Key = s_key, Units = 1_000_000 };
            Assert.True((await new StockService.StockServiceClient(channel).ReceiveStockAsync(receive)).Decision.Accepted);
            roomy.Signal("TERM");
            await roomy.ExitAsync();
        }

        var held = new ConcurrentDictionary<string, ReserveResponse>();
        await using (var full = await SiloProcess.StartOnSmallDiskAsync(SmallDiskKilobytes, "--data", directory.Path))
        {
            await BuyUntilRefused(full, held);
            await Tells(full);
            full.Signal("TERM");
            await full.ExitAsync();
            var loud = full.Log.Split('\n').Where(line => !line.Contains("\"LogLevel\":\"Information\"", StringComparison.Ordinal));
            var only = Assert.Single(loud);
            Assert.Contains("\"LogLevel\":\"Critical\"", only, StringComparison.Ordinal);
            Assert.Contains("Storage is lost and every write is refused until a restart", only, StringComparison.Ordinal);
        }

        Assert.True(held.Count > Buyers, $"{held.Count} were acknowledged before the disk was full");
        await using var again = await SiloProcess.StartAsync("--data", directory.Path);
        await ServesAll(again, held);
    }

    [Theory]
    [InlineData("file", "it is a file, not a directory")]
    [InlineData("file/below", "")]
    [InlineData("/proc/inventory", "")]
    public async Task A_directory_that_cannot_be_used_is_named_in_one_line(string path, string why)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(Path.Combine(directory.Path, "file"), "in the way");
        var data = Path.Combine(directory.Path, path);
        await using var silo = await SiloProcess.RunAsync("--data", data, "--port", "0");
        Assert.Equal(3, silo.ExitCode);
        var line = Assert.Single(silo.Log.Split('\n'));
        Assert.Contains($"{data} cannot hold the journal: {why}", line, StringComparison.Ordinal);
        Assert.Contains("--data names another directory", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data=", "--data must name a directory")]
    [InlineData("--drain-seconds=0", "--drain-seconds must be 1 to 600")]
    [InlineData("--calls-in-flight=3", "--calls-in-flight must be 16 to 1000000")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--port=many", "--port 'many' is no whole number, such as 5280")]
    [InlineData("--port=-1", "--port must be 0 to 65535")]
    [InlineData("--calls-in-flight=lots", "--calls-in-flight 'lots' is no whole number, such as 1024")]
    [InlineData("--demo=perhaps", "--demo 'perhaps' must be true or false")]
    [InlineData("extra", "'extra' is no option")]
    public async Task A_wrong_option_is_named_with_what_would_be_right(string option, string words)
    {
        await using var silo = await SiloProcess.RunAsync(option);
        Assert.Equal(2, silo.ExitCode);
        Assert.Contains(words, Assert.Single(silo.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_variable_is_named_too()
    {
        await using var silo = await SiloProcess.RunInAsync(new Dictionary<string, string> { ["INVENTORY_PORT"] = "many" });
        Assert.Equal(2, silo.ExitCode);
        Assert.Contains("INVENTORY_PORT 'many' is no whole number", silo.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_said_plainly()
    {
        await using var silo = await SiloProcess.RunAsync("--memory", "--port", "0", "--listen", "192.0.2.1"); // reserved for examples
        Assert.Equal(3, silo.ExitCode);
        Assert.Contains("it is told to listen on 192.0.2.1", silo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Log, StringComparison.Ordinal);
    }

    private static async Task BuyUntilRefused(SiloProcess silo, ConcurrentDictionary<string, ReserveResponse> held)
    {
        using var channel = silo.Connect();
        var client = new ReservationService.ReservationServiceClient(channel);
        await Task.WhenAll(Enumerable.Range(0, Buyers).Select(buyer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var id = $"buyer-{buyer}-{i}";
                try
                {
                    var answer = await client.ReserveAsync(Order(id));
                    Assert.True(answer.Decision.Accepted, answer.ToString());
                    held[id] = answer;
                }
                catch (RpcException e)
                {
                    Assert.Equal(StatusCode.Unavailable, e.StatusCode);
                    Assert.Contains("cannot store anything now", e.Status.Detail, StringComparison.Ordinal);
                    return;
                }
            }
        }))).WaitAsync(TimeSpan.FromSeconds(120));
    }

    // Balancers learn of it by the health service, people by one line of the log.
    private static async Task Tells(SiloProcess silo)
    {
        using var channel = silo.Connect();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        byte[] health;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            health = await channel.CreateCallInvoker().AsyncUnaryCall(s_health, null, default, []);
        }
        while (health is not [_, NotServing] || !silo.Log.Contains("Storage is lost", StringComparison.Ordinal));
    }

    private static async Task ServesAll(SiloProcess silo, ConcurrentDictionary<string, ReserveResponse> held)
    {
        using var channel = silo.Connect();
        var stock = (await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { Key = s_key })).Stock;
        Assert.InRange(stock.HeldUnits, held.Count, held.Count + Buyers); // a call that was refused may have been written or not
        var client = new ReservationService.ReservationServiceClient(channel);
        await Parallel.ForEachAsync(held, new ParallelOptions { MaxDegreeOfParallelism = Buyers }, async (each, stop) =>
        {
            var retry = await client.ReserveAsync(Order(each.Key), cancellationToken: stop);
            Assert.True(retry.Decision.Accepted && retry.Decision.Repeated, $"{each.Key}: {retry}");
            Assert.Equal(each.Value.ReservationId, retry.ReservationId);
        });
    }

    private static ReserveRequest Order(string id)
    {
        var order = new ReserveRequest { RequestId = id };
        order.Lines.Add(new ReservationLine { Key = s_key, Units = 1 });
        return order;
    }
}
