using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>The catalogue and kits over the wire, with the real owners behind it. SET is a mug and two tins of tea.</summary>
public sealed class CatalogServiceTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private CatalogService.CatalogServiceClient Catalog => new(_server.Channel);

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartOverGrains();
        await LocationServiceTests.Create(_server, "L-1");
        await _server.Receive("MUG", "L-1", 5);
        await _server.Receive("TEA", "L-1", 5);
        Assert.True((await Upsert("set", Part("mug", 1), Part("tea", 2))).Decision.Accepted);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_item_is_described_read_and_listed()
    {
        var request = new UpsertItemRequest { RequestId = "i1", Item = new CatalogItem { Sku = "milk", HasLots = true, MinShelfDays = 3, UnitGrams = 1_030 } };
        var described = await Catalog.UpsertItemAsync(request);
        Assert.Equal((true, 1, "MILK"), (described.Decision.Accepted, described.Item.Version, described.Item.Sku));
        Assert.True((await Catalog.UpsertItemAsync(request)).Decision.Repeated);
        request.Item.MinShelfDays = 4;
        Assert.Equal(RefusalReason.IdReused, (await Catalog.UpsertItemAsync(request)).Decision.RefusalReason);
        var read = (await Catalog.GetItemAsync(new GetItemRequest { Sku = "Milk" })).Item;
        Assert.Equal(described.Item, read);
        Assert.NotNull(read.UpdateTime);
        var first = await Catalog.ListItemsAsync(new ListItemsRequest { PageSize = 1 });
        Assert.Equal("MILK", Assert.Single(first.Items).Sku);
        var second = await Catalog.ListItemsAsync(new ListItemsRequest { PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal(("SET", ""), (Assert.Single(second.Items).Sku, second.NextPageToken));
        Assert.Equal([Part("MUG", 1), Part("TEA", 2)], second.Items[0].Components);
        await Failed.With(StatusCode.NotFound, async () => await Catalog.GetItemAsync(new GetItemRequest { Sku = "unheard-of" }));
    }

    [Fact]
    public async Task What_is_wrong_is_named_all_at_once()
    {
        var item = new CatalogItem { Sku = "a b", HasLots = true, MinShelfDays = 4_000, UnitGrams = -1, Components = { Part("X", 0), Part("x", 1) } };
        await Failed.Fields(
            async () => await Catalog.UpsertItemAsync(new UpsertItemRequest { Item = item }), "request_id", "item.sku", "item.has_lots",
            "item.min_shelf_days", "item.unit_grams", "item.components[0].units", "item.components[1].sku");
        await Failed.Fields(async () => await Catalog.UpsertItemAsync(new UpsertItemRequest { RequestId = "r" }), "item");
        await Failed.Fields(async () => await Upsert("SELF", Part("self", 1)), "item.components[0].sku");
        await Failed.Fields(
            async () => await Upsert("MANY", [.. Enumerable.Range(0, 21).Select(i => Part($"P{i}", 1))]), "item.components");
        await Failed.Fields(
            async () => await Catalog.UpsertItemAsync(
                new UpsertItemRequest { RequestId = "r", Item = new CatalogItem { Sku = "A", MinShelfDays = 1 } }), "item.min_shelf_days");
    }

    [Fact]
    public async Task What_cannot_be_a_kit_is_refused_with_its_reason()
    {
        Assert.Equal(RefusalReason.SkuHasStock, (await Upsert("TEA", Part("CLAY", 1))).Decision.RefusalReason);
        Assert.Equal(RefusalReason.ComponentIsKit, (await Upsert("HAMPER", Part("SET", 1))).Decision.RefusalReason);
        Assert.Equal(RefusalReason.KitStaysKit, (await Upsert("SET")).Decision.RefusalReason);
        Assert.True((await Upsert("BOX", Part("RIBBON", 1))).Decision.Accepted);
        var component = (await Upsert("RIBBON", Part("SILK", 1))).Decision;
        Assert.Equal((RefusalReason.SkuIsComponent, true), (component.RefusalReason, component.MayPassLater));
        Assert.Contains("kits of kits", component.RefusalMessage, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.SkuIsKit, (await _server.Receive("SET", "L-1", 3)).RefusalReason);
    }

    [Fact]
    public async Task A_kit_is_reserved_like_any_other_line_and_leaves_as_its_components()
    {
        await Eventually.Is(
            async () => (await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "SET" })).TotalAvailableUnits == 2,
            "two kits are available");
        var seen = await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "SET" });
        Assert.Equal("L-1", Assert.Single(seen.Locations).LocationId);
        var refused = await _server.Reserve("SET", "L-1", 3);
        Assert.Equal((RefusalReason.Insufficient, "TEA"), (refused.Decision.RefusalReason, Assert.Single(refused.Lines).RefusedComponent));
        var held = await _server.Reserve("set", "L-1", 2, "order-1");
        Assert.StartsWith("MANY~", held.ReservationId, StringComparison.Ordinal);
        Assert.True((await _server.Reserve("SET", "L-1", 2, "order-1")).Decision.Repeated);
        Assert.Equal(RefusalReason.IdReused, (await _server.Reserve("SET", "L-1", 1, "order-1")).Decision.RefusalReason);
        var read = (await _server.Reservations.GetReservationAsync(new GetReservationRequest { ReservationId = held.ReservationId })).Reservation;
        var line = Assert.Single(read.Lines);
        Assert.Equal(("SET", 2, 1), (line.Key.Sku, line.HeldUnits, line.KitVersion));
        Assert.Equal([Part("MUG", 1), Part("TEA", 2)], line.Components);
        var collected = await _server.Reservations.CollectReservationAsync(
            new CollectReservationRequest { RequestId = "c", ReservationId = held.ReservationId, Lines = { new LineUnits { Line = 0, Units = 1 } } });
        Assert.True(collected.Decision.Accepted);
        Assert.Equal((4, 3), (await OnHand("MUG"), await OnHand("TEA")));
        var own = await _server.Availability.GetAvailabilityAsync(
            new GetAvailabilityRequest { Sku = "SET", LocationIds = { "L-1" }, MinVersion = held.Lines[0].Decision.Version });
        Assert.Equal(0, own.TotalAvailableUnits);
    }

    [Fact]
    public async Task Kits_come_back_as_components_in_their_condition()
    {
        var request = new ReturnItemsRequest
        {
            RequestId = "back", Key = new StockKey { Sku = "SET", LocationId = "L-1" }, Units = 2, Condition = Condition.Damaged,
        };
        Assert.True((await _server.Reservations.ReturnItemsAsync(request)).Decision.Accepted);
        Assert.True((await _server.Reservations.ReturnItemsAsync(request)).Decision.Repeated);
        request.Units = 1;
        Assert.Equal(RefusalReason.IdReused, (await _server.Reservations.ReturnItemsAsync(request)).Decision.RefusalReason);
        var tea = (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = new StockKey { Sku = "TEA", LocationId = "L-1" } })).Stock;
        Assert.Equal((5, 4), (tea.OnHandUnits, tea.DamagedUnits));
    }

    [Fact]
    public async Task Kits_in_a_stream_are_held_beside_other_entries()
    {
        using var stream = _server.Reservations.ReserveStream();
        StreamReservation Entry(string id, string sku, long units) => new() { RequestId = id, Sku = sku, LocationId = "L-1", Units = units };
        var message = new ReserveStreamRequest { Reservations = { Entry("s1", "SET", 1), Entry("s2", "MUG", 1), Entry("s3", "SET", 9), Entry("s4", "?", 1) } };
        for (var asking = 0; asking < 2; asking++)
        {
            await stream.RequestStream.WriteAsync(message);
            Assert.True(await stream.ResponseStream.MoveNext(default));
            var results = stream.ResponseStream.Current.Results;
            Assert.Equal([true, true, false, false], results.Select(result => result.Accepted));
            Assert.Equal([asking == 1, asking == 1, false, false], results.Select(result => result.Repeated));
            Assert.StartsWith("MANY~", results[0].ReservationId, StringComparison.Ordinal);
            Assert.Equal((RefusalReason.Insufficient, ""), (results[2].RefusalReason, results[2].ReservationId));
            Assert.NotEmpty(results[3].Problem);
        }

        await stream.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task An_import_tells_of_kits_and_goes_on()
    {
        using var import = _server.Stocks.ImportStock();
        var rows = new[] { "SET", "MUG" }.Select(sku => new ImportRow { Key = new StockKey { Sku = sku, LocationId = "L-1" }, OnHandUnits = 8 });
        await import.RequestStream.WriteAsync(new ImportStockRequest { RequestId = "i", Rows = { rows } });
        await import.RequestStream.CompleteAsync();
        Assert.True(await import.ResponseStream.MoveNext(default));
        Assert.Equal([ImportResult.Refused, ImportResult.Changed], import.ResponseStream.Current.Results);
        Assert.Contains("kit", import.ResponseStream.Current.Problems.Single().Message, StringComparison.Ordinal);
    }

    private static KitComponent Part(string sku, int units) => new() { Sku = sku, Units = units };

    private async Task<UpsertItemResponse> Upsert(string sku, params KitComponent[] parts) => await Catalog.UpsertItemAsync(
        new UpsertItemRequest { RequestId = Guid.NewGuid().ToString(), Item = new CatalogItem { Sku = sku, Components = { parts } } });

    private async Task<long> OnHand(string sku) =>
        (await _server.Stocks.GetStockAsync(new GetStockRequest { Key = new StockKey { Sku = sku, LocationId = "L-1" } })).Stock.OnHandUnits;
}
