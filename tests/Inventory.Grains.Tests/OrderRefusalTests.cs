using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>What only routing and locations can say no to: the rules of an order alone do not know it.</summary>
public sealed class OrderRefusalTests
{
    [Fact]
    public async Task Units_that_cannot_be_there_in_time_are_no_lack_of_units_and_the_same_order_may_pass_later()
    {
        await using var world = await Stocked();
        var hurried = await Place(world, Shipped(("MUG", 2)) with { PromiseByMs = 1 });
        Assert.Equal((OrderOutcome.NoRoute, OrderState.Refused), (hurried.Outcome, hurried.Order!.State));
        Assert.True(hurried.Outcome.MayPassLater());
        Assert.Equal(OrderOutcome.NoRoute, (await world.Orders.Quote(Shipped(("MUG", 2)) with { PromiseByMs = 1 })).Outcome);
        Assert.Equal("", await Shelves(world));

        Assert.Equal(OrderOutcome.Insufficient, (await Place(world, Shipped(("MUG", 99)))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 2)))).Outcome);
        Assert.Equal("MUG@near 2/5", await Shelves(world));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Goods_come_back_only_to_a_place_that_somebody_described()
    {
        await using var world = await Stocked();
        await Place(world, Shipped(("MUG", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Step(world, "send", OrderVerb.Ship);
        Assert.Equal(OrderOutcome.LocationRefuses, (await Step(world, "back", OrderVerb.Return, null, "nowhere")).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "back", OrderVerb.Return, null, "far")).Outcome);
        await world.AssertAuditIsClean();
    }
}
