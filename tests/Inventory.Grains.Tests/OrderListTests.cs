using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// The lists in which an order is found: they may name too much, never too little, also if somebody reads them while the order is in the middle of something,
/// and wherever the process dies.
/// </summary>
public sealed class OrderListTests
{
    private const int PointsMax = 200;
    private static readonly string[] s_stores = ["near", "middle", "far"];

    [Fact]
    public Task An_order_read_while_a_leg_is_being_held_is_listed_where_it_is_held() =>
        ReadAtEveryPoint(static _ => Task.CompletedTask, static world => Place(world, Shipped(("MUG", 7), ("CUP", 6))), 0);

    [Fact]
    public Task An_order_read_while_units_that_one_rejected_are_being_held_elsewhere() => ReadAtEveryPoint(
        static world => Place(world, Shipped(("MUG", 3))), static world => Step(world, "no", OrderVerb.Reject, 0), 0);

    [Theory]
    [InlineData(OrderVerb.Confirm)]
    [InlineData(OrderVerb.Extend)]
    public Task An_order_read_after_its_time_while_it_is_being_given_more(OrderVerb verb) => ReadAtEveryPoint(
        static world => Place(world, Shipped(("MUG", 7))),
        world => Sure(() => world.Orders.Step(Order, new OrderStep(
            World.Id("on"), new Actor(Channel.Web, "shop", ""), verb, null, [], verb == OrderVerb.Extend ? 3 * TtlMs : 0))),
        TtlMs);

    [Fact]
    public Task An_order_read_while_its_units_change_places() => ReadAtEveryPoint(
        static world => Place(world, Content(new Wish(WishKind.DecideLater, Point: Home), ("MUG", 2))),
        static world => OrderMoveTests.Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far"))),
        0);

    [Fact]
    public async Task What_time_alone_has_ended_leaves_the_lists_once_somebody_reads_them()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 7)));
        Assert.Equal(["near", "middle"], await Naming(world));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        foreach (var store in s_stores)
        {
            Assert.Empty((await world.Orders.List(At(store))).Orders);
        }

        Assert.Equal(OrderState.Expired, (await world.Orders.List(new OrderQuery("", null, [], null, 9))).Orders.Single().State);
        await Until(async () =>
            (await Naming(world)).Length == 0 && await Names(world, OrderShards.Done(Order)) && !await Names(world, OrderShards.Open(Order)));
    }

    [Fact]
    public async Task What_has_left_a_location_leaves_its_list_and_comes_back_with_new_units()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 5), ("CUP", 1)));
        Assert.Equal(["near"], await Naming(world));
        await Step(world, "pay", OrderVerb.Confirm);
        await Step(world, "no", OrderVerb.Reject, 0);
        Assert.Equal(["middle"], await Naming(world));
        Assert.True(await Names(world, OrderShards.Open(Order)));
        await Step(world, "send", OrderVerb.Ship);
        Assert.Empty(await Naming(world));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_hides_no_order_that_lives_again()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 7)));
        var back = world.Time.NowMs;
        await using var ahead = await world.Restart();
        ahead.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs)); // nobody asks a stock
        await ReadAll(ahead);
        await Until(async () => (await Naming(ahead)).Length == 0 && !await Names(ahead, OrderShards.Open(Order)));

        await using var next = await ahead.Restart();
        next.Time.SetBack(back);
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "pay", OrderVerb.Confirm)).Outcome);
        await AssertListed(next, "set back");
    }

    // Kills the process at every append of what is done. The next one is down for a time; then somebody reads all lists, and who got no answer asks again.
    private static async Task ReadAtEveryPoint(Func<World, Task> prepare, Func<World, Task<OrderAnswer>> act, long downMs)
    {
        var accepted = 0;
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Stocked();
            await prepare(world);
            world.Journal.DieAfter(point);
            var answered = await Survives(() => act(world));

            await using var next = await world.Restart();
            await next.Shown("MUG@near", static row => row.Available >= 0);
            next.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(downMs, GrainLimits.LeaseMs)));
            await ReadAll(next);
            var again = await act(next);
            Assert.True(again.Outcome.IsAccepted() || (downMs > 0 && again.Outcome == OrderOutcome.Expired), $"point {point}: {again.Outcome}");
            accepted += again.Outcome.IsAccepted() ? 1 : 0;
            await AssertListed(next, $"point {point}");
            await ReadAll(next);
            await AssertListed(next, $"point {point}, read again");
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                Assert.True(accepted > 1, $"{accepted} were accepted: none that a crash cut off");
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    private static async Task ReadAll(World world)
    {
        foreach (var store in s_stores)
        {
            await world.Orders.List(At(store));
        }

        await world.Orders.List(new OrderQuery("", null, [], null, 9));
        await world.Orders.List(new OrderQuery("", null, [OrderState.Held, OrderState.Confirmed], null, 9));
    }

    private static async Task AssertListed(World world, string when)
    {
        var order = await Get(world);
        var told = $"{when}: {order.State}, {Parts(order)}";
        Assert.True((await world.Orders.List(new OrderQuery("", null, [order.State], null, 9))).Orders is [var one] && one.Id == Order, told);
        foreach (var store in s_stores)
        {
            var isThere = order.Parts.Any(part => part.Location.Value == store && part.State is not (PartState.Ended or PartState.Expired));
            Assert.True(isThere == (await world.Orders.List(At(store))).Orders.Any(static each => each.Id == Order), $"{told}; at {store}");
        }
    }

    private static OrderQuery At(string store) => new("", LocationId.Parse(store), [], null, 9);

    private static async Task<string[]> Naming(World world)
    {
        var named = new List<string>();
        foreach (var store in s_stores)
        {
            if (await Names(world, OrderShards.At(LocationId.Parse(store))))
            {
                named.Add(store);
            }
        }

        return [.. named];
    }

    private static async Task<bool> Names(World world, string list) =>
        (await world.Grains.GetGrain<IOrderIndexGrain>(list).List(null, 9).AsTask().WaitAsync(World.Patience)).Contains(Order);

    private static async Task Until(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(World.Patience);
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await isSo())
        {
            Assert.True(await pulse.WaitForNextTickAsync(patience.Token));
        }
    }

    private static async Task<bool> Survives(Func<Task<OrderAnswer>> call)
    {
        try
        {
            return (await call()).Outcome.IsAccepted();
        }
        catch (Exception e) when (e is Journal.JournalFailedException or TimeoutException or OverloadedException)
        {
            return false;
        }
    }
}
