using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderCrash;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>As <see cref="BackOrderCrashTests"/>, of promises that become late and move: no unit is at both places in the end, none at neither.</summary>
public sealed class BackOrderLateCrashTests
{
    [Fact]
    public Task A_promise_that_moves_to_a_shelf_and_to_another_announcement() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await Expect(world, "near", "PO-1", 3, Due(world, 5));
            await Expect(world, "far", "PO-2", 1, Due(world, 8));
        },
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("MUG", 3)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            await Put(world, "MUG@middle", 2, "shelf");
            await Expect(world, "near", "PO-1", 3, Due(world, 9), "late");
            await Until(world, Order, static order => order.Parts.Length > 0 || order.Expected is [{ IsLate: true }], isVain);
            await Expect(world, "far", "PO-2", 1, Due(world, 3), "sooner");
            await Until(world, Order, static order => order.Parts.Length > 0, isVain);
            Assert.True((await Arrive(world, "far", "PO-2", 1, "arrival")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length == 2, isVain);
            Assert.True((await Step(world, "send", OrderVerb.Ship)).Outcome.IsAccepted());
        },
        static (order, onHand, held) =>
            (order.State, onHand, held, order.Parts.Sum(static part => part.Lines[0].Shipped)) == (OrderState.Fulfilled, 0, 0, 3),
        "MUG");

    [Fact]
    public Task A_move_that_crosses_the_arrival_of_what_is_late() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await Expect(world, "near", "PO-1", 2, Due(world, 5));
        },
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("MUG", 2)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            await Put(world, "MUG@far", 2, "shelf");
            var late = Expect(world, "near", "PO-1", 2, Due(world, 9), "late");
            var arrival = Arrive(world, "near", "PO-1", 1, "arrival");
            await late;
            Assert.True((await arrival).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Sum(static part => part.Lines[0].Units) == 2, isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held, order.Unfilled.Length) == (OrderState.Confirmed, 3, 2, 0),
        "MUG");

    [Fact]
    public Task Kits_of_which_some_was_kept() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2));
            await world.Receive("MUG@near", 1);
            await world.Shown("MUG@near", static row => row.Available == 1);
            await Cups(world, "near", "PO-1", 2, 5);
        },
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("PAIR", 1)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            await Put(world, "MUG@far", 1, "mug");
            await Expect(world, "far", "PO-2", 2, Due(world, 3), "others", "CUP");
            await Expect(world, "near", "PO-1", 2, Due(world, 9), "late", "CUP");
            await Until(world, Order, static order => Promised(order) == "far 1 PO-2" || order.Parts.Length > 0, isVain);
            Assert.True((await Arrive(world, "far", "PO-2", 2, "cups", "CUP")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length == 1, isVain);
            Assert.True((await Step(world, "send", OrderVerb.Ship)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Fulfilled, 1, 0),
        "MUG", "CUP");

    private static async Task Put(World world, string key, long units, string id)
    {
        var answer = await world.Do(key, StockCommand.Receive(World.Id(id), units));
        Assert.True(answer.Outcome.IsAccepted());
    }
}
