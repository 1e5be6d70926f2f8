using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Grains.Tests;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Transfers over the wire, with the real owners behind them.</summary>
public sealed class TransferServiceTests
{
    [Fact]
    public async Task A_transfer_is_drafted_sent_received_in_parts_and_closed_over_the_wire()
    {
        await using var server = await Start();
        var draft = await server.Transfers.CreateTransferAsync(Draft("t-1", hold: true, ("MUG", 6)));
        Assert.True(draft.Decision.Accepted, draft.Decision.RefusalMessage);
        Assert.Equal((TransferState.Draft, 6), (draft.Transfer.State, draft.Transfer.Lines[0].HeldUnits));
        var again = await server.Transfers.CreateTransferAsync(Draft("t-1", hold: true, ("MUG", 6)));
        Assert.True(again.Decision is { Accepted: true, Repeated: true });
        Assert.Equal(draft.Transfer, again.Transfer);
        Assert.Equal(RefusalReason.IdReused, (await server.Transfers.CreateTransferAsync(Draft("t-1", hold: true, ("MUG", 5)))).Decision.RefusalReason);

        var id = draft.Transfer.Id;
        var changed = await server.Transfers.ChangeTransferAsync(
            new ChangeTransferRequest { RequestId = "t-2", TransferId = id, Lines = { new TransferUnits { Sku = "mug", Units = 8 } } });
        Assert.Equal(8, changed.Transfer.Lines[0].PlannedUnits);
        var early = (await server.Transfers.ReceiveTransferAsync(new ReceiveTransferRequest { RequestId = "early", TransferId = id })).Decision;
        Assert.Equal((RefusalReason.StepNotAllowed, true), (early.RefusalReason, early.MayPassLater));
        Assert.Equal("The transfer is Draft: the state allows Change, Ship, Cancel, Reschedule.", early.RefusalMessage);
        var sent = await server.Transfers.ShipTransferAsync(new ShipTransferRequest { RequestId = "t-3", TransferId = id });
        Assert.Equal((TransferState.InTransit, 8), (sent.Transfer.State, sent.Transfer.Lines[0].InTransitUnits));
        var came = await server.Transfers.ReceiveTransferAsync(new ReceiveTransferRequest
        {
            RequestId = "t-4",
            TransferId = id,
            Lines = { new ReceivedUnits { Sku = "MUG", Units = 5 }, new ReceivedUnits { Sku = "MUG", Units = 1, Condition = Condition.Damaged } },
        });
        Assert.Equal((TransferState.PartlyReceived, 2), (came.Transfer.State, came.Transfer.Lines[0].InTransitUnits));
        var closed = await server.Transfers.CloseTransferAsync(new CloseTransferRequest { RequestId = "t-5", TransferId = id, Reason = LossReason.Lost });
        Assert.Equal((TransferState.Discrepancy, 2), (closed.Transfer.State, closed.Transfer.Lines[0].LostUnits));
        var late = (await server.Transfers.CancelTransferAsync(new CancelTransferRequest { RequestId = "late", TransferId = id })).Decision;
        Assert.Equal("The transfer is Discrepancy: the state allows no step any more.", late.RefusalMessage);
        Assert.Equal(["create", "change", "ship", "receive", "close"], closed.Transfer.Notes.Select(note => note.Step));

        var shop = (await server.Stocks.GetStockAsync(new GetStockRequest { Key = new StockKey { Sku = "MUG", LocationId = "shop" } })).Stock;
        Assert.Equal((5, 1, 6), (shop.OnHandUnits, shop.DamagedUnits, shop.Ledger.TransferredInUnits));
        var audit = await server.Transfers.VerifyTransfers(new VerifyTransfersRequest()).ResponseStream.ReadAllAsync().LastAsync();
        Assert.Equal((1, 8, 6, 2), (audit.TransfersVerified, audit.TransferredOutUnits, audit.TransferredInUnits, audit.LostUnits));
    }

