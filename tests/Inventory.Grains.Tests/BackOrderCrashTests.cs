using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderCrash;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// The process dies before every append of a back-order's life; another takes over what is on the disk, and everybody who got no answer asks again. In the
/// end there is no promise without an order, no order that believes in a promise which is not there, and no unit that is held twice or forgotten.
/// </summary>
public sealed class BackOrderCrashTests
{
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

    private static long Left(OrderView order) => order.Parts.Sum(static part => part.Lines.Sum(static line => line.Left));

    private static long Sent(OrderView order) => order.Parts.Sum(static part => part.Lines.Sum(static line => line.Shipped));

    // PO-1 brings three mugs to the near store and PO-2 two to the far one, later.
    private static Task AtEveryPoint(Func<World, Func<bool>, Task> live, Func<OrderView, long, long, bool> isRight) => BackOrderCrash.AtEveryPoint(
        async world =>
        {
            await Expect(world, "near", "PO-1", 3, Due(world, 2));
            await Expect(world, "far", "PO-2", 2, Due(world, 9));
        },
        live,
        isRight,
        "MUG");
}
