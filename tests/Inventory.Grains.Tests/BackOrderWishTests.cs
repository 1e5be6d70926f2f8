using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Units that are to be tried on, or whose way is decided later, are promised from what is to come like all others.</summary>
public sealed class BackOrderWishTests
{
    private static readonly Wish s_tryOn = new(WishKind.Fitting, LocationId.Parse("far"));
    private static readonly Wish s_later = new(WishKind.DecideLater);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_tried_on_is_promised_at_its_store_alone_and_its_time_begins_when_it_has_come(bool isTaken)
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 1));
        Assert.Equal("", Promised((await Place(world, Content(s_tryOn, ("MUG", 2)))).Order!));
        await Expect(world, "far", "PO-2", 5, Day(world, 3));
        var order = await Until(world, Order, static view => view.Expected.Length > 0);
        Assert.Equal(("far 2 PO-2", OrderState.Waiting), (Promised(order), order.State));
        Assert.True(order.Expected[0].PromisedAtMs >= Day(world, 3));

        // Its order's time says how long it lies there, not how long it may take to come.
        world.Time.Advance(TimeSpan.FromMilliseconds(3 * TtlMs));
        Assert.Equal(OrderOutcome.WrongState, (await Step(world, "too-soon", OrderVerb.Collect)).Outcome);
        Assert.Equal(("far 2 PO-2", OrderState.Waiting), (Promised(await Get(world)), (await Get(world)).State));
        await Arrive(world, "far", "PO-2", 5);
        order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("far Held 0:2/2", WishKind.Fitting), (Parts(order), order.Parts[0].Kind));
        Assert.InRange(order.Parts[0].ExpiresAtMs - world.Time.GetUtcNow().ToUnixTimeMilliseconds(), TtlMs - 10_000, TtlMs);
        Assert.Equal(2, (await world.View("MUG@far")).Held);
        if (isTaken)
        {
            Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
            Assert.Equal(OrderState.Fulfilled, (await Step(world, "take", OrderVerb.Collect)).Order!.State);
            await world.AssertAuditIsClean();
            return;
        }

        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        await UntilShelf(world, "MUG@far", static view => view.Available == 5);
        Assert.Equal((OrderState.Expired, OrderOutcome.Expired), ((await Get(world)).State, (await Step(world, "pay", OrderVerb.Confirm)).Outcome));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_is_not_paid_is_given_up_in_its_time_though_the_list_that_was_to_say_so_knows_the_order_no_more()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        await Place(world, Shipped(("CUP", 1)), World.Id("other"));
        await Expect(world, "near", "PO-2", 2, Day(world, 2), sku: "CUP");
        await Until(world, World.Id("other"), static order => order.Expected.Length == 1); // so the list of cups has gone its round
        var placed = await Place(world, Shipped(("MUG", 1), ("CUP", 1)) with { TtlMs = GrainLimits.WakeSweepMs / 3 });
        Assert.Equal("near 1 PO-1, near 1 PO-2", Promised(placed.Order!));
        Assert.True((await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1))).Outcome.IsAccepted());
        await Expect(world, "near", "PO-3", 1, Day(world, 3)); // its list tries all, and forgets who does not want it
        while (!(await world.Grains.GetGrain<IWaitListGrain>("MUG").List(null, 1)).IsEmpty)
        {
            await Task.Yield();
        }

        world.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.WakeSweepMs / 3));
        var endsMs = world.Time.NowMs;
        await Until(world, Order, static order => order.Expected.IsEmpty);
        Assert.InRange(world.Time.NowMs - endsMs, 0, GrainLimits.WakeSweepMs / 3);
        Assert.DoesNotContain(await Claims(world, "near", "CUP"), static claim => claim.Order == Order && claim.Left > 0);
    }

    [Fact]
    public async Task What_was_not_taken_keeps_nobody_from_trying_on_and_paying_the_rest()
    {
        await using var world = await Expecting();
        await Expect(world, "far", "PO-1", 1, Day(world, 1));
        await Expect(world, "far", "PO-2", 1, Day(world, 2));
        Assert.Equal("far 1 PO-1, far 1 PO-2", Promised((await Place(world, Content(s_tryOn, ("MUG", 2)))).Order!));
        await Arrive(world, "far", "PO-1", 1);
        await Until(world, Order, static view => view.Parts.Length == 1);
        world.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs));
        await UntilShelf(world, "MUG@far", static view => view.Available == 1);
        Assert.Equal((OrderState.Waiting, "far 1 PO-2"), ((await Get(world)).State, Promised(await Get(world))));
        await Arrive(world, "far", "PO-2", 1);
        var order = await Until(world, Order, static view => view.Parts.Length == 2);
        Assert.Equal("far Expired 0:1/1, far Held 0:1/1", Parts(order));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Confirmed), (await Step(world, "pay", OrderVerb.Confirm)) is var paid
            ? (paid.Outcome, paid.Order!.State) : default);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "take", OrderVerb.Collect)).Outcome);
        Assert.Equal((1, 0), ((await world.View("MUG@far")).Sellable, (await world.View("MUG@far")).Held));
    }

    [Fact]
    public async Task An_order_that_can_not_be_paid_any_more_gives_up_what_was_to_be_tried_on()
    {
        await using var world = await Expecting();
        await world.Receive("MUG@near", 1);
        await world.Shown("MUG@near", static row => row.Available == 1);
        await Expect(world, "far", "PO-1", 3, Day(world, 1));
        var content = Shipped(("MUG", 1)) with { };
        content = content with { Lines = [.. content.Lines, new OrderedLine(Sku.Parse("MUG"), 2, s_tryOn)] };
        var placed = (await Place(world, content)).Order!;
        Assert.Equal(("near Held 0:1/1", "far 2 PO-1"), (Parts(placed), Promised(placed)));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        var order = await Until(world, Order, static view => view.Expected.Length == 0);
        Assert.Equal((OrderState.Expired, 3L), (order.State, (await Supply(world, "far")).Available));
    }

    [Fact]
    public async Task A_fitting_whose_supply_is_cut_is_looked_for_anew_for_its_time()
    {
        await using var world = await Expecting();
        await Expect(world, "far", "PO-1", 2, Day(world, 1));
        await Place(world, Content(s_tryOn, ("MUG", 2)));
        world.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs));
        await Expect(world, "far", "PO-1", 0, Day(world, 1));
        await Until(world, Order, static view => view.Expected.Length == 0 && view is { State: OrderState.Waiting, Unfilled.IsEmpty: false });
        await Expect(world, "far", "PO-2", 2, Day(world, 4));
        Assert.Equal("far 2 PO-2", Promised(await Until(world, Order, static view => view.Expected.Length == 1)));
        await Expect(world, "far", "PO-2", 0, Day(world, 4));
        await Until(world, Order, static view => view.Expected.Length == 0);
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal(OrderState.Expired, (await Get(world)).State);
    }

    [Fact]
    public async Task A_fitting_that_is_put_off_again_and_again_and_not_paid_is_given_up_thirty_days_after_its_first_day()
    {
        await using var world = await Expecting();
        await Expect(world, "far", "PO-1", 2, Day(world, 10));
        var endMs = Day(world, 40);
        Assert.Equal(endMs, Assert.Single((await Place(world, Content(s_tryOn, ("MUG", 2)))).Order!.Expected).EndsAtMs);
        foreach (var day in new[] { 25, 50 })
        {
            await Expect(world, "far", "PO-1", 2, Day(world, day));
            var moved = await Until(world, Order, order => order.Expected is [{ DueMs: var due }] && due == Day(world, day));
            Assert.Equal(endMs, moved.Expected[0].EndsAtMs);
        }

        world.Journal.Die();
        world.Time.Advance(TimeSpan.FromMilliseconds(endMs - 1 - world.Time.NowMs)); // a process that lives would take so long a leap for an outage
        await using var next = await world.Restart();
        Assert.Equal((OrderState.Waiting, "far 2 PO-1 late"), ((await Get(next)).State, Promised(await Get(next))));
        await Until(next, Order, static order => order is { State: OrderState.Expired, Expected.IsEmpty: true });
        Assert.Equal(2, (await Supply(next, "far")).Available);

        // One that is paid is wanted for good.
        await Place(next, Content(s_tryOn, ("MUG", 1)), World.Id("paid"));
        await next.Orders.Step(World.Id("paid"), new OrderStep(World.Id("pay"), default, OrderVerb.Confirm, null, []));
        next.Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(0, Assert.Single((await next.Orders.Get(World.Id("paid")))!.Expected).EndsAtMs);
        await next.AssertAuditIsClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_decided_later_is_promised_anywhere_and_decided_once_it_is_there(bool isPaid)
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 4));
        await Expect(world, "far", "PO-2", 2, Day(world, 2));
        var placed = (await Place(world, Content(s_later, ("MUG", 3)))).Order!;
        Assert.Equal("far 2 PO-2, near 1 PO-1", Promised(placed));
        if (isPaid)
        {
            await Step(world, "pay", OrderVerb.Confirm);
        }

        var ship = new Wish(WishKind.Ship, Point: Home);
        Assert.Equal(OrderOutcome.UnitsToCome, (await Choose(world, "soon", ship)).Outcome);
        await Arrive(world, "far", "PO-2", 2);
        var order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(WishKind.DecideLater, order.Parts[0].Kind);
        Assert.Equal(OrderOutcome.UnitsToCome, (await Choose(world, "all", ship, new LineUnits(0, 3))).Outcome);

        // Where it lies it can be sent from; what is still to come is decided when it is there.
        var chosen = await Choose(world, "send", ship);
        Assert.Equal((OrderOutcome.Accepted, WishKind.Ship, "far"), (chosen.Outcome, chosen.Order!.Parts[0].Kind, chosen.Order.Parts[0].Location.Value));
        Assert.Equal(("near 1 PO-1", OrderOutcome.UnitsToCome), (Promised(chosen.Order), (await Choose(world, "rest", ship)).Outcome));
        await Arrive(world, "near", "PO-1", 5);
        order = await Until(world, Order, static view => view.Parts.Length == 2);

        // Who wants it where none is has to be told so; where one is, it changes its place, for the same time.
        var collect = new Wish(WishKind.CollectAt, LocationId.Parse("middle"));
        Assert.Equal(OrderOutcome.Insufficient, (await Choose(world, "elsewhere", collect)).Outcome);
        await world.Receive("MUG@middle", 1);
        await world.Shown("MUG@middle", static row => row.Available == 1);
        chosen = await Choose(world, "there", collect);
        var state = isPaid ? "Open" : "Held";
        Assert.Equal((OrderOutcome.Accepted, $"far {state} 0:2/2, near Ended 0:0/1, middle {state} 0:1/1"), (chosen.Outcome, Parts(chosen.Order!)));
        Assert.Equal(order.Parts[1].ExpiresAtMs, chosen.Order!.Parts[2].ExpiresAtMs);
        Assert.Equal((2, 0, 1), ((await world.View("MUG@far")).Held, (await world.View("MUG@near")).Held, (await world.View("MUG@middle")).Held));
        Assert.True(isPaid || (await Step(world, "pay", OrderVerb.Confirm)).Outcome == OrderOutcome.Accepted);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "parcel", OrderVerb.Ship, part: 0)).Outcome);
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "desk", OrderVerb.Collect, part: 2)).Order!.State);
        Assert.Equal((0, 5, 0), ((await world.View("MUG@far")).Sellable, (await world.View("MUG@near")).Available, (await world.View("MUG@middle")).Sellable));
        await world.AssertAuditIsClean();
    }

    private static Task<OrderAnswer> Choose(World world, string id, Wish wish, params LineUnits[] lines) =>
        Sure(() => world.Orders.Step(Order, new OrderStep(World.Id(id), default, OrderVerb.Choose, null, [.. lines]) { Wish = wish }));
}
