using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderCrash;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// As <see cref="BackOrderKitCrashTests"/>, of kits whose mugs, and one of the cups, lie on the shelf: the process dies before every append of their lives.
/// </summary>
public sealed class BackOrderShelfKitCrashTests
{
    [Fact]
    public Task A_life_from_the_shelf_and_what_is_to_come_to_the_parcel() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            Assert.True((await Arrive(world, "far", "PO-1", 2, "cups-1", "CUP")).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-1", 1, "cups-2", "CUP")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Sum(static part => part.Lines[0].Units) == 2, isVain);
            Assert.True((await Step(world, "send", OrderVerb.Ship)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Fulfilled, 0, 0));

    [Fact]
    public Task What_is_to_come_is_cut_and_the_shelf_has_its_own_again() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            await Cut(world, 1, "cut-1");
            await Until(world, Order, static order => order.Expected.Sum(static part => part.Units) <= 1, isVain);
            await Cut(world, 0, "cut-2");
            await Until(world, Order, static order => order.Expected.IsEmpty, isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held, order.Unfilled.Single().Units) == (OrderState.Waiting, 3, 0, 2));

    [Fact]
    public Task A_cancellation_of_one_that_crosses_an_arrival_and_then_of_all() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            var arrival = Arrive(world, "far", "PO-1", 2, "cups", "CUP");
            var cancel = Step(world, "less", OrderVerb.Cancel, lines: new LineUnits(0, 1));
            Assert.True((await arrival).Outcome.IsAccepted());
            Assert.True((await cancel).Outcome.IsAccepted());
            Assert.True((await Step(world, "none", OrderVerb.Cancel)).Outcome.IsAccepted());
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Cancelled, 5, 0));

    [Fact]
    public Task Kits_that_nobody_pays() => AtEveryPoint(
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("PAIR", 2)))).Outcome.IsAccepted());
            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            await Until(world, Order, static order => order is { State: OrderState.Expired, Expected.Length: 0 }, isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Expired, 3, 0));

    [Fact]
    public Task A_location_that_is_switched_off() => AtEveryPoint(
        static async (world, isVain) =>
        {
            await Ordered(world);
            await world.Locations.SetOpen(World.Id("close"), LocationId.Parse("far"), false).AsTask().WaitAsync(World.Patience);
            await Until(world, Order, static order => order.Expected.IsEmpty, isVain);
        },
        static (order, onHand, held) => (order.State, onHand, held, order.Unfilled.Sum(static line => line.Units)) == (OrderState.Waiting, 3, 0, 2));

    // The mugs and a cup are held by then, and given back.
    [Fact]
    public Task Kits_of_which_what_is_to_come_is_refused_the_first_time() => BackOrderCrash.AtEveryPoint(
        static async world =>
        {
            await Stocked(world);
            var stray = new SupplyCommand(
                SupplyVerb.Promise, World.Id("order").Derive(0x5052_4F00).Derive(0).Derive(2), default, 1, AtMs: Day(world, 30), Reference: "somebody");
            await Cups(world, "far", "PO-7", 1, 30);
            Assert.True((await world.Supply.Do(World.Key("CUP@far"), stray)).Outcome.IsAccepted());
        },
        static async (world, isVain) =>
        {
            Assert.True((await Place(world, Shipped(("PAIR", 2)))).Outcome.IsAccepted());
            Assert.True((await Step(world, "none", OrderVerb.Cancel)).Outcome.IsAccepted());
            Assert.Equal(0, (await world.View("CUP@far")).Held);
        },
        static (order, onHand, held) => (order.State, onHand, held) == (OrderState.Cancelled, 2, 0),
        "MUG");

    private static Task AtEveryPoint(Func<World, Func<bool>, Task> live, Func<OrderView, long, long, bool> isRight) =>
        BackOrderCrash.AtEveryPoint(Stocked, live, isRight, "MUG", "CUP");

    // Two mugs and a cup are at the far store, PO-1 brings it three more cups.
    private static async Task Stocked(World world)
    {
        await KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2));
        await world.Receive("MUG@far", 2);
        await world.Receive("CUP@far", 1);
        await world.Shown("MUG@far", static row => row.Available == 2);
        await world.Shown("CUP@far", static row => row.Available == 1);
        await Cups(world, "far", "PO-1", 3, 5);
    }

    private static Task Cut(World world, long units, string id) => Expect(world, "far", "PO-1", units, Due(world, 5), id, "CUP");

    private static async Task Ordered(World world)
    {
        Assert.True((await Place(world, Shipped(("PAIR", 2)))).Outcome.IsAccepted());
        Assert.True((await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
    }
}
