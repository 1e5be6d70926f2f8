using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;

namespace Inventory.Grains.Tests;

/// <summary>Supply over real owners, with the process dying at every write of an arrival.</summary>
public sealed class SupplyTests
{
    private const int PointsMax = 100;
    private static readonly StockKey s_key = World.Key("MUG@shop");
    private static readonly RequestId s_promise = World.Id("promise");

    [Fact]
    public async Task Goods_that_were_promised_are_held_in_the_step_in_which_they_come_in()
    {
        await using var world = await Started();
        var look = new SupplyLook(long.MaxValue, 0, Channel.Web);
        var seen = await world.Supply.Get(s_key, look);
        Assert.Equal((1, 6), (seen.AvailableNow, seen.Supply.Available));
        var came = await Arrive(world);
        Assert.Equal((SupplyOutcome.Accepted, 4L), (came.Outcome, came.Free));
        var fulfilled = Assert.Single(came.Fulfilled);
        Assert.Equal((s_promise, 4L), (fulfilled.Promise, fulfilled.Units));
        var view = await world.View("MUG@shop");
        Assert.Equal((9, 4, 5), (view.Sellable, view.Held, view.Available));
        var hold = new HoldId(fulfilled.Reservation, 0); // from here on it is a reservation like any other
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MUG@shop", StockCommand.Ship(world.NewId(), hold))).Outcome);
        await world.AssertAuditIsClean();
        Assert.Equal(SupplyOutcome.AlreadyAccepted, (await Arrive(world)).Outcome);
        var page = await world.Supply.List(null, s_key.Location, look, null, 10);
        Assert.Equal(2, Assert.Single(page.Supplies).Supply.Available);
    }

    [Fact]
    public async Task Supply_that_moves_names_the_promises_concerned()
    {
        await using var world = await Started();
        var moved = await Expect(world, "moved", 10, 9);
        Assert.Equal(("order 7", true), (moved.Concerned.Single().Promise.Reference, moved.Concerned.Single().IsLate));
        var cut = await Expect(world, "cut", 3, 2);
        Assert.Equal((1, 0), (cut.Concerned.Single().Lacking, cut.Concerned.Single().ExpectedMs));
        var unknown = await world.Supply.Do(World.Key("MUG@nowhere"), new SupplyCommand(SupplyVerb.Expect, world.NewId(), default, 1, "PO", 1, 100));
        Assert.Equal(SupplyOutcome.LocationUnknown, unknown.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_arrival_cut_off_anywhere_comes_in_once_and_its_promise_is_held(bool asksAgain)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Started();
            world.Journal.DieAfter(point);
            var answered = await Survives(() => Arrive(world));
            await using var next = await world.Restart(); // the start finishes it
            var seen = (await next.Supply.Get(s_key, default)).Supply;
            var began = seen.Receipts.Single().Left == 2;
            Assert.True(began || !answered, $"point {point}: the answer was forgotten");
            if (asksAgain)
            {
                Assert.True((await Arrive(next)).Outcome.IsAccepted(), $"point {point}");
                began = true;
            }

            var view = await next.View("MUG@shop");
            Assert.True(began ? view is { Sellable: 9, Held: 4 } : view is { Sellable: 1, Held: 0 }, $"point {point}: {view.Sellable} held {view.Held}");
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    // One mug there, ten expected on the second day, four of them promised.
    private static OnPool<World> Started() => World.Start(static async world =>
    {
        await world.Receive("MUG@shop", 1);
        Assert.Equal(SupplyOutcome.Accepted, (await Expect(world, "announced", 10, 2)).Outcome);
        var promise = new SupplyCommand(SupplyVerb.Promise, s_promise, default, 4, AtMs: Day(world, 3), Channel: Channel.Web, Reference: "order 7");
        Assert.Equal(SupplyOutcome.Accepted, (await world.Supply.Do(s_key, promise)).Outcome);
    });

    private static Task<SupplyAnswer> Expect(World world, string id, long units, int day) => world.Supply.Do(
        s_key, new SupplyCommand(SupplyVerb.Expect, World.Id(id), default, units, "PO-1", Day(world, day), 100)).AsTask().WaitAsync(World.Patience);

    private static Task<SupplyAnswer> Arrive(World world) =>
        world.Supply.Do(s_key, new SupplyCommand(SupplyVerb.Receive, World.Id("arrival"), default, 8, "PO-1")).AsTask().WaitAsync(World.Patience);

    private static long Day(World world, int day) => world.Time.GetUtcNow().AddDays(day).ToUnixTimeMilliseconds();

    private static async Task<bool> Survives(Func<Task<SupplyAnswer>> call)
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
