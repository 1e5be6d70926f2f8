using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;
using static Inventory.Grpc.Tests.Services.OrderShop;

namespace Inventory.Grpc.Tests.Services;

/// <summary>What goes wrong with orders in real shops, over the wire, with two clients where it matters.</summary>
public sealed class OrderScenarioTests
{
    [Fact]
    public async Task The_last_unit_goes_to_one_of_many_who_want_it_from_two_sides()
    {
        await using var shop = await Start(near: 1, middle: 0, far: 0);
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => shop.Place(1, i % 2 == 0 ? shop.Web : shop.Others)));
        Assert.Single(answers, answer => answer.Decision.Accepted);
        Assert.All(answers.Where(answer => !answer.Decision.Accepted), answer =>
            Assert.Equal((RefusalReason.Insufficient, true), (answer.Decision.RefusalReason, answer.Decision.MayPassLater)));
        Assert.Equal((1, 1), await shop.Sums());
    }

    [Fact]
    public async Task One_unit_each_in_two_stores_make_an_order_of_two()
    {
        await using var shop = await Start(near: 1, middle: 1, far: 0);
        var placed = await shop.Place(2);
        Assert.True(placed.Decision.Accepted);
        Assert.Equal("near Held 1, middle Held 1", Parts(placed.Order));
        Assert.Equal(RefusalReason.Insufficient, (await shop.Place(1, shop.Others)).Decision.RefusalReason);
    }

    [Fact]
    public async Task Another_store_fulfils_what_the_chosen_one_cannot_find()
    {
        await using var shop = await Start(near: 5, middle: 5, far: 5);
        var order = (await shop.Place(2)).Order.Id;
        await shop.Confirm(order);
        Assert.Equal("near Ended 0, middle Open 2", Parts((await shop.Reject(order, 0)).Order));
        var sent = await shop.Ship(order);
        Assert.Equal(OrderState.Fulfilled, sent.Order.State);
        Assert.Equal((5, 3), ((await shop.Shelf("near")).OnHandUnits, (await shop.Shelf("middle")).OnHandUnits));
        Assert.Equal(["place", "confirm", "reject", "ship"], sent.Order.Notes.Select(note => note.Step));
    }

    [Fact]
    public async Task What_was_sent_is_not_cancelled_but_brought_back_to_any_store()
    {
        await using var shop = await Start(near: 5, middle: 5, far: 5);
        var order = (await shop.Place(2)).Order.Id;
        await shop.Confirm(order);
        await shop.Ship(order);
        var cancelled = await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "cancel", OrderId = order });
        Assert.Equal((RefusalReason.HasLeft, false), (cancelled.Decision.RefusalReason, cancelled.Decision.MayPassLater));
        var returned = await shop.Others.ReturnOrderAsync(new ReturnOrderRequest
        {
            RequestId = "return", OrderId = order, LocationId = "far", Condition = Condition.Damaged,
            By = new Actor { Who = "till 7", Why = "handle broken", Channel = "pos" },
        });
        Assert.Equal((true, OrderState.Returned), (returned.Decision.Accepted, returned.Order.State));
        var by = returned.Order.Notes[^1].By;
        Assert.Equal(("till 7", "handle broken", "pos"), (by.Who, by.Why, by.Channel));
        Assert.Equal((0, 13), await shop.Sums());
    }

    [Fact]
    public async Task Every_step_asked_three_times_happens_once_and_with_other_content_not_at_all()
    {
        await using var shop = await Start(near: 9, middle: 9, far: 9);
        await Thrice(async () => (await shop.Place(3, id: "place")).Decision, async () => (await shop.Place(4, id: "place")).Decision);
        var order = (await shop.Place(3, id: "place")).Order.Id;
        await Thrice(
            async () => (await shop.Web.ExtendOrderAsync(Extend(60))).Decision, async () => (await shop.Web.ExtendOrderAsync(Extend(61))).Decision);
        await Thrice(() => shop.Confirm(order, "confirm"), async () => (await shop.Ship(order, "confirm")).Decision);
        await Thrice(
            async () => (await shop.Others.PickOrderAsync(new PickOrderRequest { RequestId = "pick", OrderId = order })).Decision,
            async () => (await shop.Others.PickOrderAsync(new PickOrderRequest { RequestId = "pick", OrderId = order, Part = 0 })).Decision);
        await Thrice(
            async () => (await shop.Others.ReadyOrderAsync(new ReadyOrderRequest { RequestId = "ready", OrderId = order })).Decision,
            async () => (await shop.Others.ReadyOrderAsync(new ReadyOrderRequest { RequestId = "ready", OrderId = order, Part = 0 })).Decision);
        await Thrice(async () => (await shop.Ship(order, "ship", Units(2))).Decision, async () => (await shop.Ship(order, "ship", Units(1))).Decision);
        await Thrice(
            async () => (await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "rest", OrderId = order })).Decision,
            async () => (await shop.Web.CancelOrderAsync(new CancelOrderRequest { RequestId = "rest", OrderId = order, Part = 0 })).Decision);
        await Thrice(
            async () => (await shop.Others.ReturnOrderAsync(Return("far"))).Decision,
            async () => (await shop.Others.ReturnOrderAsync(Return("near"))).Decision);
        Assert.Equal((0, 26), await shop.Sums());
        Assert.Equal(10, (await shop.Shelf("far")).OnHandUnits);
        await Thrice(
            async () => (await shop.Others.ExchangeOrderAsync(Exchange(1))).Decision, async () => (await shop.Others.ExchangeOrderAsync(Exchange(2))).Decision);
        Assert.Equal((1, 27), await shop.Sums());

        await Thrice(async () => (await shop.Quote(2, "quote")).Decision, async () => (await shop.Quote(3, "quote")).Decision);
        var quote = (await shop.Quote(2, "quote")).QuoteId;
        await Thrice(
            async () => (await shop.Redeem(quote, "redeem")).Decision, async () => (await shop.Redeem(quote, "redeem", Shipped(2))).Decision);
        var later = Shipped(1);
        later.Delivery.Kind = DeliveryKind.DecideLater;
        var open = (await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "open", Content = later })).Order.Id;
        await Thrice(
            async () => (await shop.Web.ChooseDeliveryAsync(Choose(open, "far"))).Decision,
            async () => (await shop.Web.ChooseDeliveryAsync(Choose(open, "near"))).Decision);
        await shop.Confirm(quote);
        await Thrice(
            async () => (await shop.Others.RejectOrderAsync(Reject(1))).Decision, async () => (await shop.Others.RejectOrderAsync(Reject(2))).Decision);
        await shop.Confirm(open);
        await Thrice(
            async () => (await shop.Others.CollectOrderAsync(Collect(1))).Decision, async () => (await shop.Others.CollectOrderAsync(Collect(0))).Decision);
        Assert.Equal((3, 26), await shop.Sums());

        ExtendOrderRequest Extend(int seconds) => new() { RequestId = "extend", OrderId = order, Ttl = new Duration { Seconds = seconds } };
        RejectOrderRequest Reject(int units) => new() { RequestId = "reject", OrderId = quote, Part = 0, Lines = { Units(units) } };
        CollectOrderRequest Collect(int part) => new() { RequestId = "collect", OrderId = open, Part = part };
        ExchangeOrderRequest Exchange(int units) => new()
        {
            RequestId = "exchange", OrderId = order, LocationId = "far", Lines = { Units(1) }, Content = Shipped(units),
        };
        ChooseDeliveryRequest Choose(string which, string store) => new()
        {
            RequestId = "choose", OrderId = which, Delivery = new Delivery { Kind = DeliveryKind.CollectAt, LocationId = store },
        };
        ReturnOrderRequest Return(string store) => new() { RequestId = "return", OrderId = order, LocationId = store, Lines = { Units(1) } };
    }

    [Fact]
    public async Task A_count_that_comes_late_does_not_bring_back_what_was_sold_since()
    {
        await using var shop = await Start(near: 10, middle: 0, far: 0);
        var seen = (await shop.Shelf("near")).Version;
        var order = (await shop.Place(4)).Order.Id;
        await shop.Confirm(order);
        await shop.Ship(order);
        var counted = await shop.Server.Stocks.CountStockAsync(new CountStockRequest
        {
            RequestId = "count", Key = new StockKey { Sku = "MUG", LocationId = "near" }, CountedUnits = 9, SeenVersion = seen,
        });
        Assert.True(counted.Decision.Accepted);
        Assert.Equal((0, 5), await shop.Sums());
    }

    [Fact]
    public async Task A_quote_that_is_held_can_be_redeemed_once_and_in_time()
    {
        await using var shop = await Start(near: 2, middle: 2, far: 0);
        var quote = await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = Shipped(2) });
        Assert.Equal(("near", true, ""), (quote.Parts.Single().LocationId, quote.Decision.Accepted, quote.QuoteId));
        Assert.Equal((0, 4), await shop.Sums());

        var held = await shop.Quote(2, "quote");
        Assert.Equal((quote.Parts[0].PromiseTime, quote.Parts[0].CostMinor), (held.Parts[0].PromiseTime, held.Parts[0].CostMinor));
        Assert.Equal((2, 4), await shop.Sums());
        var early = await shop.Confirm(held.QuoteId);
        Assert.Equal((RefusalReason.StepNotAllowed, true), (early.RefusalReason, early.MayPassLater));
        Assert.Equal("The order is QUOTED (parts: Held): the state allows Cancel, Redeem.", early.RefusalMessage);
        Assert.Equal(RefusalReason.QuoteDiffers, (await shop.Redeem(held.QuoteId, "other", Shipped(1))).Decision.RefusalReason);
        var redeemed = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            shop.Redeem(held.QuoteId, $"redeem-{i}", i % 3 == 0 ? Shipped(2) : null, i % 2 == 0 ? shop.Web : shop.Others)));
        var placed = Assert.Single(redeemed, answer => answer.Decision.Accepted);
        Assert.All(redeemed.Where(answer => answer != placed), answer => Assert.Equal(RefusalReason.QuoteRedeemed, answer.Decision.RefusalReason));
        Assert.Equal((held.Parts[0].PromiseTime, held.Parts[0].CostMinor), (placed.Order.Parts[0].PromiseTime, placed.Order.Parts[0].CostMinor));
        Assert.Equal((2, 4), await shop.Sums());
        Assert.True((await shop.Confirm(placed.Order.Id)).Accepted);

        var late = await shop.Quote(1, "late");
        shop.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RefusalReason.ReservationExpired, (await shop.Redeem(late.QuoteId, "too-late")).Decision.RefusalReason);
        Assert.Equal(RefusalReason.OrderNotFound, (await shop.Redeem("ORDER~00000000000000000000000000", "none")).Decision.RefusalReason);
        Assert.Equal((2, 4), await shop.Sums());
    }

    [Fact]
    public async Task A_storm_of_rejects_leaves_every_unit_where_the_books_say()
    {
        await using var shop = await Start(near: 20, middle: 20, far: 20);
        var orders = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.Place(1)));
        await Task.WhenAll(orders.Select(order => shop.Confirm(order.Order.Id)));
        for (var part = 0; part < 3; part++)
        {
            await Task.WhenAll(orders.Select(order => shop.Reject(order.Order.Id, part)));
        }

        Assert.Equal((0, 60), await shop.Sums());
        foreach (var order in orders)
        {
            var told = await shop.Get(order.Order.Id);
            Assert.Equal(["far", "middle", "near"], told.Parts.Select(part => part.LocationId).Order());
            Assert.Equal((OrderState.Refused, 1), (told.State, told.Unfilled.Single().Units));
        }
    }

    [Fact]
    public async Task A_store_that_is_switched_off_under_load_gives_up_what_nobody_picks_and_promises_nothing_more()
    {
        await using var shop = await Start(near: 50, middle: 200, far: 200);
        var before = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => shop.Place(1)));
        await Task.WhenAll(before.Select(order => shop.Confirm(order.Order.Id)));
        var during = Enumerable.Range(0, 60).Select(_ => shop.Place(1, shop.Others)).ToArray();
        var closed = await shop.Server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "close", Id = "near" });
        Assert.True(closed.Decision.Accepted);
        var after = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.Place(1)));
        Assert.All(after, order => Assert.Equal("middle Held 1", Parts(order.Order)));
        Assert.All(await Task.WhenAll(during), order => Assert.True(order.Decision.Accepted));
        await shop.Server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "close", Id = "near" }); // those that raced with it too
        await Eventually.Is(async () => (await shop.Shelf("near")).HeldUnits == 0, "the closed store holds nothing");
        await Eventually.Is(async () => (await shop.Sums()).Held == 110, "every order is held");
        Assert.Equal(450, (await shop.Sums()).OnHand);
    }

    [Fact]
    public async Task A_payment_that_takes_its_time_locks_nothing()
    {
        await using var shop = await Start(near: 10, middle: 0, far: 0);
        var slow = (await shop.Place(1)).Order.Id;
        for (var second = 0; second < 30; second += 5)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(5));
            var quick = (await shop.Place(1, shop.Others)).Order.Id;
            await shop.Confirm(quick);
            Assert.True((await shop.Ship(quick)).Decision.Accepted);
        }

        Assert.True((await shop.Confirm(slow)).Accepted);
        Assert.Equal((1, 4), await shop.Sums());
    }

    [Fact]
    public async Task Wrong_requests_name_their_fields_and_absent_orders_are_not_found()
    {
        await using var shop = await Start(near: 1, middle: 0, far: 0);
        await Failed.Fields(
            async () => await shop.Web.PlaceOrderAsync(new PlaceOrderRequest
            {
                Content = new OrderContent
                {
                    Customer = "two words", Channel = "?", Policy = "best", Ttl = new Duration(), Lines =
                    {
                        new OrderLine { Sku = "", Units = 0, UnitValueMinor = -1, UnitGrams = -1 },
                        new OrderLine { Sku = "A", Units = 1, Delivery = new Delivery { Kind = DeliveryKind.CollectAt } },
                        new OrderLine { Sku = "A", Units = 1, Delivery = new Delivery { Kind = DeliveryKind.CollectNear } },
                    },
                },
                By = new Actor { Who = "\n", Why = new string('y', 201), Channel = "?" },
            }),
            "request_id", "content.customer", "channel", "content.policy", "content.ttl", "content.lines[0].sku", "content.lines[0].units",
            "content.lines[0].unit_value_minor", "content.lines[0].unit_grams", "content.delivery.kind", "content.lines[1].delivery.location_id",
            "content.lines[2].delivery.point", "by.who", "by.why", "by.channel");
        await Failed.Fields(async () => await shop.Web.QuoteOrderAsync(new QuoteOrderRequest()), "content.lines");
        await Failed.Fields(
            async () => await shop.Web.RejectOrderAsync(new RejectOrderRequest { OrderId = "x", Lines = { Units(0), Units(1) } }),
            "request_id", "order_id", "lines[0].units", "lines[1].line", "part");
        await Failed.Fields(async () => await shop.Web.ReturnOrderAsync(
            new ReturnOrderRequest { RequestId = "r", OrderId = (await shop.Place(1)).Order.Id }), "location_id");
        await Failed.Fields(
            async () => await shop.Web.ListOrdersAsync(new ListOrdersRequest { Customer = "c", LocationId = "l", PageSize = 51, PageToken = "x" }),
            "customer", "page_size", "page_token");
        await Failed.Fields(async () => await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { RequestId = "r", Content = Shipped(1) }), "request_id");
        await Failed.Fields(
            async () => await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = Shipped(1), Hold = new Duration() }), "request_id", "hold");
        await Failed.Fields(async () => await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "r", QuoteId = "q" }), "quote_id");
        await Failed.Fields(
            async () => await shop.Web.ChooseDeliveryAsync(new ChooseDeliveryRequest { Delivery = new Delivery { Kind = DeliveryKind.DecideLater } }),
            "request_id", "order_id", "delivery.kind");
        await Failed.Fields(
            async () => await shop.Web.ExchangeOrderAsync(new ExchangeOrderRequest()), "request_id", "order_id", "content.lines", "location_id");
        await Failed.Fields(
            async () => await shop.Web.ReoptimizeOrdersAsync(new ReoptimizeOrdersRequest { LeastSavingMinor = -1, PageSize = 201, PageToken = "x" }),
            "request_id", "least_saving_minor", "page_size", "page_token");
        const string Absent = "ORDER~00000000000000000000000000";
        await Failed.With(StatusCode.NotFound, async () => await shop.Get(Absent));
        using var watch = shop.Web.WatchOrder(new WatchOrderRequest { OrderId = Absent });
        await Failed.With(StatusCode.NotFound, () => watch.ResponseStream.MoveNext(default));
        Assert.Equal(RefusalReason.OrderNotFound, (await shop.Confirm(Absent)).RefusalReason);
    }

    [Fact]
    public async Task Orders_are_listed_by_pages_and_watched()
    {
        await using var shop = await Start(near: 9, middle: 0, far: 0);
        var placed = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.Place(1)));
        var first = await shop.Others.ListOrdersAsync(new ListOrdersRequest { Customer = "c-1", PageSize = 3 });
        var second = await shop.Others.ListOrdersAsync(new ListOrdersRequest { Customer = "c-1", PageSize = 3, PageToken = first.NextPageToken });
        Assert.Equal((3, 2, ""), (first.Orders.Count, second.Orders.Count, second.NextPageToken));
        Assert.Equal(
            placed.Select(order => order.Order.Id).Order(), first.Orders.Concat(second.Orders).Select(order => order.Id).Order());
        var atStore = await shop.Others.ListOrdersAsync(new ListOrdersRequest { LocationId = "near", States = { OrderState.Confirmed } });
        Assert.Empty(atStore.Orders);

        var order = placed[0].Order.Id;
        using var watch = shop.Others.WatchOrder(new WatchOrderRequest { OrderId = order });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(OrderState.Held, watch.ResponseStream.Current.Order.State);
        await shop.Confirm(order);
        while (watch.ResponseStream.Current.Order.State != OrderState.Confirmed)
        {
            Assert.True(await watch.ResponseStream.MoveNext(default));
        }
    }

    [Fact]
    public async Task All_orders_are_listed_by_state_in_pages_and_once()
    {
        await using var shop = await Start(near: 40, middle: 0, far: 0);
        var placed = (await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => shop.Place(1)))).Select(answer => answer.Order.Id).ToArray();
        await Task.WhenAll(placed.Take(20).Select(order => shop.Confirm(order)));
        await Task.WhenAll(placed.Take(10).Select(order => shop.Ship(order)));
        await shop.Quote(1, "quote");
        Assert.Equal(placed[..10].Order(), await Listed(OrderState.Fulfilled));
        Assert.Equal(placed[10..20].Order(), await Listed(OrderState.Confirmed));
        Assert.Equal(placed[20..].Order(), await Listed(OrderState.Held));
        Assert.Single(await Listed(OrderState.Quoted));
        Assert.Equal(31, (await Listed()).Count);
        shop.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(11, (await Listed(OrderState.Expired)).Count);
        Assert.Equal(11, (await Listed(OrderState.Expired)).Count); // now from the list of what is over
        Assert.Empty(await Listed(OrderState.Held, OrderState.Quoted));
        Assert.Equal(31, (await Listed()).Count);

        async Task<List<string>> Listed(params OrderState[] states)
        {
            var (found, request) = (new List<string>(), new ListOrdersRequest { PageSize = 7, States = { states } });
            do
            {
                var page = await shop.Others.ListOrdersAsync(request);
                Assert.InRange(page.Orders.Count, 0, 7);
                found.AddRange(page.Orders.Select(order => order.Id));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            Assert.Equal(found.Order().Distinct(), found);
            return found;
        }
    }

    [Fact]
    public async Task Confirmed_orders_move_to_a_better_store_and_tell_what_that_saved()
    {
        await using var shop = await Start(near: 0, middle: 20, far: 0);
        var orders = (await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => shop.Place(1)))).Select(answer => answer.Order.Id).ToArray();
        await Task.WhenAll(orders.Select(order => shop.Confirm(order)));
        await shop.Receive("near", 8);
        var (saved, moved, request) = (0L, new List<MovedOrder>(), new ReoptimizeOrdersRequest { RequestId = "night", PageSize = 5 });
        do
        {
            var round = await shop.Others.ReoptimizeOrdersAsync(request);
            (saved, request.PageToken) = (saved + round.SavedMinor, round.NextPageToken);
            moved.AddRange(round.Moved);
        }
        while (request.PageToken.Length > 0);
        Assert.InRange(moved.Count, 1, 8);
        Assert.Equal((saved, moved.Count), (moved.Sum(order => order.SavedMinor), moved.Select(order => order.OrderId).Distinct().Count()));
        Assert.True(saved > 0);
        Assert.Equal((12, 28), await shop.Sums());
        Assert.Equal(moved.Count, (await shop.Shelf("near")).HeldUnits);
        var one = await shop.Get(moved[0].OrderId);
        Assert.Equal("middle Ended 0, near Open 1", Parts(one));
        Assert.Equal(("move", 1L), (one.Notes[^1].Step, one.Parts[0].Lines[0].MovedUnits));
    }

    [Fact]
    public async Task What_a_store_has_is_gone_from_every_answer_once_it_is_switched_off()
    {
        await using var shop = await Start(near: 50, middle: 5, far: 0);
        using var watch = shop.Server.Availability.WatchAvailability(new WatchAvailabilityRequest { Sku = "MUG" });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        var order = (await shop.Place(3)).Order.Id;
        await shop.Confirm(order);
        await shop.Server.Locations.CloseLocationAsync(new CloseLocationRequest { RequestId = "close", Id = "near" });

        // No time passes from here on: the answer to the switch came after the boards had heard of it.
        var board = await shop.Server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "MUG" });
        Assert.Equal(0, board.Locations.Where(row => row.LocationId == "near").Sum(row => row.AvailableUnits));
        Assert.Equal("middle", (await shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = Shipped(1) })).Parts.Single().LocationId);
        Assert.Equal(RefusalReason.LocationClosed, (await shop.Server.Reserve("MUG", "near", 1)).Decision.RefusalReason);
        while (watch.ResponseStream.Current.Locations.FirstOrDefault(row => row.LocationId == "near") is not { AvailableUnits: 0 })
        {
            Assert.True(await watch.ResponseStream.MoveNext(default));
        }

        await Eventually.Is(async () => Parts(await shop.Get(order)) == "near Ended 0, middle Open 3", "the order is at the other store");
        Assert.Equal((3, 55), await shop.Sums());
    }

    private static OrderLineUnits Units(int units) => new() { Line = 0, Units = units };

    private static async Task Thrice(Func<Task<Decision>> ask, Func<Task<Decision>> other)
    {
        var first = await ask();
        Assert.True(first is { Accepted: true, Repeated: false }, first.ToString());
        for (var again = 0; again < 2; again++)
        {
            var told = await ask();
            Assert.True(told is { Accepted: true, Repeated: true }, told.ToString());
            Assert.Equal(first.Version, told.Version);
        }

        Assert.Equal(RefusalReason.IdReused, (await other()).RefusalReason);
    }
}
