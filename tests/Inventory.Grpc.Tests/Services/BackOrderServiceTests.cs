using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Grains.Tests;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;
using static Inventory.Grpc.Tests.Services.OrderShop;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Back-orders over the wire, with two clients, each with a connection of its own.</summary>
public sealed class BackOrderServiceTests
{
    [Fact]
    public async Task A_back_order_is_promised_told_of_a_delay_and_sent_once_its_goods_are_there()
    {
        await using var shop = await Promising(near: 1);
        var supply = new SupplyService.SupplyServiceClient(shop.Server.Channel);
        await Expect(shop, "e-1", "far", 5, day: 4);
        var quote = await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = Wanted(3) });
        var placed = await Place(shop.Web, "place", 3);
        var expected = Assert.Single(placed.Order.Expected);
        Assert.Equal(("near Held 1", 2L, "far", "PO-1", false), (
            Parts(placed.Order), expected.Units, expected.LocationId, expected.Receipt, expected.Late));
        Assert.Equal((Day(shop, 4), expected.PromiseTime), (expected.DueTime, quote.Expected.Single().PromiseTime));
        Assert.True(expected.PromiseTime > expected.DueTime);
        Assert.Equal((UnfillableAction.BackOrder, 0, 0), (placed.Order.Unfillable, placed.Order.Unfilled.Count, quote.Unfilled.Count));
        Assert.True((await Place(shop.Web, "place", 3)).Decision.Repeated);
        await shop.Confirm(placed.Order.Id);

        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = placed.Order.Id });
        var moved = await Expect(shop, "e-2", "far", 5, day: 9);
        Assert.Equal(placed.Order.Id, moved.Concerned.Single().Reference);
        var seen = await Seen(watch, static order => order.Expected is [{ Late: true }]);
        Assert.Equal((expected.PromiseTime, expected.PromiseTime + Duration.FromTimeSpan(TimeSpan.FromDays(5))), (
            seen.Expected[0].FirstPromiseTime, seen.Expected[0].PromiseTime));
        Assert.Equal(["place", "promise", "confirm", "repromise"], seen.Notes.Select(static note => note.Step));
        var mine = await supply.ReleaseSupplyAsync(new ReleaseSupplyRequest
        {
            RequestId = "r-1", Key = new StockKey { Sku = "MUG", LocationId = "far" }, PromiseId = expected.PromiseId, Units = 1,
        });
        Assert.Equal(RefusalReason.PromiseOfOrder, mine.Decision.RefusalReason);

        var came = await supply.ReceiveSupplyAsync(
            new ReceiveSupplyRequest { RequestId = "c-1", Key = new StockKey { Sku = "MUG", LocationId = "far" }, Name = "PO-1", Units = 3 });
        Assert.Equal((2L, 1L), (came.Fulfilled.Single().Units, came.FreeUnits));
        seen = await Seen(watch, static order => order.Expected.Count == 0);
        Assert.Equal(("near Open 1, far Open 2", "arrive"), (Parts(seen), seen.Notes[^1].Step));
        Assert.Equal(OrderState.Fulfilled, (await shop.Ship(placed.Order.Id)).Order.State);
        Assert.Equal((0, 1), await shop.Sums());
    }

    [Fact]
    public async Task Of_two_clients_who_want_the_last_expected_unit_one_is_promised_it_and_the_other_is_told_that_it_waits()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "middle", 1, day: 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Place(i % 2 == 0 ? shop.Web : shop.Others, $"place-{i}", 1)));
        Assert.All(answers, static answer => Assert.Equal((true, OrderState.Waiting), (answer.Decision.Accepted, answer.Order.State)));
        var winner = Assert.Single(answers, static answer => answer.Order.Expected.Count == 1).Order;
        Assert.All(answers.Where(answer => answer.Order.Id != winner.Id), static answer => Assert.Equal(1, answer.Order.Unfilled.Single().Units));

        // Who waits gets it when the other does not want it any more.
        var cancelled = await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "cancel", OrderId = winner.Id });
        Assert.Equal((OrderState.Cancelled, 0), (cancelled.Order.State, cancelled.Order.Expected.Count));
        await Eventually.Is(
            async () =>
            {
                shop.Time.Advance(TimeSpan.FromMilliseconds(10));
                var orders = await Task.WhenAll(answers.Select(answer => shop.Get(answer.Order.Id)));
                return orders.Sum(static order => order.Expected.Sum(static part => part.Units)) == 1;
            },
            "another order is promised the unit");
    }

    [Fact]
    public async Task What_is_tried_on_or_decided_later_is_promised_too_and_a_choice_is_refused_until_its_units_have_come()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "far", 5, day: 4);
        var (fitting, later) = (Wanted(2), Wanted(1));
        fitting.Delivery = new Delivery { Kind = DeliveryKind.Fitting, LocationId = "far" };
        later.Delivery = new Delivery { Kind = DeliveryKind.DecideLater };
        var tried = Assert.Single((await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p-3", Content = fitting })).Order.Expected);
        Assert.Equal(("far", 2L, DeliveryKind.Fitting, Day(shop, 4)), (tried.LocationId, tried.Units, tried.Kind, tried.DueTime));
        var order = (await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p-4", Content = later })).Order;
        var expected = Assert.Single(order.Expected);
        Assert.Equal(("far", 1L, DeliveryKind.DecideLater), (expected.LocationId, expected.Units, expected.Kind));
        await shop.Confirm(order.Id);
        var choice = new ChooseDeliveryRequest { RequestId = "c-1", OrderId = order.Id, Delivery = Shipped(1).Delivery };
        var refused = (await shop.Web.ChooseDeliveryAsync(choice)).Decision;
        Assert.Equal((false, RefusalReason.UnitsToCome, true), (refused.Accepted, refused.RefusalReason, refused.RefusalMessage.Contains("not come yet")));

        await new SupplyService.SupplyServiceClient(shop.Server.Channel).ReceiveSupplyAsync(
            new ReceiveSupplyRequest { RequestId = "r-1", Key = new StockKey { Sku = "MUG", LocationId = "far" }, Name = "PO-1", Units = 5 });
        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = order.Id });
        await Seen(watch, static seen => seen.Parts.Count == 1);
        var chosen = await shop.Web.ChooseDeliveryAsync(choice); // the same request: a refusal that may pass is not remembered
        Assert.Equal((true, DeliveryKind.Ship), (chosen.Decision.Accepted, chosen.Order.Parts.Single().Kind));
        Assert.Equal(OrderState.Fulfilled, (await shop.Ship(order.Id)).Order.State);
    }

    [Fact]
    public async Task A_kit_is_promised_on_the_day_of_its_last_component_and_keeps_what_comes_before()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "far", 5, day: 4);
        await Expect(shop, "e-2", "far", 3, day: 6, "CUP");
        var content = await Pairs(shop, 2);
        var quoted = Assert.Single((await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = content })).Expected);
        Assert.Equal(("far", 1L, Day(shop, 6), "MUG 1+0 False, CUP 2+0 False"), (quoted.LocationId, quoted.Units, quoted.DueTime, Components(quoted)));
        var placed = (await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p-3", Content = content })).Order;
        var expected = Assert.Single(placed.Expected);
        Assert.Equal(("far", 1L, Day(shop, 6), "MUG 1+0 True, CUP 2+0 True"), (expected.LocationId, expected.Units, expected.DueTime, Components(expected)));
        Assert.Equal((quoted.PromiseTime, "", 1L), (expected.PromiseTime, expected.PromiseId, placed.Unfilled.Single().Units));
        await shop.Confirm(placed.Id);

        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = placed.Id });
        await Receive(shop, "r-1", "CUP", 3);
        var seen = await Seen(watch, static order => order.Expected is [{ Components: [_, { KeptUnits: 2 }] }]);
        Assert.Equal(("", Day(shop, 4)), (Parts(seen), seen.Expected[0].DueTime)); // the mug is what is waited for
        await Receive(shop, "r-2", "MUG", 5);
        seen = await Seen(watch, static order => order.Parts.Count == 1);
        Assert.Equal(("far Open 1", 0), (Parts(seen), seen.Expected.Count));
        Assert.True((await shop.Ship(placed.Id)).Decision.Accepted);
        Assert.Equal((0, 4), await shop.Sums());
    }

    [Fact]
    public async Task Of_a_kit_what_is_on_the_shelf_is_kept_for_one_of_two_clients_until_the_rest_has_come()
    {
        await using var shop = await Promising(near: 0);
        var stocks = new StockService.StockServiceClient(shop.Server.Channel);
        Assert.True((await stocks.ReceiveStockAsync(new ReceiveStockRequest
        {
            RequestId = "s-1", Key = new StockKey { Sku = "MUG", LocationId = "far" }, Units = 1,
        })).Decision.Accepted);
        await Expect(shop, "e-1", "far", 9, day: 6, "CUP");
        var content = await Pairs(shop, 1);
        Assert.Equal("MUG 0+1 False, CUP 2+0 False", Components(Assert.Single((await shop.Web.QuoteOrderAsync(
            new QuoteOrderRequest { Content = content })).Expected)));
        var answers = await Task.WhenAll(
            shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p-3", Content = content }).ResponseAsync,
            shop.Others.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p-4", Content = content }).ResponseAsync);
        var winner = Assert.Single(answers, static answer => answer.Order.Expected.Count == 1).Order;
        Assert.Equal(("MUG 0+1 False, CUP 2+0 True", Day(shop, 6)), (Components(winner.Expected[0]), winner.Expected[0].DueTime));
        await shop.Confirm(winner.Id);
        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = winner.Id });
        await Receive(shop, "r-1", "CUP", 9);
        Assert.Equal("far Open 1", Parts(await Seen(watch, static order => order.Parts.Count == 1)));
        Assert.True((await shop.Ship(winner.Id)).Decision.Accepted);
        Assert.Equal((0, 0), await shop.Sums());
    }

    // So many kits of a mug and two cups.
    private static async Task<OrderContent> Pairs(OrderShop shop, int units)
    {
        var kit = new CatalogItem { Sku = "PAIR", Components = { new KitComponent { Sku = "MUG", Units = 1 }, new KitComponent { Sku = "CUP", Units = 2 } } };
        Assert.True((await new CatalogService.CatalogServiceClient(shop.Server.Channel).UpsertItemAsync(
            new UpsertItemRequest { RequestId = "i-1", Item = kit })).Decision.Accepted);
        var content = Wanted(units);
        content.Lines[0].Sku = "PAIR";
        return content;
    }

    private static async Task Receive(OrderShop shop, string id, string sku, int units) =>
        Assert.True((await new SupplyService.SupplyServiceClient(shop.Server.Channel).ReceiveSupplyAsync(new ReceiveSupplyRequest
        {
            RequestId = id, Key = new StockKey { Sku = sku, LocationId = "far" }, Name = "PO-1", Units = units,
        })).Decision.Accepted);

    [Fact]
    public async Task What_would_be_late_moves_to_where_it_is_not_and_the_order_tells_so()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "near", 2, day: 9);
        await Expect(shop, "e-2", "far", 2, day: 3);
        var placed = (await Place(shop.Web, "place-1", 1)).Order;
        var other = (await Place(shop.Others, "place-2", 2)).Order; // one of each
        Assert.Equal(("far 1", "far 1, near 1"), (Expected(placed), Expected(other)));
        await shop.Confirm(placed.Id);
        await Expect(shop, "e-3", "far", 2, day: 12);
        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = placed.Id });
        using var beside = shop.Web.WatchOrder(new WatchOrderRequest { OrderId = other.Id });
        await Seen(watch, static order => order.Expected[0].Late, shop.Time); // who hears of it first would be looked for first
        await Seen(beside, static order => order.Expected.Any(static part => part.Late), shop.Time);
        await Expect(shop, "e-4", "middle", 1, day: 2);
        var seen = await Seen(watch, static order => order.Notes.Any(static note => note.Step == "move"), shop.Time);
        Assert.Equal("middle 1", Expected(seen));
        var note = seen.Notes.Single(static note => note.Step == "move");
        Assert.Equal(("service", true), (note.By.Who, note.By.Why.StartsWith(
            "1 of line 0 from PO-1 at far, which would be late, now from PO-1 at middle, promised for ", StringComparison.Ordinal)));
        Assert.Contains(note.By.Why, seen.Explanation);
        Assert.False(seen.Expected[0].Late);
        other = await shop.Get(other.Id);
        Assert.Equal(("far 1 late, near 1", true), (Expected(other), other.Notes.All(static note => note.Step != "move")));

        static string Expected(Order order) =>
            string.Join(", ", order.Expected.Select(static part => $"{part.LocationId} {part.Units}{(part.Late ? " late" : "")}"));
    }

    [Fact]
    public async Task Why_supply_is_not_promised_to_an_order_that_waits_is_told_announcement_by_announcement()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "far", 1, day: 4);
        await Place(shop.Web, "first", 1); // has what is expected there
        await Expect(shop, "e-2", "middle", 2, day: -1);
        await Expect(shop, "e-3", "near", 5, day: 9);
        var content = Wanted(2);
        content.PromiseByTime = Day(shop, 6);
        var order = (await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "waits", Content = content })).Order;
        Assert.Equal((OrderState.Waiting, 2L, 0), (order.State, order.Unfilled.Single().Units, order.UnusedSupply.Count));
        Assert.Empty((await shop.Get(order.Id)).UnusedSupply); // nobody has asked

        var told = await Unused();
        Assert.Equal(
            ["far PO-1 1 NoStock", "middle PO-1 2 overdue NoStock", "near PO-1 5 free 5 TooLate"], told.Select(Text));
        Assert.Equal((Day(shop, 9), true), (told[2].DueTime, told[2].PromiseTime > told[2].DueTime));
        await shop.Server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "close", Id = "near" });
        Assert.Equal("near PO-1 5 free 5 Incapable", Text((await Unused())[2]));
        await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "cancel", OrderId = order.Id });
        Assert.Empty(await Unused()); // nothing waits

        async Task<Google.Protobuf.Collections.RepeatedField<UnusedSupply>> Unused() =>
            (await shop.Web.GetOrderAsync(new GetOrderRequest { OrderId = order.Id, ExplainSupply = true })).Order.UnusedSupply;

        static string Text(UnusedSupply each) => $"{each.LocationId} {each.Name} {each.Units} {(each.Overdue ? "overdue " : "")}"
            + $"{(each.FreeUnits > 0 ? $"free {each.FreeUnits} " : "")}{each.Verdict}";
    }

    [Fact]
    public async Task An_audit_compares_orders_and_stocks_over_the_wire()
    {
        await using var shop = await Promising(near: 0);
        await Expect(shop, "e-1", "middle", 3, day: 2);
        await Place(shop.Web, "place-1", 2);
        await Place(shop.Others, "place-2", 2);
        using var call = new SupplyService.SupplyServiceClient(shop.Server.Channel).VerifySupply(new VerifySupplyRequest());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((2L, 0), (call.ResponseStream.Current.PromisesVerified, call.ResponseStream.Current.Differences.Count));
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    private static async Task<OrderShop> Promising(int near)
    {
        var shop = await Start(near, middle: 0, far: 0);
        var policies = shop.Server.Policies;
        await policies.CreatePolicyAsync(new CreatePolicyRequest
        {
            RequestId = "p-1", Policy = new Policy { Name = "back", Unfillable = UnfillableAction.BackOrder },
        });
        Assert.True((await policies.ActivatePolicyAsync(new ActivatePolicyRequest { RequestId = "p-2", Name = "back", Version = 1 })).Decision.Accepted);
        return shop;
    }

    private static OrderContent Wanted(int units)
    {
        var content = Shipped(units);
        content.Policy = "back";
        return content;
    }

    private static async Task<PlaceOrderResponse> Place(OrderService.OrderServiceClient client, string id, int units) =>
        await client.PlaceOrderAsync(new PlaceOrderRequest { RequestId = id, Content = Wanted(units) });

    private static async Task<ExpectSupplyResponse> Expect(OrderShop shop, string id, string store, long units, int day, string sku = "MUG")
    {
        var answer = await new SupplyService.SupplyServiceClient(shop.Server.Channel).ExpectSupplyAsync(new ExpectSupplyRequest
        {
            RequestId = id, Key = new StockKey { Sku = sku, LocationId = store }, Name = "PO-1", Units = units, DueTime = Day(shop, day),
        });
        Assert.True(answer.Decision.Accepted, answer.Decision.RefusalMessage);
        return answer;
    }

    // To come, kept, and whether it has a name.
    private static string Components(ExpectedPart part) => string.Join(", ", part.Components.Select(
        static each => $"{each.Sku} {each.Units}+{each.KeptUnits} {each.PromiseId.Length > 0}"));

    // With a time it goes on, slowly, meanwhile: who looks elsewhere for what is late may rest in between.
    private static async Task<Order> Seen(AsyncServerStreamingCall<WatchOrderResponse> watch, Func<Order, bool> wanted, FakeTime? time = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            var next = watch.ResponseStream.MoveNext(patience.Token);
            while (time is not null && !next.IsCompleted)
            {
                await pulse.WaitForNextTickAsync();
                time.Advance(TimeSpan.FromMilliseconds(10));
            }

            Assert.True(await next, "A watch ends by cancellation only.");
            if (wanted(watch.ResponseStream.Current.Order))
            {
                return watch.ResponseStream.Current.Order;
            }
        }
    }

    private static Timestamp Day(OrderShop shop, int day) => Timestamp.FromDateTimeOffset(shop.Time.GetUtcNow().Date.AddDays(day));
}
