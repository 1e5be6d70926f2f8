using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Grains.Tests;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Supply over the wire, with the real owners behind it.</summary>
public sealed class SupplyServiceTests
{
    private static readonly StockKey s_key = new() { Sku = "MUG", LocationId = "shop" };
    private readonly FakeTime _time = new();

    [Fact]
    public async Task A_pre_order_is_promised_told_of_a_delay_and_shipped_once_its_goods_are_there()
    {
        await using var server = await Start();
        var supply = new SupplyService.SupplyServiceClient(server.Channel);
        Assert.True((await supply.ExpectSupplyAsync(Expect("e-1", 10, day: 3))).Decision.Accepted);
        var promise = new PromiseSupplyRequest { RequestId = "p-1", Key = s_key, Units = 4, ByTime = Day(5), Reference = "order 7" };
        var made = await supply.PromiseSupplyAsync(promise);
        Assert.True(made.Decision.Accepted, made.Decision.RefusalMessage);
        Assert.True((await supply.PromiseSupplyAsync(promise)).Decision.Repeated);
        promise.Units = 5;
        Assert.Equal(RefusalReason.IdReused, (await supply.PromiseSupplyAsync(promise)).Decision.RefusalReason);
        promise.RequestId = "p-2";
        promise.Units = 7;
        Assert.Equal(RefusalReason.Insufficient, (await supply.PromiseSupplyAsync(promise)).Decision.RefusalReason);

        var seen = (await supply.GetSupplyAsync(new GetSupplyRequest { Key = s_key, ByTime = Day(4) })).Supply;
        Assert.Equal((2, 6, 8), (seen.AvailableNowUnits, seen.AvailableExpectedUnits, seen.AvailableUnits));
        var moved = await supply.ExpectSupplyAsync(Expect("e-2", 10, day: 9));
        Assert.Equal(("order 7", true, Day(9)), (moved.Concerned[0].Reference, moved.Concerned[0].Late, moved.Concerned[0].ExpectedTime));

        var came = await supply.ReceiveSupplyAsync(new ReceiveSupplyRequest { RequestId = "r-1", Key = s_key, Name = "PO-1", Units = 6 });
        Assert.Equal((made.PromiseId, 4, 2), (came.Fulfilled[0].PromiseId, came.Fulfilled[0].Units, came.FreeUnits));
        var sent = await server.Reservations.ShipReservationAsync(
            new ShipReservationRequest { RequestId = "s-1", ReservationId = came.Fulfilled[0].ReservationId });
        Assert.True(sent.Decision.Accepted, sent.Decision.RefusalMessage);
        var list = await supply.ListSupplyAsync(new ListSupplyRequest { Sku = "MUG" });
        Assert.Equal((4, 4), (list.Supplies[0].AvailableNowUnits, list.Supplies[0].AvailableExpectedUnits));
    }

    [Fact]
    public async Task Nothing_is_promised_at_a_place_that_nobody_knows_or_that_is_closed_or_over_and_the_answer_says_what_would_be_right()
    {
        await using var server = await Start();
        var supply = new SupplyService.SupplyServiceClient(server.Channel);
        Assert.True((await supply.ExpectSupplyAsync(Expect("e-1", 10, day: 3))).Decision.Accepted);
        var nowhere = await Promise("p-0", new StockKey { Sku = "MUG", LocationId = "shpo" });
        Assert.Equal((RefusalReason.LocationUnknown, true), (nowhere.RefusalReason, nowhere.MayPassLater));
        Assert.Equal("Nobody has described the location: upsert it first.", nowhere.RefusalMessage);

        await server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "close", Id = "shop" });
        var closed = await Promise("p-1", s_key);
        Assert.Equal((RefusalReason.LocationClosed, true), (closed.RefusalReason, closed.MayPassLater));
        Assert.Equal("The location is closed: open it, or name another location.", closed.RefusalMessage);
        await server.Locations.OpenLocationAsync(new OpenLocationRequest { RequestId = "open", Id = "shop" });
        Assert.True((await Promise("p-1", s_key)).Accepted);

        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        await Live(today.AddDays(1), today.AddDays(9));
        Assert.True((await Promise("p-2", s_key)).Accepted); // before it begins
        await Live(today.AddDays(-9), today.AddDays(-1));
        var over = await Promise("p-3", s_key);
        Assert.Equal((RefusalReason.LocationClosed, true), (over.RefusalReason, over.MayPassLater));
        Assert.Equal(
            $"The location's life ended with {today.AddDays(-1):yyyy-MM-dd}: name another location, or upsert it with a later last_date.", over.RefusalMessage);
        Assert.True((await Promise("p-2", s_key)).Repeated); // a retry has its first answer
        Assert.True((await supply.ExpectSupplyAsync(Expect("e-2", 0, day: 3))).Decision.Accepted); // and what was announced can be cancelled

        async Task<Decision> Promise(string id, StockKey key) =>
            (await supply.PromiseSupplyAsync(new PromiseSupplyRequest { RequestId = id, Key = key, Units = 1, ByTime = Day(5) })).Decision;

        async Task Live(DateOnly first, DateOnly last)
        {
            var shop = (await server.Locations.GetLocationAsync(new GetLocationRequest { Id = "shop" })).Location;
            (shop.FirstDate, shop.LastDate) = ($"{first:yyyy-MM-dd}", $"{last:yyyy-MM-dd}");
            var described = await server.Locations.UpsertLocationAsync(new UpsertLocationRequest { RequestId = $"u-{first}", Location = shop });
            Assert.True(described.Decision.Accepted);
        }
    }

    [Fact]
    public async Task Wrong_requests_name_every_wrong_field()
    {
        await using var server = await Start();
        var supply = new SupplyService.SupplyServiceClient(server.Channel);
        var wrong = await Assert.ThrowsAsync<RpcException>(async () => await supply.ExpectSupplyAsync(
            new ExpectSupplyRequest { Units = -1, ConfidencePercent = 101 }));
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
        var fields = Google.Rpc.Status.Parser.ParseFrom(wrong.Trailers.GetValueBytes("grpc-status-details-bin")).Details
            .Where(detail => detail.Is(Google.Rpc.BadRequest.Descriptor))
            .SelectMany(detail => detail.Unpack<Google.Rpc.BadRequest>().FieldViolations).Select(violation => violation.Field);
        Assert.Equal(["request_id", "units", "name", "due_time", "confidence_percent", "key"], fields);
        wrong = await Assert.ThrowsAsync<RpcException>(async () => await supply.ListSupplyAsync(new ListSupplyRequest()));
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
    }

    private ExpectSupplyRequest Expect(string id, long units, int day) =>
        new() { RequestId = id, Key = s_key, Name = "PO-1", Units = units, DueTime = Day(day) };

    private Timestamp Day(int day) => Timestamp.FromDateTimeOffset(_time.GetUtcNow().AddDays(day));

    private async Task<TestServer> Start()
    {
        var server = await TestServer.StartOverGrains(_time);
        await server.Locations.UpsertLocationAsync(new UpsertLocationRequest
        {
            RequestId = "shop",
            Location = new Location { Id = "shop", DisplayName = "shop", Kind = LocationKind.Store, Position = new GeoPoint { Latitude = 52, Longitude = 0 } },
        });
        Assert.True((await server.Receive("MUG", "shop", 2)).Accepted);
        return server;
    }
}
