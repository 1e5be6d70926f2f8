using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Kits are promised where all their components are expected. PAIR is a mug and two cups.</summary>
public sealed class BackOrderKitTests
{
    [Fact]
    public async Task Kits_are_promised_where_all_components_are_expected_on_the_day_of_the_last_and_less_what_others_are_promised()
    {
        await using var world = await Pairs();
        await Expect(world, "near", "PO-9", 9, Day(world, 1)); // no cups there
        await Expect(world, "far", "PO-1", 5, Day(world, 2));
        await Cups(world, "far", "PO-2", 3, 4);
        await Cups(world, "far", "PO-3", 5, 6);
        var atFar = new Wish(WishKind.CollectAt, LocationId.Parse("far"));
        Assert.Equal("far 3 PO-1", Promised((await Place(world, Content(atFar, ("MUG", 3)), World.Id("other"))).Order!));
        var quoted = await world.Orders.Quote(Shipped(("PAIR", 3)));
        Assert.Equal("far 1 PO-2, far 1 PO-3", string.Join(", ", quoted.Expected.Select(static ask => $"{ask.Location} {ask.Units} {ask.Receipt}")));
        Assert.Empty((await Supply(world, World.Key("CUP@far"))).Promises);

        var placed = (await Place(world, Shipped(("PAIR", 3)))).Order!;
        Assert.Equal(("far 1 PO-2, far 1 PO-3", "MUG 1+0, CUP 2+0; MUG 1+0, CUP 2+0"), (Promised(placed), Components(placed)));
        Assert.Equal((1L, OrderState.Waiting, "Promise 1, Promise 1"), (placed.Unfilled.Single().Units, placed.State, History(placed)));
        Assert.True(placed.Expected[0].PromisedAtMs > Day(world, 4) && placed.Expected[1].PromisedAtMs > Day(world, 6));
        Assert.Equal(quoted.Expected.Select(static ask => ask.PromisedAtMs), placed.Expected.Select(static part => part.PromisedAtMs));

        // Each component is promised by the day of the kit, so what comes sooner stays for who wants it sooner.
        Assert.Equal([Day(world, 4), Day(world, 6)], (await Supply(world, World.Key("CUP@far"))).Promises.Select(static each => each.Promise.ByMs));
        Assert.Equal(["other", "order", "order"], (await Claims(world, "far")).Select(claim => claim.Order == Order ? "order" : "other").Order().Reverse());
        Assert.Equal((0L, 4L), ((await Supply(world, "far")).Available, (await Supply(world, World.Key("CUP@far"))).Available));
        Assert.Equal(5, await Audited(world));
    }

