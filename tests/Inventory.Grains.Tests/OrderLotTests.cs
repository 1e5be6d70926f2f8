using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>What comes back of an order comes back with the lot that is named, or is refused before any stock has taken its part.</summary>
public sealed class OrderLotTests
{
    private static readonly DateOnly s_date = new(2026, 12, 24);
    private static readonly Sku s_mug = Sku.Parse("MUG");
    private static readonly Sku s_cup = Sku.Parse("CUP");

    [Fact]
    public async Task A_lot_that_its_stock_would_not_take_is_refused_and_nothing_comes_back()
    {
        await using var world = await Sent();
        Assert.Equal(OrderOutcome.LotDateRequired, (await Back(world, Lot(s_cup, "NEW"))).Outcome);
        await world.Do("CUP@far", StockCommand.Receive(world.NewId(), 1).Of(LotName.Parse("L"), s_date));
        Assert.Equal(OrderOutcome.LotDateDiffers, (await Back(world, Lot(s_cup, "L", s_date.AddDays(1)))).Outcome);
        Assert.Equal(OrderOutcome.SkuHasNoLots, (await Back(world, Lot(s_mug, "L", s_date))).Outcome);
        Assert.Equal(OrderOutcome.NoSuchPart, (await Back(world, Lot(Sku.Parse("TEA"), "L", s_date))).Outcome);
        for (var i = 1; i < Domain.Limits.LotsMax; i++)
        {
            await world.Do("CUP@far", StockCommand.Receive(world.NewId(), 1).Of(LotName.Parse($"L{i}"), s_date));
        }

        Assert.Equal(OrderOutcome.TooManyLots, (await Back(world, Lot(s_cup, "NEW", s_date))).Outcome);
        Assert.Equal((0, Domain.Limits.LotsMax), ((await world.View("MUG@far")).Sellable, (await world.View("CUP@far")).Sellable)); // what was received alone
        Assert.Equal(0, (await Get(world)).Parts.Sum(part => part.Lines.Sum(line => line.Returned)));
        Assert.Equal(OrderOutcome.Accepted, (await Back(world, Lot(s_cup, "L"))).Outcome);
        Assert.Equal(OrderOutcome.AlreadyAccepted, (await Back(world, Lot(s_cup, "L"))).Outcome);
        Assert.Equal(OrderOutcome.IdReused, (await Back(world, Lot(s_cup, "L1"))).Outcome);
        Assert.Equal(3, (await world.View("CUP@far")).Lots.Single(lot => lot.Name.Value == "L").Sellable);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public Task A_return_with_a_lot_cut_off_anywhere_comes_in_once_and_in_that_lot() => OrderMoveCrashTests.Everywhere(
        Lead,
        async world => (await Back(world, Lot(s_cup, "L", s_date))).Outcome.IsAccepted(),
        async world =>
        {
            Assert.Equal(2, (await world.View("CUP@far")).Lots.Single(lot => lot.Name.Value == "L").Sellable);
            Assert.Equal(3, (await Get(world)).Parts.Sum(part => part.Lines.Sum(line => line.Returned)));
        },
        Stocked);

    private static OnPool<World> Sent() => World.Start(static async world =>
    {
        await world.Open("near");
        await world.Receive("MUG@near", 5);
        await world.Receive("CUP@near", 5);
        await world.Open("far", 53);
        await Lead(world);
    });

    // One mug and two cups are with the customer.
    private static async Task Lead(World world)
    {
        var described = await world.Get<ICatalog>().Upsert(world.NewId(), s_cup, new CatalogFacts { HasLots = true });
        Assert.Equal(CatalogOutcome.Accepted, described.Outcome);
        await Place(world, Shipped(("MUG", 1), ("CUP", 2)));
        await Step(world, "pay", OrderVerb.Confirm);
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "send", OrderVerb.Ship)).Outcome);
    }

    private static ReturnedLot Lot(Sku sku, string lot, DateOnly? date = null) => new(sku, LotName.Parse(lot), date);

    private static Task<OrderAnswer> Back(World world, params ImmutableArray<ReturnedLot> lots) => Sure(() => world.Orders.Step(
        Order, new OrderStep(World.Id("back"), default, OrderVerb.Return, null, [], To: LocationId.Parse("far")) { Lots = lots }));
}
