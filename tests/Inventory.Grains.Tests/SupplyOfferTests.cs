using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Supply;

namespace Inventory.Grains.Tests;

/// <summary>What a location offers of what is to come, and what lines of one order take of it.</summary>
public sealed class SupplyOfferTests
{
    private static readonly LocationView s_near = new(LocationId.Parse("near"), new LocationFacts { Name = "Near" }, true, 1, 1);
    private static readonly Sku s_mug = Sku.Parse("MUG");
    private static readonly Sku s_cup = Sku.Parse("CUP");

    [Fact]
    public void What_a_kit_takes_from_the_shelf_takes_nothing_of_what_is_announced_from_a_line_of_its_component()
    {
        var (mugs, cups) = (new ExpectedReceipt("PO-1", 3, 1_000, 100), new ExpectedReceipt("PO-2", 1, 1_000, 100));
        var used = new Dictionary<(StockKey, string), long>();
        var kits = SupplyOffer.Of(s_near, [new KitComponent(s_mug, 2), new KitComponent(s_cup, 1)], [[mugs], [cups]], [2, 0]).Single();
        Assert.Equal(1, kits.Left(used));
        Assert.Equal([2L, 0L], kits.Take(1, used).ToArray());

        var plain = SupplyOffer.Of(s_near, [new KitComponent(s_mug, 1)], [[mugs]], [0]).Single();
        Assert.Equal(3, plain.Left(used));
        Assert.Equal([0L], plain.Take(2, used).ToArray());
        Assert.Equal(1, plain.Left(used));
        Assert.Equal(0, kits.Left(used));
    }
}