    [Fact]
    public async Task What_comes_first_is_kept_for_its_kit_and_a_kit_is_a_part_once_all_of_it_has_come()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 2, Day(world, 5));
        await Cups(world, "far", "PO-2", 6, 2);
        Assert.Equal("far 2 PO-1", Promised((await Place(world, Shipped(("PAIR", 2)))).Order!));
        await Step(world, "pay", OrderVerb.Confirm);
        await KitTests.Describe(world, "PAIR", ("SAUCER", 1)); // what is promised is what was ordered
        Assert.Equal(2, (await Arrive(world, "far", "PO-2", 6, sku: "CUP")).Free);
        var order = await Until(world, Order, static view => view.Expected is [{ Components: [_, { Kept: 4 }] }]);
        Assert.Equal(("MUG 2+0, CUP 0+4", "", OrderState.Waiting, "far 2 PO-1"), (Components(order), Parts(order), order.State, Promised(order)));
        var cups = await world.View("CUP@far");
        Assert.Equal((6, 4, 2), (cups.Sellable, cups.Held, cups.Available)); // nobody else gets them
        Assert.Equal(1, await Audited(world)); // that of the cups is over

        await Arrive(world, "far", "PO-1", 1);
        order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("far Open 0:1/1", "MUG 1+0, CUP 0+2", "far 1 PO-1"), (Parts(order), Components(order), Promised(order)));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        await Arrive(world, "far", "PO-1", 1);
        order = await Until(world, Order, static view => view.Parts.Length == 2);
        Assert.Equal(("far Ended 0:0/1, far Open 0:1/1", "", "Promise 2, Arrive 1, Arrive 1"), (Parts(order), Promised(order), History(order)));
        Assert.Equal((1, 2), ((await world.View("MUG@far")).Held, (await world.View("CUP@far")).Held));
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "rest", OrderVerb.Ship)).Order!.State);
        Assert.Equal((0, 2, 0), ((await world.View("MUG@far")).Sellable, (await world.View("CUP@far")).Sellable, (await world.View("CUP@far")).Held));
        Assert.Equal(OrderState.Returned, (await Step(world, "back", OrderVerb.Return, to: "near", lines: new LineUnits(0, 2))).Order!.State);
        Assert.Equal((2, 4), ((await world.View("MUG@near")).Sellable, (await world.View("CUP@near")).Sellable));
        Assert.Equal(0, await Audited(world));
    }

    [Fact]
    public async Task One_component_that_moves_moves_the_kit_and_one_that_is_cut_gives_up_the_whole_of_it()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 2, Day(world, 5));
        await Cups(world, "far", "PO-2", 4, 2);
        var first = (await Place(world, Shipped(("PAIR", 2)))).Order!.Expected.Single();
        await Step(world, "pay", OrderVerb.Confirm);
        await Expect(world, "far", "PO-1", 2, Day(world, 9));
        var order = await Until(world, Order, static view => view.Expected is [{ IsLate: true }]);
        Assert.Equal((Day(world, 9), first.PromisedAtMs, first.PromisedAtMs + (4 * 86_400_000L)), (
            order.Expected[0].DueMs, order.Expected[0].FirstPromisedAtMs, order.Expected[0].PromisedAtMs));
        await Cups(world, "far", "PO-2", 4, 12);
        await Until(world, Order, static view => view.Expected is [{ Receipt: "PO-2" }]);
        await Arrive(world, "far", "PO-2", 4, sku: "CUP");
        order = await Until(world, Order, static view => view.Expected is [{ Receipt: "PO-1" }]);
        Assert.Equal(("MUG 2+0, CUP 0+4", "Promise 2, Repromise 2, Repromise 2, Repromise 2"), (Components(order), History(order)));

        await Expect(world, "far", "PO-1", 1, Day(world, 9));
        order = await Until(world, Order, static view => !view.Unfilled.IsEmpty);
        Assert.Equal(("MUG 1+0, CUP 0+2", 1L), (Components(order), order.Unfilled.Single().Units));
        Assert.Equal((2, 2), ((await world.View("CUP@far")).Held, (await world.View("CUP@far")).Available));
        await Expect(world, "far", "PO-1", 0, Day(world, 9));
        order = await Until(world, Order, static view => view.Expected.IsEmpty);
        Assert.Equal((2L, "Lapse 1, Lapse 1"), (order.Unfilled.Single().Units, History(order).Split("Repromise 2, ")[^1]));
        Assert.Equal((0, 4), ((await world.View("CUP@far")).Held, (await world.View("CUP@far")).Available));
        Assert.Equal(0, await Audited(world));

        await Expect(world, "middle", "PO-4", 2, Day(world, 3));
        await Cups(world, "middle", "PO-5", 4, 3);
        order = await Until(world, Order, static view => view.Expected.Length == 1);
        Assert.Equal(("middle 2 PO-5", true), (Promised(order), order.Unfilled.IsEmpty)); // of two on one day the first by name of the SKU
        Assert.Equal(2, await Audited(world));
    }

    [Fact]
    public async Task Cancelling_gives_up_all_components_of_a_kit_also_those_that_are_kept_for_it()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 2, Day(world, 5));
        await Cups(world, "far", "PO-2", 4, 2);
        await Place(world, Shipped(("PAIR", 2)));
        await Arrive(world, "far", "PO-2", 3, sku: "CUP");
        await Until(world, Order, static view => view.Expected is [{ Components: [_, { Kept: 3 }] }]);
        var order = (await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1))).Order!;
        Assert.Equal(("MUG 1+0, CUP 0+2", "far 1 PO-1"), (Components(order), Promised(order))); // one cup to come and one that is kept
        Assert.Equal((1L, 1L, 1L), (
            (await Supply(world, "far")).Available, (await Supply(world, World.Key("CUP@far"))).Available, (await world.View("CUP@far")).Available));
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderState.Cancelled, (await Step(world, "all", OrderVerb.Cancel)).Order!.State);
        Assert.Equal((0, 3), ((await world.View("CUP@far")).Held, (await world.View("CUP@far")).Available));
        Assert.Equal((2L, 0), ((await Supply(world, "far")).Available, (await Supply(world, "far")).Promises.Length));
        Assert.Equal(0, await Audited(world));
    }

    [Fact]
    public async Task What_is_kept_for_a_kit_that_nobody_pays_goes_back_with_its_promise()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 1, Day(world, 5));
        await Cups(world, "far", "PO-2", 2, 2);
        await Place(world, Shipped(("PAIR", 1)));
        await Arrive(world, "far", "PO-2", 2, sku: "CUP");
        await Until(world, Order, static view => view.Expected is [{ Components: [_, { Kept: 2 }] }]);
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        var order = await Until(world, Order, static view => view.Expected.IsEmpty);
        Assert.Equal((OrderState.Expired, "Promise 1, Lapse 1"), (order.State, History(order)));
        Assert.Equal((0, 2), ((await world.View("CUP@far")).Held, (await world.View("CUP@far")).Available));
        Assert.Equal((1L, 0L), ((await Supply(world, "far")).Available, await Audited(world)));
    }

    [Fact]
    public async Task A_kit_that_came_is_rejected_tried_on_and_changes_its_place_whole()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 2, Day(world, 2));
        await Cups(world, "far", "PO-2", 4, 2);
        await Place(world, Content(new Wish(WishKind.DecideLater), ("PAIR", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        var middle = new Wish(WishKind.CollectAt, LocationId.Parse("middle"));
        Assert.Equal(OrderOutcome.UnitsToCome, (await OrderMoveTests.Choose(world, "soon", middle)).Outcome);
        await Arrive(world, "far", "PO-1", 2);
        await Arrive(world, "far", "PO-2", 4, sku: "CUP");
        await Until(world, Order, static view => view.Parts.Sum(static part => part.Lines[0].Left) == 2);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "lost", OrderVerb.Reject, part: 0, lines: new LineUnits(0, 1))).Outcome);
        Assert.Equal((1, 2), ((await world.View("MUG@far")).Available, (await world.View("CUP@far")).Available));
        await world.Receive("MUG@middle", 2);
        await world.Receive("CUP@middle", 2);
        await world.Shown("MUG@middle", static row => row.OnHand == 2);
        await world.Shown("CUP@middle", static row => row.OnHand == 2);
        var order = await Until(world, Order, static view => view.Parts.Length == 2); // the rejected one is found there
        Assert.Equal("far Open 0:1/2, middle Open 0:1/1", Parts(order));
        Assert.Equal(OrderOutcome.Insufficient, (await OrderMoveTests.Choose(world, "both", middle)).Outcome);
        await world.Receive("CUP@middle", 2);
        await world.Shown("CUP@middle", static row => row.Available == 2);
        order = (await OrderMoveTests.Choose(world, "both-now", middle)).Order!;
        Assert.Equal("far Ended 0:0/2, middle Open 0:1/1, middle Open 0:1/1", Parts(order));
        Assert.Equal((0, 2, 2, 4), (
            (await world.View("MUG@far")).Held, (await world.View("MUG@far")).Available, (await world.View("MUG@middle")).Held,
            (await world.View("CUP@middle")).Held));
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "hand", OrderVerb.Collect)).Order!.State);
        Assert.Equal((0, 0), ((await world.View("MUG@middle")).Sellable, (await world.View("CUP@middle")).Sellable));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_kit_of_which_one_component_is_refused_is_promised_nothing()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 5, Day(world, 2));
        await Cups(world, "far", "PO-2", 5, 2);
        await Spoil(world, "far");
        var order = (await Place(world, Shipped(("PAIR", 1)))).Order!;
        Assert.Equal("far 1 PO-2", Promised(order)); // asked again under another name
        Assert.Equal(World.Id("order").Derive(0x5052_4F00).Derive(1).Derive(1), order.Expected[0].Components[0].Promise);
        Assert.Equal((1, 1), ((await Claims(world, "far")).Length, (await Claims(world, "far", "CUP")).Length));
        Assert.Equal((3L, 3L), ((await Supply(world, "far")).Available, (await Supply(world, World.Key("CUP@far"))).Available));
        Assert.Equal(2, await Audited(world));
    }

    [Fact]
    public async Task What_a_life_before_a_crash_has_given_up_again_is_not_taken_for_a_promise()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 5, Day(world, 2));
        await Cups(world, "far", "PO-2", 4, 2);
        var order = Asking(world);
        var cups = world.Grains.GetGrain<ISupplyGrain>("CUP@far");
        await Ask(world, order, "CUP", 1, 2); // and the mug was refused then: it is there now
        await cups.Settle(Order, order.PromiseId(0, 1), 2, 0);
        var decided = await new OrderCalls(world.Grains, world.Get<CatalogDirectory>(), Order).Supply(order, 1);
        Assert.False(Assert.Single(decided!.Made));
        Assert.Empty(await Claims(world, "far", "CUP"));
        Assert.Empty(await Claims(world, "far"));
        Assert.Equal((5L, 4L), ((await Supply(world, "far")).Available, (await Supply(world, World.Key("CUP@far"))).Available));
    }

    [Fact]
    public async Task What_comes_for_a_component_before_another_is_refused_goes_to_its_shelf()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 5, Day(world, 2));
        await Cups(world, "far", "PO-2", 4, 2);
        await Spoil(world, "far");
        var order = Asking(world);
        await Ask(world, order, "CUP", 1, 2);
        await Arrive(world, "far", "PO-2", 3, sku: "CUP");
        Assert.Equal(2, (await world.View("CUP@far")).Held);
        var calls = new OrderCalls(world.Grains, world.Get<CatalogDirectory>(), Order);
        for (var time = 0; time < 2; time++) // as it is done again after a crash
        {
            Assert.False(Assert.Single((await calls.Supply(order, 1))!.Made));
            Assert.Equal((0, 3), ((await world.View("CUP@far")).Held, (await world.View("CUP@far")).Available));
            Assert.Empty(await Claims(world, "far", "CUP"));
        }
    }

    [Fact]
    public async Task Of_many_who_want_the_last_components_as_many_are_promised_a_kit_as_there_are()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 3, Day(world, 2));
        await Cups(world, "far", "PO-2", 20, 2);
        var all = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            i => Place(world, Shipped((i % 2 == 0 ? "PAIR" : "MUG", 1)), World.Id($"order-{i}"))));
        Assert.All(all, static answer => Assert.Equal(OrderOutcome.Accepted, answer.Outcome));
        using var passage = new Passage(world);
        var (promised, kits, held) = (0L, 0L, 0L);
        do // who fails at a component gives the others up, and is tried again
        {
            await passage.Next(() => Task.FromResult($"the last: {promised} promised, {kits} kits of them; {held} cups are spoken for"));
            held = (await Claims(world, "far", "CUP")).Sum(static claim => claim.Left);
            var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => (await world.Orders.Get(World.Id($"order-{i}")))!));
            promised = orders.Sum(static order => order.Expected.Sum(static part => part.Units));
            kits = orders.Sum(static order => order.Expected.Sum(static part => part.Components.IsEmpty ? 0 : part.Units));
        }
        while (promised < 3 || held != 2 * kits);
        Assert.Equal((3L, 0L), (promised, (await Supply(world, "far")).Available));
        Assert.Equal(3 + kits, await Audited(world));
    }

    // An order in the middle of asking for one kit at the far store.
    private static OrderRecord Asking(World world)
    {
        var (order, content) = (new OrderRecord(), Shipped(("PAIR", 1)));
        order.Apply(new OrderPlaced(1, Order, 1, default, content));
        order.Apply(new RouteGivenUp(1, OrderOutcome.Insufficient, []) { Unfillable = Domain.Routing.Unfillable.BackOrder });
        order.Apply(new SupplyIntended(1, [new SupplyAsk(LocationId.Parse("far"), WishKind.Ship, 0, 1, "PO-1", Day(world, 2), Day(world, 3), 0)
        {
            Kit = [new KitComponent(Sku.Parse("MUG"), 1), new KitComponent(Sku.Parse("CUP"), 2)],
        }], []));
        return order;
    }

    private static async Task Ask(World world, OrderRecord order, string sku, int component, long units) => Assert.Equal(
        SupplyOutcome.Accepted, (await world.Supply.Do(World.Key(sku + "@far"), new SupplyCommand(
            SupplyVerb.Promise, order.PromiseId(0, component), default, units, AtMs: Day(world, 2), Channel: Channel.Web,
            Reference: new OrderId(Order).ToString()) { Order = Order })).Outcome);

    internal static OnPool<World> Pairs() => Expecting(static world => KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2)));

    internal static Task<SupplyAnswer> Cups(World world, string store, string name, long units, int day, string id = "") =>
        Expect(world, store, name, units, Day(world, day), id, "CUP");

    /// <summary>Uses the name by which the order will ask for a mug of its first kit: the stock refuses it then.</summary>
    internal static async Task Spoil(World world, string store)
    {
        var stray = new SupplyCommand(
            SupplyVerb.Promise, World.Id("order").Derive(0x5052_4F00).Derive(0).Derive(1), default, 1, AtMs: Day(world, 30), Reference: "somebody");
        Assert.True((await world.Supply.Do(World.Key("MUG@" + store), stray)).Outcome.IsAccepted());
    }

    // How many promises of orders there are, if orders and stocks agree about them.
    internal static async Task<long> Audited(World world)
    {
        var promises = 0L;
        await foreach (var progress in world.Supply.Audit(CancellationToken.None))
        {
            Assert.Empty(progress.Differences);
            promises = progress.Promises;
        }

        return promises;
    }
}
