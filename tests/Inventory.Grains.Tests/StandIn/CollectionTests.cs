using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests.StandIn;

/// <summary>Idle owners leave by the test's clock. Upstream collects by the machine's, so no test can wait for it.</summary>
public sealed class CollectionTests
{
    private const string Mug = "MUG@north";

    [Fact]
    public async Task An_idle_stock_is_collected_and_one_with_soft_holds_stays()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        await world.Receive("CUP@north", 5);
        await world.Reserve("CUP@north", "r1", 1, seconds: 86_400);
        for (var i = 0; i < 40; i++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(5, (await world.View(Mug)).Sellable);
        Assert.Equal(1, (await world.View("CUP@north")).Held);
        Assert.Equal(2, world.Journal.Opens("stock/" + Mug));
        Assert.Equal(1, world.Journal.Opens("stock/CUP@north"));
    }
}
