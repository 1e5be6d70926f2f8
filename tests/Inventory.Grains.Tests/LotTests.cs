using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;
using static Inventory.Grains.Tests.TransferDesk;

namespace Inventory.Grains.Tests;

/// <summary>Lots over real owners. The world's time begins on 2026-03-02 at 9:00 in Greenwich, which is 4:00 in New York.</summary>
public sealed class LotTests
{
    private static readonly DateOnly s_today = new(2026, 3, 2);
    private static readonly LotName s_a = LotName.Parse("A");
    private static readonly LotName s_b = LotName.Parse("B");

    [Fact]
    public async Task A_lot_ceases_to_be_promised_at_local_midnight_and_the_board_is_told_without_being_asked()
    {
        await using var world = await Dairy(shelfDays: 0);
        await Receive(world, "MILK@depot", 3, s_a, s_today);
        await Receive(world, "MILK@depot", 2, s_b, s_today.AddDays(1));
        await world.Reserve("MILK@depot", "customer", 4, seconds: 2 * 86_400);
        await world.Shown("MILK@depot", row => row.Available == 1);
        world.Time.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMilliseconds(1)); // 23:59:59.999 in New York
        var evening = await world.View("MILK@depot");
        Assert.Equal((5, 1, 0), (evening.Sellable, evening.Available, evening.PastDate));

