using System.Text;
using Inventory.Domain;

namespace Inventory.Grains.Tests;

/// <summary>Stocks found by the bytes of their names.</summary>
public sealed class KnownStocksTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    [InlineData(31, 1)]
    [InlineData(16, 17)]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    public void A_stock_has_its_own_names_alone_however_long_they_are(int skuLength, int locationLength)
    {
        var (sku, location) = (new string('A', skuLength), new string('a', locationLength));
        var known = new KnownStock(new StockKey(Sku.Parse(sku), LocationId.Parse(location)));
        Assert.True(IsNamed(known, sku, location));
        Assert.False(IsNamed(known, sku + "A", location));
        Assert.False(IsNamed(known, sku, location + "a"));
        Assert.False(IsNamed(known, sku[1..], "A" + location)); // the same, one behind the other
        Assert.False(IsNamed(known, sku + "a", location[1..]));
        for (var i = 0; i < skuLength; i++)
        {
            Assert.False(IsNamed(known, sku.Remove(i, 1).Insert(i, "B"), location));
        }

        for (var i = 0; i < locationLength; i++)
        {
            Assert.False(IsNamed(known, sku, location.Remove(i, 1).Insert(i, "b")));
        }

        Assert.False(IsNamed(known, "", ""));
        Assert.False(IsNamed(known, sku, "ü"));
    }

    [Fact]
    public async Task A_stock_that_was_looked_up_is_found_by_its_bytes_and_no_other_is()
    {
        await using var world = await World.Start();
        Assert.Null(Find(world, "MUG", "north"));
        var mug = world.Stocks.Find(StockKey.Parse("MUG@north"));
        Assert.Same(mug, Find(world, "MUG", "north"));
        Assert.Same(mug, world.Stocks.Find(StockKey.Parse("MUG@north")));
        Assert.Null(Find(world, "mug", "north"));
        Assert.Null(Find(world, "MU", "Gnorth"));
    }

    private static KnownStock? Find(World world, string sku, string location)
    {
        var (first, second) = (Encoding.UTF8.GetBytes(sku), Encoding.UTF8.GetBytes(location));
        return world.Stocks.Find(world.Stocks.HashOf(first, second), first, second);
    }

    private static bool IsNamed(KnownStock known, string sku, string location) =>
        known.IsNamed(Encoding.UTF8.GetBytes(sku), Encoding.UTF8.GetBytes(location));
}
