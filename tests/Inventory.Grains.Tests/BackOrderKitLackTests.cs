using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using static Inventory.Grains.Tests.BackOrderDesk;
using static Inventory.Grains.Tests.BackOrderKitTests;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Kits that came from supply, of which one component is held but not there to be handed over: none of the kit is, and the order goes on.</summary>
public sealed class BackOrderKitLackTests
{
    [Fact]
    public async Task A_kit_of_which_one_component_was_sold_beyond_what_there_is_is_handed_over_whole_or_not_at_all()
    {
        await using var world = await Pairs();
        await Expect(world, "far", "PO-1", 1, Day(world, 2));
        await Cups(world, "far", "PO-2", 2, 2);
        await Place(world, Shipped(("PAIR", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        await Arrive(world, "far", "PO-1", 1);
        await Arrive(world, "far", "PO-2", 2, sku: "CUP");
        await Until(world, Order, static view => view.Parts.Length == 1);
        await world.Do("MUG@far", StockCommand.SetPolicy(world.NewId(), new StockPolicy { OversellUnits = 1 }));
        Assert.True((await world.Reserve("MUG@far", "fast", 1)).Outcome.IsAccepted());
        Assert.True((await world.Do("MUG@far", StockCommand.Collect(world.NewId(), new HoldId(World.Id("fast"), 0)))).Outcome.IsAccepted());

        Assert.Equal(OrderOutcome.Insufficient, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal((2, 2), ((await world.View("CUP@far")).Sellable, (await world.View("CUP@far")).Held));
        await world.Receive("MUG@far", 1);
        Assert.Equal(OrderState.Fulfilled, (await Step(world, "send", OrderVerb.Ship)).Order!.State);
        Assert.Equal((0, 0), ((await world.View("CUP@far")).Sellable, (await world.View("MUG@far")).Sellable));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_kit_of_which_one_component_is_past_its_date_can_still_be_cancelled()
    {
        await using var world = await Pairs();
        var described = await world.Get<ICatalog>().Upsert(world.NewId(), Sku.Parse("MUG"), new CatalogFacts { HasLots = true });
        Assert.True(described.Outcome.IsAccepted());
        await Expect(world, "far", "PO-1", 1, Day(world, 2));
        await Cups(world, "far", "PO-2", 2, 2);
        await Place(world, Shipped(("PAIR", 1)));
        await Step(world, "pay", OrderVerb.Confirm);
        var today = DateOnly.FromDateTime(world.Time.GetUtcNow().UtcDateTime);
        var dated = new SupplyCommand(SupplyVerb.Receive, world.NewId(), default, 1, "PO-1") { Lot = LotName.Parse("L1"), BestBefore = today.AddDays(1) };
        Assert.True((await world.Supply.Do(World.Key("MUG@far"), dated)).Outcome.IsAccepted());
        await Arrive(world, "far", "PO-2", 2, sku: "CUP");
        await Until(world, Order, static view => view.Parts.Length == 1);

        world.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, (await world.View("MUG@far")).PastDate);
        Assert.Equal(OrderOutcome.Insufficient, (await Step(world, "send", OrderVerb.Ship)).Outcome);
        Assert.Equal(2, (await world.View("CUP@far")).Held);
        Assert.Equal(OrderState.Cancelled, (await Step(world, "all", OrderVerb.Cancel)).Order!.State);
        Assert.Equal((0, 2, 0), ((await world.View("MUG@far")).Held, (await world.View("CUP@far")).Available, (await world.View("CUP@far")).Held));
        await world.AssertAuditIsClean();
    }
}
