using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Units that no shelf has are promised from what is to come, and the promise is kept honest until they are with the customer.</summary>
public sealed class BackOrderTests
{
    private static readonly Wish s_atFar = new(WishKind.CollectAt, LocationId.Parse("far"));

    [Fact]
    public async Task What_no_shelf_has_is_promised_from_what_is_due_first_and_the_rest_waits()
    {
        await using var world = await Expecting();
        await world.Receive("MUG@near", 1);
        await world.Shown("MUG@near", static row => row.Available == 1);
        await Expect(world, "far", "PO-2", 3, Day(world, 4));
        await Expect(world, "middle", "PO-1", 4, Day(world, 2));
        var quoted = await world.Orders.Quote(Shipped(("MUG", 9)));
        Assert.Equal("middle 4 PO-1, far 3 PO-2", string.Join(", ", quoted.Expected.Select(ask => $"{ask.Location} {ask.Units} {ask.Receipt}")));
        Assert.Equal(1, quoted.Unfilled.Single().Units);
        Assert.Empty((await Supply(world, "middle")).Promises); // a quote promises nothing

        var placed = await Place(world, Shipped(("MUG", 9)));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Held, "near Held 0:1/1"), (placed.Outcome, placed.Order!.State, Parts(placed.Order)));
        Assert.Equal(("middle 4 PO-1, far 3 PO-2", 1L), (Promised(placed.Order), placed.Order.Unfilled.Single().Units));
        Assert.Equal(quoted.Expected.Select(static ask => ask.PromisedAtMs), placed.Order.Expected.Select(static part => part.PromisedAtMs));
        Assert.True(placed.Order.Expected[0].PromisedAtMs > Day(world, 2) && placed.Order.Expected[0].PromisedAtMs < placed.Order.Expected[1].PromisedAtMs);
        var promise = (await Supply(world, "middle")).Promises.Single().Promise;
        Assert.Equal((placed.Order.Expected[0].Promise, new OrderId(Order).ToString(), 4L), (promise.Id, promise.Reference, promise.Left));
        Assert.Equal("Promise 4, Promise 3", History(placed.Order));
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Place(world, Shipped(("MUG", 9)))).Outcome);
        Assert.Equal(SupplyOutcome.BelongsToOrder, (await world.Supply.Do(World.Key("MUG@middle"), new SupplyCommand(
            SupplyVerb.Release, world.NewId(), default, 1, Promise: promise.Id))).Outcome);
    }

    [Fact]
    public async Task What_is_collected_is_promised_there_alone_and_no_later_than_is_wanted()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 1));
        Assert.Equal("", Promised((await Place(world, Content(s_atFar, ("MUG", 2)))).Order!));
        await Expect(world, "far", "PO-2", 1, Day(world, 3));
        var order = await Until(world, Order, static view => view.Expected.Length > 0); // told without being asked
        Assert.Equal(("far 1 PO-2", 1L, OrderState.Waiting), (Promised(order), order.Unfilled.Single().Units, order.State));
        var hasty = await Place(world, Shipped(("MUG", 1)) with { PromiseByMs = Day(world, 1) }, World.Id("hasty"));
        Assert.Equal("", Promised(hasty.Order!));
    }

    [Fact]
    public async Task Supply_that_moves_moves_the_promise_and_one_that_is_cut_is_looked_for_elsewhere()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 2));
        var first = (await Place(world, Shipped(("MUG", 3)))).Order!.Expected.Single();
        await Step(world, "pay", OrderVerb.Confirm);
        await using var watch = world.Orders.Watch(Order, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());

        var moved = await Expect(world, "near", "PO-1", 5, Day(world, 6));
        Assert.Equal(new OrderId(Order).ToString(), moved.Concerned.Single().Promise.Reference);
        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(World.Patience));
        var late = watch.Current.Expected.Single();
        Assert.Equal((true, Day(world, 6), first.PromisedAtMs), (late.IsLate, late.DueMs, late.FirstPromisedAtMs));
        Assert.Equal(first.PromisedAtMs + (4 * 86_400_000L), late.PromisedAtMs);
        Assert.Equal("Promise 3, Repromise 3", History(watch.Current));

        await Expect(world, "far", "PO-2", 1, Day(world, 8));
        var cut = await Expect(world, "near", "PO-1", 1, Day(world, 6));
        Assert.Equal((new OrderId(Order).ToString(), 2L), (cut.Concerned.Single().Promise.Reference, cut.Concerned.Single().Lacking));
        var order = await Until(world, Order, static view => view.Expected.Length == 2);
        Assert.Equal(("near 1 PO-1 late, far 1 PO-2", 1L), (Promised(order), order.Unfilled.Single().Units));
        Assert.Equal("Promise 3, Repromise 3, Lapse 2, Promise 1", History(order));
        Assert.Equal(1, (await Supply(world, "near")).Promises.Single().Promise.Left);

        await Expect(world, "near", "PO-9", 9, Day(world, 3)); // sooner again, and enough for all
        order = await Until(world, Order, static view => view.Unfilled.IsEmpty);
        Assert.Equal(3, order.Expected.Sum(static part => part.Units));
    }

    [Fact]
    public async Task Goods_that_come_are_a_part_like_any_other_and_counted_once()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 2));
        await Place(world, Shipped(("MUG", 4)));
        await Step(world, "pay", OrderVerb.Confirm);
        var came = await Arrive(world, "near", "PO-1", 3);
        Assert.Equal((3L, 0L), (came.Fulfilled.Single().Units, came.Free));
        var order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("near Open 0:3/3", "near 1 PO-1", OrderState.Confirmed), (Parts(order), Promised(order), order.State));
        Assert.Equal(Order, (await world.Orders.List(new OrderQuery("", LocationId.Parse("near"), [], null, 9))).Orders.Single().Id);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal(OrderState.Waiting, (await Get(world)).State);

        await Arrive(world, "near", "PO-1", 2);
        order = await Until(world, Order, static view => view.Parts.Length == 2);
        Assert.Equal(("near Ended 0:0/3, near Open 0:1/1", ""), (Parts(order), Promised(order)));
        Assert.Equal("Promise 4, Arrive 3, Arrive 1", History(order));
        var view = await world.View("MUG@near");
        Assert.Equal((2, 1, 1), (view.Sellable, view.Held, view.Available));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pick", OrderVerb.Pick)).Outcome);
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "rest", OrderVerb.Ship)).Order!.State);
        await Forgotten(world, "near");
        var back = await Step(world, "back", OrderVerb.Return, to: "far", lines: new LineUnits(0, 4));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Returned), (back.Outcome, back.Order!.State));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Cancelling_gives_up_what_waits_then_what_is_promised_then_what_is_held()
    {
        await using var world = await Expecting();
        await world.Receive("MUG@near", 2);
        await world.Shown("MUG@near", static row => row.Available == 2);
        await Expect(world, "far", "PO-1", 3, Day(world, 2));
        Assert.Equal(("far 3 PO-1", 1L), ((await Place(world, Shipped(("MUG", 6)))).Order is var placed ? Promised(placed!) : "", placed!.Unfilled[0].Units));
        var cancelled = (await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 3))).Order!;
        Assert.Equal(("near Held 0:2/2", "far 1 PO-1", 0), (Parts(cancelled), Promised(cancelled), cancelled.Unfilled.Length));
        Assert.Equal(2, (await Supply(world, "far")).Available);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 3))).Outcome);
        cancelled = (await Step(world, "less-still", OrderVerb.Cancel, lines: new LineUnits(0, 2))).Order!;
        Assert.Equal(("near Held 0:1/2", "", 3L), (Parts(cancelled), Promised(cancelled), (await Supply(world, "far")).Available));
        Assert.Equal(OrderState.Cancelled, (await Step(world, "all", OrderVerb.Cancel)).Order!.State);
        await Forgotten(world, "far");

        var other = World.Id("other");
        await Place(world, Content(s_atFar, ("MUG", 3)), other);
        Assert.Equal(OrderState.Cancelled, (await world.Orders.Step(other, new OrderStep(world.NewId(), default, OrderVerb.Cancel, null, []))).Order!.State);
        Assert.Equal((3L, 0), ((await Supply(world, "far")).Available, (await Supply(world, "far")).Promises.Length));
        Assert.Equal(0, (await world.View("MUG@near")).Held);
    }

    [Fact]
    public async Task What_comes_while_all_is_cancelled_goes_to_its_shelf_beside_what_came_before()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 3, Day(world, 2));
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 3)))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        await Arrive(world, "near", "PO-1", 1);
        await Until(world, Order, static order => order.Parts.Length == 1);

        // What is cancelled is on the order's record; before anybody is told, the next unit is on its way to the shelf.
        world.Journal.Appended = stream =>
        {
            if (stream.StartsWith("order/", StringComparison.Ordinal))
            {
                world.Journal.Appended = null;
                world.Journal.Hold();
            }
        };
        var cancelling = Step(world, "no", OrderVerb.Cancel);
        await world.Journal.WhenWaiting(1);
        var arriving = Arrive(world, "near", "PO-1", 1);
        await world.Journal.WhenWaiting(2);
        world.Journal.Release();

        Assert.Equal((1L, 0L), ((await arriving).Fulfilled.Single().Units, (await arriving).Free));
        Assert.Equal((OrderOutcome.Accepted, OrderState.Cancelled), ((await cancelling).Outcome, (await cancelling).Order!.State));
        Assert.Equal((2L, 0L), ((await world.View("MUG@near")).Sellable, (await world.View("MUG@near")).Held));
        Assert.Empty((await Supply(world, "near")).Promises);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task An_order_that_is_not_paid_in_its_time_gives_its_promise_to_who_waits()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 2, Day(world, 2));
        var (first, second) = (World.Id("first"), World.Id("second"));
        Assert.Equal("near 2 PO-1", Promised((await Place(world, Shipped(("MUG", 2)), first)).Order!));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("", Promised((await Place(world, Shipped(("MUG", 1)), second)).Order!));
        Assert.Equal(OrderOutcome.Accepted, (await world.Orders.Step(second, new OrderStep(world.NewId(), default, OrderVerb.Confirm, null, []))).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        var served = await Until(world, second, static view => view.Expected.Length > 0);
        Assert.Equal("near 1 PO-1", Promised(served));
        var lapsed = (await world.Orders.Get(first))!;
        Assert.Equal((OrderState.Expired, "", "Promise 2, Lapse 2"), (lapsed.State, Promised(lapsed), History(lapsed)));
        Assert.NotEqual(OrderOutcome.Accepted, (await world.Orders.Step(first, new OrderStep(world.NewId(), default, OrderVerb.Confirm, null, []))).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_for_an_order_that_is_not_paid_is_held_for_its_time(bool isPaid)
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 2, Day(world, 2));
        await Place(world, Shipped(("MUG", 2)));
        await Arrive(world, "near", "PO-1", 2);
        var order = await Until(world, Order, static view => view.Parts.Length == 1);
        Assert.Equal(("near Held 0:2/2", OrderState.Held), (Parts(order), order.State));
        if (isPaid)
        {
            Assert.Equal(OrderOutcome.Accepted, (await Step(world, "longer", OrderVerb.Extend)).Outcome);
            var paid = await Step(world, "pay", OrderVerb.Confirm);
            Assert.Equal((OrderOutcome.Accepted, "near Open 0:2/2", 0L), (paid.Outcome, Parts(paid.Order!), paid.Order!.Parts[0].ExpiresAtMs));
            world.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs));
            Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
            return;
        }

        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        await world.Shown("MUG@near", static row => row.Available == 2);
        Assert.Equal((OrderState.Expired, OrderOutcome.Expired), ((await Get(world)).State, (await Step(world, "pay", OrderVerb.Confirm)).Outcome));
    }

    [Fact]
    public async Task A_part_that_came_and_is_rejected_is_routed_anew_and_never_promised_there_again()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 9, Day(world, 2));
        await Place(world, Shipped(("MUG", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "near", "PO-1", 2);
        await Until(world, Order, static view => view.Parts.Length == 1);
        await Expect(world, "far", "PO-2", 1, Day(world, 3));
        var rejected = await Step(world, "not-found", OrderVerb.Reject, part: 0);
        Assert.Equal((OrderOutcome.Accepted, "near Ended 0:0/2", "far 1 PO-2"), (rejected.Outcome, Parts(rejected.Order!), Promised(rejected.Order!)));
        Assert.Equal((1L, 0L), (rejected.Order!.Unfilled.Single().Units, (await world.View("MUG@near")).Held));
    }

    [Fact]
    public async Task Of_two_who_want_the_last_expected_unit_one_is_promised_it_and_the_other_waits()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 1, Day(world, 2));
        var orders = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Place(world, Shipped(("MUG", 1)), World.Id($"order-{i}"))));
        Assert.All(orders, static order => Assert.Equal((OrderOutcome.Accepted, OrderState.Waiting), (order.Outcome, order.Order!.State)));
        Assert.Single(orders, static order => order.Order!.Expected.Length == 1);
        Assert.Equal(7, orders.Count(static order => order.Order!.Unfilled.Length == 1));
        Assert.Single((await Supply(world, "near")).Promises);
    }

    [Fact]
    public async Task A_quote_that_is_held_is_promised_the_rest_when_it_is_redeemed()
    {
        await using var world = await Expecting();
        await world.Receive("MUG@near", 1);
        await world.Shown("MUG@near", static row => row.Available == 1);
        await Expect(world, "far", "PO-1", 5, Day(world, 2));
        var quote = World.Id("quote");
        var quoted = (await world.Orders.Place(new PlaceOrder(quote, default, Shipped(("MUG", 4))) { QuoteMs = TtlMs })).Order!;
        Assert.Equal((OrderState.Quoted, "", 3L), (quoted.State, Promised(quoted), quoted.Unfilled.Single().Units));
        await world.Receive("MUG@middle", 1);
        await world.Shown("MUG@middle", static row => row.Available == 1);
        var order = (await world.Orders.Redeem(new RedeemQuote(Order, default, quote, null))).Order!;
        Assert.Equal(("near Held 0:1/1, middle Held 0:1/1", "far 2 PO-1", 0), (Parts(order), Promised(order), order.Unfilled.Length));
    }

    [Fact]
    public async Task The_audit_finds_a_promise_without_an_order_and_an_order_finds_that_its_promise_is_gone()
    {
        await using var world = await Expecting();
        await Expect(world, "near", "PO-1", 5, Day(world, 2));
        var placed = (await Place(world, Shipped(("MUG", 2)))).Order!;
        Assert.Equal((1, ""), await Audited(world));

        // What nobody but an order does: a promise in the name of one that is not there.
        var stray = new SupplyCommand(SupplyVerb.Promise, World.Id("stray"), default, 1, AtMs: Day(world, 3), Reference: "nobody")
        {
            Order = World.Id("nobody"),
        };
        Assert.Equal(SupplyOutcome.Accepted, (await world.Supply.Do(World.Key("MUG@near"), stray)).Outcome);
        var (promises, told) = await Audited(world);
        Assert.Equal(2, promises);
        Assert.Equal($"promise {World.Id("stray")} of 1 units: the order {World.Id("nobody")} does not know it", told);
        await world.Grains.GetGrain<ISupplyGrain>("MUG@near").Settle(World.Id("nobody"), World.Id("stray"), 1, 0);
        Assert.Equal((1, ""), await Audited(world));

        // And a promise that is given up in an order's name: the order finds that it is gone when it is asked, and looks anew.
        await world.Grains.GetGrain<ISupplyGrain>("MUG@near").Settle(Order, placed.Expected[0].Promise, 2, 0);
        Assert.Equal((0, ""), await Audited(world));
        Assert.Equal((1, ""), await Audited(world));
        var again = (await Get(world)).Expected.Single();
        Assert.Equal((2L, true), (again.Units, again.Promise != placed.Expected[0].Promise));
    }

    private static async Task<(long Promises, string Told)> Audited(World world)
    {
        var (promises, told) = (0L, new List<string>());
        await foreach (var progress in world.Supply.Audit(CancellationToken.None))
        {
            promises = progress.Promises;
            told.AddRange(progress.Differences.Select(static each => each.Message));
        }

        return (promises, string.Join("; ", told));
    }

    // The stock forgets a promise once its order knows all about it.
    private static async Task Forgotten(World world, string store)
    {
        using var patience = new CancellationTokenSource(World.Patience);
        while (!(await Claims(world, store)).IsEmpty)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
