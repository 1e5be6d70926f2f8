using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// Orders leave a location that is out of business by themselves: whatever a crash cuts off, and also when it was time that closed it.
/// </summary>
public sealed class ClosedLocationTests
{
    private const int PointsMax = 200;
    private const int Many = 3;
    private const long DayMs = 86_400_000;
    private static readonly LocationId s_near = LocationId.Parse("near");

    [Fact]
    public async Task A_process_that_dies_while_a_location_is_switched_off_leaves_nothing_there_for_good()
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Busy();
            world.Journal.DieAfter(point);
            var isClosed = await Survives(async () =>
            {
                await world.Locations.SetOpen(World.Id("close"), s_near, false);
                await WhenLeft(world, () => world.Journal.Appends >= world.Journal.DiesAt);
            });
            var isOver = isClosed && world.Journal.Appends < world.Journal.DiesAt;

            // Nobody says again that it is to be closed.
            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
            if ((await next.Locations.Get(s_near))!.Open)
            {
                Assert.Equal(Many + 1, await StillThere(next)); // its own record is the first of the closing that is written
                continue;
            }

            await WhenLeft(next, static () => false);
            foreach (var id in Ids())
            {
                var order = (await next.Orders.Get(id))!;
                Assert.True(order.State == OrderState.Confirmed, $"point {point}: {id} is {order.State}: {Parts(order)}");
                Assert.EndsWith("middle Open 0:1/1", Parts(order), StringComparison.Ordinal);
            }

            Assert.Equal("far 1 PO-2", Promised((await next.Orders.Get(World.Id("promised")))!));
            Assert.Equal((0, Many), ((await next.View("MUG@near")).Held, (await next.View("MUG@middle")).Held));
            await next.AssertAuditIsClean();
            if (isOver)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Theory]
    [InlineData("alive")]
    [InlineData("restarted before")]
    [InlineData("down meanwhile")]
    public async Task When_the_life_of_a_location_ends_its_orders_are_routed_anew(string process)
    {
        await using var world = await Busy();
        await Describe(world, lastDay: 1);
        var collect = (await Place(world, Content(new Wish(WishKind.CollectAt, s_near), ("MUG", 1)), World.Id("collect"))).Order!;
        await world.Orders.Step(World.Id("collect"), new OrderStep(World.Id("pay-collect"), default, OrderVerb.Confirm, null, []));
        Assert.Equal("near Held 0:1/1", Parts(collect));
        var endMs = Day(world, 2);
        await using var next = process == "alive" ? null : await Restarted(world, process == "down meanwhile" ? endMs : 0);
        var now = next ?? world;
        if (process != "down meanwhile")
        {
            now.Time.Advance(TimeSpan.FromMilliseconds(endMs - 1 - now.Time.NowMs));
            Assert.Equal(Many + 1, await StillThere(now));
        }

        await WhenLeft(now, static () => false);
        Assert.InRange(now.Time.NowMs, endMs, endMs + (process == "down meanwhile" ? DayMs : 60_000));
        foreach (var id in Ids())
        {
            Assert.Equal("near Ended 0:0/1, middle Open 0:1/1", Parts((await now.Orders.Get(id))!));
        }

        Assert.Equal("far 1 PO-2", Promised((await now.Orders.Get(World.Id("promised")))!));
        Assert.Equal("near Open 0:1/1", Parts((await now.Orders.Get(World.Id("collect")))!)); // its customer was to come there
        await now.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_life_that_is_extended_in_time_takes_nothing_from_the_location()
    {
        await using var world = await Busy();
        await Describe(world, lastDay: 1);
        world.Time.Advance(TimeSpan.FromMilliseconds(Day(world, 2) - 60_000 - world.Time.NowMs));
        await Describe(world, lastDay: 5);
        var endMs = Day(world, 6);
        world.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Many + 1, await StillThere(world));
        world.Time.Advance(TimeSpan.FromMilliseconds(endMs - world.Time.NowMs));
        await WhenLeft(world, static () => false);
    }

    // Three orders that are paid and lie at the near store, one that is promised what comes there, and room for all of them elsewhere.
    private static OnPool<World> Busy() => Expecting(static async world =>
    {
        foreach (var store in new[] { "near", "middle" })
        {
            await world.Receive("MUG@" + store, Many + 1);
            await world.Shown("MUG@" + store, static row => row.Available == Many + 1);
        }

        await Expect(world, "near", "PO-1", 1, Day(world, 9), sku: "CUP");
        await Expect(world, "far", "PO-2", 1, Day(world, 12), sku: "CUP");
        foreach (var id in Ids())
        {
            Assert.Equal("near Held 0:1/1", Parts((await Place(world, Shipped(("MUG", 1)), id)).Order!));
            await world.Orders.Step(id, new OrderStep(id.Derive(7), default, OrderVerb.Confirm, null, []));
        }

        Assert.Equal("near 1 PO-1", Promised((await Place(world, Shipped(("CUP", 1)), World.Id("promised"))).Order!));
        await world.Orders.Step(World.Id("promised"), new OrderStep(World.Id("pay-promised"), default, OrderVerb.Confirm, null, []));
    });

    private static async Task Describe(World world, int lastDay)
    {
        var facts = (await world.Locations.Get(s_near))!.Facts with
        {
            LastDate = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(Day(world, lastDay)).UtcDateTime),
        };
        Assert.Equal(LocationOutcome.Accepted, (await world.Locations.Upsert(world.NewId(), s_near, facts)).Outcome);
    }

    private static async Task<World> Restarted(World world, long atMs)
    {
        world.Journal.Die();
        world.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, atMs - world.Time.NowMs)));
        return await world.Restart();
    }

    private static IEnumerable<RequestId> Ids() => Enumerable.Range(0, Many).Select(static i => World.Id($"order-{i}"));

    // Orders with something at the near store that may leave.
    private static async Task<int> StillThere(World world)
    {
        var count = 0;
        foreach (var id in Ids().Append(World.Id("promised")))
        {
            var order = (await world.Orders.Get(id))!;
            count += order.Parts.Any(static part => part.Location == s_near && part.State is PartState.Held or PartState.Open)
                || order.Expected.Any(static part => part.Location == s_near) || order.State is OrderState.Routing || !order.Unfilled.IsEmpty ? 1 : 0;
        }

        return count;
    }

    private static async Task<string> Told(World world)
    {
        var told = $" at append {world.Journal.Appends}, die at {world.Journal.DiesAt}:";
        foreach (var id in Ids().Append(World.Id("promised")))
        {
            var order = (await world.Orders.Get(id))!;
            told += $" {order.State} {Parts(order)}; {Promised(order)}; {order.Unfilled.Sum(static line => line.Units)} unfilled.";
        }

        return told;
    }

    private static async Task WhenLeft(World world, Func<bool> isVain)
    {
        using var passage = new Passage(world);
        while (await StillThere(world) > 0)
        {
            if (isVain())
            {
                throw new OperationCanceledException("the process has died");
            }

            await passage.Next(async () => "orders to leave" + await Told(world));
        }
    }

    private static async Task<bool> Survives(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception e) when (e is Journal.JournalFailedException or TimeoutException or OverloadedException or OperationCanceledException)
        {
            return false;
        }
    }
}
