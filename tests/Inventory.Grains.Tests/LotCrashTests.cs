using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using static Inventory.Grains.Tests.TransferDesk;

namespace Inventory.Grains.Tests;

/// <summary>The process dies at every write of what moves lots, between a stock's write and the record of it too.</summary>
public sealed class LotCrashTests
{
    private const int PointsMax = 200;
    private static readonly DateOnly s_today = new(2026, 3, 2);
    private static readonly LotName s_a = LotName.Parse("A");
    private static readonly LotName s_b = LotName.Parse("B");

    [Theory]
    [InlineData(TransferVerb.Ship, false)]
    [InlineData(TransferVerb.Ship, true)]
    [InlineData(TransferVerb.Receive, false)]
    [InlineData(TransferVerb.Receive, true)]
    [InlineData(TransferVerb.Close, true)]
    public async Task Each_unit_keeps_its_lot_on_its_way_wherever_a_step_is_cut_off(TransferVerb verb, bool asksAgain)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Dairy();
            await Create(world, hold: true, ("MILK", 5));
            if (verb != TransferVerb.Ship)
            {
                await Step(world, "send", TransferVerb.Ship);
                await Promise(world, "MILK@shop", "one", 1, day: 0);
                await Promise(world, "MILK@shop", "two", 1, day: 0);
            }

            world.Journal.DieAfter(point);
            var answered = await Survives(() => Take(world, verb));
            await using var next = await world.Restart();
            await AssertComplete(next, $"point {point}, after the start");
            if (asksAgain)
            {
                var again = await Take(next, verb);
                Assert.True(again.Outcome.IsAccepted(), $"point {point}: {again.Outcome}");
                Assert.Equal(Expected(verb), await Picture(next));
                await AssertComplete(next, $"point {point}, asked again");
            }

            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                Assert.Equal(Expected(verb), await Picture(next));
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    // Three of A and four of B, the earlier first; five are to go.
    private static OnPool<World> Dairy() => World.Start(static async world =>
    {
        await world.Open("shop");
        await world.Open("depot");
        var facts = new CatalogFacts { HasLots = true };
        Assert.Equal(CatalogOutcome.Accepted, (await world.Get<ICatalog>().Upsert(world.NewId(), Sku.Parse("MILK"), facts)).Outcome);
        await world.Do("MILK@depot", StockCommand.Receive(world.NewId(), 3).Of(s_a, s_today.AddDays(5)));
        await world.Do("MILK@depot", StockCommand.Receive(world.NewId(), 4).Of(s_b, s_today.AddDays(9)));
    });

    private static Task<TransferAnswer> Take(World world, TransferVerb verb) => verb == TransferVerb.Receive
        ? Step(world, "step", verb, new TransferPart[] { new(Sku.Parse("MILK"), 3), new(Sku.Parse("MILK"), 1, Condition.Damaged, s_b) })
        : Step(world, "step", verb);

    private static string Expected(TransferVerb verb) => verb switch
    {
        TransferVerb.Ship => "depot B 2; transit A 3, B 2; shop ",
        TransferVerb.Receive => "depot B 2; transit B 1; shop A 3, B 1",
        _ => "depot B 2; transit ; shop ",
    };

    private static async Task<string> Picture(World world)
    {
        var (depot, shop) = (await world.View("MILK@depot"), await world.View("MILK@shop"));
        var transit = (await Get(world)).Lines[0].Lots.Select(lot => $"{lot.Name} {lot.Units}");
        return $"depot {Lots(depot)}; transit {string.Join(", ", transit)}; shop {Lots(shop)}";
    }

    // All or nothing of the step, every unit in its lot, and the shop's books and the transfer's agree.
    private static async Task AssertComplete(World world, string why)
    {
        var view = await Get(world);
        Assert.False(view.IsInDoubt, why);
        var (depot, shop) = (await world.View("MILK@depot"), await world.View("MILK@shop"));
        var (line, gone) = (view.Lines[0], view.Lines[0].Lost > 0);
        foreach (var (lot, units) in new[] { (s_a, 3), (s_b, 4) })
        {
            var known = UnitsOf(depot, lot) + line.Lots.Where(each => each.Name == lot).Sum(each => each.Units) + UnitsOf(shop, lot);
            Assert.True(known == (gone ? UnitsOf(depot, lot) : units), $"{why}: {known} of {lot}: {await Picture(world)}");
        }

        Assert.Equal(line.Received > 0 ? 2 : 0, shop.Held); // both promises, each in the event that brought its unit
        await AssertBalanced(world, why);
    }

    private static string Lots(StockView view) => string.Join(", ", view.Lots.Select(lot => $"{lot.Name} {lot.Sellable + lot.Damaged}"));

    private static long UnitsOf(StockView view, LotName lot) => view.Lots.Where(each => each.Name == lot).Sum(each => each.Sellable + each.Damaged);

    private static async Task<bool> Survives(Func<Task<TransferAnswer>> call)
    {
        try
        {
            return (await call()).Outcome.IsAccepted();
        }
        catch (Exception e) when (e is Journal.JournalFailedException or TimeoutException or OverloadedException)
        {
            return false;
        }
    }
}
