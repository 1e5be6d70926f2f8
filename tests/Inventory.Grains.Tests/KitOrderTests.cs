using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>Orders of kits: PAIR is a mug and two cups, so that five of each make two of it in a store.</summary>
public sealed class KitOrderTests
{
    [Fact]
    public async Task A_location_serves_whole_kits_and_its_leg_holds_the_components()
    {
        await using var world = await WithPairs();
        var placed = await Place(world, Shipped(("PAIR", 3), ("MUG", 1)));
        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Equal(3, placed.Order!.Parts.SelectMany(part => part.Lines).Where(line => line.Line == 0).Sum(line => line.Units));
        Assert.All(placed.Order.Parts.SelectMany(part => part.Lines).Where(line => line.Line == 0), line => Assert.InRange(line.Units, 1, 2));
        Assert.Equal((4L, 6L), (await HeldOf(world, "MUG"), await HeldOf(world, "CUP")));
        Assert.Equal(OrderOutcome.Insufficient, (await Place(world, Shipped(("PAIR", 4)), World.Id("other"))).Outcome);
        Assert.Equal((4L, 6L), (await HeldOf(world, "MUG"), await HeldOf(world, "CUP")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Kits_are_paid_sent_in_part_rejected_and_brought_back_as_what_was_sold()
    {
        await using var world = await WithPairs();
        await Place(world, Shipped(("PAIR", 2)));
        Assert.Equal("MUG@near 2/5, CUP@near 4/5", await Shelves(world));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship, 0, null, new LineUnits(0, 1))).Outcome);
        var rejected = await Step(world, "lost", OrderVerb.Reject, 0);
        Assert.Equal("near Ended 0:0/2, middle Open 0:1/1", Parts(rejected.Order!));
        Assert.Equal("MUG@near 0/4, MUG@middle 1/5, CUP@near 0/3, CUP@middle 2/5", await Shelves(world));

        await KitTests.Describe(world, "PAIR", ("SAUCER", 1)); // the customer still has a mug and two cups
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 1))).Outcome);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Step(world, "back", OrderVerb.Return, null, "far", new LineUnits(0, 1))).Outcome);
        Assert.Equal((6L, 7L), ((await world.View("MUG@far")).Sellable, (await world.View("CUP@far")).Sellable));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "no-more", OrderVerb.Cancel)).Outcome);
        Assert.Equal((0L, 0L), (await HeldOf(world, "MUG"), await HeldOf(world, "CUP")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_restart_in_the_middle_changes_nothing()
    {
        await using var world = await WithPairs();
        await Place(world, Shipped(("PAIR", 2)));
        await using var next = await world.Restart();
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Place(next, Shipped(("PAIR", 2)))).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal("MUG@near 2/5, CUP@near 4/5", await Shelves(next));
    }

    [Fact]
    public async Task A_kit_that_is_wanted_elsewhere_changes_its_place_whole_and_goes_on_after_a_restart()
    {
        await using var world = await WithPairs();
        await Place(world, Content(new Wish(WishKind.DecideLater, Point: Home), ("MUG", 1), ("PAIR", 2)));
        Assert.Equal("MUG@near 3/5, CUP@near 4/5", await Shelves(world));
        await KitTests.Describe(world, "PAIR", ("CUP", 1), ("MUG", 2)); // what moves is taken anew, by the definition of now
        var chosen = await OrderMoveTests.Choose(world, "far", new Wish(WishKind.CollectAt, LocationId.Parse("far")));
        Assert.Equal((OrderOutcome.Accepted, "near Ended 0:0/1+1:0/2, far Held 0:1/1+1:2/2"), (chosen.Outcome, Parts(chosen.Order!)));
        Assert.Equal("MUG@far 5/5, CUP@far 2/5", await Shelves(world));

        await using var next = await world.Restart();
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "hand", OrderVerb.Collect, 1, null, new LineUnits(1, 1))).Outcome);
        Assert.Equal("MUG@far 3/3, CUP@far 1/4", await Shelves(next));
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "back", OrderVerb.Return, null, "near", new LineUnits(1, 1))).Outcome);
        Assert.Equal((7L, 6L), ((await next.View("MUG@near")).Sellable, (await next.View("CUP@near")).Sellable));
        Assert.Equal(OrderOutcome.Accepted, (await Step(next, "rest", OrderVerb.Cancel)).Outcome);
        Assert.Equal((0L, 0L), (await HeldOf(next, "MUG"), await HeldOf(next, "CUP")));
        await next.AssertAuditIsClean();
    }

    [Fact]
    public async Task Weight_and_handling_that_an_order_does_not_tell_come_from_the_catalogue()
    {
        await using var world = await WithPairs();
        Assert.Equal(
            CatalogOutcome.Accepted, (await KitTests.Upsert(world, "CUP", new CatalogFacts { UnitGrams = 200, Goods = Handling.Hazardous })).Outcome);
        await KitTests.Upsert(world, "MUG", new CatalogFacts { UnitGrams = 350 });
        var catalog = world.Get<CatalogDirectory>();
        Assert.Equal((750, Handling.Hazardous), (CatalogDefaults.GramsOf(catalog, Sku.Parse("PAIR")), CatalogDefaults.GoodsOf(catalog, Sku.Parse("PAIR"))));
        Assert.Equal((0, Handling.None), (CatalogDefaults.GramsOf(catalog, Sku.Parse("JAM")), CatalogDefaults.GoodsOf(catalog, Sku.Parse("JAM"))));
        Assert.Equal(OrderOutcome.NoRoute, (await Place(world, Shipped(("PAIR", 1)))).Outcome); // no store here handles hazardous goods
        Assert.Equal(OrderOutcome.Accepted, (await Place(world, Shipped(("MUG", 1)), World.Id("other"))).Outcome);
    }

    [Fact]
    public async Task A_kit_and_its_own_component_are_routed_together()
    {
        await using var world = await Around(("near", 1, 2), ("middle", 1, 0), ("far", 0, 0));
        var both = Shipped(("PAIR", 1), ("MUG", 1));
        var placed = await Place(world, both);
        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Single(placed.Order!.Routes); // and no location was asked in vain
        Assert.Equal("near Held 0:1/1, middle Held 1:1/1", Parts(placed.Order));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "no-more", OrderVerb.Cancel)).Outcome);

        await world.Shown("MUG@near", row => row.Available == 1);
        await world.Shown("CUP@near", row => row.Available == 2);
        await world.Receive("MUG@far", 2);
        await world.Receive("CUP@far", 2);
        await world.Shown("CUP@far", row => row.Available == 2);
        await world.Shown("MUG@far", row => row.Available == 2);
        var again = await Place(world, both, World.Id("other"));
        Assert.Equal("far Held 0:1/1+1:1/1", Parts(again.Order!)); // one parcel from far is cheaper than two
    }

    [Fact]
    public async Task Where_there_is_one_mug_a_kit_and_a_mug_are_too_many()
    {
        await using var world = await Around(("near", 1, 2), ("middle", 0, 2), ("far", 0, 0));
        var refused = await Place(world, Shipped(("PAIR", 1), ("MUG", 1)));
        Assert.Equal(OrderOutcome.Insufficient, refused.Outcome);
        Assert.Equal(0, await HeldOf(world, "MUG"));
        var some = await Place(world, Shipped(("PAIR", 1), ("MUG", 1)) with { Partial = true }, World.Id("other"));
        Assert.Equal(OrderOutcome.Accepted, some.Outcome);
        Assert.Single(some.Order!.Routes);
        Assert.Equal((1, 1L), (some.Order.Parts.Length, some.Order.Unfilled.Sum(line => line.Units)));
        Assert.Equal(1, await HeldOf(world, "MUG"));
    }

    [Fact]
    public async Task Lines_that_go_different_ways_take_different_units_of_a_component()
    {
        await using var world = await Around(("near", 1, 2), ("middle", 1, 2), ("far", 0, 0));
        var collected = Content(new Wish(WishKind.CollectAt, LocationId.Parse("near")), ("PAIR", 1));
        var content = collected with { Lines = [.. collected.Lines, .. Shipped(("MUG", 1)).Lines] };
        var placed = await Place(world, content);
        Assert.Equal(OrderOutcome.Accepted, placed.Outcome);
        Assert.Equal("near Held 0:1/1, middle Held 1:1/1", Parts(placed.Order!));
        Assert.Equal(2, placed.Order!.Routes.Length); // one for each way, none of them in vain
    }

    private static OnPool<World> Around(params (string Store, long Mugs, long Cups)[] stores) => World.Start(async world =>
    {
        foreach (var (store, mugs, cups) in stores)
        {
            await world.Open(store, Home.Latitude + ((store == "near" ? 10 : store == "middle" ? 100 : 300) / 111.195));
            foreach (var (sku, units) in new[] { ("MUG", mugs), ("CUP", cups) })
            {
                if (units > 0)
                {
                    await world.Receive($"{sku}@{store}", units);
                    await world.Shown($"{sku}@{store}", row => row.Available == units);
                }
            }
        }

        await KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2));
    });

    internal static OnPool<World> WithPairs() => World.Start(async world =>
    {
        foreach (var (store, kilometres) in new[] { ("near", 10), ("middle", 100), ("far", 300) })
        {
            await world.Open(store, Home.Latitude + (kilometres / 111.195));
            await world.Receive("MUG@" + store, 5);
            await world.Receive("CUP@" + store, 5);
            await world.Shown("MUG@" + store, row => row.Available == 5);
            await world.Shown("CUP@" + store, row => row.Available == 5);
        }

        await KitTests.Describe(world, "PAIR", ("MUG", 1), ("CUP", 2));
    });

    internal static async Task<long> HeldOf(World world, string sku)
    {
        var held = 0L;
        foreach (var store in new[] { "near", "middle", "far" })
        {
            held += (await world.View($"{sku}@{store}")).Held;
        }

        return held;
    }
}
