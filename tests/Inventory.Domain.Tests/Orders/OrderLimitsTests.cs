using Inventory.Domain.Orders;
using static Inventory.Domain.Tests.Orders.OrderScene;

namespace Inventory.Domain.Tests.Orders;

public sealed class OrderLimitsTests
{
    [Fact]
    public void An_order_takes_so_many_steps_and_then_none_but_knows_the_old_ones()
    {
        var scene = Held();
        var first = scene.Ask(OrderVerb.Extend);
        Assert.Equal(OrderOutcome.Accepted, scene.Do(first));
        for (var step = 1; step < Limits.OrderStepsMax; step++)
        {
            Assert.Equal(OrderOutcome.Accepted, scene.Do(OrderVerb.Extend));
        }

        Assert.Equal(OrderOutcome.TooManySteps, scene.Do(OrderVerb.Extend));
        Assert.Equal(OrderOutcome.TooManySteps, scene.Do(OrderVerb.Cancel));
        Assert.Equal(OrderOutcome.NoSuchPart, scene.Do(OrderVerb.Cancel, 9)); // what is wrong for good is told first
        Assert.Equal(OrderOutcome.AlreadyAccepted, scene.Do(first));
    }
}
