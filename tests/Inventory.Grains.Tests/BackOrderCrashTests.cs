using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// The process dies before every append of a back-order's life; another takes over what is on the disk, and everybody who got no answer asks again. In the
/// end there is no promise without an order, no order that believes in a promise which is not there, and no unit that is held twice or forgotten.
/// </summary>
public sealed class BackOrderCrashTests
{
    private const int PointsMax = 300;

    [Fact]
    public Task A_life_from_promise_to_parcel_with_supply_that_is_cut() => AtEveryPoint(
        async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("MUG", 3)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            await Expect(world, "near", "PO-1", 2, Due(world, 5), "cut");
            await Until(world, Order, static order => order.Expected.Sum(static part => part.Units) == 3 || order.Parts.Length > 0, isVain);
            await Until(world, Order, static order => order.Expected.Length != 1 || order.Parts.Length > 0, isVain);
            Assert.True((await Arrive(world, "near", "PO-1", 2, "arrival-1")).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-2", 1, "arrival-2")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Sum(static part => part.Lines.Sum(static line => line.Units)) == 3, isVain);
            Assert.True((await Step(world, "send", OrderVerb.Ship)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, Sent(order), onHand, held) == (OrderState.Fulfilled, 3, 0, 0));

    [Fact]
    public Task A_cancellation_that_crosses_an_arrival() => AtEveryPoint(
        async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("MUG", 4)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            var arrival = Arrive(world, "near", "PO-1", 2, "arrival");
            var cancel = Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 2));
            Assert.True((await arrival).Outcome.IsAccepted());
            Assert.True((await cancel).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Expected.Sum(static part => part.Units) + Left(order) == 2, isVain);
        },
        static (order, onHand, held) =>
            (onHand, held, order.Expected.Sum(static part => part.Units)) == (2, Left(order), 2 - Left(order)) && order.Unfilled.IsEmpty);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_order_that_is_not_paid_in_its_time(bool partCame) => AtEveryPoint(
        async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("MUG", 4)))).Outcome.IsAccepted());
            if (partCame)
            {
                Assert.True((await Arrive(world, "near", "PO-1", 1, "arrival")).Outcome.IsAccepted());
                await Until(world, Order, static order => order.Parts.Length == 1 || order.State == OrderState.Expired, isVain);
            }

            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            await Until(world, Order, static order => order is { State: OrderState.Expired, Expected.Length: 0 }, isVain);
        },
        (order, onHand, held) => (order.State, onHand, held) == (OrderState.Expired, partCame ? 1 : 0, 0));

    // PO-1 brings three mugs to the near store and PO-2 two to the far one, later.
    private static async Task AtEveryPoint(Func<World, Func<bool>, Task> live, Func<OrderView, long, long, bool> isRight)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Expecting();
            await Expect(world, "near", "PO-1", 3, Due(world, 2));
            await Expect(world, "far", "PO-2", 2, Due(world, 9));
            world.Journal.DieAfter(point);
            var isDead = () => world.Journal.Appends >= world.Journal.DiesAt;
            var lived = await Survives(() => live(world, isDead));

            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
            if (!lived)
            {
                await live(next, static () => false); // everybody asks again, under the same ids
            }

            await AssertRight(next, point, isRight);
            if (lived && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    private static async Task AssertRight(World world, int point, Func<OrderView, long, long, bool> isRight)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var pulse = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (true)
        {
            var order = await Get(world);
            var (onHand, held, told) = (0L, 0L, "");
            var isKnown = true;
            foreach (var store in new[] { "near", "middle", "far" })
            {
                var view = await world.View("MUG@" + store);
                (onHand, held) = (onHand + view.Sellable, held + view.Held);
                var claims = await Claims(world, store);
                var promises = (await Supply(world, store)).Promises;
                isKnown &= promises.Sum(static each => each.Promise.Left) == claims.Sum(static each => each.Left)
                    && claims.All(claim => claim.Seen == claim.Arrived
                        && order.Expected.Any(part => part.Promise == claim.Promise && part.Units == claim.Left && part.Location.Value == store))
                    && order.Expected.Where(part => part.Location.Value == store).All(part => claims.Any(claim => claim.Promise == part.Promise));
                told += $" {store}: {view.Held}/{view.Sellable}, claims {string.Join(';', claims)}";
            }

            if (isKnown && isRight(order, onHand, held))
            {
                await world.AssertAuditIsClean();
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"point {point}: {order.State} {Parts(order)}; {Promised(order)}; {told}");
            await pulse.WaitForNextTickAsync();
            world.Time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    private static long Left(OrderView order) => order.Parts.Sum(static part => part.Lines.Sum(static line => line.Left));

    private static long Sent(OrderView order) => order.Parts.Sum(static part => part.Lines.Sum(static line => line.Shipped));

    // The same for every process: a repeated announcement has the same content.
    private static long Due(World world, int day) => Day(world, 0) + (day * 86_400_000L);

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
