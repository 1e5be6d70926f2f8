using Inventory.V1;

namespace Inventory.Silo.Tests;

/// <summary>The real service under a clock that jumps, forward and back.</summary>
public sealed class ClockTests
{
    private static readonly StockKey s_key = new() { Sku = "MUG-1", LocationId = "store-1" };

    // Debian's faketime tells the process another time of day, from a file that is read again each time; intervals stay true.
    private static string? Library => Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(each => Path.Combine(each, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    [Fact]
    public async Task A_clock_set_back_brings_nothing_back_and_holds_up_nobody()
    {
        Assert.True(Library is not null, "Run eng/install-test-tools.sh once; it installs faketime.");
        using var directory = new TemporaryDirectory();
        var clock = Path.Combine(directory.Path, "clock");
        await File.WriteAllTextAsync(clock, "+0\n");
        await using var silo = await SiloProcess.StartInAsync(
            new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = Library!, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            },
            "--data", Path.Combine(directory.Path, "journal"));
        using var channel = silo.Connect();
        var (stocks, reservations) = (new StockService.StockServiceClient(channel), new ReservationService.ReservationServiceClient(channel));
        var place = new Location
        {
            Id = "store-1", DisplayName = "Store 1", Kind = LocationKind.Store, Position = new GeoPoint { Latitude = 52, Longitude = 13 },
        };
        await new LocationService.LocationServiceClient(channel).UpsertLocationAsync(new UpsertLocationRequest { RequestId = "p", Location = place });
        await stocks.ReceiveStockAsync(new ReceiveStockRequest { RequestId = "r", Key = s_key, Units = 5 });
        var held = await reservations.ReserveAsync(Order("first", 5));
        Assert.True(held.Decision.Accepted);
        Assert.Equal(0, await AvailableAsync());

        await File.WriteAllTextAsync(clock, "+120s\n");
        Assert.Equal(5, await AvailableAsync());
        var second = await reservations.ReserveAsync(Order("second", 4));
        Assert.True(second.Decision.Accepted);

        await File.WriteAllTextAsync(clock, "-1h\n");
        Assert.Equal(1, await AvailableAsync());
        var late = await reservations.ConfirmReservationAsync(new ConfirmReservationRequest { RequestId = "late", ReservationId = held.ReservationId });
        Assert.Equal(RefusalReason.ReservationExpired, late.Decision.RefusalReason);
        Assert.True((await reservations.ReserveAsync(Order("third", 1))).Decision.Accepted);
        Assert.Equal(RefusalReason.Insufficient, (await reservations.ReserveAsync(Order("fourth", 1))).Decision.RefusalReason);
        var paid = await reservations.ConfirmReservationAsync(new ConfirmReservationRequest { RequestId = "pay", ReservationId = second.ReservationId });
        Assert.True(paid.Decision.Accepted, paid.ToString());
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", silo.Log, StringComparison.Ordinal);

        async Task<long> AvailableAsync() => (await stocks.GetStockAsync(new GetStockRequest { Key = s_key })).Stock.AvailableUnits;
    }

    private static ReserveRequest Order(string id, int units)
    {
        var order = new ReserveRequest { RequestId = id, Ttl = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(60)) };
        order.Lines.Add(new ReservationLine { Key = s_key, Units = units });
        return order;
    }
}
