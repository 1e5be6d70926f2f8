using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

public sealed class ReservationServiceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.Start();
        await _server.Receive("A", "L-1", 10);
        await _server.Receive("B", "L-2", 5);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_reservation_lives_from_the_shelf_to_the_door()
    {
        var reserved = await _server.Reserve("a", "L-1", 4, "order-1");
        Assert.True(reserved.Decision.Accepted);
        Assert.StartsWith("A@L-1~", reserved.ReservationId, StringComparison.Ordinal);
        Assert.Equal(_server.World.NowMs + 900_000, reserved.ExpireTime.ToDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Empty(reserved.Lines);
        Assert.Equal(2, reserved.Decision.Version);

        var extended = await _server.Reservations.ExtendReservationAsync(new ExtendReservationRequest
        {
            RequestId = "x", ReservationId = reserved.ReservationId, Ttl = new Duration { Seconds = 3_600 },
        });
        Assert.Equal(_server.World.NowMs + 3_600_000, extended.ExpireTime.ToDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.True((await Confirm(reserved.ReservationId)).Accepted);
        Assert.True((await Collect(reserved.ReservationId, 1)).Accepted);
        Assert.True((await Ship(reserved.ReservationId, 2)).Accepted);
        var state = (await Get(reserved.ReservationId)).Lines.Single();
        Assert.Equal((ReservationState.Firm, 4, 1, 1, 2),
            (state.State, state.ReservedUnits, state.HeldUnits, state.CollectedUnits, state.ShippedUnits));
        Assert.True((await Release(reserved.ReservationId)).Accepted);
        var stock = (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = Key("A", "L-1") })).Stock;
        Assert.Equal((7, 0, 7), (stock.OnHandUnits, stock.HeldUnits, stock.AvailableUnits));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_the_same_name()
    {
        var first = await _server.Reserve("A", "L-1", 4, "order-1");
        var again = await _server.Reserve("A", "L-1", 4, "order-1");
        Assert.True(again.Decision is { Accepted: true, Repeated: true });
        Assert.Equal((first.ReservationId, first.ExpireTime, first.Decision.Version),
            (again.ReservationId, again.ExpireTime, again.Decision.Version));
        var other = await _server.Reserve("A", "L-1", 5, "order-1");
        Assert.Equal(RefusalReason.IdReused, other.Decision.RefusalReason);
        Assert.False(other.Decision.MayPassLater);
    }

    [Fact]
    public async Task Sold_out_is_an_ordinary_answer_and_the_same_request_may_pass_later()
    {
        var refused = await _server.Reserve("A", "L-1", 11, "order-1");
        Assert.Equal(RefusalReason.Insufficient, refused.Decision.RefusalReason);
        Assert.True(refused.Decision is { Accepted: false, MayPassLater: true, Version: 1 });
        Assert.Equal(("", null), (refused.ReservationId, refused.ExpireTime));
        Assert.NotEmpty(refused.Decision.RefusalMessage);
        await _server.Receive("A", "L-1", 1);
        Assert.True((await _server.Reserve("A", "L-1", 11, "order-1")).Decision.Accepted);
    }

    [Fact]
    public async Task Steps_tell_why_they_are_refused()
    {
        var name = (await _server.Reserve("A", "L-1", 4)).ReservationId;
        Assert.Equal(RefusalReason.ExceedsHeld, (await Collect(name, 5)).RefusalReason);
        var known = (await _server.Reserve("A", "L-1", 1)).ReservationId;
        var unknown = known[..^1] + (known[^1] == '0' ? '1' : '0');
        Assert.Equal(RefusalReason.ReservationNotFound, (await Confirm(unknown)).RefusalReason);
        Assert.True((await Confirm(name)).Accepted);
        var firm = await _server.Reservations.ExtendReservationAsync(new ExtendReservationRequest
        {
            RequestId = "late", ReservationId = name, Ttl = new Duration { Seconds = 60 },
        });
        Assert.Equal(RefusalReason.ReservationFirm, firm.Decision.RefusalReason);
        Assert.Null(firm.ExpireTime);
        Assert.True((await Release(name)).Accepted);
        Assert.Contains((await Collect(name, 1)).RefusalReason,
            new[] { RefusalReason.ReservationEnded, RefusalReason.ReservationNotFound });
    }

    [Fact]
    public async Task A_reservation_whose_time_has_passed_is_over()
    {
        var name = (await _server.Reserve("A", "L-1", 10)).ReservationId;
        _server.World.NowMs += 900_000;
        Assert.Contains((await Confirm(name)).RefusalReason, new[] { RefusalReason.ReservationExpired, RefusalReason.ReservationNotFound });
        Assert.True((await _server.Reserve("A", "L-1", 10)).Decision.Accepted);
    }

    [Fact]
    public async Task A_closed_location_and_the_rules_of_a_stock_refuse()
    {
        await _server.Stocks.SetStockPolicyAsync(new SetStockPolicyRequest
        {
            RequestId = "p", Key = Key("A", "L-1"), Policy = new StockPolicy { MinUnitsPerReservation = 2, MaxUnitsPerReservation = 3 },
        });
        Assert.Equal(RefusalReason.BelowMinimum, (await _server.Reserve("A", "L-1", 1)).Decision.RefusalReason);
        Assert.Equal(RefusalReason.AboveMaximum, (await _server.Reserve("A", "L-1", 4)).Decision.RefusalReason);
        await LocationServiceTests.Create(_server, "L-1");
        await _server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "c", Id = "L-1" });
        Assert.Equal(RefusalReason.LocationClosed, (await _server.Reserve("A", "L-1", 2)).Decision.RefusalReason);
    }

    [Fact]
    public async Task Several_lines_are_held_all_or_none()
    {
        var refused = await _server.Reservations.ReserveAsync(Order("o-1", false, ("A", "L-1", 3), ("B", "L-2", 6)));
        Assert.Equal(RefusalReason.Insufficient, refused.Decision.RefusalReason);
        Assert.Equal(
            [RefusalReason.OtherLineRefused, RefusalReason.Insufficient], refused.Lines.Select(line => line.Decision.RefusalReason));
        Assert.True(refused.Lines[0].Decision.MayPassLater);

        var held = await _server.Reservations.ReserveAsync(Order("o-2", false, ("A", "L-1", 3), ("B", "L-2", 5)));
        Assert.True(held.Decision.Accepted);
        Assert.StartsWith("MANY~", held.ReservationId, StringComparison.Ordinal);
        Assert.All(held.Lines, line => Assert.True(line.Decision.Accepted));
        Assert.True((await Collect(held.ReservationId, 2, line: 1)).Accepted);
        var state = await Get(held.ReservationId);
        Assert.Equal([3L, 3L], state.Lines.Select(line => line.HeldUnits));
        Assert.True((await Confirm(held.ReservationId)).Accepted);
    }

    [Fact]
    public async Task Several_lines_may_be_held_in_part()
    {
        var held = await _server.Reservations.ReserveAsync(Order("o-1", true, ("A", "L-1", 3), ("B", "L-2", 6)));
        Assert.True(held.Decision.Accepted);
        Assert.Equal([true, false], held.Lines.Select(line => line.Decision.Accepted));
    }

    [Fact]
    public async Task Goods_come_back_anywhere()
    {
        var back = await _server.Reservations.ReturnItemsAsync(new ReturnItemsRequest
        {
            RequestId = "r", Key = Key("Z", "L-9"), Units = 2, Condition = Condition.Quarantine, ReservationId = "bought last year",
        });
        Assert.True(back.Decision.Accepted);
        Assert.Equal(2, (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = Key("Z", "L-9") })).Stock.QuarantineUnits);
    }

    [Fact]
    public async Task The_live_lines_of_a_stock_are_listed_page_by_page()
    {
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Add((await _server.Reserve("A", "L-1", 1)).ReservationId);
        }

        var request = new ListReservationsRequest { Key = Key("A", "L-1"), PageSize = 2 };
        var listed = new List<string>();
        var pages = 0;
        do
        {
            var page = await _server.Reservations.ListReservationsAsync(request);
            listed.AddRange(page.Reservations.Select(reservation => reservation.Id));
            request.PageToken = page.NextPageToken;
            pages++;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task What_is_not_there_is_NOT_FOUND_with_its_name()
    {
        var unknown = "A@L-1~0000000000000000000000000A";
        var failure = await Failed.With(StatusCode.NotFound, () => Get(unknown));
        Assert.Equal(("inventory.v1.Reservation", unknown),
            (failure.Detail<ResourceInfo>().ResourceType, failure.Detail<ResourceInfo>().ResourceName));
        Assert.Equal("NOT_FOUND", failure.Detail<ErrorInfo>().Type);
    }

    [Fact]
    public async Task Everything_wrong_with_a_reservation_is_named_at_once()
    {
        await Failed.Fields(() => Call(new ReserveRequest()), "request_id", "lines");
        await Failed.Fields(
            () => Call(new ReserveRequest
            {
                RequestId = new string('x', 65),
                Channel = "No Channel",
                Ttl = new Duration { Nanos = 1 },
                Lines = { new ReservationLine { Key = Key("bad sku!", ""), Units = 0 } },
            }),
            "request_id", "channel", "ttl", "lines[0].key.sku", "lines[0].key.location_id", "lines[0].units");
        await Failed.Fields(
            () => Call(new ReserveRequest
            {
                RequestId = "r", Lines = { new ReservationLine { Key = Key("A", "L-1"), Units = 1 },
                    new ReservationLine { Units = 1_000_000_001 } },
            }),
            "lines[1].key", "lines[1].units");
        var many = new ReserveRequest { RequestId = "r" };
        many.Lines.Add(Enumerable.Repeat(new ReservationLine { Key = Key("A", "L-1"), Units = 1 }, 1_001));
        await Failed.Fields(() => Call(many), "lines");
    }

    [Fact]
    public async Task Everything_wrong_with_a_step_is_named_at_once()
    {
        var one = (await _server.Reserve("A", "L-1", 1)).ReservationId;
        await Failed.Fields(() => Confirm("nonsense", ""), "request_id", "reservation_id");
        await Failed.Fields(
            async () => await _server.Reservations.ExtendReservationAsync(new ExtendReservationRequest { RequestId = "r",
                ReservationId = one }), "ttl");
        await Failed.Fields(() => Collect(one, 1, line: 1), "lines[0].line");
        await Failed.Fields(() => Collect(one, 0), "lines[0].units");
        await Failed.Fields(
            async () => await _server.Reservations.ShipReservationAsync(new ShipReservationRequest
            {
                RequestId = "r",
                ReservationId = "MANY~0000000000000000000000000A",
                Lines = { new LineUnits { Line = 3, Units = 1 }, new LineUnits { Line = 3, Units = 1 },
                    new LineUnits { Line = -1, Units = 1 } },
            }),
            "lines[1].line", "lines[2].line");
        await Failed.Fields(() => Get(""), "reservation_id");
        await Failed.Fields(
            async () => await _server.Reservations.ListReservationsAsync(new ListReservationsRequest { PageSize = -1, PageToken = "?" }),
            "key", "page_size", "page_token");
        await Failed.Fields(
            async () => await _server.Reservations.ReturnItemsAsync(new ReturnItemsRequest
            {
                Units = -1, Condition = (Condition)9, ReservationId = new string('x', 257),
            }),
            "request_id", "key", "units", "condition", "reservation_id");
    }

    internal static StockKey Key(string sku, string location) => new() { Sku = sku, LocationId = location };

    private static ReserveRequest Order(string id, bool partial, params (string Sku, string Location, long Units)[] lines)
    {
        var request = new ReserveRequest { RequestId = id, Partial = partial };
        request.Lines.Add(lines.Select(line => new ReservationLine { Key = Key(line.Sku, line.Location), Units = line.Units }));
        return request;
    }

    private async Task Call(ReserveRequest request) => await _server.Reservations.ReserveAsync(request);

    private async Task<Reservation> Get(string name) =>
        (await _server.Reservations.GetReservationAsync(new GetReservationRequest { ReservationId = name })).Reservation;

    private async Task<Decision> Confirm(string name, string? requestId = null) => (await _server.Reservations.ConfirmReservationAsync(
        new ConfirmReservationRequest { RequestId = requestId ?? Guid.NewGuid().ToString(), ReservationId = name })).Decision;

    private async Task<Decision> Release(string name) => (await _server.Reservations.ReleaseReservationAsync(
        new ReleaseReservationRequest { RequestId = Guid.NewGuid().ToString(), ReservationId = name })).Decision;

    private async Task<Decision> Collect(string name, long units, int line = 0) => (await _server.Reservations.CollectReservationAsync(
        new CollectReservationRequest
        {
            RequestId = Guid.NewGuid().ToString(), ReservationId = name, Lines = { new LineUnits { Line = line, Units = units } },
        })).Decision;

    private async Task<Decision> Ship(string name, long units) =>
        (await _server.Reservations.ShipReservationAsync(new ShipReservationRequest
    {
        RequestId = Guid.NewGuid().ToString(), ReservationId = name, Lines = { new LineUnits { Units = units } },
    })).Decision;
}
