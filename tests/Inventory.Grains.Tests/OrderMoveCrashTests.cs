using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>The process dies at every point of the steps in which something changes hands; another one takes over and the caller asks again.</summary>
public sealed class OrderMoveCrashTests
{
    private const int PointsMax = 200;

    [Fact]
    public Task A_quote_is_redeemed_once() => Everywhere(
        world => OrderQuoteTests.Quote(world, 7),
        async world => (await OrderQuoteTests.Redeem(world, "redeem", null)).Outcome.IsAccepted(),
        async world => Assert.Equal((OrderState.Held, 7L, 15L), ((await Get(world)).State, await Held(world, "MUG"), await OnHand(world, "MUG"))));

    [Fact]
    public Task What_is_chosen_later_is_at_one_place() => Everywhere(
        world => Place(world, Content(new Wish(WishKind.DecideLater, Point: Home), ("MUG", 2))),
        async world => (await OrderMoveTests.Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far")))).Outcome.IsAccepted(),
        async world =>
        {
            Assert.Equal("near Ended 0:0/2, far Held 0:2/2", Parts(await Get(world)));
            Assert.Equal("MUG@far 2/5", await Shelves(world));
        });

    [Fact]
    public Task What_is_moved_for_the_better_is_at_one_place() => Everywhere(
        OrderMoveTests.FarFromHome,
        async world => (await world.Grains.GetGrain<IOrderGrain>(Order.ToString()).Improve(World.Id("night"), 1).AsTask().WaitAsync(World.Patience)).Units == 2,
        async world =>
        {
            Assert.Equal("middle Ended 0:0/2, near Open 0:2/2", Parts(await Get(world)));
            Assert.Equal("MUG@near 2/5", await Shelves(world));
        });

    [Fact]
    public Task What_is_exchanged_comes_back_once_and_the_other_is_held_once() => Everywhere(
        async world =>
        {
            await Place(world, Shipped(("MUG", 3)));
            await Step(world, "pay", OrderVerb.Confirm);
            await Step(world, "send", OrderVerb.Ship);
        },
        async world => (await OrderQuoteTests.Exchange(world, "swap", "far", 1, Shipped(("CUP", 2)))).Outcome.IsAccepted(),
        async world => Assert.Equal(
            (0L, 13L, 2L, 15L), (await Held(world, "MUG"), await OnHand(world, "MUG"), await Held(world, "CUP"), await OnHand(world, "CUP"))));

    /// <summary>Kills the process at every append of what is done, asks another one for the same, and checks what has come of it.</summary>
    internal static async Task Everywhere(
        Func<World, Task> prepare, Func<World, Task<bool>> act, Func<World, Task> check, Func<OnPool<World>>? start = null)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await (start ?? Stocked)();
            await prepare(world);
            world.Journal.DieAfter(point);
            var answered = await Survives(() => act(world));

            await using var next = await world.Restart();
            await next.Shown("MUG@near", row => row.Available >= 0); // a board of the new process hears from its stocks
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
            Assert.True(await act(next), $"point {point}");
            try
            {
                await check(next);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"point {point}: {e.Message}", e);
            }

            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    private static async Task<bool> Survives(Func<Task<bool>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is Journal.JournalFailedException or TimeoutException or OverloadedException)
        {
            return false;
        }
    }

    private static async Task<long> Held(World world, string sku) => (await Views(world, sku)).Sum(view => view.Held);

    private static async Task<long> OnHand(World world, string sku) => (await Views(world, sku)).Sum(view => view.Sellable);

    private static Task<StockView[]> Views(World world, string sku) =>
        Task.WhenAll(new[] { "near", "middle", "far" }.Select(store => world.View($"{sku}@{store}")));
}
