using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Boards that an import writes without bringing them into memory: they hide nothing, and miss nothing once they live.</summary>
public sealed class QuietBoardTests
{
    private static readonly StockKey s_cup = World.Key("CUP@north");

    [Fact]
    public async Task The_board_of_a_new_sku_begins_to_live_when_somebody_asks_it_and_is_told_from_then_on()
    {
        await using var world = await World.Start();
        await world.Open("north");
        await Import(world, s_cup, Registering.DoneQuietly);
        await world.Stocks.Do(s_cup, StockCommand.Receive(world.NewId(), 1));
        Assert.Equal(0, world.Journal.Opens("board/CUP"));

        Assert.Equal(8, Assert.Single((await world.Availability.Get(new BoardQuery(s_cup.Sku, Channel.Web, null))).Rows).OnHand);
        Assert.Equal(1, world.Journal.Opens("board/CUP"));
        await world.Reserve("CUP@north", "r1", 3);
        await world.Shown("CUP@north", row => row.Available == 5);
    }

    [Fact]
    public async Task A_board_that_asked_before_the_first_event_is_told_of_it()
    {
        await using var world = await World.Start();
        await world.Open("north");
        var registering = await world.Stocks.Prepare([s_cup]);
        Assert.Equal([Registering.DoneQuietly], registering);
        await world.Availability.Get(new BoardQuery(s_cup.Sku, Channel.Web, null)); // it lives, and has asked a stock that has nothing yet

        var begun = await world.Stocks.Begin(s_cup, StockCommand.Import(world.NewId(), 7), registering[0]);
        await world.Stocks.WhenDurable(begun.Position);
        await world.Shown("CUP@north", row => row.OnHand == 7);
    }

    [Fact]
    public async Task Another_location_of_a_known_sku_is_told_to_the_board_which_then_knows_both()
    {
        await using var world = await World.Start();
        await world.Open("north");
        await world.Open("south");
        await Import(world, s_cup, Registering.DoneQuietly);
        await Import(world, World.Key("CUP@south"), Registering.Done);
        await world.Shown("CUP@south", row => row.OnHand == 7);
        await world.Shown("CUP@north", row => row.OnHand == 7);

        await using var next = await world.Restart();
        Assert.Equal(2, (await next.Availability.Get(new BoardQuery(s_cup.Sku, Channel.Web, null))).Rows.Count);
    }

    [Fact]
    public async Task A_board_in_memory_is_told_even_if_nobody_ever_stocked_its_sku()
    {
        await using var world = await World.Start();
        await world.Open("north");
        Assert.Empty((await world.Availability.Get(new BoardQuery(s_cup.Sku, Channel.Web, null))).Rows);
        await Import(world, s_cup, Registering.Done);
        await world.Shown("CUP@north", row => row.OnHand == 7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_crash_between_registration_and_first_event_hides_no_stock(int appends)
    {
        await using var world = await World.Start();
        await world.Open("north");
        await world.Receive("MUG@north", 1); // the directory and the assortment know of the location
        world.Journal.DieAfter(appends);
        await Record.ExceptionAsync(() => Import(world, s_cup, Registering.DoneQuietly));

        await using var next = await world.Restart();
        var begun = await next.Stocks.Begin(s_cup, StockCommand.Import(World.Id("row"), 7), Registering.Caller);
        Assert.Equal(appends < 3, begun.IsUnknown);
        if (begun.IsUnknown)
        {
            await Import(next, s_cup, appends == 0 ? Registering.DoneQuietly : Registering.Done);
        }

        await next.Shown("CUP@north", row => row.OnHand == 7);
        Assert.Contains((await next.Stocks.List(s_cup.Location, Channel.Web, null, 10)).Stocks, stock => stock.Key == s_cup);
        await next.AssertAuditIsClean();
    }

    private static async Task Import(World world, StockKey key, Registering expected)
    {
        var registering = await world.Stocks.Prepare([key]);
        Assert.Equal([expected], registering);
        var begun = await world.Stocks.Begin(key, StockCommand.Import(World.Id("row"), 7), registering[0]);
        await world.Stocks.WhenDurable(begun.Position);
    }
}