        var midnight = world.Shown("MILK@depot", row => row.Available == 0);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await midnight;
        var after = await world.View("MILK@depot");
        Assert.Equal((5, 0, 3, 4), (after.Sellable, after.Available, after.PastDate, after.Held)); // two of the four promised are lacking
        Assert.Equal(StockOutcome.Insufficient, (await world.Reserve("MILK@depot", "late", 1)).Outcome);
        Assert.Equal(StockOutcome.ExceedsOnHand, (await Ship(world, 3)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Ship(world, 2)).Outcome);
        Assert.Equal("A 3", Lots(await world.View("MILK@depot")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task Lots_and_their_dates_survive_a_restart()
    {
        await using var before = await Dairy(shelfDays: 0);
        await Receive(before, "MILK@depot", 3, s_a, s_today);
        await Receive(before, "MILK@depot", 2, s_b, s_today.AddDays(1));
        Assert.Equal("A 3, B 2", Lots(await before.View("MILK@depot")));
        await using var world = await before.Restart();
        await world.Shown("MILK@depot", row => row.Available == 5);
        world.Time.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMilliseconds(1));
        var shown = world.Shown("MILK@depot", row => row.Available == 2);
        world.Time.Advance(TimeSpan.FromMilliseconds(1)); // nothing but the board's own question has woken the stock
        await shown;
        Assert.Equal("A 3, B 2", Lots(await world.View("MILK@depot")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_the_catalogue_says_holds_at_once()
    {
        await using var world = await Dairy(shelfDays: 0);
        await Receive(world, "MILK@depot", 3, s_a, s_today.AddDays(2));
        await world.Shown("MILK@depot", row => row.Available == 3);
        var shown = world.Shown("MILK@depot", row => row.Available == 0);
        await Describe(world, hasLots: true, shelfDays: 3);
        await shown;
        Assert.Equal(3, (await world.View("MILK@depot")).PastDate);
        await Describe(world, hasLots: false, shelfDays: 0);
        await world.Shown("MILK@depot", row => row.Available == 3);
        Assert.Equal(StockOutcome.SkuHasNoLots, (await Take(world, "MILK@depot", 1, s_a, null)).Outcome);
        await world.Receive("MILK@depot", 2);
        Assert.Equal("A 3, - 2", Lots(await world.View("MILK@depot")));
        await Describe(world, hasLots: true, shelfDays: 0);
        Assert.Equal(StockOutcome.LotRequired, (await world.Do("MILK@depot", StockCommand.Receive(world.NewId(), 1))).Outcome);
        Assert.Equal(5, (await world.View("MILK@depot")).Available);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_transfer_carries_lots_from_shelf_to_shelf()
    {
        await using var world = await Dairy(shelfDays: 0);
        await Receive(world, "MILK@depot", 3, s_a, s_today.AddDays(5));
        await Receive(world, "MILK@depot", 4, s_b, s_today.AddDays(9));
        Assert.Equal(TransferOutcome.Accepted, (await Create(world, hold: true, ("MILK", 5))).Outcome);
        var sent = await Step(world, "send", TransferVerb.Ship);
        Assert.Equal("A 3, B 2", Lots(sent.Transfer!));
        Assert.Equal("B 2", Lots(await world.View("MILK@depot")));
        TransferPart[] first = [new(Sku.Parse("MILK"), 1, Condition.Sellable, s_b), new(Sku.Parse("MILK"), 2, Condition.Damaged)];
        var part = await Step(world, "first", TransferVerb.Receive, first);
        Assert.Equal("A 1, B 1", Lots(part.Transfer!));
        var shop = await world.View("MILK@shop");
        Assert.Equal(("A 0, B 1", 2), (Lots(shop), shop.Lots[0].Damaged));
        TransferPart[] tooMany = [new(Sku.Parse("MILK"), 2, Condition.Sellable, s_b)];
        Assert.Equal(TransferOutcome.ExceedsInTransit, (await Step(world, "more", TransferVerb.Receive, tooMany)).Outcome);
        Assert.Equal("", Lots((await Step(world, "lost", TransferVerb.Close, [], LossReason.Lost)).Transfer!));
        await AssertBalanced(world);
        await using var again = await world.Restart();
        Assert.Equal("A 0, B 1", Lots(await again.View("MILK@shop")));
        await AssertBalanced(again);
    }

    [Fact]
    public async Task A_transfer_of_a_named_lot_takes_what_nobody_may_sell()
    {
        await using var world = await Dairy(shelfDays: 0);
        await Receive(world, "MILK@depot", 3, s_a, s_today.AddDays(-1));
        await Receive(world, "MILK@depot", 4, s_b, s_today.AddDays(9));
        await Create(world, hold: false, ("MILK", 3));
        var sent = await Step(world, "send", TransferVerb.Ship, [new TransferPart(Sku.Parse("MILK"), 3, Condition.Sellable, s_a)]);
        Assert.Equal("A 3", Lots(sent.Transfer!));
        await Step(world, "came", TransferVerb.Receive);
        var shop = await world.View("MILK@shop");
        Assert.Equal((3, 3, 0), (shop.Sellable, shop.PastDate, shop.Available));
        await AssertBalanced(world);
    }

    [Fact]
    public async Task Supply_arrives_with_its_lot_and_returns_come_back_without_one()
    {
        await using var world = await Dairy(shelfDays: 0);
        var key = World.Key("MILK@depot");
        var by = new Actor(Channel.Web, "clerk", "");
        await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Expect, World.Id("po"), by, 5, "PO-1", world.Time.NowMs + 1_000, 90));
        await world.Supply.Do(key, new SupplyCommand(
            SupplyVerb.Promise, World.Id("promise"), by, 2, AtMs: world.Time.NowMs + 5_000, Channel: Channel.Web, Reference: "order"));
        var refused = await world.Supply.Do(key, new SupplyCommand(SupplyVerb.Receive, World.Id("came"), by, 5, "PO-1"));
        Assert.Equal((SupplyOutcome.StockRefused, StockOutcome.LotRequired), (refused.Outcome, refused.Stock));
        var came = new SupplyCommand(SupplyVerb.Receive, World.Id("came-2"), by, 5, "PO-1") { Lot = s_a, BestBefore = s_today.AddDays(3) };
        Assert.Equal(SupplyOutcome.Accepted, (await world.Supply.Do(key, came)).Outcome);
        Assert.Equal("A 5", Lots(await world.View("MILK@depot")));
        Assert.Equal(StockOutcome.Accepted, (await world.Do("MILK@depot", StockCommand.Return(world.NewId(), 1))).Outcome);
        Assert.Equal("A 5, - 1", Lots(await world.View("MILK@depot")));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_expires_soon_is_listed_in_the_order_of_skus()
    {
        await using var world = await Dairy(shelfDays: 0);
        await Describe(world, hasLots: true, shelfDays: 0, "CREAM");
        await Receive(world, "MILK@depot", 3, s_a, s_today.AddDays(3));
        await Receive(world, "MILK@depot", 3, s_b, s_today.AddDays(4));
        await Receive(world, "CREAM@depot", 2, s_a, s_today.AddDays(-1));
        await world.Receive("MUG@depot", 1);
        var page = await world.Stocks.Expiring(LocationId.Parse("depot"), 3, null, 10);
        Assert.Equal((s_today, null), (page.Today, page.Next));
        Assert.Equal(["CREAM A True", "MILK A False"], page.Stocks.Select(each => $"{each.Key.Sku} {Assert.Single(each.Lots).Name} {each.Lots[0].IsPast}"));
        var first = await world.Stocks.Expiring(LocationId.Parse("depot"), 3, null, 1);
        Assert.Equal(("CREAM", "CREAM"), (Assert.Single(first.Stocks).Key.Sku.Value, first.Next!.Value.Value));
        var second = await world.Stocks.Expiring(LocationId.Parse("depot"), 3, first.Next, 1);
        Assert.Equal("MILK", Assert.Single(second.Stocks).Key.Sku.Value);
        Assert.Empty((await world.Stocks.Expiring(LocationId.Parse("depot"), 3, second.Next, 1)).Stocks);
        Assert.True((await world.Stocks.Expiring(LocationId.Parse("nowhere"), 3, null, 1)).LocationUnknown);
    }

    private static OnPool<World> Dairy(int shelfDays) => World.Start(async world =>
    {
        await world.Open("shop");
        await world.Open("depot");
        var facts = new LocationFacts { Name = "Depot", Kind = LocationKind.Warehouse, Position = new Position(40.7, -74), TimeZone = "America/New_York" };
        Assert.Equal(LocationOutcome.Accepted, (await world.Locations.Upsert(world.NewId(), LocationId.Parse("depot"), facts)).Outcome);
        await Describe(world, hasLots: true, shelfDays);
    });

    private static async Task Describe(World world, bool hasLots, int shelfDays, string sku = "MILK")
    {
        var facts = new CatalogFacts { HasLots = hasLots, MinShelfDays = shelfDays };
        var answer = await world.Get<ICatalog>().Upsert(world.NewId(), Sku.Parse(sku), facts).AsTask().WaitAsync(World.Patience);
        Assert.Equal(CatalogOutcome.Accepted, answer.Outcome);
    }

    private static Task<StockAnswer> Take(World world, string key, long units, LotName lot, DateOnly? bestBefore) =>
        world.Do(key, StockCommand.Receive(world.NewId(), units).Of(lot, bestBefore));

    private static async Task Receive(World world, string key, long units, LotName lot, DateOnly bestBefore) =>
        Assert.Equal(StockOutcome.Accepted, (await Take(world, key, units, lot, bestBefore)).Outcome);

    private static Task<StockAnswer> Ship(World world, long units) =>
        world.Do("MILK@depot", StockCommand.Ship(world.NewId(), new HoldId(World.Id("customer"), 0), units));

    private static string Lots(StockView view) => string.Join(", ", view.Lots.Select(lot => $"{lot.Name} {lot.Sellable}"));

    private static string Lots(TransferView view) => string.Join(", ", view.Lines[0].Lots.Select(lot => $"{lot.Name} {lot.Units}"));
}
