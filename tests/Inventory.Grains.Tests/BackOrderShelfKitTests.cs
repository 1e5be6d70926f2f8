using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Kits of which some components are on a shelf and the others are to come there. PAIR is a mug and two cups.</summary>
public sealed class BackOrderShelfKitTests
{
    [Fact]
    public async Task What_is_on_the_shelf_is_held_what_is_to_come_is_promised_and_the_kit_leaves_once_all_is_there()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 2);
        await Shelf(world, "CUP@far", 1);
        await Cups(world, "far", "PO-1", 2, 3);
        await Cups(world, "far", "PO-2", 5, 6);
        var quoted = await world.Orders.Quote(Shipped(("PAIR", 2)));
        Assert.Equal("1 1,1 PO-1, 1 1,0 PO-2", string.Join(", ", quoted.Expected.Select(
            static ask => $"{ask.Units} {string.Join(',', ask.Shelf)} {ask.Receipt}")));
        Assert.Equal("0/2 0/1", await Shelves(world, "far")); // a quote holds nothing

        var placed = (await Place(world, Shipped(("PAIR", 2)))).Order!;
        Assert.Equal(("far 1 PO-1, far 1 PO-2", "MUG 0+1, CUP 1+1; MUG 0+1, CUP 2+0"), (Promised(placed), Components(placed)));
        Assert.Equal(quoted.Expected.Select(static ask => ask.PromisedAtMs), placed.Expected.Select(static part => part.PromisedAtMs));
        Assert.True(placed.Expected[0].PromisedAtMs > Day(world, 3) && placed.Expected[1].PromisedAtMs > Day(world, 6));
        Assert.Equal((OrderState.Waiting, "2/2 1/1", 2L), (placed.State, await Shelves(world, "far"), await Audited(world)));
        Assert.Equal((default, 0), (placed.Expected[0].Components[0].Promise, (await world.View("MUG@far")).Available));
        Assert.Equal("", Parts((await Place(world, Shipped(("MUG", 1)), World.Id("other"))).Order!)); // nobody else gets them
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Place(world, Shipped(("PAIR", 2)))).Outcome);
        Assert.Equal("2/2 1/1", await Shelves(world, "far"));

        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "far", "PO-1", 2, sku: "CUP"); // one for the kit, one is not promised
        var order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("far Open 0:1/1", "far 1 PO-2", "2/2 2/3"), (Parts(order), Promised(order), await Shelves(world, "far")));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal("1/1 0/1", await Shelves(world, "far"));
        await Arrive(world, "far", "PO-2", 5, sku: "CUP");
        order = await Until(world, Order, static view => view.Parts.Length == 2);
        Assert.Equal("Promise 1, Promise 1, Arrive 1, Arrive 1", History(order));
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "rest", OrderVerb.Ship)).Order!.State);
        Assert.Equal(("0/0 0/4", 0L), (await Shelves(world, "far"), await Audited(world)));
        Assert.Equal(OrderState.Returned, (await Step(world, "back", OrderVerb.Return, to: "near", lines: new LineUnits(0, 2))).Order!.State);
        Assert.Equal("0/2 0/4", await Shelves(world, "near"));
    }

    [Fact]
    public async Task Kits_of_which_all_is_on_the_shelf_are_no_promise_and_components_are_not_brought_together_from_several_locations()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 2);
        await Shelf(world, "CUP@far", 2);
        await Shelf(world, "MUG@near", 9);
        await Cups(world, "middle", "PO-1", 9, 1);
        var order = (await Place(world, Shipped(("PAIR", 2)))).Order!;
        Assert.Equal(("far Held 0:1/1", "", 1L), (Parts(order), Promised(order), order.Unfilled.Single().Units));
        Assert.Equal(("1/2 2/2", "0/9 0/0"), (await Shelves(world, "far"), await Shelves(world, "near"))); // no mug waits for cups elsewhere
        await Cups(world, "far", "PO-2", 3, 5);
        order = await Until(world, Order, static view => view.Expected.Length == 1);
        Assert.Equal(("far Held 0:1/1", "far 1 PO-2", "MUG 0+1, CUP 2+0", 0), (Parts(order), Promised(order), Components(order), order.Unfilled.Length));
    }

    [Fact]
    public async Task What_comes_to_a_shelf_completes_the_promise_of_who_waits()
    {
        await using var world = await Pairs();
        await Cups(world, "far", "PO-1", 4, 3);
        Assert.Equal("", Promised((await Place(world, Shipped(("PAIR", 1)))).Order!));
        var other = World.Id("other");
        await Place(world, Shipped(("PAIR", 1)), other);
        await world.Receive("MUG@far", 1);
        var order = await Until(world, Order, static view => view.Expected.Length == 1);
        Assert.Equal(("far 1 PO-1", "MUG 0+1, CUP 2+0"), (Promised(order), Components(order)));
        Assert.Equal(1L, (await world.Orders.Get(other))!.Unfilled.Single().Units);

        // What the first gives up, whole, the second has.
        Assert.Equal(OrderState.Cancelled, (await Step(world, "no", OrderVerb.Cancel)).Order!.State);
        order = await Until(world, other, static view => view.Expected.Length == 1);
        Assert.Equal(("MUG 0+1, CUP 2+0", "1/1 0/0", 1L), (Components(order), await Shelves(world, "far"), await Audited(world)));
        Assert.Equal(2, (await Supply(world, World.Key("CUP@far"))).Available);
    }

    [Fact]
    public async Task What_is_to_come_moves_the_kit_and_what_is_cut_gives_its_shelf_back()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 2);
        await Cups(world, "far", "PO-1", 4, 3);
        var first = (await Place(world, Shipped(("PAIR", 2)))).Order!.Expected.Single();
        await Step(world, "pay", OrderVerb.Confirm);
        await Cups(world, "far", "PO-1", 4, 7);
        var order = await Until(world, Order, static view => view.Expected is [{ IsLate: true }]);
        Assert.Equal((Day(world, 7), first.PromisedAtMs + (4 * 86_400_000L)), (order.Expected[0].DueMs, order.Expected[0].PromisedAtMs));
        await Cups(world, "far", "PO-1", 3, 7);
        order = await Until(world, Order, static view => !view.Unfilled.IsEmpty);
        Assert.Equal(("MUG 0+1, CUP 2+0", 1L, "1/2 0/0"), (Components(order), order.Unfilled.Single().Units, await Shelves(world, "far")));
        await Arrive(world, "far", "PO-1", 1, sku: "CUP");
        await Until(world, Order, static view => view.Expected is [{ Components: [_, { Kept: 1 }] }]);

        // The location is switched off: all that it has of the kit is free again, for whoever comes when it is open.
        await world.Locations.SetOpen(World.Id("close"), LocationId.Parse("far"), false);
        order = await Until(world, Order, static view => view.Expected.IsEmpty);
        Assert.Equal((2L, "0/2 0/1", 0L), (order.Unfilled.Single().Units, await Shelves(world, "far"), await Audited(world)));
        Assert.Equal("Promise 2, Repromise 2, Lapse 1, Lapse 1", History(order));
    }

    [Fact]
    public async Task Cancelling_some_gives_up_what_is_to_come_first_and_a_lapse_gives_up_both_halves()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 2);
        await Shelf(world, "CUP@far", 1);
        await Cups(world, "far", "PO-1", 3, 3);
        Assert.Equal("MUG 0+2, CUP 3+1", Components((await Place(world, Shipped(("PAIR", 2)))).Order!));
        var order = (await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1))).Order!;
        Assert.Equal(("MUG 0+1, CUP 1+1", "1/2 1/1"), (Components(order), await Shelves(world, "far")));
        Assert.Equal(2, (await Supply(world, World.Key("CUP@far"))).Available);
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        order = await Until(world, Order, static view => view.Expected.IsEmpty);
        Assert.Equal((OrderState.Expired, "0/2 0/1", 0L), (order.State, await Shelves(world, "far"), await Audited(world)));
        Assert.Equal(3, (await Supply(world, World.Key("CUP@far"))).Available);
    }

    [Fact]
    public async Task A_quote_that_is_held_is_promised_such_kits_when_it_is_redeemed()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 2);
        await Shelf(world, "CUP@far", 2);
        await Cups(world, "far", "PO-1", 2, 3);
        var (quote, content) = (World.Id("quote"), Shipped(("PAIR", 2)));
        var held = await Sure(() => world.Orders.Place(new PlaceOrder(quote, default, content) { QuoteMs = 600_000 }));
        Assert.Equal(("far Held 0:1/1", "", "1/2 2/2"), (Parts(held.Order!), Promised(held.Order!), await Shelves(world, "far")));
        var redeemed = (await Sure(() => world.Orders.Redeem(new RedeemQuote(World.Id("redeem"), default, quote, null)))).Order!;
        Assert.Equal(("far Held 0:1/1", "MUG 0+1, CUP 2+0", "2/2 2/2"), (Parts(redeemed), Components(redeemed), await Shelves(world, "far")));
    }

    [Fact]
    public async Task A_stock_that_gives_out_no_so_few_is_asked_once_and_not_by_orders_that_keep_each_other_busy()
    {
        await using var world = await Pairs();
        await Shelf(world, "MUG@far", 3);
        await Shelf(world, "CUP@far", 1);
        var policy = new StockPolicy { MinUnits = 2 };
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MUG@far", StockCommand.SetPolicy(world.NewId(), policy))).Outcome);
        await Cups(world, "far", "PO-1", 9, 3);
        var ids = Enumerable.Range(0, 3).Select(static i => World.Id($"order-{i}")).ToArray();
        foreach (var id in ids)
        {
            Assert.Equal("", Promised((await Place(world, Shipped(("PAIR", 1)), id)).Order!));
        }

        await Quiet(world);
        Assert.Equal("0/3 0/1", await Shelves(world, "far"));
        foreach (var id in ids)
        {
            Assert.Equal(4, (await world.Orders.Get(id))!.Version); // placed, given up, asked for, refused
        }

        var appends = world.Journal.Appends;
        world.Time.Advance(TimeSpan.FromSeconds(30));
        await Quiet(world);
        Assert.Equal(appends, world.Journal.Appends);
        Assert.Equal("MUG 0+2, CUP 3+1", Components((await Place(world, Shipped(("PAIR", 2)), World.Id("two"))).Order!)); // so many it does
    }

    private static async Task Shelf(World world, string key, long units)
    {
        await world.Receive(key, units);
        await world.Shown(key, row => row.Available == units);
    }

    // Held and on hand of mugs and cups: 1/2 0/3.
    private static async Task<string> Shelves(World world, string store)
    {
        var (mugs, cups) = (await world.View("MUG@" + store), await world.View("CUP@" + store));
        return $"{mugs.Held}/{mugs.Sellable} {cups.Held}/{cups.Sellable}";
    }
}