    [Fact]
    public async Task What_a_source_refuses_is_named_and_the_decision_says_why()
    {
        await using var server = await Start();
        var draft = await server.Transfers.CreateTransferAsync(Draft("t-1", hold: true, ("MUG", 11)));
        Assert.Equal(RefusalReason.Insufficient, draft.Decision.RefusalReason);
        Assert.True(draft.Decision.MayPassLater);
        Assert.Null(draft.Transfer);
        Assert.Equal(("MUG", 11, RefusalReason.Insufficient), (draft.Refused[0].Sku, draft.Refused[0].Units, draft.Refused[0].RefusalReason));
    }

    [Fact]
    public async Task What_is_in_transit_is_expected_at_its_destination_promised_rescheduled_and_received_for_its_promise()
    {
        await using var server = await Start();
        var (supply, key) = (new SupplyService.SupplyServiceClient(server.Channel), new StockKey { Sku = "MUG", LocationId = "shop" });
        var draft = Draft("t-1", hold: true, ("MUG", 6));
        draft.ExpectedTime = Day(3);
        var id = (await server.Transfers.CreateTransferAsync(draft)).Transfer.Id;
        Assert.Empty((await supply.GetSupplyAsync(new GetSupplyRequest { Key = key })).Supply.Receipts);
        var sent = await server.Transfers.ShipTransferAsync(new ShipTransferRequest { RequestId = "t-2", TransferId = id });
        Assert.Equal((6, false), (sent.Transfer.Lines[0].AnnouncedUnits, sent.Transfer.InDoubt));
        var expected = (await supply.ListSupplyAsync(new ListSupplyRequest { Sku = "MUG", ByTime = Day(4) })).Supplies.Single();
        Assert.Equal((0, 6), (expected.AvailableNowUnits, expected.AvailableExpectedUnits));
        Assert.Equal(new ExpectedReceipt { Name = id, Units = 6, DueTime = Day(3), ConfidencePercent = 95, InTransit = true }, expected.Receipts.Single());
        var wanted = new PromiseSupplyRequest { RequestId = "p-1", Key = key, Units = 4, ByTime = Day(4), Reference = "order 7" };
        var promise = await supply.PromiseSupplyAsync(wanted);
        Assert.True(promise.Decision.Accepted, promise.Decision.RefusalMessage);

        var byHand = new ExpectSupplyRequest { RequestId = "e-1", Key = key, Name = id, Units = 9, DueTime = Day(1) };
        Assert.Equal(RefusalReason.NameOfTransfer, (await supply.ExpectSupplyAsync(byHand)).Decision.RefusalReason);
        var inHand = await supply.ReceiveSupplyAsync(new ReceiveSupplyRequest { RequestId = "r-1", Key = key, Name = id, Units = 1 });
        Assert.Equal((RefusalReason.NameOfTransfer, false), (inHand.Decision.RefusalReason, inHand.Decision.MayPassLater));

        var moved = await server.Transfers.RescheduleTransferAsync(
            new RescheduleTransferRequest { RequestId = "t-3", TransferId = id, ExpectedTime = Day(9) });
        Assert.Equal(("MUG", "order 7", true, Day(9)), (moved.Concerned[0].Sku, moved.Concerned[0].Promise.Reference, moved.Concerned[0].Promise.Late,
            moved.Concerned[0].Promise.ExpectedTime));
        Assert.Equal(Day(9), moved.Transfer.ExpectedTime);
        var came = await server.Transfers.ReceiveTransferAsync(
            new ReceiveTransferRequest { RequestId = "t-4", TransferId = id, Lines = { new ReceivedUnits { Sku = "MUG", Units = 3 } } });
        Assert.Equal((promise.PromiseId, 3), (came.Fulfilled.Single().PromiseId, came.Fulfilled[0].Units));
        var shipped = await server.Reservations.ShipReservationAsync(
            new ShipReservationRequest { RequestId = "s-1", ReservationId = came.Fulfilled[0].ReservationId });
        Assert.True(shipped.Decision.Accepted, shipped.Decision.RefusalMessage);
        var lost = await server.Transfers.CloseTransferAsync(new CloseTransferRequest { RequestId = "t-5", TransferId = id, Reason = LossReason.Lost });
        Assert.Equal((1, 0), (lost.Concerned.Single().Promise.LackingUnits, lost.Transfer.Lines[0].AnnouncedUnits));
        var wrong = await Assert.ThrowsAsync<RpcException>(async () => await server.Transfers.RescheduleTransferAsync(
            new RescheduleTransferRequest { RequestId = "t-6", TransferId = id, ExpectedTime = new Timestamp { Seconds = -5 } }));
        Assert.Equal(["expected_time"], Fields(wrong));

        Timestamp Day(int day) => Timestamp.FromDateTimeOffset(new FakeTime().GetUtcNow().AddDays(day));
    }

