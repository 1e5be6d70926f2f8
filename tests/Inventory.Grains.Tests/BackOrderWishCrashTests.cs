using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderCrash;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>As <see cref="BackOrderCrashTests"/>, of what is tried on and what is decided later.</summary>
public sealed class BackOrderWishCrashTests
{
    private static readonly Wish s_tryOn = new(WishKind.Fitting, LocationId.Parse("far"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_fitting_that_comes_long_after_its_time(bool isTaken) => AtEveryPoint(
        static world => Expect(world, "far", "PO-1", 2, Due(world, 2)),
        async (world, isVain) =>
        {
            Assert.True((await Place(world, Content(s_tryOn, ("MUG", 2)))).Outcome.IsAccepted());
            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            Assert.True((await Arrive(world, "far", "PO-1", 2, "arrival")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length == 1, isVain);
            if (isTaken)
            {
                var paid = await Step(world, "pay", OrderVerb.Confirm);
                Assert.True(paid.Outcome.IsAccepted() || paid.Outcome == OrderOutcome.Expired); // if the process died on the way
                Assert.Equal(paid.Outcome.IsAccepted(), (await Step(world, "take", OrderVerb.Collect)).Outcome.IsAccepted());
                return;
            }

            world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
            await Until(world, Order, static order => order.State == OrderState.Expired, isVain);
        },
        (order, onHand, held) => isTaken && order.State != OrderState.Expired
            ? (order.State, onHand, held) == (OrderState.Fulfilled, 0, 0)
            : (order.State, onHand, held) == (OrderState.Expired, 2, 0),
        "MUG");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_choice_that_moves_what_came_to_another_store(bool isPaid) => AtEveryPoint(
        static world => Expect(world, "far", "PO-1", 2, Due(world, 2)),
        async (world, isVain) =>
        {
            Assert.True((await Place(world, Content(new Wish(WishKind.DecideLater), ("MUG", 2)) with { TtlMs = 86_400_000 })).Outcome.IsAccepted());
            Assert.True(!isPaid || (await Step(world, "pay", OrderVerb.Confirm)).Outcome.IsAccepted());
            Assert.True((await Arrive(world, "far", "PO-1", 2, "arrival")).Outcome.IsAccepted());
            await Until(world, Order, static order => order.Parts.Length > 0, isVain);
            Assert.True((await world.Do("MUG@middle", StockCommand.Receive(World.Id("more"), 2))).Outcome.IsAccepted());
            await world.Shown("MUG@middle", static row => row.OnHand == 2);
            var chosen = await Sure(() => world.Orders.Step(Order, new OrderStep(World.Id("choose"), default, OrderVerb.Choose, null, [])
            {
                Wish = new Wish(WishKind.CollectAt, LocationId.Parse("middle")),
            }));
            if (chosen.Outcome == OrderOutcome.InDoubt && isVain())
            {
                throw new OperationCanceledException("the process has died");
            }

            Assert.True(chosen.Outcome.IsAccepted(), $"{chosen.Outcome}");
        },
        static (order, onHand, held) => (onHand, held) == (4, 2)
            && order.Parts.Where(static part => part.Lines[0].Left > 0).All(static part => part is { Location.Value: "middle", Lines: [{ Left: 2 }] }),
        "MUG");
}
