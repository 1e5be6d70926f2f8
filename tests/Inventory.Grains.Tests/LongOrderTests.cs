using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>An order of a thousand lines with the longest names lives as any other, also through a restart.</summary>
public sealed class LongOrderTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+#";

    [Fact]
    public async Task As_many_lines_as_an_order_may_have_are_held_confirmed_and_collected()
    {
        var (random, place) = (new Random(7), "L" + new string('x', Domain.Limits.LocationIdCharactersMax - 1));
        var skus = Enumerable.Range(0, Domain.Limits.OrderLinesMax)
            .Select(_ => "S" + new string(random.GetItems<char>(Letters, Domain.Limits.SkuCharactersMax - 1))).ToArray();
        await using var world = await World.Start();
        await world.Open(place);
        await Task.WhenAll(skus.Select(sku => world.Receive($"{sku}@{place}", 2)));
        await Task.WhenAll(skus.Select(sku => world.Shown($"{sku}@{place}", row => row.Available == 2)));
        var wish = new Wish(WishKind.CollectAt, LocationId.Parse(place));
        var placed = await Place(world, Content(wish, [.. skus.Select(sku => (sku, 1L))]));
        Assert.Equal((OrderOutcome.Accepted, 1_000), (placed.Outcome, placed.Order!.Parts.Single().Lines.Length));
        Assert.Equal(OrderOutcome.Accepted, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);

        await using var next = await world.Restart();
        var collected = await Step(next, "hand", OrderVerb.Collect);
        Assert.Equal((OrderOutcome.Accepted, OrderState.Fulfilled), (collected.Outcome, collected.Order!.State));
        var stocks = await Task.WhenAll(skus.Select(sku => next.View($"{sku}@{place}")));
        Assert.All(stocks, stock => Assert.Equal((0, 1), (stock.Held, stock.Sellable)));
    }
}
