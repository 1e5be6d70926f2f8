using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Parts that change their place: what a customer decides later, and better locations for what nobody picks yet.</summary>
public sealed class OrderMoveTests
{
    private static readonly Actor s_by = new(Channel.Web, "shop", "");
    private static readonly Wish s_later = new(WishKind.DecideLater, Point: Home);

    [Fact]
    public async Task What_lies_where_it_is_wanted_stays_there()
    {
        await using var world = await Stocked();
        await Place(world, Content(s_later, ("MUG", 2)));
        var chosen = await Choose(world, "here", new Wish(WishKind.CollectAt, LocationId.Parse("near")));
        Assert.Equal((OrderOutcome.Accepted, "near Held 0:2/2"), (chosen.Outcome, Parts(chosen.Order!)));
        Assert.Equal(WishKind.CollectAt, chosen.Order!.Parts[0].Kind);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Choose(world, "here", new Wish(WishKind.CollectAt, LocationId.Parse("near")))).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Choose(world, "here", new Wish(WishKind.CollectAt, LocationId.Parse("far")))).Outcome);
        Assert.Equal(OrderOutcome.WrongState, (await Choose(world, "there", new Wish(WishKind.Ship, Point: Home))).Outcome);
        await Step(world, "pay", OrderVerb.Confirm);
        Assert.Equal(OrderOutcome.WrongState, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "hand", OrderVerb.Collect)).Outcome);
        Assert.Equal("MUG@near 0/3", await Shelves(world));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_lies_elsewhere_changes_its_place_in_one_outcome(bool paid)
    {
        await using var world = await Stocked();
        await Place(world, Content(s_later, ("MUG", 2), ("CUP", 1)));
        if (paid)
        {
            await Step(world, "pay", OrderVerb.Confirm);
        }

        var unknown = await Choose(world, "too-far", new Wish(WishKind.CollectAt, LocationId.Parse("nowhere")));
        Assert.False(unknown.Outcome.IsAccepted());
        Assert.Equal("MUG@near 2/5, CUP@near 1/5", await Shelves(world));
        var chosen = await Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far")));
        var state = paid ? "Open" : "Held";
        Assert.Equal((OrderOutcome.Accepted, $"near Ended 0:0/2+1:0/1, far {state} 0:2/2+1:1/1"), (chosen.Outcome, Parts(chosen.Order!)));
        Assert.Equal("MUG@far 2/5, CUP@far 1/5", await Shelves(world));
        Assert.Equal([2, 1], chosen.Order!.Parts[0].Lines.Select(line => line.Moved));
        if (!paid)
        {
            Assert.Equal(world.Time.NowMs + TtlMs, chosen.Order.Parts[1].ExpiresAtMs);
            await Step(world, "pay", OrderVerb.Confirm);
        }

        await using var next = await world.Restart();
        next.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs));
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "hand", OrderVerb.Collect, 1, null, new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "rest", OrderVerb.Cancel)).Outcome);
        Assert.Equal("MUG@far 0/4", await Shelves(next));
        await next.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_is_not_paid_falls_back_at_its_new_place()
    {
        await using var world = await Stocked();
        await Place(world, Content(s_later, ("MUG", 2)));
        await Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far")));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal(OrderState.Expired, (await Get(world)).State);
        Assert.Equal("", await Shelves(world));
    }

    [Fact]
    public async Task A_better_location_takes_over_what_nobody_picks()
    {
        await using var world = await Stocked();
        await FarFromHome(world);
        var round = await world.Orders.Improve(World.Id("night"), 1, null, 50);
        var moved = Assert.Single(round.Moved);
        Assert.Equal((Order, 2, true, 1), (moved.Order, moved.Units, moved.SavedMinor > 0, round.Looked));
        Assert.Equal("middle Ended 0:0/2, near Open 0:2/2", Parts(await Get(world)));
        Assert.Equal("MUG@near 2/5", await Shelves(world));
        Assert.Equal(round.Moved.AsEnumerable(), (await world.Orders.Improve(World.Id("night"), 1, null, 50)).Moved); // the first answer again
        Assert.Empty((await world.Orders.Improve(World.Id("next"), 1, null, 50)).Moved);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal("MUG@near 0/3", await Shelves(world));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_is_picked_or_saves_too_little_stays()
    {
        await using var world = await Stocked();
        await FarFromHome(world);
        Assert.Empty((await world.Orders.Improve(World.Id("little"), 1_000_000, null, 50)).Moved);
        await Step(world, "pick", OrderVerb.Pick);
        var round = await world.Orders.Improve(World.Id("late"), 1, null, 50);
        Assert.Equal((0, 1), (round.Moved.Length, round.Looked));
        Assert.Equal("middle Picking 0:2/2", Parts(await Get(world)));
    }

    [Fact]
    public async Task Only_the_orders_that_are_asked_for_are_looked_at()
    {
        await using var world = await Stocked();
        await FarFromHome(world);
        var now = world.Time.NowMs;
        await None(new ImproveOnly { Orders = [World.Id("first")] }, looked: 0); // it is cancelled
        await None(new ImproveOnly { Orders = [World.Id("nobody")] }, looked: 0);
        await None(new ImproveOnly { Locations = [LocationId.Parse("far")] }, looked: 0);
        await None(new ImproveOnly { Locations = [LocationId.Parse("far"), LocationId.Parse("near")] }, looked: 0);
        await None(new ImproveOnly { Policies = ["nearest"] }, looked: 0);
        await None(new ImproveOnly { Placed = new PlacedBetween(now + 1, 0) }, looked: 0);
        await None(new ImproveOnly { Placed = new PlacedBetween(0, now) }, looked: 0);
        var only = new ImproveOnly
        {
            Orders = [World.Id("first"), Order], Locations = [LocationId.Parse("middle")], Policies = ["nearest", "lowest-cost"],
            Placed = new PlacedBetween(now, now + 1),
        };
        await None(only, looked: 1, least: 1_000_000);
        var round = await world.Orders.Improve(World.Id("right"), 1, null, 50, only);
        Assert.Equal((1, Order, true), (round.Looked, Assert.Single(round.Moved).Order, round.Next is null));
        Assert.Equal("middle Ended 0:0/2, near Open 0:2/2", Parts(await Get(world)));
        Assert.Equal(0, (await world.Orders.Improve(World.Id("after"), 1, null, 50, only)).Looked); // nothing is left in the middle

        async Task None(ImproveOnly only, int looked, long least = 1)
        {
            var round = await world.Orders.Improve(world.NewId(), least, null, 50, only);
            Assert.Equal((looked, 0), (round.Looked, round.Moved.Length));
        }
    }

    [Fact]
    public async Task Orders_that_are_named_are_looked_at_page_by_page_and_once()
    {
        await using var world = await Stocked();
        await FarFromHome(world);
        var (looked, saved, pages) = (0, 0L, 0);
        RequestId? after = null;
        do
        {
            var page = await world.Orders.Improve(
                World.Id("night"), 1, after, 1, new ImproveOnly { Orders = [Order, World.Id("first"), Order, World.Id("nobody")] });
            (looked, saved, pages, after) = (looked + page.Looked, saved + page.Moved.Sum(order => order.SavedMinor), pages + 1, page.Next);
        }
        while (after is not null);
        Assert.Equal((1, true, 3), (looked, saved > 0, pages));
    }

    [Fact]
    public async Task Leaving_units_where_they_are_is_priced_by_all_that_lies_there()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        await world.Shown("MUG@near", row => row.Available == 4);

        // A better one by a little, on a shelf as full: nothing but the way counts, not that one unit alone is held here.
        await world.Open("nearer", Home.Latitude);
        await world.Receive("MUG@nearer", 5);
        await world.Shown("MUG@nearer", row => row.Available == 5);
        Assert.Empty((await world.Orders.Improve(World.Id("night"), 1, null, 50)).Moved);
    }

    [Fact]
    public async Task Capacity_moves_with_the_units()
    {
        await using var world = await Stocked();
        foreach (var place in new[] { "near", "middle" })
        {
            var facts = (await world.Locations.Get(LocationId.Parse(place)))!.Facts;
            await world.Locations.Upsert(world.NewId(), LocationId.Parse(place), facts with { ParcelsPerDay = 2 });
        }

        await FarFromHome(world);
        Assert.Single((await world.Orders.Improve(World.Id("night"), 1, null, 50)).Moved);
        Assert.Equal((1, 2), (await ParcelsLeft(world, "near"), await ParcelsLeft(world, "middle")));
        await Step(world, "no", OrderVerb.Cancel);
        Assert.Equal((2, 2), (await ParcelsLeft(world, "near"), await ParcelsLeft(world, "middle")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_location_that_finds_nothing_is_trusted_less()
    {
        await using var world = await Stocked();
        for (var i = 0; i < 5; i++)
        {
            var id = World.Id($"order-{i}");
            var placed = await Place(world, Shipped(("MUG", 1)), id);
            if (i == 0)
            {
                Assert.Equal("near", placed.Order!.Parts[0].Location.Value);
            }

            await world.Orders.Step(id, new OrderStep(World.Id($"pay-{i}"), s_by, OrderVerb.Confirm, null, []));
            await world.Orders.Step(id, new OrderStep(World.Id($"no-{i}"), s_by, OrderVerb.Reject, 0, [], 0));
            await world.Orders.Step(id, new OrderStep(World.Id($"never-{i}"), s_by, OrderVerb.Cancel, null, []));
        }

        var found = world.Grains.GetGrain<IFoundGrain>(IFoundGrain.OnlyKey);
        await Known(probability => probability < Domain.Routing.FoundBook.UnknownProbability);
        await found.Note(LocationId.Parse("near"), 0, 1_000);
        await Known(probability => probability < 0.1);
        await using var next = await world.Restart();
        await next.Shown("MUG@near", row => row.Available == 5);
        await next.Shown("MUG@middle", row => row.Available == 5);
        var last = await Place(next, Shipped(("MUG", 1)));
        Assert.Equal("middle", last.Order!.Parts[0].Location.Value);
        Assert.Contains(last.Order.Why, line => line.Contains("not found", StringComparison.Ordinal));

        async Task Known(Func<double, bool> isSo)
        {
            using var patience = new CancellationTokenSource(World.Patience);
            while (!isSo((await found.All()).GetValueOrDefault(LocationId.Parse("near"), 1)))
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    /// <summary>An order that went to the middle because nearer units were promised, which are free now.</summary>
    internal static async Task FarFromHome(World world)
    {
        var first = World.Id("first");
        await Place(world, Shipped(("MUG", 5)), first);
        await Place(world, Shipped(("MUG", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        Assert.Equal("middle Open 0:2/2", Parts(await Get(world)));
        await world.Orders.Step(first, new OrderStep(World.Id("no"), s_by, OrderVerb.Cancel, null, []));
        await world.Shown("MUG@near", row => row.Available == 5);
    }

    internal static Task<OrderAnswer> Choose(World world, string id, Wish wish) =>
        Sure(() => world.Orders.Step(Order, new OrderStep(World.Id(id), s_by, OrderVerb.Choose, null, []) { Wish = wish }));

    private static async Task<long> ParcelsLeft(World world, string place)
    {
        var id = LocationId.Parse(place);
        var facts = (await world.Locations.Get(id))!.Facts;
        var leaves = ShipPromise.LeavesAtMs(facts, true, world.Time.NowMs)!.Value;
        var slot = Domain.Work.WorkSlot.At(Domain.Work.WorkKind.Parcels, leaves, facts.TimeZone);
        return (await world.Grains.GetGrain<IWorkGrain>(place).Left([slot]))[0].Left;
    }
}
