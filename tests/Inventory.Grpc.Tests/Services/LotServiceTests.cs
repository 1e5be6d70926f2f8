using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Lots over the wire, with the real owners behind it. The dates are so far away that it does not matter when this runs.</summary>
public sealed class LotServiceTests : IAsyncLifetime
{
    private const string Soon = "2890-05-01";
    private const string Later = "2890-05-02";
    private const string Past = "2001-01-01";
    private static readonly StockKey s_milk = new() { Sku = "MILK", LocationId = "L-1" };
    private TestServer _server = null!;

    private StockService.StockServiceClient Stocks => new(_server.Channel);

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartOverGrains();
        await LocationServiceTests.Create(_server, "L-1");
        await LocationServiceTests.Create(_server, "L-2");
        var item = new CatalogItem { Sku = "MILK", HasLots = true };
        var catalog = new CatalogService.CatalogServiceClient(_server.Channel);
        var described = await catalog.UpsertItemAsync(new UpsertItemRequest { RequestId = "milk", Item = item });
        Assert.True(described.Decision.Accepted);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Lots_come_in_are_shown_and_leave_earliest_first_or_as_named()
    {
        Assert.Equal(RefusalReason.LotRequired, (await Receive("r0", 1, "", "")).RefusalReason);
        Assert.Equal(RefusalReason.LotDateRequired, (await Receive("r0", 1, "B", "")).RefusalReason);
        Assert.True((await Receive("r1", 5, "B", Later)).Accepted);
        Assert.True((await Receive("r1", 5, "B", Later)).Repeated);
        Assert.Equal(RefusalReason.IdReused, (await Receive("r1", 5, "C", Later)).RefusalReason);
        Assert.True((await Receive("r2", 4, "A", Soon)).Accepted);
        Assert.True((await Receive("r3", 2, "OLD", Past)).Accepted);
        Assert.Equal(RefusalReason.LotDateDiffers, (await Receive("r4", 4, "A", Later)).RefusalReason);
        var stock = await Get(s_milk);
        Assert.Equal((11, 9, 2), (stock.OnHandUnits, stock.AvailableUnits, stock.PastDateUnits));
        Assert.Equal("OLD 2 past, A 4, B 5", Words(stock));
        Assert.Equal(Soon, stock.Lots[1].BestBefore);
        Assert.NotNull(stock.Lots[1].SellableUntilTime);

        var held = await _server.Reservations.ReserveAsync(new ReserveRequest { RequestId = "o", Lines = { new ReservationLine { Key = s_milk, Units = 6 } } });
        Assert.Equal(RefusalReason.LotExpired, (await Collect(held.ReservationId, "c0", 1, "OLD")).RefusalReason);
        Assert.Equal(RefusalReason.LotNotFound, (await Collect(held.ReservationId, "c0", 1, "X")).RefusalReason);
        Assert.True((await Collect(held.ReservationId, "c1", 1, "B")).Accepted);
        Assert.True((await Collect(held.ReservationId, "c2", 5, "")).Accepted);
        Assert.Equal("OLD 2 past, B 3", Words(await Get(s_milk)));
        var expired = new AdjustStockRequest { RequestId = "a", Key = s_milk, Units = -2, Reason = AdjustReason.Expired };
        Assert.True((await Stocks.AdjustStockAsync(expired)).Decision.Accepted);
        Assert.Equal("B 3", Words(await Get(s_milk)));
        await AssertAuditIsClean();
    }

