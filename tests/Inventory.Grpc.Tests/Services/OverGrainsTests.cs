using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>The same API with the real owners behind it.</summary>
public sealed class OverGrainsTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartOverGrains();
        await LocationServiceTests.Create(_server, "L-1");
        await LocationServiceTests.Create(_server, "L-2");
        await _server.Receive("A", "L-1", 10);
        await _server.Receive("B", "L-2", 5);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task One_line_goes_from_the_shelf_to_the_customer()
    {
        var reserved = await _server.Reserve("A", "L-1", 4, "order-1");
        Assert.True(reserved.Decision.Accepted);
        Assert.True((await _server.Reserve("A", "L-1", 4, "order-1")).Decision.Repeated);
        Assert.Equal(RefusalReason.IdReused, (await _server.Reserve("A", "L-1", 5, "order-1")).Decision.RefusalReason);
        Assert.Equal(RefusalReason.Insufficient, (await _server.Reserve("A", "L-1", 7)).Decision.RefusalReason);
        var confirmed = await _server.Reservations.ConfirmReservationAsync(
            new ConfirmReservationRequest { RequestId = "c", ReservationId = reserved.ReservationId });
        Assert.True(confirmed.Decision.Accepted);
        var collected = await _server.Reservations.CollectReservationAsync(
            new CollectReservationRequest { RequestId = "d", ReservationId = reserved.ReservationId });
        Assert.True(collected.Decision.Accepted);
        var seen = await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest
        {
            Sku = "A", LocationIds = { "L-1" }, MinVersion = collected.Decision.Version,
        });
        Assert.Equal(6, seen.TotalAvailableUnits);
        var stock = (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = ReservationServiceTests.Key("A", "L-1") })).Stock;
        Assert.Equal((6, 0, 4), (stock.OnHandUnits, stock.HeldUnits, stock.Ledger.CollectedUnits));
    }

    [Fact]
    public async Task Several_lines_are_held_together_and_read_together()
    {
        var request = new ReserveRequest
        {
            RequestId = "many",
            Lines =
            {
                new ReservationLine { Key = ReservationServiceTests.Key("A", "L-1"), Units = 2 },
                new ReservationLine { Key = ReservationServiceTests.Key("B", "L-2"), Units = 6 },
            },
        };
        var refused = await _server.Reservations.ReserveAsync(request);
        Assert.False(refused.Decision.Accepted);
        Assert.Equal(RefusalReason.Insufficient, refused.Lines[1].Decision.RefusalReason);
        (request.RequestId, request.Lines[1].Units) = ("many-2", 5);
        var held = await _server.Reservations.ReserveAsync(request);
        Assert.True(held.Decision.Accepted);
        var read = await _server.Reservations.GetReservationAsync(new GetReservationRequest { ReservationId = held.ReservationId });
        Assert.Equal([2L, 5L], read.Reservation.Lines.Select(line => line.HeldUnits));
        var listed = await _server.Reservations.ListReservationsAsync(
            new ListReservationsRequest { Key = ReservationServiceTests.Key("B", "L-2") });
        Assert.Equal([held.ReservationId], listed.Reservations.Select(reservation => reservation.Id));
        var released = await _server.Reservations.ReleaseReservationAsync(
            new ReleaseReservationRequest { RequestId = "r", ReservationId = held.ReservationId });
        Assert.True(released.Decision.Accepted);
    }

    [Fact]
    public async Task A_watch_shows_the_state_and_then_the_change()
    {
        using var watch = _server.Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "A" });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal([("L-1", 10L)], watch.ResponseStream.Current.Locations.Select(at => (at.LocationId, at.AvailableUnits)));
        await _server.Receive("A", "L-1", 1);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(11, watch.ResponseStream.Current.Locations.Single().AvailableUnits);
    }

    [Fact]
    public async Task An_import_is_listed_found_nearby_and_verified()
    {
        using var import = _server.Stocks.ImportStock();
        var message = new ImportStockRequest { RequestId = "i" };
        message.Rows.Add(Enumerable.Range(0, 2_000).Select(i => new ImportRow
        {
            Key = ReservationServiceTests.Key($"S{i}", "L-1"), OnHandUnits = 3,
        }));
        await import.RequestStream.WriteAsync(message);
        await import.RequestStream.CompleteAsync();
        Assert.True(await import.ResponseStream.MoveNext(default));
        Assert.All(import.ResponseStream.Current.Results, result => Assert.Equal(ImportResult.Changed, result));
        var page = await _server.Stocks.ListStocksAsync(new ListStocksRequest { LocationId = "L-1", PageSize = 5 });
        Assert.Equal(["A", "S0", "S1", "S10", "S100"], page.Stocks.Select(stock => stock.Key.Sku));
        var near = await _server.Availability.FindNearbyAsync(new FindNearbyRequest { Sku = "S7", LocationId = "L-2" });
        Assert.Equal(3, near.Locations.Single().Availability.AvailableUnits);
        using var verify = _server.Stocks.VerifyStock(new VerifyStockRequest { LocationId = "L-1" });
        var verified = 0L;
        while (await verify.ResponseStream.MoveNext(default))
        {
            verified = verify.ResponseStream.Current.StocksVerified;
            Assert.Empty(verify.ResponseStream.Current.Differences);
        }

        Assert.Equal(2_001, verified);
    }

    [Fact]
    public async Task At_a_location_that_nobody_described_writes_are_refused_and_reads_say_so()
    {
        var received = await _server.Receive("A", "nowhere", 5);
        Assert.Equal((false, RefusalReason.LocationUnknown, true), (received.Accepted, received.RefusalReason, received.MayPassLater));
        Assert.Contains("upsert", received.RefusalMessage, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.LocationUnknown, (await _server.Reserve("A", "nowhere", 1)).Decision.RefusalReason);
        var nowhere = new GetStockRequest { Key = ReservationServiceTests.Key("A", "nowhere") };
        var absent = await Failed.With(StatusCode.NotFound, async () => await _server.Stocks.GetStockAsync(nowhere));
        Assert.Equal(("inventory.v1.Location", "nowhere"), (absent.Detail<ResourceInfo>().ResourceType, absent.Detail<ResourceInfo>().ResourceName));
        await Failed.With(
            StatusCode.NotFound, async () => await _server.Stocks.ListStocksAsync(new ListStocksRequest { LocationId = "nowhere" }));
        var shown = await _server.Availability.GetAvailabilityAsync(
            new GetAvailabilityRequest { Sku = "A", LocationIds = { "nowhere", "L-1", "L-2" } });
        Assert.Equal(["nowhere"], shown.UnknownLocationIds);
        Assert.Equal(["L-1"], shown.Locations.Select(at => at.LocationId)); // L-2 is known and never had it
        using var import = _server.Stocks.ImportStock();
        var message = new ImportStockRequest
        {
            RequestId = "i",
            Rows =
            {
                new ImportRow { Key = ReservationServiceTests.Key("A", "nowhere"), OnHandUnits = 3 },
                new ImportRow { Key = ReservationServiceTests.Key("A", "L-1"), OnHandUnits = 12 },
            },
        };
        await import.RequestStream.WriteAsync(message);
        await import.RequestStream.CompleteAsync();
        Assert.True(await import.ResponseStream.MoveNext(default));
        Assert.Equal([ImportResult.Refused, ImportResult.Changed], import.ResponseStream.Current.Results);
        Assert.Contains("described", import.ResponseStream.Current.Problems.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_sent_again_does_not_undo_what_was_sold_since()
    {
        Assert.Equal([ImportResult.Unchanged, ImportResult.Changed], await Import());
        var reserved = await _server.Reserve("A", "L-1", 4);
        await _server.Reservations.CollectReservationAsync(
            new CollectReservationRequest { RequestId = "c", ReservationId = reserved.ReservationId });
        Assert.Equal([ImportResult.Unchanged, ImportResult.Changed], await Import()); // what was told the first time
        var stock = (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = ReservationServiceTests.Key("A", "L-1") })).Stock;
        Assert.Equal(6, stock.OnHandUnits);

        async Task<IEnumerable<ImportResult>> Import()
        {
            using var import = _server.Stocks.ImportStock();
            var message = new ImportStockRequest
            {
                RequestId = "nightly",
                Rows =
                {
                    new ImportRow { Key = ReservationServiceTests.Key("A", "L-1"), OnHandUnits = 10 },
                    new ImportRow { Key = ReservationServiceTests.Key("B", "L-2"), OnHandUnits = 6 },
                },
            };
            await import.RequestStream.WriteAsync(message);
            await import.RequestStream.CompleteAsync();
            Assert.True(await import.ResponseStream.MoveNext(default));
            return [.. import.ResponseStream.Current.Results];
        }
    }

    [Fact]
    public async Task Lost_storage_is_UNAVAILABLE()
    {
        _server.Journal.Fail("the disk is gone");
        await Failed.With(StatusCode.Unavailable, () => _server.Reserve("A", "L-1", 1));
    }
}
