using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

public sealed class AvailabilityServiceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private AvailabilityService.AvailabilityServiceClient Availability => _server.Availability;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start();
        await _server.Receive("A", "L-2", 4);
        await _server.Receive("A", "L-1", 3);
        await _server.Receive("B", "L-1", 1);
        await _server.Reserve("A", "L-1", 3);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task One_SKU_is_shown_by_location()
    {
        var all = await Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = " a " });
        Assert.Equal(("A", 4L), (all.Sku, all.TotalAvailableUnits));
        Assert.Equal(
            [("L-1", 0L, 3L, 2L), ("L-2", 4L, 4L, 1L)],
            all.Locations.Select(at => (at.LocationId, at.AvailableUnits, at.OnHandUnits, at.Version)));
        Assert.Equal(_server.World.NowMs, all.Freshness.AsOfTime.ToDateTimeOffset().ToUnixTimeMilliseconds());
        var some = await Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A", AvailableOnly = true });
        Assert.Equal(["L-2"], some.Locations.Select(at => at.LocationId));
        var named = await Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A", LocationIds = { "L-1", "L-9" } });
        Assert.Equal(["L-1"], named.Locations.Select(at => at.LocationId));
    }

    [Fact]
    public async Task A_writer_reads_its_own_write_even_when_it_sold_out()
    {
        var request = new GetAvailabilityRequest { Sku = "A", LocationIds = { "L-1" }, MinVersion = 2 };
        Assert.Equal(2, (await Availability.GetAvailabilityAsync(request)).Locations.Single().Version);
        request.AvailableOnly = true;
        Assert.Empty((await Availability.GetAvailabilityAsync(request)).Locations);
        request.MinVersion = 99;
        var failure = await Failed.With(StatusCode.Aborted, async () => await Availability.GetAvailabilityAsync(request));
        Assert.Equal("VERSION_STALE", failure.Detail<ErrorInfo>().Type);
    }

    [Fact]
    public async Task Many_SKUs_are_shown_in_the_order_asked()
    {
        var batch = await Availability.BatchGetAvailabilityAsync(new BatchGetAvailabilityRequest { Skus = { "B", "X", "A" } });
        Assert.Equal(
            [("B", 1L), ("X", 0L), ("A", 4L)], batch.Availabilities.Select(each => (each.Sku, each.TotalAvailableUnits)));
    }

    [Fact]
    public async Task Places_near_another_come_with_distance_and_pickup()
    {
        await LocationServiceTests.Create(_server, "L-1");
        await LocationServiceTests.Create(_server, "L-2");
        var point = new GeoPoint { Latitude = 51.5, Longitude = -0.1 };
        var near = (await Availability.FindNearbyAsync(new FindNearbyRequest { Sku = "A", Point = point })).Locations.Single();
        Assert.Equal(("L-2", "Oxford Street", 4), (near.Availability.LocationId, near.DisplayName, near.Availability.AvailableUnits));
        Assert.InRange(near.DistanceMetres, 1_000, 10_000);
        Assert.NotNull(near.PickupReadyTime);
        Assert.Empty((await Availability.FindNearbyAsync(new FindNearbyRequest { Sku = "A", Point = point, Units = 5 })).Locations);
        Assert.Empty((await Availability.FindNearbyAsync(new FindNearbyRequest { Sku = "A", LocationId = "L-2" })).Locations);
        var failure = await Failed.With(
            StatusCode.NotFound, async () =>
                await Availability.FindNearbyAsync(new FindNearbyRequest { Sku = "A", LocationId = "nowhere" }));
        Assert.Equal("nowhere", failure.Detail<ResourceInfo>().ResourceName);
    }

    [Fact]
    public async Task A_watch_shows_the_state_and_then_what_changed()
    {
        using var watch = Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "A" });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.True(watch.ResponseStream.Current.Initial);
        Assert.Equal(["L-1", "L-2"], watch.ResponseStream.Current.Locations.Select(at => at.LocationId));
        await _server.Receive("A", "L-2", 6);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.False(watch.ResponseStream.Current.Initial);
        Assert.Equal([("L-2", 10L)], watch.ResponseStream.Current.Locations.Select(at => (at.LocationId, at.AvailableUnits)));
    }

    [Fact]
    public async Task A_watch_ends_when_its_caller_goes()
    {
        using var cancel = new CancellationTokenSource();
        using var watch = Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "A" }, cancellationToken: cancel.Token);
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(1, _server.World.Watchers);
        await cancel.CancelAsync();
        await Eventually.Is(() => _server.World.Watchers == 0, "the watcher is gone");
    }

    [Fact]
    public async Task Watches_and_other_streams_end_with_UNAVAILABLE_when_the_service_stops()
    {
        using var watch = Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "B" });
        using var reserve = _server.Reservations.ReserveStream();
        Assert.True(await watch.ResponseStream.MoveNext(default));
        await reserve.RequestStream.WriteAsync(new ReserveStreamRequest
        {
            Reservations = { new StreamReservation { RequestId = "1", Sku = "A", LocationId = "L-2", Units = 1 } },
        });
        Assert.True(await reserve.ResponseStream.MoveNext(default));
        var stopping = _server.Stop();
        await Failed.With(StatusCode.Unavailable, () => watch.ResponseStream.MoveNext(default));
        await Failed.With(StatusCode.Unavailable, () => reserve.ResponseStream.MoveNext(default));
        await stopping;
    }

    [Fact]
    public async Task Wrong_requests_name_their_fields()
    {
        await Failed.Fields(
            async () => await Availability.GetAvailabilityAsync(new GetAvailabilityRequest
            {
                Channel = "?", LocationIds = { "ok", "not ok" }, MinVersion = -1,
            }),
            "sku", "channel", "location_ids[1]", "min_version");
        await Failed.Fields(
            async () => await Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A", MinVersion = 1 }), "min_version");
        var many = new GetAvailabilityRequest { Sku = "A" };
        many.LocationIds.Add(Enumerable.Repeat("L", 1_001));
        await Failed.Fields(async () => await Availability.GetAvailabilityAsync(many), "location_ids");
        await Failed.Fields(async () => await Availability.BatchGetAvailabilityAsync(new BatchGetAvailabilityRequest()), "skus");
        await Failed.Fields(
            async () => await Availability.BatchGetAvailabilityAsync(new BatchGetAvailabilityRequest { Skus = { "A", "" } }), "skus[1]");
        await Failed.Fields(
            async () => await Availability.FindNearbyAsync(new FindNearbyRequest { RadiusMetres = -1, Units = -1, Limit = 201 }),
            "sku", "near", "radius_metres", "units", "limit");
        await Failed.Fields(
            async () => await Availability.FindNearbyAsync(new FindNearbyRequest
            {
                Sku = "A", Point = new GeoPoint { Latitude = 91, Longitude = 181 }, RadiusMetres = double.NaN,
            }),
            "point.latitude", "point.longitude", "radius_metres");
        using var watch = Availability.WatchAvailability(new WatchAvailabilityRequest());
        await Failed.Fields(() => watch.ResponseStream.MoveNext(default), "sku");
    }
}