    [Fact]
    public async Task Several_lines_and_streams_promise_what_is_within_its_date_and_send_the_earliest_first()
    {
        await Receive("r1", 5, "B", Later);
        await Receive("r2", 4, "A", Soon);
        await Receive("r3", 2, "OLD", Past);
        await _server.Receive("MUG", "L-1", 3);
        var mug = new StockKey { Sku = "MUG", LocationId = "L-1" };
        var many = new ReserveRequest
        {
            RequestId = "m", Lines = { new ReservationLine { Key = s_milk, Units = 10 }, new ReservationLine { Key = mug, Units = 2 } },
        };
        Assert.Equal(RefusalReason.Insufficient, (await _server.Reservations.ReserveAsync(many)).Decision.RefusalReason); // nine are within their date
        many.Lines[0].Units = 6;
        var held = await _server.Reservations.ReserveAsync(many);
        Assert.True(held.Decision.Accepted, held.Decision.RefusalMessage);

        using var stream = _server.Reservations.ReserveStream();
        var batch = new ReserveStreamRequest();
        batch.Reservations.AddRange(new[] { 3, 1 }.Select((units, i) =>
            new StreamReservation { RequestId = $"s-{i}", Sku = "MILK", LocationId = "L-1", Units = units }));
        await stream.RequestStream.WriteAsync(batch);
        await stream.RequestStream.CompleteAsync();
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal([true, false], stream.ResponseStream.Current.Results.Select(result => result.Accepted));

        Assert.True((await Collect(held.ReservationId, "c1", 5, "")).Accepted); // of line 0
        Assert.Equal("OLD 2 past, B 4", Words(await Get(s_milk)));
        var rest = await _server.Reservations.ShipReservationAsync(new ShipReservationRequest { RequestId = "c2", ReservationId = held.ReservationId });
        Assert.True(rest.Decision.Accepted, rest.Decision.RefusalMessage);
        Assert.Equal("OLD 2 past, B 3", Words(await Get(s_milk)));
        Assert.Equal(1, (await Get(mug)).OnHandUnits);
        await AssertAuditIsClean();
    }

    [Fact]
    public async Task What_comes_back_of_an_order_or_in_a_kit_comes_back_with_the_lots_that_are_named()
    {
        var catalog = new CatalogService.CatalogServiceClient(_server.Channel);
        var set = new CatalogItem { Sku = "SET", Components = { new KitComponent { Sku = "MILK", Units = 1 }, new KitComponent { Sku = "MUG", Units = 1 } } };
        Assert.True((await catalog.UpsertItemAsync(new UpsertItemRequest { RequestId = "set", Item = set })).Decision.Accepted);
        await Receive("r1", 5, "B", Later);
        await _server.Receive("MUG", "L-1", 3);
        var id = await Delivered("o-1", ("MILK", 3), ("SET", 1));

        Assert.Equal(RefusalReason.LotDateRequired, (await Back("b-0", id, Lot("MILK", "A", ""))).RefusalReason);
        Assert.Equal(RefusalReason.LotDateDiffers, (await Back("b-0", id, Lot("MILK", "B", Soon))).RefusalReason);
        Assert.Equal(RefusalReason.SkuHasNoLots, (await Back("b-0", id, Lot("MUG", "B", Soon))).RefusalReason);
        Assert.Equal(RefusalReason.NoSuchPart, (await Back("b-0", id, Lot("TEA", "B", Soon))).RefusalReason);
        Assert.Equal("B 1", Words(await Get(s_milk))); // a refusal takes nothing back
        Assert.True((await Back("b-1", id, Lot("MILK", "A", Soon))).Accepted); // three by themselves and one in the kit
        Assert.True((await Back("b-1", id, Lot("MILK", "A", Soon))).Repeated);
        Assert.Equal(RefusalReason.IdReused, (await Back("b-1", id, Lot("MILK", "B", ""))).RefusalReason);
        Assert.Equal("A 4, B 1", Words(await Get(s_milk)));

        var kit = new ReturnItemsRequest { RequestId = "k-1", Key = new StockKey { Sku = "SET", LocationId = "L-2" }, Units = 2 };
        kit.Lots.Add(Lot("MILK", "A", ""));
        Assert.Equal(RefusalReason.LotDateRequired, (await _server.Reservations.ReturnItemsAsync(kit)).Decision.RefusalReason);
        kit.Lots[0].BestBefore = Soon;
        Assert.True((await _server.Reservations.ReturnItemsAsync(kit)).Decision.Accepted);
        Assert.True((await _server.Reservations.ReturnItemsAsync(kit)).Decision.Repeated);
        Assert.Equal("A 2", Words(await Get(new StockKey { Sku = "MILK", LocationId = "L-2" })));
        kit.RequestId = "k-2";
        kit.Key = s_milk; // no kit
        Assert.Equal(RefusalReason.SkuHasNoLots, (await _server.Reservations.ReturnItemsAsync(kit)).Decision.RefusalReason);
        kit.Lot = "A";
        kit.Lots.Add(Lot("MILK", "", Soon));
        await Failed.Fields(
            async () => await _server.Reservations.ReturnItemsAsync(kit), "lots[1].lot", "lots[1].sku", "lots[1].best_before", "lots");
        await AssertAuditIsClean();
    }

