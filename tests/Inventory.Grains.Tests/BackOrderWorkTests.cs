using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderWork;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>What is promised from what is to come takes capacity of its location on the day on which it can be worked.</summary>
public sealed class BackOrderWorkTests
{
    private static readonly LocationId s_near = LocationId.Parse("near");

    [Fact]
    public async Task A_promise_takes_a_parcel_and_a_pick_of_its_day_and_an_order_for_more_than_a_day_can_do_gets_the_next()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 1));
        await Expect(world, "near", "PO-1", 9, Day(world, 2));
        var first = (await Place(world, Shipped(("MUG", 2)))).Order!;
        Assert.Equal(("near 2 PO-1", "parcels+2 1, picks+2h0 1"), (Promised(first), Work(world, first)));
        Assert.Equal("parcels+2 1, picks+2h0 1", await Taken(world, "near"));
        var second = (await Place(world, Shipped(("MUG", 1)), World.Id("second"))).Order!;
        Assert.Equal("parcels+3 1, picks+2h1 1", Work(world, second));
        Assert.Equal(86_400_000, second.Expected[0].PromisedAtMs - first.Expected[0].PromisedAtMs);
        var third = (await Place(world, Shipped(("MUG", 1)), World.Id("third"))).Order!;
        Assert.Equal("parcels+4 1, picks+2h2 1", Work(world, third));

        // As for units on a shelf three days are looked at: then the location is out, and who has no other waits.
        var fourth = (await Place(world, Shipped(("MUG", 1)), World.Id("fourth"))).Order!;
        Assert.Equal((OrderState.Waiting, "", 1L), (fourth.State, Promised(fourth), fourth.Unfilled.Single().Units));
        await Expect(world, "far", "PO-2", 5, Day(world, 2));
        Assert.Equal("far 1 PO-2", Promised(await Until(world, World.Id("fourth"), static order => order.Expected.Length > 0)));
        Assert.Equal(6, await TakenInAll(world));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Lines_of_one_order_do_not_count_on_the_same_room()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1));
        await Expect(world, "near", "PO-1", 9, Day(world, 2));
        await Expect(world, "near", "PO-2", 9, Day(world, 2), sku: "CUP");
        var order = (await Place(world, Shipped(("MUG", 1), ("CUP", 1)))).Order!;
        Assert.Equal(("near 1 PO-1, near 1 PO-2", "parcels+2 1, parcels+3 1"), (Promised(order), Work(world, order)));
        Assert.Equal("Promise 1, Promise 1", History(order)); // at the first asking
        Assert.Equal("parcels+2 1, parcels+3 1", await Taken(world, "near"));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("not paid")]
    [InlineData("cut")]
    [InlineData("switched off")]
    public async Task Whoever_gives_a_promise_up_gives_its_capacity_back(string why)
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 5));
        await Expect(world, "near", "PO-1", 3, Day(world, 2));
        await Place(world, Shipped(("MUG", 3)));
        Assert.Equal("parcels+2 1, picks+2h0 1", await Taken(world, "near"));
        switch (why)
        {
            case "cancelled":
                Assert.True((await Step(world, "one", OrderVerb.Cancel, lines: new LineUnits(0, 1))).Outcome.IsAccepted());
                Assert.Equal("parcels+2 1, picks+2h0 1", await Taken(world, "near")); // as long as any of it is wanted
                Assert.True((await Step(world, "all", OrderVerb.Cancel)).Outcome.IsAccepted());
                break;
            case "not paid":
                world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
                break;
            case "cut":
                await Expect(world, "near", "PO-1", 0, Day(world, 2));
                break;
            default:
                await world.Locations.SetOpen(World.Id("close"), s_near, false);
                break;
        }

        await Until(world, Order, static order => order.Expected.IsEmpty);
        Assert.Equal("", await Taken(world, "near"));
        await using var next = await world.Restart();
        Assert.Equal("", await Taken(next, "near"));
    }

    [Fact]
    public async Task Supply_that_moves_takes_the_capacity_along_and_finds_the_next_day_with_room()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 5));
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        await Place(world, Shipped(("MUG", 1)));
        await Expect(world, "near", "PO-2", 1, Day(world, 6), sku: "CUP");
        Assert.Equal("parcels+6 1, picks+6h0 1", Work(world, (await Place(world, Shipped(("CUP", 1)), World.Id("other"))).Order!));
        await Expect(world, "near", "PO-1", 1, Day(world, 5));
        var moved = await Until(world, Order, order => order.Expected is [{ DueMs: var due }] && due == Day(world, 5));
        Assert.Equal("parcels+5 1, picks+5h0 1", Work(world, moved));
        Assert.Equal("parcels+5 1, parcels+6 1, picks+5h0 1, picks+6h0 1", await Taken(world, "near"));

        // To a day that another has: the one after it.
        await Expect(world, "near", "PO-1", 1, Day(world, 6));
        moved = await Until(world, Order, order => order.Expected is [{ DueMs: var due }] && due == Day(world, 6));
        Assert.Equal("parcels+7 1, picks+6h0 1", Work(world, moved));
        Assert.Equal("parcels+6 1, parcels+7 1, picks+6h0 2", await Taken(world, "near"));

        // Within the day: its own room is its own.
        await Expect(world, "near", "PO-1", 1, Day(world, 6) + (9 * 3_600_000));
        moved = await Until(world, Order, order => order.Expected is [{ DueMs: var due }] && due == Day(world, 6) + (9 * 3_600_000));
        Assert.Equal("parcels+7 1, picks+6h9 1", Work(world, moved));
        Assert.Equal("parcels+6 1, parcels+7 1, picks+6h0 1, picks+6h9 1", await Taken(world, "near"));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Supply_that_moves_to_days_without_room_is_no_promise_any_more()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1));
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        await Place(world, Shipped(("MUG", 1)));
        await Expect(world, "near", "PO-2", 3, Day(world, 6));
        for (var i = 0; i < 3; i++)
        {
            await Place(world, Shipped(("MUG", 1)), World.Id($"other-{i}"));
        }

        await Expect(world, "near", "PO-1", 1, Day(world, 6));
        var order = await Until(world, Order, static order => order.Expected.IsEmpty);
        Assert.Equal((OrderState.Waiting, 1L, "Promise 1, Lapse 1"), (order.State, order.Unfilled.Single().Units, History(order)));
        Assert.Equal("parcels+6 1, parcels+7 1, parcels+8 1", await Taken(world, "near"));
        Assert.True((await world.Orders.Step(World.Id("other-0"), new OrderStep(World.Id("away"), default, OrderVerb.Cancel, null, []))).Outcome.IsAccepted());
        order = await Until(world, Order, static order => order.Expected.Length == 1); // there is room again, and units
        Assert.Equal("parcels+6 1", Work(world, order));
        Assert.Equal("parcels+6 1, parcels+7 1, parcels+8 1", await Taken(world, "near"));
    }

    [Fact]
    public async Task Of_many_whose_supply_moves_to_days_with_just_room_enough_nobody_is_crowded_out()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 8));
        await Expect(world, "near", "PO-1", 24, Day(world, 2));
        var ids = Enumerable.Range(0, 24).Select(static i => World.Id($"order-{i}")).ToArray();
        foreach (var id in ids)
        {
            await Place(world, Shipped(("MUG", 1)), id);
        }

        Assert.Equal("parcels+2 8, parcels+3 8, parcels+4 8", await Taken(world, "near"));
        await Expect(world, "near", "PO-1", 24, Day(world, 6));
        foreach (var id in ids)
        {
            var order = await Until(world, id, order => order.Expected is [{ DueMs: var due }] && due == Day(world, 6));
            Assert.Equal("Promise 1, Repromise 1", History(order));
        }

        Assert.Equal("parcels+6 8, parcels+7 8, parcels+8 8", await Taken(world, "near"));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Supply_that_moves_to_sooner_days_without_room_keeps_the_day_that_it_has()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 1));
        await Expect(world, "near", "PO-1", 1, Day(world, 6));
        var first = (await Place(world, Shipped(("MUG", 1)))).Order!;
        Assert.Equal("parcels+6 1, picks+6h0 1", Work(world, first));
        await Expect(world, "near", "PO-2", 3, Day(world, 2), sku: "CUP");
        for (var i = 0; i < 3; i++)
        {
            await Place(world, Shipped(("CUP", 1)), World.Id($"cup-{i}"));
        }

        var taken = "parcels+2 1, parcels+3 1, parcels+4 1, parcels+6 1, picks+2h0 1, picks+2h1 1, picks+2h2 1, picks+6h0 1";
        Assert.Equal(taken, await Taken(world, "near"));
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        var moved = await Until(world, Order, order => order.Expected is not [{ DueMs: var due }] || due == Day(world, 2));
        Assert.Equal(("near 1 PO-1", "parcels+6 1, picks+6h0 1", "Promise 1, Repromise 1"), (Promised(moved), Work(world, moved), History(moved)));
        Assert.Equal((first.Expected[0].PromisedAtMs, false), (moved.Expected[0].PromisedAtMs, moved.Expected[0].IsLate));
        Assert.Equal(taken, await Taken(world, "near"));

        // It is of no use to what comes later than that.
        await Expect(world, "near", "PO-1", 1, Day(world, 7));
        moved = await Until(world, Order, order => order.Expected is not [{ DueMs: var due }] || due == Day(world, 7));
        Assert.Equal("parcels+7 1, picks+7h0 1", Work(world, moved));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_leaves_at_midnight_leaves_each_day()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, untilMidnight: true));
        await Expect(world, "near", "PO-1", 9, Day(world, 2));
        for (var i = 0; i < 3; i++)
        {
            var order = (await Place(world, Shipped(("MUG", 1)), World.Id($"order-{i}"))).Order!;
            Assert.Equal($"parcels+{3 + i} 1", Work(world, order));
        }

        Assert.Equal(OrderState.Waiting, (await Place(world, Shipped(("MUG", 1)))).Order!.State);
    }

    [Fact]
    public async Task What_is_overdue_is_worked_from_now_on()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1));
        await Expect(world, "near", "PO-1", 1, Day(world, 1));
        await Expect(world, "near", "PO-2", 1, Day(world, 9));
        await Place(world, Shipped(("MUG", 1)), World.Id("other"));
        await Place(world, Shipped(("MUG", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        Assert.Equal("parcels+1 1, parcels+9 1", await Taken(world, "near"));
        world.Time.Advance(TimeSpan.FromDays(6));
        var (dueMs, today) = (Day(world, 1 - 6), "parcels+0 1");
        Assert.True((await world.Orders.Step(World.Id("other"), new OrderStep(World.Id("no"), default, OrderVerb.Cancel, null, []))).Outcome is
            OrderOutcome.Accepted or OrderOutcome.Expired);
        await Expect(world, "near", "PO-2", 0, Day(world, 3));
        var order = await Until(world, Order, order => order.Expected is not [{ Receipt: "PO-2" }]);
        Assert.Equal(("near 1 PO-1", today), (Promised(order), Work(world, order)));
        Assert.Equal(dueMs, order.Expected[0].DueMs);
        Assert.EndsWith(today, await Taken(world, "near"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "parcels+0 1, picks+0h10 1")] // on its day
    [InlineData(1, "parcels+0 1, picks+0h10 1")] // before it: it is done at once
    [InlineData(7, "parcels+0 1, picks+0h10 1")] // after it: what was kept is over
    public async Task What_has_come_is_worked_once_and_cancelled_it_gives_that_back(int day, string taken)
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 5));
        await Expect(world, "near", "PO-1", 3, Day(world, 2));
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        world.Time.Advance(TimeSpan.FromMilliseconds(Day(world, day) + (10 * 3_600_000) - world.Time.NowMs));
        Assert.True((await Arrive(world, "near", "PO-1", 3)).Outcome.IsAccepted());
        var order = await Until(world, Order, static order => order.Parts.Length == 1);
        Assert.Equal(("near Open 0:3/3", taken), (Parts(order), Work(world, order)));
        Assert.Equal(taken, await Taken(world, "near"));
        if (day == 2)
        {
            Assert.True((await Step(world, "one", OrderVerb.Ship, lines: new LineUnits(0, 1))).Outcome.IsAccepted());
            Assert.True((await Step(world, "rest", OrderVerb.Cancel)).Outcome.IsAccepted());
            Assert.Equal(taken, await Taken(world, "near")); // a parcel was sent
            return;
        }

        Assert.True((await Step(world, "no", day == 1 ? OrderVerb.Cancel : OrderVerb.Reject)).Outcome.IsAccepted());
        Assert.Equal("", await Taken(world, "near"));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_comes_early_to_a_full_day_keeps_the_day_that_was_kept_for_it()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1));
        await world.Receive("CUP@near", 3);
        await world.Shown("CUP@near", static row => row.Available == 3);
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        var promised = (await Place(world, Shipped(("MUG", 1)))).Order!.Expected[0];
        for (var i = 0; i < 2; i++)
        {
            await Place(world, Shipped(("CUP", 1)), World.Id($"cup-{i}"));
        }

        Assert.Equal("parcels+0 1, parcels+1 1, parcels+2 1", await Taken(world, "near"));
        await Arrive(world, "near", "PO-1", 1);
        var order = await Until(world, Order, static order => order.Parts.Length == 1);
        Assert.Equal(("parcels+2 1", promised.PromisedAtMs), (Work(world, order), order.Parts[0].PromisedAtMs));
        Assert.Equal("parcels+0 1, parcels+1 1, parcels+2 1", await Taken(world, "near"));
    }

    [Fact]
    public async Task What_comes_in_two_pieces_takes_one_capacity_on_the_day_of_the_last()
    {
        await using var world = await Expecting(static world => Limit(world, "near", parcels: 1, picks: 5));
        await Expect(world, "near", "PO-1", 3, Day(world, 2));
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "near", "PO-1", 1);
        var order = await Until(world, Order, static order => order.Parts.Length == 1);
        Assert.Equal(("near Open 0:1/1", "near 2 PO-1", "parcels+2 1, picks+2h0 1"), (Parts(order), Promised(order), Work(world, order)));
        Assert.Equal("parcels+2 1, picks+2h0 1", await Taken(world, "near"));
        Assert.True((await Step(world, "first", OrderVerb.Ship)).Outcome.IsAccepted());
        await Arrive(world, "near", "PO-1", 2);
        order = await Until(world, Order, static order => order.Parts.Length == 2);
        Assert.Equal("parcels+0 1, picks+0h9 1", Work(world, order));
        Assert.True((await Step(world, "second", OrderVerb.Ship)).Outcome.IsAccepted());
        Assert.Equal("parcels+0 1, picks+0h9 1", await Taken(world, "near"));
    }

    [Fact]
    public async Task A_choice_for_another_store_gives_the_capacity_of_the_first_back()
    {
        await using var world = await Expecting(static async world =>
        {
            await Limit(world, "near", parcels: 5);
            await Limit(world, "far", parcels: 5, picks: 5);
        });
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        await Place(world, Content(new Wish(WishKind.DecideLater), ("MUG", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "near", "PO-1", 1);
        await Until(world, Order, static order => order.Parts.Length == 1);
        Assert.Equal("parcels+0 1", await Taken(world, "near"));
        await world.Receive("MUG@far", 1);
        await world.Shown("MUG@far", static row => row.Available == 1);
        var chosen = await Sure(() => world.Orders.Step(Order, new OrderStep(World.Id("there"), default, OrderVerb.Choose, null, [])
        {
            Wish = new Wish(WishKind.CollectAt, LocationId.Parse("far")),
        }));
        Assert.Equal((OrderOutcome.Accepted, "near Ended 0:0/1, far Open 0:1/1"), (chosen.Outcome, Parts(chosen.Order!)));
        Assert.Equal(("", "picks+0h9 1"), (await Taken(world, "near"), await Taken(world, "far")));
    }

    [Fact]
    public async Task A_kit_takes_the_capacity_of_one_line_and_what_is_to_be_tried_on_no_parcel()
    {
        await using var world = await Expecting(static world => Limit(world, "far", parcels: 5, picks: 5));
        await world.Get<ICatalog>().Upsert(world.NewId(), Sku.Parse("SET"), new CatalogFacts
        {
            Kit = [new KitComponent(Sku.Parse("MUG"), 2), new KitComponent(Sku.Parse("CUP"), 1)],
        });
        await Expect(world, "far", "PO-1", 4, Day(world, 2));
        await Expect(world, "far", "PO-2", 1, Day(world, 3), sku: "CUP");
        var kit = (await Place(world, Shipped(("SET", 1)))).Order!;
        Assert.Equal(("far 1 PO-2", "parcels+3 1, picks+3h0 1"), (Promised(kit), Work(world, kit)));
        var tryOn = (await Place(world, Content(new Wish(WishKind.Fitting, LocationId.Parse("far")), ("MUG", 2)), World.Id("try-on"))).Order!;
        Assert.Equal(("far 2 PO-1", "picks+2h0 1"), (Promised(tryOn), Work(world, tryOn)));
        Assert.Equal("parcels+3 1, picks+2h0 1, picks+3h0 1", await Taken(world, "far"));
        Assert.True((await Step(world, "no", OrderVerb.Cancel)).Outcome.IsAccepted());
        Assert.Equal("picks+2h0 1", await Taken(world, "far"));
    }

    [Fact]
    public async Task A_limit_that_is_stated_later_takes_nothing_and_one_that_is_lifted_gives_back_what_was_taken()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 2));
        Assert.Equal("", Work(world, (await Place(world, Shipped(("MUG", 1)))).Order!));
        await Limit(world, "near", parcels: 1);
        Assert.Equal("parcels+2 1", Work(world, (await Place(world, Shipped(("MUG", 1)), World.Id("limited"))).Order!));
        await Limit(world, "near", parcels: 0);
        await Expect(world, "near", "PO-1", 5, Day(world, 4));
        foreach (var (id, work) in new[] { (Order, ""), (World.Id("limited"), "parcels+2 1") })
        {
            var moved = await Until(world, id, order => order.Expected is [{ DueMs: var due }] && due == Day(world, 4));
            Assert.Equal(work, Work(world, moved));
            Assert.True((await world.Orders.Step(id, new OrderStep(world.NewId(), default, OrderVerb.Cancel, null, []))).Outcome.IsAccepted());
        }

        Assert.Equal(0, await TakenInAll(world));
    }
}
