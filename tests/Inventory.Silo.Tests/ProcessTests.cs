using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Silo.Tests;

/// <summary>The process: what it says, how it ends, and that it never forgets what it answered.</summary>
public sealed class ProcessTests
{
    private const int Buyers = 16;
    private const int StockUnits = 1_000_000;
    private static readonly StockKey s_key = new() { Sku = "MUG-1", LocationId = "store-1" };

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill_and_a_retry_gets_the_first_answer()
    {
        using var directory = new TemporaryDirectory();
        var held = new ConcurrentDictionary<string, ReserveResponse>();
        await using (var silo = await SiloProcess.StartAsync("--data", directory.Path))
        {
            await Receive(silo, StockUnits);
            await BuyUntil(silo, held, 2_000, silo.KillAsync);
        }

        await using var again = await SiloProcess.StartAsync("--data", directory.Path);
        using var channel = again.Connect();
        var client = new ReservationService.ReservationServiceClient(channel);
        var before = (await Stock(again)).HeldUnits;
        Assert.InRange(before, held.Count, held.Count + Buyers); // a call that was cut off may have been written or not
        foreach (var (id, first) in held)
        {
            var retry = await client.ReserveAsync(Order(id));
            Assert.True(retry.Decision.Accepted && retry.Decision.Repeated, $"{id}: {retry}");
            Assert.Equal(first.ReservationId, retry.ReservationId);
            Assert.Equal(first.Decision.Version, retry.Decision.Version);
            Assert.Equal(first.ExpireTime, retry.ExpireTime);
        }

        Assert.Equal(before, (await Stock(again)).HeldUnits);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Asked_to_stop_under_load_it_ends_well_and_keeps_what_it_accepted(string signal)
    {
        using var directory = new TemporaryDirectory();
        var held = new ConcurrentDictionary<string, ReserveResponse>();
        await using (var silo = await SiloProcess.StartAsync("--data", directory.Path))
        {
            await Receive(silo, StockUnits);
            await BuyUntil(silo, held, 500, async () =>
            {
                silo.Signal(signal);
                await silo.ExitAsync();
            });
            Assert.True(silo.ExitCode == 0, silo.Log);
            Assert.DoesNotContain("\"LogLevel\":\"Error\"", silo.Log, StringComparison.Ordinal);
        }

        await using var again = await SiloProcess.StartAsync("--data", directory.Path);
        Assert.InRange((await Stock(again)).HeldUnits, held.Count, held.Count + Buyers);
    }

    [Fact]
    public async Task A_second_process_on_the_directory_is_refused_by_name()
    {
        using var directory = new TemporaryDirectory();
        await using var first = await SiloProcess.StartAsync("--data", directory.Path);
        await using var second = await SiloProcess.RunAsync("--data", directory.Path, "--port", "0");
        Assert.Equal(3, second.ExitCode);
        Assert.Contains(directory.Path, second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_journal_is_refused_with_file_and_offset()
    {
        using var directory = new TemporaryDirectory();
        await using (var silo = await SiloProcess.StartAsync("--data", directory.Path))
        {
            await Receive(silo, 5);
            await Receive(silo, 6);
            await silo.KillAsync();
        }

        var segment = Directory.GetFiles(directory.Path, "*.log").Single();
        using (var file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = 64 + 50; // inside the first record, which was synced
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 0x10));
        }

        await using var refused = await SiloProcess.RunAsync("--data", directory.Path, "--port", "0");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"{segment} is damaged at offset 64", refused.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_said_plainly()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var silo = await SiloProcess.RunAsync("--memory", "--port", $"{port}");
        Assert.Equal(3, silo.ExitCode);
        Assert.Contains($"{port}", silo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", silo.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_are_all_named_and_nothing_starts()
    {
        await using var silo = await SiloProcess.RunAsync("--port", "99999", "--listen", "nowhere", "--fast");
        Assert.Equal(2, silo.ExitCode);
        Assert.Contains("--port must be 0 to 65535", silo.Log, StringComparison.Ordinal);
        Assert.Contains("--listen 'nowhere'", silo.Log, StringComparison.Ordinal);
        Assert.Contains("'--fast' is no option", silo.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_world_is_loaded_once()
    {
        using var directory = new TemporaryDirectory();
        await using (var silo = await SiloProcess.StartAsync("--demo", "--data", directory.Path))
        {
            Assert.Contains("Loaded the demo world: 40 locations, 500 SKUs", silo.Log, StringComparison.Ordinal);
            using var channel = silo.Connect();
            var page = await new LocationService.LocationServiceClient(channel).ListLocationsAsync(new ListLocationsRequest { PageSize = 1000 });
            Assert.Equal(40, page.Locations.Count);
            silo.Signal("TERM");
            await silo.ExitAsync();
            Assert.DoesNotContain("\"LogLevel\":\"Warning\"", silo.Log, StringComparison.Ordinal);
        }

        await using var again = await SiloProcess.StartAsync("--demo", "--data", directory.Path);
        Assert.DoesNotContain("Loaded the demo world", again.Log, StringComparison.Ordinal);
    }

    private static async Task BuyUntil(SiloProcess silo, ConcurrentDictionary<string, ReserveResponse> held, int count, Func<Task> end)
    {
        using var channel = silo.Connect();
        var client = new ReservationService.ReservationServiceClient(channel);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var buyers = Enumerable.Range(0, Buyers).Select(buyer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    var id = $"buyer-{buyer}-{i}";
                    var answer = await client.ReserveAsync(Order(id));
                    Assert.True(answer.Decision.Accepted, answer.ToString());
                    held[id] = answer;
                    if (held.Count >= count)
                    {
                        enough.TrySetResult();
                    }
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
                {
                    return; // the service went down
                }
            }
        })).ToArray();
        await Task.WhenAny(enough.Task, Task.WhenAll(buyers)).WaitAsync(TimeSpan.FromSeconds(120));
        Assert.True(enough.Task.IsCompleted, silo.Log);
        await end();
        await Task.WhenAll(buyers).WaitAsync(TimeSpan.FromSeconds(120));
    }

    private static ReserveRequest Order(string id)
    {
        var order = new ReserveRequest { RequestId = id };
        order.Lines.Add(new ReservationLine { Key = s_key, Units = 1 });
        return order;
    }

    private static async Task Receive(SiloProcess silo, long units)
    {
        using var channel = silo.Connect();
        var place = new Location
        {
            Id = s_key.LocationId, DisplayName = "Store 1", Kind = LocationKind.Store, Position = new GeoPoint { Latitude = 52, Longitude = 13 },
        };
        await new LocationService.LocationServiceClient(channel).UpsertLocationAsync(
            new UpsertLocationRequest { RequestId = "store-1", Location = place });
        var request = new ReceiveStockRequest { RequestId = $"receive-{units}", Key = s_key, Units = units };
        var answer = await new StockService.StockServiceClient(channel).ReceiveStockAsync(request);
        Assert.True(answer.Decision.Accepted, answer.ToString());
    }

    private static async Task<Stock> Stock(SiloProcess silo)
    {
        using var channel = silo.Connect();
        return (await new StockService.StockServiceClient(channel).GetStockAsync(new GetStockRequest { Key = s_key })).Stock;
    }
}
