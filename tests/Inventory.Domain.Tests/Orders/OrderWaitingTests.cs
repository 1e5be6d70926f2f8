using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Tests.Codec;
using static Inventory.Domain.Tests.Orders.OrderScene;

namespace Inventory.Domain.Tests.Orders;

/// <summary>Units that wait for a location, also of an order that has nothing else.</summary>
public sealed class OrderWaitingTests
{
    [Theory]
    [InlineData(Unfillable.Wait, OrderState.Waiting)]
    [InlineData(Unfillable.BackOrder, OrderState.Waiting)]
    [InlineData(Unfillable.Partial, OrderState.Refused)]
    [InlineData(Unfillable.Cancel, OrderState.Refused)]
    public void The_policy_says_whether_an_order_waits_of_which_nothing_is_there(Unfillable unfillable, OrderState state)
    {
        var scene = Waiting(unfillable);
        Assert.Equal(state, scene.Order.StateAt(scene.NowMs));
        var waits = state == OrderState.Waiting;
        Assert.Equal((waits, !waits, waits), (scene.Order.Exists, scene.Order.MayBePlaced, scene.Order.WaitsAt(scene.NowMs)));
        Assert.Equal(waits ? OrderOutcome.Accepted : OrderOutcome.NotFound, scene.Do(OrderVerb.Confirm));
        Assert.Equal(waits ? OrderOutcome.IdReused : OrderOutcome.Accepted, OrderRules.JudgePlace(scene.Order, 1));
    }

    [Fact]
    public void One_that_is_not_confirmed_waits_no_longer_than_anything_would_be_held_for_it()
    {
        var scene = Waiting();
        scene.NowMs += TtlMs - 1;
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Extend));
        scene.NowMs += TtlMs - 1;
        Assert.Equal(OrderState.Waiting, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Retry));
        scene.Nothing(Unfillable.Wait);
        scene.NowMs++;
        Assert.Equal((OrderState.Expired, false), (scene.Order.StateAt(scene.NowMs), scene.Order.WaitsAt(scene.NowMs)));
        Assert.Equal(OrderOutcome.Expired, scene.Do(OrderVerb.Retry));
        Assert.NotEqual(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
    }

    [Fact]
    public void One_that_is_confirmed_waits_for_good_and_is_held_for_good_when_units_come()
    {
        var scene = Waiting();
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Confirm));
        Assert.Equal(OrderOutcome.WrongState, scene.Do(OrderVerb.Ship));
        scene.NowMs += 1_000 * TtlMs;
        Assert.Equal(OrderState.Waiting, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Retry));
        scene.Hold(Part("york", WishKind.Ship, (0, 3)));
        Assert.Equal((PartState.Open, 2L), (scene.Order.Parts.Single().State, scene.Order.Unfilled[0]));
        Assert.Equal(OrderState.Confirmed, scene.Order.StateAt(scene.NowMs));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Ship));
        Assert.Equal(OrderState.Waiting, scene.Order.StateAt(scene.NowMs)); // two are still wanted
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel));
        Assert.Equal((OrderState.Fulfilled, false), (scene.Order.StateAt(scene.NowMs), scene.Order.Waits));
    }

    [Fact]
    public void Cancelling_gives_up_units_that_wait_before_any_that_a_location_has()
    {
        var scene = Waiting();
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 1)));
        Assert.Equal(4, scene.Order.Unfilled[0]);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Retry));
        scene.Hold(Part("york", WishKind.Ship, (0, 2)));
        Assert.Equal(OrderOutcome.ExceedsLeft, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 5)));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 2)));
        Assert.Equal((0L, 2L), (scene.Order.Unfilled[0], scene.Order.Parts.Single().Left));
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 1)));
        Assert.Equal(1, scene.Order.Parts.Single().Left);
        var other = Waiting();
        Assert.Equal(OrderOutcome.Accepted, other.Do(OrderVerb.Cancel));
        Assert.Equal((OrderState.Cancelled, false), (other.Order.StateAt(other.NowMs), other.Order.MayBePlaced));
        Assert.NotEqual(OrderOutcome.Accepted, other.Do(OrderVerb.Retry));
    }

    [Fact]
    public void A_stock_that_refused_is_asked_at_the_next_try_and_one_that_rejected_is_not()
    {
        var scene = Waiting();
        scene.Do(OrderVerb.Confirm);
        scene.Do(OrderVerb.Retry);
        scene.Apply(new LegIntended(scene.NowMs, [Part("hull", WishKind.Ship, (0, 5))], [], "patient", true, []));
        scene.Apply(new LegDecided(scene.NowMs, false, 0, [new RefusedStock(0, LocationId.Parse("hull"), Stocks.StockOutcome.Insufficient)]));
        scene.Hold(Part("york", WishKind.Ship, (0, 2)));
        scene.Do(OrderVerb.Reject, 0, new LineUnits(0, 1));
        Assert.Equal(["york", "hull"], scene.Order.Refused.Select(stock => stock.Location.Value));
        scene.Nothing(Unfillable.Wait);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Retry));
        Assert.Equal(["york"], scene.Order.Refused.Select(stock => stock.Location.Value));
    }

    [Fact]
    public void Events_of_orders_that_wait_are_the_bytes_that_they_were()
    {
        var scene = Waiting(Unfillable.BackOrder);
        scene.Do(OrderVerb.Cancel, null, new LineUnits(0, 2));
        scene.Do(OrderVerb.Retry);
        Golden.Check("order-waiting-events", scene.Events.Select(change => (change.GetType().Name, OrderCodec.Encode(change))));
        Assert.All(Golden.Read("order-waiting-events"), sample => Assert.Equal(sample.Bytes, OrderCodec.Encode(OrderCodec.Decode(sample.Bytes))));
    }

    [Fact]
    public void An_order_that_was_refused_before_orders_could_wait_stays_refused()
    {
        var scene = new OrderScene();
        scene.Place(Content(("A", 5, new Wish(WishKind.DecideLater))));
        scene.Apply(new LegIntended(scene.NowMs, [Part("hull", WishKind.Ship, (0, 5))], [], "patient", false, []) { Unfillable = Unfillable.Wait });
        scene.Apply(new LegDecided(scene.NowMs, false, 0, [new RefusedStock(0, LocationId.Parse("hull"), Stocks.StockOutcome.Insufficient)]));
        scene.Nothing(Unfillable.Cancel);
        Assert.Equal((OrderState.Refused, true, false), (scene.Order.StateAt(scene.NowMs), scene.Order.MayBePlaced, scene.Order.Waits));
    }
}