    private static ReturnedLot Lot(string sku, string lot, string bestBefore) => new() { Sku = sku, Lot = lot, BestBefore = bestBefore };

    // An order that was confirmed and collected at L-1.
    private async Task<string> Delivered(string id, params (string Sku, long Units)[] lines)
    {
        var orders = new OrderService.OrderServiceClient(_server.Channel);
        var content = new OrderContent
        {
            Lines = { lines.Select(line => new OrderLine { Sku = line.Sku, Units = line.Units }) },
            Delivery = new Delivery { Kind = DeliveryKind.CollectAt, LocationId = "L-1" },
        };
        var placed = await orders.PlaceOrderAsync(new PlaceOrderRequest { RequestId = id, Content = content });
        Assert.True(placed.Decision.Accepted, placed.Decision.RefusalMessage);
        await orders.ConfirmOrderAsync(new ConfirmOrderRequest { RequestId = id + "-c", OrderId = placed.Order.Id });
        var collected = await orders.CollectOrderAsync(new CollectOrderRequest { RequestId = id + "-x", OrderId = placed.Order.Id });
        Assert.True(collected.Decision.Accepted, collected.Decision.RefusalMessage);
        return placed.Order.Id;
    }

    private async Task<Decision> Back(string id, string order, params ReturnedLot[] lots) =>
        (await new OrderService.OrderServiceClient(_server.Channel).ReturnOrderAsync(
            new ReturnOrderRequest { RequestId = id, OrderId = order, LocationId = "L-1", Lots = { lots } })).Decision;

