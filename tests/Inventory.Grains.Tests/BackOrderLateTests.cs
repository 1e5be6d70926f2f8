using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>What is promised from supply that moves past the time which the customer was told is looked for elsewhere.</summary>
public sealed class BackOrderLateTests
{
    [Fact]
    public async Task Another_announcement_that_is_in_time_takes_over_the_whole_of_it()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 3, Day(world, 5));
        var first = (await Place(world, Shipped(("MUG", 3)))).Order!.Expected.Single();
        await Step(world, "pay", OrderVerb.Confirm);
        await Expect(world, "far", "PO-2", 9, Day(world, 3));
        await Expect(world, "near", "PO-1", 3, Day(world, 9));
        var order = await Until(world, Order, static view => Promised(view) == "far 3 PO-2");
        Assert.Equal(("Promise 3, Repromise 3", OrderState.Waiting), (History(order), order.State));
        var note = order.Steps.Single(static note => note.Verb == OrderVerb.Move);
        Assert.StartsWith("3 of line 0 from PO-1 at near, which would be late, now from PO-2 at far, promised for ", note.By.Why);
        Assert.Contains(note.By.Why, order.Why);
        Assert.True(order.Expected[0].PromisedAtMs <= first.PromisedAtMs && !order.Expected[0].IsLate);
        Assert.Equal((0, 3L, 6L), ((await Claims(world, "near")).Length, (await Supply(world, "near")).Available, (await Supply(world, "far")).Available));
        await Arrive(world, "far", "PO-2", 9);
        await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "send", OrderVerb.Ship)).Order!.State);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_shelf_elsewhere_takes_over_what_is_late_and_the_order_explains_it()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 3, Day(world, 5));
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Shelf(world, "MUG@far", 4);
        var order = await Get(world);
        Assert.Equal(("near 3 PO-1", "0/4"), (Promised(order), await Held(world, "MUG@far"))); // a promise that can be kept is left alone
        await Expect(world, "near", "PO-1", 3, Day(world, 9));
        order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("far Open 0:3/3", "", OrderState.Confirmed, "3/4"), (Parts(order), Promised(order), order.State, await Held(world, "MUG@far")));
        Assert.StartsWith(
            "3 of line 0 from PO-1 at near, which would be late, now on the shelf of far, promised for ",
            order.Steps.Single(static note => note.Verb == OrderVerb.Move).By.Why);
        Assert.Equal("far", order.Routes.SelectMany(static route => route.Parts).Single().Location.Value);
        Assert.Equal(Order, (await world.Orders.List(new OrderQuery("", LocationId.Parse("far"), [], null, 9))).Orders.Single().Id);
        Assert.Equal((3L, 0), ((await Supply(world, "near")).Available, (await Claims(world, "near")).Length));
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "send", OrderVerb.Ship)).Order!.State);
        Assert.Equal("0/1", await Held(world, "MUG@far"));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_cannot_be_had_in_time_stays_and_is_looked_for_again_when_more_comes()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 3, Day(world, 5));
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Expect(world, "far", "PO-2", 9, Day(world, 7)); // too late as well
        await Shelf(world, "MUG@middle", 2); // not enough
        await Expect(world, "near", "PO-1", 3, Day(world, 9));
        await Until(world, Order, static view => view.Expected is [{ IsLate: true }]);
        await Quiet(world);
        var order = await Get(world);
        Assert.Equal(("near 3 PO-1 late", "Promise 3, Repromise 3", "0/2"), (Promised(order), History(order), await Held(world, "MUG@middle")));

        // Together they are enough: two from a shelf, one that is announced anew.
        await Expect(world, "far", "PO-3", 1, Day(world, 4));
        order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("middle Open 0:2/2", "far 1 PO-3", "2/2"), (Parts(order), Promised(order), await Held(world, "MUG@middle")));
        Assert.Contains("now 2 on the shelf of middle, 1 from PO-3 at far", order.Steps.Single(static note => note.Verb == OrderVerb.Move).By.Why);
        Assert.Empty(await Claims(world, "near"));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_kit_that_is_late_moves_whole_and_what_was_kept_for_it_is_free_again()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@near", 1);
        await Cups(world, "near", "PO-1", 2, 5);
        Assert.Equal("MUG 0+1, CUP 2+0", Components((await Place(world, Shipped(("PAIR", 1)))).Order!));
        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "near", "PO-1", 1, sku: "CUP");
        await Until(world, Order, static view => view.Expected is [{ Components: [_, { Kept: 1 }] }]);
        await Shelf(world, "MUG@far", 1);
        await Cups(world, "far", "PO-2", 2, 3);
        await Cups(world, "near", "PO-1", 1, 9);
        var order = await Until(world, Order, static view => Promised(view) == "far 1 PO-2");
        Assert.Equal(("MUG 0+1, CUP 2+0", 0L), (Components(order), order.Unfilled.Sum(static line => line.Units)));
        Assert.Equal(("0/1", "0/1", "1/1"), (await Held(world, "MUG@near"), await Held(world, "CUP@near"), await Held(world, "MUG@far")));
        await Cups(world, "far", "PO-2", 2, 12);
        await Until(world, Order, static view => view.Expected is [{ IsLate: true }]);
        await Shelf(world, "CUP@near", 2);
        order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("near Open 0:1/1", "1/1", "2/3", "0/1"), (
            Parts(order), await Held(world, "MUG@near"), await Held(world, "CUP@near"), await Held(world, "MUG@far")));
        Assert.Equal(0, await Audited(world));
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "send", OrderVerb.Ship)).Order!.State);
    }

    [Fact]
    public async Task What_is_collected_at_a_place_stays_there_and_what_is_tried_on_waits_for_its_time()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 2, Day(world, 5));
        var (pickUp, tryOn) = (World.Id("pick-up"), World.Id("try-on"));
        await Place(world, Content(new Wish(WishKind.CollectAt, LocationId.Parse("near")), ("MUG", 1)), pickUp);
        await Place(world, Content(new Wish(WishKind.Fitting, LocationId.Parse("near")), ("MUG", 1)), tryOn);
        await Shelf(world, "MUG@far", 2);
        await Expect(world, "near", "PO-1", 2, Day(world, 9));
        await Until(world, pickUp, static view => view.Expected is [{ IsLate: true }]);
        await Quiet(world);
        Assert.Equal("0/2", await Held(world, "MUG@far"));
        await world.Receive("MUG@near", 2);
        var order = await Until(world, pickUp, static view => view.Parts.Length == 1);
        Assert.Equal(("near Held 0:1/1", ""), (Parts(order), Promised(order)));
        await Quiet(world);
        Assert.Equal(("near 1 PO-1 late", "1/2"), (Promised((await world.Orders.Get(tryOn))!), await Held(world, "MUG@near")));
    }

    [Fact]
    public async Task Of_many_that_are_late_the_oldest_have_what_there_is_and_then_all_come_to_rest()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 40, Day(world, 5));
        var ids = Enumerable.Range(0, 40).Select(static i => World.Id($"order-{i}")).ToArray();
        foreach (var id in ids)
        {
            await Place(world, Shipped(("MUG", 1)), id);
            world.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Shelf(world, "MUG@far", 3);
        await Expect(world, "middle", "PO-2", 4, Day(world, 3));
        await Expect(world, "near", "PO-1", 40, Day(world, 9));
        await Until(world, ids[6], static view => Promised(view) == "middle 1 PO-2");
        await Quiet(world);
        var appends = world.Journal.Appends;
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await Quiet(world);
        Assert.Equal(appends, world.Journal.Appends);
        var orders = await Task.WhenAll(ids.Select(async id => (await world.Orders.Get(id))!));
        Assert.All(orders[..3], static order => Assert.Equal(("far Held 0:1/1", ""), (Parts(order), Promised(order))));
        Assert.All(orders[3..7], static order => Assert.Equal(("", "middle 1 PO-2"), (Parts(order), Promised(order))));
        Assert.All(orders[7..], static order => Assert.Equal(("near 1 PO-1 late", "Promise 1, Repromise 1"), (Promised(order), History(order))));
        Assert.Equal(37, await Audited(world));
    }

    [Fact]
    public async Task A_stock_that_gives_out_no_so_many_is_asked_once_by_each()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 8, Day(world, 5));
        var ids = Enumerable.Range(0, 2).Select(static i => World.Id($"order-{i}")).ToArray();
        foreach (var id in ids)
        {
            await Place(world, Shipped(("MUG", 4)), id);
        }

        // Each would take three here and one there; what it holds there, and gives back, must not wake the other for ever.
        await world.Do("MUG@far", StockCommand.SetPolicy(world.NewId(), new StockPolicy { MaxUnits = 2 }));
        await Shelf(world, "MUG@far", 3);
        await Shelf(world, "MUG@middle", 1);
        await Expect(world, "near", "PO-1", 8, Day(world, 9));
        await Until(world, ids[1], static view => view.Expected is [{ IsLate: true }]);
        await Quiet(world);
        foreach (var id in ids)
        {
            var order = (await world.Orders.Get(id))!;
            Assert.Equal("near 4 PO-1 late", Promised(order));
            Assert.Equal(7, order.Version); // placed, given up, promised in two, seen, tried elsewhere in two
        }

        Assert.Equal(("0/3", "0/1"), (await Held(world, "MUG@far"), await Held(world, "MUG@middle")));
    }

    private static async Task Shelf(World world, string key, long units)
    {
        await world.Receive(key, units);
        await world.Shown(key, row => row.Available >= units);
    }

    private static async Task<string> Held(World world, string key) => await world.View(key) is var view ? $"{view.Held}/{view.Sellable}" : "";
}
