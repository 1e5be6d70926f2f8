using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderWork;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// The process dies before every append of the life of a promise that takes capacity: in the end that is held once, on one day, for as long as the promise or
/// what has come for it is there.
/// </summary>
public sealed class BackOrderWorkCrashTests
{
    [Fact]
    public Task A_promise_that_moves_and_is_sent() => AtEveryPoint(
        async (world, isVain) =>
        {
            await Sure(isVain, Place(world, Shipped(("MUG", 2))));
            await Sure(isVain, Step(world, "pay", OrderVerb.Confirm));
            await Expect(world, "near", "PO-1", 2, Day(world, 5), "later");
            await Until(world, Order, order => order.Parts.Length > 0 || (order.Expected is [{ DueMs: var due }] && due == Day(world, 5)), isVain);
            Assert.True((await Arrive(world, "near", "PO-1", 2, "arrival")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length > 0, isVain);
            await Sure(isVain, Step(world, "send", OrderVerb.Ship));
        },
        static order => order.State == OrderState.Fulfilled,
        "parcels+0 1, picks+0h9 1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_order_that_is_cancelled_or_not_paid_in_time(bool isCancelled) => AtEveryPoint(
        async (world, isVain) =>
        {
            await Sure(isVain, Place(world, Shipped(("MUG", 2))));
            if (isCancelled)
            {
                await Sure(isVain, Step(world, "no", OrderVerb.Cancel));
                return;
            }

            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            await Until(world, Order, static order => order is { State: OrderState.Expired, Expected.Length: 0 }, isVain);
        },
        order => order.State == (isCancelled ? OrderState.Cancelled : OrderState.Expired),
        "");

    [Fact]
    public Task What_has_come_is_rejected_and_promised_elsewhere() => AtEveryPoint(
        async (world, isVain) =>
        {
            await Sure(isVain, Place(world, Shipped(("MUG", 2))));
            await Sure(isVain, Step(world, "pay", OrderVerb.Confirm));
            Assert.True((await Arrive(world, "near", "PO-1", 2, "arrival")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length > 0, isVain);
            await Sure(isVain, Step(world, "lost", OrderVerb.Reject));
            await Until(world, Order, static order => Promised(order) == "far 2 PO-2", isVain);
        },
        static order => Promised(order) == "far 2 PO-2",
        "",
        "parcels+9 1");

    [Fact]
    public Task The_last_parcel_of_a_day_is_one_orders() => AtEveryPoint(
        async (world, isVain) =>
        {
            await Expect(world, "near", "PO-3", 2, Day(world, 2), "cups", sku: "CUP");
            foreach (var (sku, id) in new[] { ("MUG", Order), ("CUP", World.Id("second")) })
            {
                await Sure(isVain, Place(world, Shipped((sku, 1)), id));
                await Sure(isVain, OrderDesk.Sure(() => world.Orders.Step(id, new OrderStep(id.Derive(1), default, OrderVerb.Confirm, null, []))));
            }
        },
        static order => Promised(order) == "near 1 PO-1",
        "parcels+2 1, parcels+3 1, picks+2h0 2");

    private static async Task Sure(Func<bool> isVain, Task<OrderAnswer> asked)
    {
        var answer = await asked;
        if (answer.Outcome == OrderOutcome.InDoubt && isVain())
        {
            throw new OperationCanceledException("the process has died");
        }

        Assert.True(answer.Outcome.IsAccepted(), $"{answer.Outcome}");
    }

    // PO-1 brings two mugs to the near store, which sends one parcel a day, and PO-2 two to the far one, later.
    private static Task AtEveryPoint(Func<World, Func<bool>, Task> live, Func<OrderView, bool> isRight, string near, string far = "") =>
        BackOrderCrash.AtEveryPoint(
            async world =>
            {
                await Limit(world, "near", parcels: 1, picks: 5);
                await Limit(world, "far", parcels: 1);
                await Expect(world, "near", "PO-1", 2, Day(world, 2));
                await Expect(world, "far", "PO-2", 2, Day(world, 9));
            },
            live,
            async (world, order, _, _) => isRight(order) && await Taken(world, "near") == near && await Taken(world, "far") == far,
            "MUG");
}