    [Fact]
    public async Task Counts_and_imports_set_one_lot_or_are_refused_where_they_are_not_clear()
    {
        await Receive("r1", 5, "B", Later);
        await Receive("r2", 4, "A", Soon);
        var count = new CountStockRequest { RequestId = "n", Key = s_milk, CountedUnits = 8 };
        Assert.Equal(RefusalReason.LotRequired, (await Stocks.CountStockAsync(count)).Decision.RefusalReason);
        count.Lot = "A";
        count.CountedUnits = 3;
        Assert.Equal(-1, (await Stocks.CountStockAsync(count)).ChangedUnits);
        using var import = Stocks.ImportStock();
        await import.RequestStream.WriteAsync(new ImportStockRequest
        {
            RequestId = "i",
            Rows =
            {
                Row(7, "B", ""), Row(2, "C", "2890-06-01"), Row(3, "", ""), Row(1, "D", "01.02.2890"), Row(1, "", Soon), Row(12, "", ""),
            },
        });
        await import.RequestStream.CompleteAsync();
        Assert.True(await import.ResponseStream.MoveNext(CancellationToken.None));
        var told = import.ResponseStream.Current;
        Assert.Equal(
            [ImportResult.Changed, ImportResult.Changed, ImportResult.Refused, ImportResult.Refused, ImportResult.Refused, ImportResult.Unchanged],
            told.Results);
        Assert.Contains("name the lot", told.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("best_before", told.Problems[1].Message, StringComparison.Ordinal);
        Assert.Equal("A 3, B 7, C 2", Words(await Get(s_milk)));
        await AssertAuditIsClean();
    }

    [Fact]
    public async Task A_transfer_shows_its_lots_in_transit_and_brings_them()
    {
        await Receive("r1", 5, "B", Later);
        await Receive("r2", 4, "A", Soon);
        var transfers = new TransferService.TransferServiceClient(_server.Channel);
        var create = new CreateTransferRequest
        {
            RequestId = "t", FromLocationId = "L-1", ToLocationId = "L-2", Lines = { new TransferUnits { Sku = "MILK", Units = 5 } },
        };
        var id = (await transfers.CreateTransferAsync(create)).Transfer.Id;
        var sent = await transfers.ShipTransferAsync(new ShipTransferRequest { RequestId = "s", TransferId = id });
        Assert.Equal(["A 4", "B 1"], sent.Transfer.Lines[0].LotsInTransit.Select(lot => $"{lot.Lot} {lot.Units}"));
        Assert.True((await transfers.ReceiveTransferAsync(new ReceiveTransferRequest { RequestId = "r", TransferId = id })).Decision.Accepted);
        Assert.Equal("A 4, B 1", Words(await Get(new StockKey { Sku = "MILK", LocationId = "L-2" })));
        create.Lines[0].Lot = "A";
        await Failed.Fields(async () => await transfers.CreateTransferAsync(create), "lines[0].lot");
        await AssertAuditIsClean();
    }

    [Fact]
    public async Task What_expires_is_listed_and_what_is_wrong_is_named()
    {
        await Receive("r1", 5, "B", Later);
        await Receive("r2", 4, "OLD", Past);
        var list = await Stocks.ListExpiringLotsAsync(new ListExpiringLotsRequest { LocationId = "L-1", Days = 7 });
        Assert.Equal(("OLD", true, ""), (Assert.Single(Assert.Single(list.Stocks).Lots).Lot, list.Stocks[0].Lots[0].Past, list.NextPageToken));
        Assert.NotEmpty(list.Today);
        await Failed.With(StatusCode.NotFound, async () => await Stocks.ListExpiringLotsAsync(new ListExpiringLotsRequest { LocationId = "nowhere" }));
        await Failed.Fields(async () => await Stocks.ListExpiringLotsAsync(new ListExpiringLotsRequest { Days = -1 }), "location_id", "days");
        await Failed.Fields(async () => await Receive("r3", 1, "a b", Later), "lot");
        await Failed.Fields(async () => await Receive("r3", 1, "A", "2890-13-01"), "best_before");
        await Failed.Fields(async () => await Receive("r3", 1, "", Later), "best_before");
        var many = await _server.Reservations.ReserveAsync(new ReserveRequest
        {
            RequestId = "m", Lines = { new ReservationLine { Key = s_milk, Units = 1 }, new ReservationLine { Key = s_milk, Units = 1 } },
        });
        await Failed.Fields(async () => await Collect(many.ReservationId, "c", 0, "B"), "lot");
        await _server.Receive("MUG", "L-1", 1);
        var mug = new ReceiveStockRequest { RequestId = "r4", Key = new StockKey { Sku = "MUG", LocationId = "L-1" }, Units = 1, Lot = "A", BestBefore = Soon };
        Assert.Equal(RefusalReason.SkuHasNoLots, (await Stocks.ReceiveStockAsync(mug)).Decision.RefusalReason);
    }

    private static ImportRow Row(long units, string lot, string bestBefore) => new() { Key = s_milk, OnHandUnits = units, Lot = lot, BestBefore = bestBefore };

    private static string Words(Stock stock) => string.Join(", ", stock.Lots.Select(lot => $"{lot.Lot} {lot.OnHandUnits}{(lot.Past ? " past" : "")}"));

    private async Task<Stock> Get(StockKey key) => (await Stocks.GetStockAsync(new GetStockRequest { Key = key })).Stock;

    private async Task<Decision> Receive(string id, long units, string lot, string bestBefore) => (await Stocks.ReceiveStockAsync(
        new ReceiveStockRequest { RequestId = id, Key = s_milk, Units = units, Lot = lot, BestBefore = bestBefore })).Decision;

    private async Task<Decision> Collect(string reservation, string id, long units, string lot)
    {
        var request = new CollectReservationRequest { RequestId = id, ReservationId = reservation, Lot = lot };
        request.Lines.AddRange(units == 0 ? [] : [new LineUnits { Units = units }]);
        return (await _server.Reservations.CollectReservationAsync(request)).Decision;
    }

    private async Task AssertAuditIsClean()
    {
        using var audit = Stocks.VerifyStock(new VerifyStockRequest());
        while (await audit.ResponseStream.MoveNext(CancellationToken.None))
        {
            Assert.Empty(audit.ResponseStream.Current.Differences);
        }
    }
}
