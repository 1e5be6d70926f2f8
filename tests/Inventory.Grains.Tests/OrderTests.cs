using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Orders over real owners, without crashes.</summary>
public sealed class OrderTests
{
    [Fact]
    public async Task An_order_is_routed_held_paid_and_sent()
    {
        await using var world = await Stocked();
        var placed = await Place(world, Shipped(("MUG", 2), ("CUP", 1)));
        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Equal(OrderState.Held, placed.Order!.State);
        Assert.Equal("near Held 0:2/2+1:1/1", Parts(placed.Order));
        Assert.Equal("MUG@near 2/5, CUP@near 1/5", await Shelves(world));
        Assert.Contains(placed.Order.Why, line => line.StartsWith("near: chosen, 10 km", StringComparison.Ordinal));

        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs));
        Assert.Equal(OrderState.Confirmed, (await Get(world)).State);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal("MUG@near 0/3, CUP@near 0/4", await Shelves(world));
        Assert.Equal(OrderState.Fulfilled, (await Get(world)).State);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Units_of_several_stores_are_held_together_or_not_at_all()
    {
        await using var world = await Stocked();
        var placed = await Place(world, Shipped(("MUG", 12)));
        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Equal(12, placed.Order!.Parts.Sum(part => part.Lines.Sum(line => line.Units)));
        var other = await Place(world, Shipped(("CUP", 1), ("MUG", 4)), World.Id("other"));
        Assert.Equal((OrderOutcome.Insufficient, OrderState.Refused), (other.Outcome, other.Order!.State));
        Assert.DoesNotContain("CUP", await Shelves(world), StringComparison.Ordinal);
        var partial = await Place(world, Shipped(("CUP", 1), ("MUG", 4)) with { Partial = true }, World.Id("third"));
        Assert.Equal(OrderOutcome.Accepted, partial.Outcome);
        Assert.Equal([new LineUnits(1, 1)], partial.Order!.Unfilled.AsEnumerable());
    }

    [Fact]
    public async Task What_one_reservation_cannot_hold_is_left_out_of_an_order_that_is_not_stuck()
    {
        await using var world = await Stocked();
        await world.Receive("MUG@near", 1_496);
        await world.Receive("MUG@middle", 1_494);
        await world.Shown("MUG@middle", row => row.Available == 1_499);
        await world.Shown("MUG@near", row => row.Available == 1_501);
        var content = Shipped([.. Enumerable.Repeat(("MUG", 3L), 1_000)]) with { Partial = true }; // one of the lines comes from two stores

        var placed = await Place(world, content);

        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Equal(1_000, placed.Order!.Parts.Sum(part => part.Lines.Length));
        Assert.Single(placed.Order.Unfilled);
        Assert.Equal(3_000, placed.Order.Parts.Sum(part => part.Lines.Sum(line => line.Units)) + placed.Order.Unfilled[0].Units);
    }

    [Fact]
    public async Task A_quote_promises_what_an_order_then_gets_and_holds_nothing()
    {
        await using var world = await Stocked();
        var quote = await world.Orders.Quote(Shipped(("MUG", 7)));
        Assert.Equal("", await Shelves(world));
        var placed = await Place(world, Shipped(("MUG", 7)));
        Assert.Equal(
            quote.Parts.Select(part => (part.Location, part.PromisedAtMs, part.CostMinor)),
            placed.Order!.Parts.Select(part => (part.Location, part.PromisedAtMs, part.CostMinor)));
        Assert.Equal(OrderOutcome.Insufficient, (await world.Orders.Quote(Shipped(("MUG", 9)))).Outcome);
    }

    [Fact]
    public async Task What_is_collected_is_collected_where_the_customer_says_or_nearest()
    {
        await using var world = await Stocked();
        var at = await Place(world, Content(new Wish(WishKind.CollectAt, LocationId.Parse("far")), ("MUG", 5)));
        Assert.Equal("far Held 0:5/5", Parts(at.Order!));
        var again = await Place(world, Content(new Wish(WishKind.CollectAt, LocationId.Parse("far")), ("MUG", 1)), World.Id("other"));
        Assert.Equal(OrderOutcome.Insufficient, again.Outcome);
        var near = await Place(world, Content(new Wish(WishKind.CollectNear, Point: Home), ("MUG", 1)), World.Id("third"));
        Assert.Equal("near Held 0:1/1", Parts(near.Order!));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal(OrderOutcome.WrongState, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pick", OrderVerb.Pick, 0)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "ready", OrderVerb.Ready, 0)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "hand", OrderVerb.Collect, 0, null, new LineUnits(0, 2))).Outcome);
        Assert.Equal("far Ready 0:3/5", Parts(await Get(world)));
    }

    [Fact]
    public async Task A_rejected_part_is_routed_anew_at_once_and_never_back()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 2), ("CUP", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        var rejected = await Step(world, "reject", OrderVerb.Reject, 0, null, new LineUnits(0, 2));
        Assert.Equal(OrderOutcome.Accepted, rejected.Outcome);
        Assert.Equal("near Open 0:0/2+1:1/1, middle Open 0:2/2", Parts(rejected.Order!));
        Assert.Equal("MUG@middle 2/5, CUP@near 1/5", await Shelves(world));
        await Step(world, "reject-again", OrderVerb.Reject, 1);
        var last = await Step(world, "and-again", OrderVerb.Reject, 2);
        Assert.Equal([new LineUnits(0, 2)], last.Order!.Unfilled.AsEnumerable());
        Assert.Equal("CUP@near 1/5", await Shelves(world));
        Assert.Equal(OrderState.Confirmed, last.Order.State);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Cancelling_gives_back_what_is_there_and_refuses_what_has_left()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 2), ("CUP", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Step(world, "send", OrderVerb.Ship, null, null, new LineUnits(0, 2));
        Assert.Equal(OrderOutcome.HasLeft, (await Step(world, "too-late", OrderVerb.Cancel, null, null, new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "rest", OrderVerb.Cancel)).Outcome);
        Assert.Equal("MUG@near 0/3", await Shelves(world));
        Assert.Equal(OrderOutcome.HasLeft, (await Step(world, "all", OrderVerb.Cancel)).Outcome);
    }

    [Fact]
    public async Task Goods_come_back_into_any_store_partly_and_no_more_than_left()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Step(world, "send", OrderVerb.Ship);
        Assert.Equal(OrderOutcome.ExceedsDelivered, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 4))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 2))).Outcome);
        Assert.Equal(OrderOutcome.LocationRefuses, (await Step(world, "lost", OrderVerb.Return, null, "nowhere")).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "rest", OrderVerb.Return, null, "middle")).Outcome);
        Assert.Equal("MUG@near 0/2, MUG@middle 0/7, MUG@far 0/6", await Shelves(world));
        Assert.Equal(OrderState.Returned, (await Get(world)).State);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_is_not_paid_in_time_falls_back_and_stays_so()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 3)));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "more-time", OrderVerb.Extend)).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal("", await Shelves(world));
        Assert.Equal(OrderState.Expired, (await Get(world)).State);
        Assert.Equal(OrderOutcome.Expired, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
    }

    [Fact]
    public async Task Retries_hear_the_first_answer_and_other_content_is_refused_also_after_a_restart()
    {
        await using var world = await Stocked();
        var first = await Place(world, Shipped(("MUG", 3)));
        await Step(world, "pay", OrderVerb.Confirm);
        await using var next = await world.Restart();
        var again = await Place(next, Shipped(("MUG", 3)));
        Assert.Equal((OrderOutcome.AlreadyAccepted, first.Version), (again.Outcome, again.Version));
        Assert.Equal(OrderState.Confirmed, again.Order!.State);
        Assert.Equal(OrderOutcome.IdReused, (await Place(next, Shipped(("MUG", 4)))).Outcome);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Step(next, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Step(next, "pay", OrderVerb.Cancel)).Outcome);
        Assert.Equal("MUG@near 3/5", await Shelves(next));
    }

    [Fact]
    public async Task A_refused_order_is_taken_when_there_is_enough()
    {
        await using var world = await Stocked();
        Assert.Equal(OrderOutcome.Insufficient, (await Place(world, Shipped(("MUG", 16)))).Outcome);
        await world.Receive("MUG@near", 20);
        await world.Shown("MUG@near", row => row.Available == 25);
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 16)))).Outcome);
    }

    [Fact]
    public async Task Many_who_want_the_last_units_share_them_and_nobody_gets_what_is_not_there()
    {
        await using var world = await Stocked();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Place(world, Shipped(("MUG", 1), ("CUP", 1)), World.Id($"buyer-{i}"))));
        var sold = answers.Count(answer => answer.Outcome == OrderOutcome.Accepted);
        Assert.Equal(answers.Length, sold + answers.Count(answer => answer.Outcome == OrderOutcome.Insufficient));
        Assert.InRange(sold, 1, 15);

        // One who came while another had a unit in hand, and then did not take it, was told the truth of that moment: who asks later gets it.
        for (var i = 0; (await Place(world, Shipped(("MUG", 1), ("CUP", 1)), World.Id($"late-{i}"))).Outcome == OrderOutcome.Accepted; i++)
        {
            sold++;
        }

        Assert.Equal(15, sold);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Capacity_is_taken_with_the_units_and_a_full_location_is_passed_over()
    {
        await using var world = await Stocked();
        var id = LocationId.Parse("near");
        var facts = (await world.Locations.Get(id))!.Facts;
        await world.Locations.Upsert(world.NewId(), id, facts with { ParcelsPerDay = 1, PicksPerHour = 3, CutOffMinute = 720 });
        var first = await Place(world, Shipped(("MUG", 1), ("CUP", 1)));
        Assert.Equal("near Held 0:1/1+1:1/1", Parts(first.Order!));
        Assert.Equal("2026-03-02T12:00:00", Leaves(first)); // today's cut-off

        var soon = Shipped(("MUG", 1)) with { PromiseByMs = world.Time.NowMs + (45 * 3_600_000) };
        var second = await Place(world, soon, World.Id("second"));
        Assert.Equal(("middle Held 0:1/1", "2026-03-03T00:00:00"), (Parts(second.Order!), Leaves(second))); // the nearest has no parcel left today
        var late = await Place(world, Shipped(("MUG", 1)), World.Id("late"));
        Assert.Equal(("near Held 0:1/1", "2026-03-03T12:00:00"), (Parts(late.Order!), Leaves(late))); // who has time gets tomorrow's
        var third = await Place(
            world, Content(new Wish(WishKind.CollectAt, id), ("MUG", 1), ("CUP", 1)), World.Id("third"));
        Assert.Equal("2026-03-02T10:00:00", Promised(third)); // one pick is left in this hour, and two are needed
        await Step(world, "no", OrderVerb.Cancel, null, null, new LineUnits(0, 1));
        Assert.Equal("middle Held 0:1/1", Parts((await Place(world, soon, World.Id("fourth"))).Order!));
        await Step(world, "none", OrderVerb.Cancel);
        var fifth = await Place(world, soon, World.Id("fifth"));
        Assert.Equal(("near Held 0:1/1", "2026-03-02T12:00:00"), (Parts(fifth.Order!), Leaves(fifth)));

        static string Promised(OrderAnswer answer) => Told(answer.Order!.Parts[0].PromisedAtMs);
        static string Leaves(OrderAnswer answer) => Told(answer.Order!.Parts[0].PromisedAtMs - 86_400_000);
        static string Told(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("s", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_location_that_is_closed_loses_what_nobody_picks_and_keeps_the_rest()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        var picked = await Place(world, Shipped(("CUP", 1)), World.Id("picked"));
        foreach (var verb in new[] { OrderVerb.Confirm, OrderVerb.Pick })
        {
            await world.Orders.Step(picked.Order!.Id, new OrderStep(World.Id($"{verb}"), picked.Order.Placed.By, verb, null, []));
        }

        await world.Locations.SetOpen(World.Id("close"), LocationId.Parse("near"), false);
        using var patience = new CancellationTokenSource(World.Patience);
        await foreach (var view in world.Orders.Watch(Order, patience.Token))
        {
            if (view.Parts.Length == 2)
            {
                Assert.Equal("near Ended 0:0/2, middle Open 0:2/2", Parts(view));
                break;
            }
        }

        Assert.Equal("MUG@middle 2/5, CUP@near 1/5", await Shelves(world));
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 1)), World.Id("later"))).Outcome);
        Assert.Equal(3, (await world.View("MUG@middle")).Held);
    }

    [Fact]
    public async Task Orders_are_listed_by_customer_and_location_and_state_and_can_be_watched()
    {
        await using var world = await Stocked();
        for (var i = 0; i < 5; i++)
        {
            await Place(world, Shipped(("MUG", 1)), World.Id($"order-{i}"));
        }

        await Place(world, Shipped(("CUP", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        var query = new OrderQuery("c-1", null, [], null, 4);
        var page = await world.Orders.List(query);
        var rest = await world.Orders.List(query with { After = page.Next });
        Assert.Equal((4, 2), (page.Orders.Length, rest.Orders.Length));
        Assert.Equal(6, page.Orders.Concat(rest.Orders).Select(order => order.Id).Distinct().Count());
        Assert.Single((await world.Orders.List(query with { States = [OrderState.Confirmed] })).Orders);
        Assert.Equal(4, (await world.Orders.List(new OrderQuery("", LocationId.Parse("near"), [], null, 4))).Orders.Length);
        Assert.Empty((await world.Orders.List(new OrderQuery("", LocationId.Parse("far"), [], null, 4))).Orders);

        using var patience = new CancellationTokenSource(World.Patience);
        var states = new List<OrderState>();
        await foreach (var view in world.Orders.Watch(Order, patience.Token))
        {
            states.Add(view.State);
            if (view.State == OrderState.Fulfilled)
            {
                break;
            }

            _ = Step(world, "send", OrderVerb.Ship);
        }

        Assert.Equal((OrderState.Confirmed, OrderState.Fulfilled), (states[0], states[^1]));
    }
}
