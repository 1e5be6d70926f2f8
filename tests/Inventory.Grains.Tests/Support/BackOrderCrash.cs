using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>The process dies before every append of a back-order's life.</summary>
internal static class BackOrderCrash
{
    private const int PointsMax = 400;
    private static readonly string[] s_stores = ["near", "middle", "far"];

    /// <summary>
    /// Lives a life again and again, dies one append later each time, and lives it again in another process on what is on the disk, under the same ids. In
    /// the end orders and supplies must say the same of every promise.
    /// </summary>
    /// <param name="prepare">What is there and announced before.</param>
    /// <param name="live">The life; it is told whether the process has died.</param>
    /// <param name="isRight">The end, from the order and the sums of units on hand and of units held.</param>
    /// <param name="skus">The SKUs with stock that the order is about.</param>
    public static Task AtEveryPoint(
        Func<World, Task> prepare, Func<World, Func<bool>, Task> live, Func<OrderView, long, long, bool> isRight, params string[] skus) =>
        AtEveryPoint(prepare, live, (_, order, onHand, held) => Task.FromResult(isRight(order, onHand, held)), skus);

    /// <summary>As above; what is right is asked of the world too.</summary>
    public static async Task AtEveryPoint(
        Func<World, Task> prepare, Func<World, Func<bool>, Task> live, Func<World, OrderView, long, long, Task<bool>> isRight, params string[] skus)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Expecting();
            await prepare(world);
            world.Journal.DieAfter(point);
            var isDead = () => world.Journal.Appends >= world.Journal.DiesAt;
            var lived = await Survives(() => live(world, isDead));

            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
            if (!lived)
            {
                await live(next, static () => false); // everybody asks again, under the same ids
            }

            await AssertRight(next, point, isRight, skus);
            if (lived && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    /// <summary>Midnight of a day, the same for every process: a repeated announcement has the same content.</summary>
    public static long Due(World world, int day) => Day(world, day);

    private static async Task AssertRight(World world, int point, Func<World, OrderView, long, long, Task<bool>> isRight, string[] skus)
    {
        using var passage = new Passage(world);
        while (true)
        {
            var order = await Get(world);
            var (onHand, held, told) = (0L, 0L, "");
            var isKnown = true;
            foreach (var key in skus.SelectMany(static sku => s_stores.Select(store => $"{sku}@{store}")))
            {
                var view = await world.View(key);
                (onHand, held) = (onHand + view.Sellable, held + view.Held);
                var mine = Promises(order, World.Key(key));
                var claims = await world.Grains.GetGrain<ISupplyGrain>(key).Claims().AsTask().WaitAsync(World.Patience);
                var promises = (await Supply(world, World.Key(key))).Promises;
                isKnown &= promises.Sum(static each => each.Promise.Left) == claims.Sum(static each => each.Left)
                    && claims.All(claim => claim.Seen == claim.Arrived && mine.Contains((claim.Promise, claim.Left)))
                    && mine.All(each => each.Units == 0 || claims.Any(claim => claim.Promise == each.Promise));
                told += $" {key}: {view.Held}/{view.Sellable}, claims {string.Join(';', claims)}";
            }

            if (isKnown && await isRight(world, order, onHand, held))
            {
                await world.AssertAuditIsClean();
                return;
            }

            await passage.Next(async () =>
                $"point {point}: {order.State} {Parts(order)}; {Promised(order)}; {await BackOrderWork.Taken(world, "near")}; {told}");
        }
    }

    // What an order believes to be promised it at a stock.
    private static List<(RequestId Promise, long Units)> Promises(OrderView order, StockKey key) =>
    [
        .. order.Expected.Where(part => part.Location == key.Location && order.Content.Lines[part.Line].Sku == key.Sku)
            .Select(static part => (part.Promise, part.Units)),
        .. order.Expected.Where(part => part.Location == key.Location).SelectMany(static part => part.Components)
            .Where(component => component.Sku == key.Sku).Select(static component => (component.Promise, component.Units)),
    ];

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