    [Fact]
    public async Task Wrong_requests_name_every_wrong_field()
    {
        await using var server = await Start();
        var wrong = new CreateTransferRequest
        {
            FromLocationId = "depot",
            ToLocationId = "depot",
            Lines = { new TransferUnits { Sku = "MUG", Units = 1 }, new TransferUnits { Sku = "mug", Units = 0 } },
        };
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Transfers.CreateTransferAsync(wrong));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(["request_id", "to_location_id", "lines[1].units", "lines[1].sku"], Fields(refused));
        refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Transfers.CloseTransferAsync(
            new CloseTransferRequest { RequestId = "x", TransferId = "ORDER~1" }));
        Assert.Equal(["reason", "transfer_id"], Fields(refused));
        var absent = await Assert.ThrowsAsync<RpcException>(async () => await server.Transfers.GetTransferAsync(
            new GetTransferRequest { TransferId = "TRANSFER~" + Domain.RequestId.Parse("none") }));
        Assert.Equal(StatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task Lists_go_page_by_page_and_a_token_belongs_to_its_list()
    {
        await using var server = await Start();
        for (var i = 0; i < 5; i++)
        {
            await server.Transfers.CreateTransferAsync(Draft($"t-{i}", hold: false, ("MUG", 1)));
        }

        var first = await server.Transfers.ListTransfersAsync(new ListTransfersRequest { LocationId = "shop", PageSize = 3 });
        var next = new ListTransfersRequest { LocationId = "shop", PageSize = 3, PageToken = first.NextPageToken };
        var second = await server.Transfers.ListTransfersAsync(next);
        Assert.Equal((3, 2), (first.Transfers.Count, second.Transfers.Count));
        Assert.Equal(5, first.Transfers.Concat(second.Transfers).Select(each => each.Id).Distinct().Count());
        next.LocationId = "depot";
        var other = await Assert.ThrowsAsync<RpcException>(async () => await server.Transfers.ListTransfersAsync(next));
        Assert.Equal(StatusCode.InvalidArgument, other.StatusCode);
    }

    private static IEnumerable<string> Fields(RpcException e) =>
        Google.Rpc.Status.Parser.ParseFrom(e.Trailers.GetValueBytes("grpc-status-details-bin")).Details
            .Where(detail => detail.Is(Google.Rpc.BadRequest.Descriptor))
            .SelectMany(detail => detail.Unpack<Google.Rpc.BadRequest>().FieldViolations).Select(violation => violation.Field);

    private static CreateTransferRequest Draft(string id, bool hold, params (string Sku, long Units)[] lines) => new()
    {
        RequestId = id,
        FromLocationId = "depot",
        ToLocationId = "shop",
        Hold = hold,
        Lines = { lines.Select(line => new TransferUnits { Sku = line.Sku, Units = line.Units }) },
    };

    private static async Task<TestServer> Start()
    {
        var server = await TestServer.StartOverGrains(new FakeTime());
        foreach (var id in new[] { "depot", "shop" })
        {
            await server.Locations.UpsertLocationAsync(new UpsertLocationRequest
            {
                RequestId = id,
                Location = new Location { Id = id, DisplayName = id, Kind = LocationKind.Store, Position = new GeoPoint { Latitude = 52, Longitude = 0 } },
            });
        }

        Assert.True((await server.Receive("MUG", "depot", 10)).Accepted);
        return server;
    }
}
