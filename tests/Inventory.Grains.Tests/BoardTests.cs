using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Boards show durable figures, catch up with every change, and forget no stock.</summary>
public sealed class BoardTests
{
    private static readonly Sku s_mug = Sku.Parse("MUG");

    [Fact]
    public async Task A_board_comes_to_show_every_stock_of_its_sku()
    {
        await using var world = await World.Start();
        for (var i = 0; i < 20; i++)
        {
            await world.Receive($"MUG@store-{i:00}", i + 1);
            await world.Reserve($"MUG@store-{i:00}", "r", 1);
        }

        for (var i = 0; i < 20; i++)
        {
            var row = await world.Shown($"MUG@store-{i:00}", each => each.Version == 2);
            Assert.Equal((i + 1L, (long)i), (row.OnHand, row.Available));
        }

        var all = await world.Availability.Get(new BoardQuery(s_mug, Channel.Web, null));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"store-{i:00}"), all.Rows.Select(row => row.Location.Value));
        var some = await world.Availability.Get(new BoardQuery(s_mug, Channel.Web, null, AvailableOnly: true));
        Assert.Equal(19, some.Rows.Count);
    }

    [Fact]
    public async Task A_board_learns_of_an_expiry_that_nobody_asked_about()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 3);
        await world.Reserve("MUG@north", "r", 2, seconds: 30);
        await world.Shown("MUG@north", row => row.Available == 1);

        world.Time.Advance(TimeSpan.FromSeconds(30));
        await world.Shown("MUG@north", row => row.Available == 3);
    }

    [Fact]
    public async Task After_a_restart_a_board_asks_its_stocks_and_they_mind_their_expiries()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 3);
        await world.Receive("MUG@south", 4);
        await world.Reserve("MUG@north", "r", 2, seconds: 30);

        await using var next = await world.Restart();
        var view = await next.Availability.Get(new BoardQuery(s_mug, Channel.Web, null));
        Assert.Equal([1L, 4L], view.Rows.Select(row => row.Available));

        next.Time.Advance(TimeSpan.FromSeconds(30));
        await next.Shown("MUG@north", row => row.Available == 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_crash_between_registration_and_first_event_hides_no_stock(int appends)
    {
        await using var world = await World.Start();
        await world.Open("north");
        world.Journal.DieAfter(appends);
        await Assert.ThrowsAnyAsync<IOException>(() => world.Do("MUG@north", StockCommand.Receive(World.Id("in"), 5)));

        await using var next = await world.Restart();
        Assert.Equal(0, (await next.View("MUG@north")).Sellable);
        var answer = await next.Do("MUG@north", StockCommand.Receive(World.Id("in"), 5));
        Assert.Equal(StockOutcome.Accepted, answer.Outcome);
        await next.Shown("MUG@north", row => row.OnHand == 5);
        Assert.Equal("MUG", Assert.Single((await next.Stocks.List(LocationId.Parse("north"), Channel.Web, null, 10)).Stocks).Key.Sku.Value);

        await using var last = await next.Restart();
        var view = await last.Availability.Get(new BoardQuery(s_mug, Channel.Web, null));
        Assert.Equal(5, Assert.Single(view.Rows).OnHand);
        await last.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_caller_sees_its_own_write_by_its_version()
    {
        await using var world = await World.Start();
        for (var i = 0; i < 50; i++)
        {
            var answer = await world.Do("MUG@north", StockCommand.Receive(world.NewId(), 1));
            var query = new BoardQuery(s_mug, Channel.Web, [LocationId.Parse("north")], MinVersion: answer.Version);
            var row = Assert.Single((await world.Availability.Get(query)).Rows);
            Assert.Equal((answer.Version, i + 1L), (row.Version, row.OnHand));
        }
    }

    [Fact]
    public async Task A_stale_or_repeated_figure_changes_nothing()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 5);
        await world.Shown("MUG@north", row => row.OnHand == 5);
        var board = world.Grains.GetGrain<IBoardGrain>("MUG");
        var before = await board.Changes(Channel.Web, [], 0);

        await board.Update(new BoardFigure(LocationId.Parse("north"), 0, 0, 99, 99, []));
        await board.Update(await world.Grains.GetGrain<IStockGrain>("MUG@north").Figure());

        var after = await board.Changes(Channel.Web, [], 0);
        Assert.Equal(before.Revision, after.Revision);
        Assert.Equal(5, Assert.Single(after.Board.Rows).OnHand);
    }

    [Fact]
    public async Task A_watch_shows_the_state_first_and_then_only_what_changes()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 5);
        await world.Receive("MUG@south", 5);
        await world.Shown("MUG@north", row => row.Version == 1);
        await world.Shown("MUG@south", row => row.Version == 1);
        using var stop = new CancellationTokenSource(World.Patience);
        await using var watch = world.Availability.Watch(new BoardQuery(s_mug, Channel.Web, null), stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(2, watch.Current.Rows.Count);

        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await world.Reserve("MUG@south", "r", 2);
        Assert.True(await next);
        Assert.Equal(("south", 3L), (Assert.Single(watch.Current.Rows).Location.Value, watch.Current.Rows[0].Available));
    }

    [Fact]
    public async Task A_slow_watcher_gets_the_newest_figure_and_no_backlog()
    {
        await using var world = await World.Start();
        await world.Receive("MUG@north", 1);
        using var stop = new CancellationTokenSource(World.Patience);
        await using var watch = world.Availability.Watch(new BoardQuery(s_mug, Channel.Web, null), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await watch.MoveNextAsync());
        for (var i = 0; i < 1_000; i++)
        {
            await world.Receive("MUG@north", 1);
        }

        await world.Shown("MUG@north", row => row.OnHand == 1_001);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(1_001, Assert.Single(watch.Current.Rows).OnHand);
    }

    [Fact]
    public async Task Closing_a_location_empties_its_rows_at_once_and_tells_watchers()
    {
        await using var world = await World.Start();
        await world.Open("north");
        await world.Receive("MUG@north", 5);
        await world.Shown("MUG@north", row => row.Available == 5);
        var closing = world.Shown("MUG@north", row => row.Available == 0);

        await world.Locations.SetOpen(world.NewId(), LocationId.Parse("north"), false);
        await closing;
        Assert.Equal(0, (await world.View("MUG@north")).Available);
        Assert.Equal(StockOutcome.LocationClosed, (await world.Reserve("MUG@north", "r", 1)).Outcome);

        var opening = world.Shown("MUG@north", row => row.Available == 5);
        await world.Locations.SetOpen(world.NewId(), LocationId.Parse("north"), true);
        await opening;
        Assert.Equal(StockOutcome.Accepted, (await world.Reserve("MUG@north", "r", 1)).Outcome);
    }

    [Fact]
    public async Task A_pop_up_is_out_of_business_before_its_first_day_and_after_its_last()
    {
        await using var world = await World.Start();
        var (today, north) = (DateOnly.FromDateTime(world.Time.GetUtcNow().DateTime), LocationId.Parse("north"));
        await world.Open("north");
        await world.Receive("MUG@north", 5);
        await world.Shown("MUG@north", row => row.Available == 5);
        var facts = new LocationFacts { Name = "Fair", Kind = LocationKind.PopUp, FirstDate = today.AddDays(1), LastDate = today.AddDays(1) };
        await world.Locations.Upsert(world.NewId(), north, facts);
        await world.Shown("MUG@north", row => row.Available == 0);
        Assert.Equal(0, (await world.View("MUG@north")).Available);
        Assert.Equal(StockOutcome.LocationClosed, (await world.Reserve("MUG@north", "r", 1)).Outcome);

        world.Time.Advance(TimeSpan.FromHours(15) - TimeSpan.FromMilliseconds(1)); // it is nine in the morning
        Assert.Equal(StockOutcome.LocationClosed, (await world.Reserve("MUG@north", "r", 1)).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await world.Shown("MUG@north", row => row.Available == 5);
        Assert.Equal(StockOutcome.Accepted, (await world.Reserve("MUG@north", "r", 1)).Outcome);
        var near = await world.Availability.Near(new NearQuery(s_mug, Channel.Web, default(Position), null, 1_000, 1, 9, false));
        Assert.Single(near!.Rows);

        world.Time.Advance(TimeSpan.FromHours(24));
        await world.Shown("MUG@north", row => row.Available == 0);
        Assert.Equal(StockOutcome.LocationClosed, (await world.Reserve("MUG@north", "r2", 1)).Outcome);
    }

    [Fact]
    public async Task A_closed_location_stays_closed_after_a_restart()
    {
        await using var world = await World.Start();
        await world.Open("north");
        await world.Receive("MUG@north", 5);
        await world.Locations.SetOpen(world.NewId(), LocationId.Parse("north"), false);

        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.LocationClosed, (await next.Reserve("MUG@north", "r", 1)).Outcome);
    }

    [Fact]
    public async Task Each_channel_sees_what_it_may_have()
    {
        await using var world = await World.Start();
        var app = Channel.Parse("app");
        await world.Receive("MUG@north", 10);
        await world.Do("MUG@north", StockCommand.SetPolicy(
            world.NewId(), new StockPolicy { SafetyUnits = 1, RingFences = [new RingFence(app, 4)] }));
        await world.Shown("MUG@north", row => row.Version == 2);

        var web = await world.Availability.Get(new BoardQuery(s_mug, Channel.Web, null));
        var fenced = await world.Availability.Get(new BoardQuery(s_mug, app, null));
        Assert.Equal((5L, 9L), (web.Rows[0].Available, fenced.Rows[0].Available));
    }

    [Fact]
    public async Task Near_finds_the_nearest_with_enough_and_says_when_it_is_ready()
    {
        await using var world = await World.Start();
        for (var i = 0; i < 10; i++)
        {
            await world.Open($"s{i}", latitude: 52 + (i * 0.1));
            await world.Receive($"MUG@s{i}", 10 - i);
            await world.Shown($"MUG@s{i}", row => row.Version == 1);
        }

        var query = new NearQuery(s_mug, Channel.Web, new Position(52.5, 0), null, 60_000, 5, 3, false);
        var near = await world.Availability.Near(query);
        Assert.Equal(["s5", "s4", "s3"], near!.Rows.Select(row => row.Row.Location.Value));
        Assert.Equal(0, near.Rows[0].DistanceMetres, 1.0);
        Assert.InRange(near.Rows[1].DistanceMetres, 11_000, 11_200);
        Assert.All(near.Rows, row => Assert.Equal(world.Time.NowMs, row.PickupReadyAtMs));

        var beside = await world.Availability.Near(query with { Point = null, Near = LocationId.Parse("s5") });
        Assert.Equal(["s4", "s3", "s2"], beside!.Rows.Select(row => row.Row.Location.Value));
        Assert.Null(await world.Availability.Near(query with { Point = null, Near = LocationId.Parse("s99") }));
    }
}
