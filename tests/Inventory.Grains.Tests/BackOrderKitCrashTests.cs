using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderCrash;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>As <see cref="BackOrderCrashTests"/>, of kits: a mug and two cups each.</summary>
public sealed class BackOrderKitCrashTests
{
    [Fact]
    public Task A_life_whose_components_come_one_after_the_other() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            Assert.True((await Arrive(world, "far", "PO-2", 3, "cups-1", "CUP")).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-1", 2, "mugs")).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-2", 1, "cups-2", "CUP")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Sum(static part => part.Lines[0].Units) == 2, isVain);
            Assert.True((await Step(world, "send", OrderVerb.Ship)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Fulfilled, 0, 0));

    [Fact]
    public Task One_component_that_is_cut_after_the_other_has_come() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            Assert.True((await Arrive(world, "far", "PO-2", 4, "cups", "CUP")).Outcome.IsAccepted());
            await Expect(world, "far", "PO-1", 1, Due(world, 5), "cut");
            await Until(world, Order, static order => order.Expected.Sum(static part => part.Units) == 1, isVain);
            await Until(world, Order, static order => order.Expected is [{ Components: [_, { Kept: 2 }] }], isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held, order.Unfilled.Single().Units) == (OrderState.Waiting, 4, 2, 1));

    [Fact]
    public Task A_cancellation_that_crosses_the_arrival_of_one_component() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            var arrival = Arrive(world, "far", "PO-2", 3, "cups", "CUP");
            var cancel = Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1));
            Assert.True((await arrival).Outcome.IsAccepted());
            Assert.True((await cancel).Outcome.IsAccepted());
            await Until(
                world, Order, static order => order.Expected is [{ Components: [_, { Units: var toCome, Kept: var kept }] }] && toCome + kept == 2, isVain);
        },
        static (order, onHand, held) => (onHand, held) == (3, order.Expected.Single().Components[1].Kept) && order.Unfilled.IsEmpty);

    [Fact]
    public Task Kits_that_nobody_pays_of_which_one_component_has_come() => AtEveryPoint(
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("PAIR", 2)))).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-2", 3, "cups", "CUP")).Outcome.IsAccepted());
            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            await Until(world, Order, static order => order is { State: OrderState.Expired, Expected.Length: 0 }, isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Expired, 3, 0));

    [Fact]
    public Task Kits_of_which_one_component_is_refused_the_first_time() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await Announced(world);
            await Expect(world, "far", "PO-7", 1, Due(world, 30));
            await Spoil(world, "far");
        },
        static async (world, isVain) =>
        {
            await Ordered(world);
            Assert.True((await Step(world, "none", OrderVerb.Cancel)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Cancelled, 0, 0),
        "CUP");

    [Fact]
    public Task Kits_of_which_one_component_is_refused_while_the_other_comes() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await Announced(world);
            await Expect(world, "far", "PO-7", 1, Due(world, 30));
            await Spoil(world, "far");
        },
        static async (world, isVain) =>
        {
            var arrival = Arrive(world, "far", "PO-2", 4, "cups", "CUP");
            await Ordered(world);
            Assert.True((await arrival).Outcome.IsAccepted());
            Assert.True((await Step(world, "none", OrderVerb.Cancel)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Cancelled, 4, 0),
        "CUP");

    // PO-1 brings two mugs to the far store, PO-2 four cups, sooner.
    private static Task AtEveryPoint(Func<World, Func<bool>, Task> live, Func<OrderView, long, long, bool> isRight) =>
        BackOrderCrash.AtEveryPoint(Announced, live, isRight, "MUG", "CUP");

    private static async Task Announced(World world)
    {
        await KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2));
        await Expect(world, "far", "PO-1", 2, Due(world, 5));
        await Cups(world, "far", "PO-2", 4, 2);
    }

    private static async Task Ordered(World world)
    {
        Assert.True((await Place(world, Shipped(("PAIR", 2)))).Outcome.IsAccepted());
        Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
    }
}
