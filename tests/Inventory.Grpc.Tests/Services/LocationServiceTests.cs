using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

public sealed class LocationServiceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.Start();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_location_comes_back_as_it_went_in()
    {
        var location = Sample("L-1");
        var created = await Upsert(location, "u-1");
        Assert.True(created.Decision is { Accepted: true, Repeated: false, Version: 1 });
        (location.Open, location.State) = (true, LocationState.Open);
        location.Version = 1;
        location.UpdateTime = created.Location.UpdateTime;
        Assert.Equal(location, created.Location);
        Assert.Equal(location, await Get("L-1"));
        Assert.True((await Upsert(Sample("L-1"), "u-1")).Decision.Repeated);
        location.DisplayName = "Another name";
        Assert.Equal(RefusalReason.IdReused, (await Upsert(location, "u-1")).Decision.RefusalReason);
        Assert.Equal(2, (await Upsert(location, "u-2")).Location.Version);
    }

    [Fact]
    public async Task A_location_opens_and_closes_at_once()
    {
        await Create(_server, "L-1");
        await _server.Receive("A", "L-1", 5);
        var closed = await _server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "c", Id = "L-1" });
        Assert.True(closed.Decision is { Accepted: true, Version: 2 });
        Assert.False((await Get("L-1")).Open);
        Assert.Equal(0, (await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A" })).TotalAvailableUnits);
        var opened = await _server.Locations.OpenLocationAsync(new OpenLocationRequest { RequestId = "o", Id = "L-1" });
        Assert.True(opened.Decision.Accepted);
        Assert.Equal(5, (await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "A" })).TotalAvailableUnits);
    }

    [Fact]
    public async Task Time_alone_begins_and_ends_the_life_of_a_location_and_every_answer_says_so()
    {
        await using var shop = await OrderShop.Start(near: 0, middle: 0, far: 0);
        var locations = shop.Server.Locations;
        var today = DateOnly.FromDateTime(shop.Time.GetUtcNow().UtcDateTime);
        var popUp = Sample("pop-up");
        (popUp.TimeZone, popUp.FirstDate, popUp.LastDate) = ("", $"{today.AddDays(1):yyyy-MM-dd}", $"{today.AddDays(2):yyyy-MM-dd}");
        var created = await locations.UpsertLocationAsync(new UpsertLocationRequest { RequestId = "u", Location = popUp });
        Assert.Equal(LocationState.NotBegun, created.Location.State);
        await States(LocationState.NotBegun);
        PassTo(today.AddDays(1), 0);
        await States(LocationState.Open);
        await locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "c", Id = "pop-up" });
        await States(LocationState.Closed, open: false);
        await locations.OpenLocationAsync(new OpenLocationRequest { RequestId = "o", Id = "pop-up" });
        PassTo(today.AddDays(3), -1);
        await States(LocationState.Open);
        PassTo(today.AddDays(3), 0);
        await States(LocationState.Ended);

        void PassTo(DateOnly day, int ms) =>
            shop.Time.Advance(day.ToDateTime(default, DateTimeKind.Utc).AddMilliseconds(ms) - shop.Time.GetUtcNow().UtcDateTime);

        async Task States(LocationState state, bool open = true)
        {
            var got = (await locations.GetLocationAsync(new GetLocationRequest { Id = "pop-up" })).Location;
            var listed = (await locations.ListLocationsAsync(new ListLocationsRequest())).Locations.Single(each => each.Id == "pop-up");
            Assert.Equal([(state, open), (state, open)], new[] { got, listed }.Select(each => (each.State, each.Open)));
        }
    }

    [Fact]
    public async Task Locations_are_listed_page_by_page_in_the_order_of_ids()
    {
        foreach (var id in new[] { "c", "a", "B", "d", "A" })
        {
            await Create(_server, id);
        }

        var request = new ListLocationsRequest { PageSize = 2 };
        var listed = new List<string>();
        do
        {
            var page = await _server.Locations.ListLocationsAsync(request);
            listed.AddRange(page.Locations.Select(location => location.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(["A", "B", "a", "c", "d"], listed);
    }

    [Fact]
    public async Task The_work_of_a_location_is_that_of_the_orders_it_serves()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 0, far: 0);
        var locations = shop.Server.Locations;
        var near = (await locations.GetLocationAsync(new GetLocationRequest { Id = "near" })).Location;
        (near.ParcelsPerDay, near.PicksPerHour) = (3, 7);
        await locations.UpsertLocationAsync(new UpsertLocationRequest { RequestId = "limits", Location = near });
        var placed = new List<Order>();
        for (var i = 0; i < 2; i++)
        {
            placed.Add((await shop.Place(1)).Order);
        }

        var work = await locations.GetLocationWorkAsync(new GetLocationWorkRequest { Id = "near" });
        Assert.Equal([(WorkKind.Parcels, 3, 2, 1), (WorkKind.Picks, 7, 2, 5)], work.Slots.Select(slot => (slot.Kind, slot.Capacity, slot.Used, slot.Left)));
        Assert.All(placed, order => Assert.Equal(
            work.Slots.Select(slot => (slot.Kind, slot.StartTime, 1L)), order.Parts[0].Work.Select(part => (part.Kind, part.StartTime, part.Units))));
        Assert.All(work.Slots, slot => Assert.True(slot.EndTime.ToDateTime() > shop.Time.GetUtcNow().UtcDateTime));

        await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "cancel", OrderId = placed[0].Id });
        work = await locations.GetLocationWorkAsync(new GetLocationWorkRequest { Id = "near" });
        Assert.Equal([1L, 1L], work.Slots.Select(slot => slot.Used));
        Assert.Empty((await locations.GetLocationWorkAsync(new GetLocationWorkRequest { Id = "middle" })).Slots);
    }

    [Fact]
    public async Task What_is_not_there_is_NOT_FOUND()
    {
        await Failed.With(
            StatusCode.NotFound, async () => await _server.Locations.GetLocationWorkAsync(new GetLocationWorkRequest { Id = "nowhere" }));
        var failure = await Failed.With(StatusCode.NotFound, () => Get("nowhere"));
        Assert.Equal(("inventory.v1.Location", "nowhere"),
            (failure.Detail<ResourceInfo>().ResourceType, failure.Detail<ResourceInfo>().ResourceName));
        await Failed.With(
            StatusCode.NotFound, async () =>
                await _server.Locations.OpenLocationAsync(new OpenLocationRequest { RequestId = "o", Id = "nowhere" }));
        await Failed.With(
            StatusCode.NotFound, async () =>
                await _server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "o", Id = "nowhere" }));
    }

    [Fact]
    public async Task Wrong_requests_name_their_fields()
    {
        await Failed.Fields(() => Upsert(null, ""), "request_id", "location");
        await Failed.Fields(() => Upsert(new Location(), "r"), "location.id", "location.display_name", "location.kind",
            "location.position");
        await Failed.Fields(() => Get("no blanks"), "id");
        await Failed.Fields(async () => await _server.Locations.GetLocationWorkAsync(new GetLocationWorkRequest()), "id");
        await Failed.Fields(async () => await _server.Locations.OpenLocationAsync(new OpenLocationRequest()), "request_id", "id");
        await Failed.Fields(async () => await _server.Locations.CloseLocationAsync(new CloseLocationRequest()), "request_id", "id");
        await Failed.Fields(
            async () => await _server.Locations.ListLocationsAsync(new ListLocationsRequest { PageSize = 1_001, PageToken = "x" }),
            "page_size", "page_token");
    }

    internal static async Task Create(TestServer server, string id) => await server.Locations.UpsertLocationAsync(
        new UpsertLocationRequest { RequestId = Guid.NewGuid().ToString(), Location = Sample(id) });

    private static Location Sample(string id) => new()
    {
        Id = id,
        DisplayName = "Oxford Street",
        Kind = LocationKind.DarkStore,
        Position = new GeoPoint { Latitude = 51.515, Longitude = -0.142 },
        PostalCode = "W1D 1BS",
        Town = "London",
        Region = "England",
        CountryCode = "GB",
        TimeZone = "Europe/London",
        PreparationTime = new Google.Protobuf.WellKnownTypes.Duration { Seconds = 5_400 },
        Capabilities = { Capability.Collect, Capability.Return },
        ParcelsPerDay = 40,
        PicksPerHour = 12,
        CutOffMinute = 0,
        CarrierDays = { Weekday.Monday, Weekday.Sunday },
        ParcelCostMinor = 310,
        HandlesOversized = true,
        FirstDate = "2020-02-29",
        LastDate = "2999-12-31",
        WeeklyHours =
        {
            new OpeningPeriod { Weekday = Weekday.Monday, OpenMinute = 540, CloseMinute = 1_080 },
            new OpeningPeriod { Weekday = Weekday.Sunday, OpenMinute = 660, CloseMinute = 1_020 },
        },
        SpecialDays =
        {
            new SpecialDay { Date = "2026-12-25", Closed = true },
            new SpecialDay { Date = "2026-12-24", OpenMinute = 540, CloseMinute = 780 },
        },
    };

    private async Task<UpsertLocationResponse> Upsert(Location? location, string requestId) =>
        await _server.Locations.UpsertLocationAsync(new UpsertLocationRequest { RequestId = requestId, Location = location });

    private async Task<Location> Get(string id) => (await _server.Locations.GetLocationAsync(new GetLocationRequest { Id = id })).Location;
}
