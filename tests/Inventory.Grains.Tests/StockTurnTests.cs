using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains.Tests;

/// <summary>The rules of a turn: decide, append, wait, reply.</summary>
public sealed class StockTurnTests
{
    private const string Mug = "MUG@north";

    [Fact]
    public async Task A_reply_waits_until_its_event_is_durable()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        world.Journal.Hold();

        var reserve = world.Reserve(Mug, "r1", 2);
        await world.Journal.WhenWaiting(2); // the reply, and the news for the board
        await world.Stocks.Holds(World.Key("CUP@north"), null, 1); // another stock's answer passes: nothing of it waits
        Assert.False(reserve.IsCompleted);

        world.Journal.Release();
        var answer = await reserve;
        Assert.Equal((StockOutcome.Accepted, 2L, 2L), (answer.Outcome, answer.Version, answer.Units));
    }

    [Fact]
    public async Task Who_can_ask_the_journal_gets_the_answer_with_its_position_and_anybody_else_gets_it_durable()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        world.Journal.Hold();

        var begun = await world.Stocks.Begin(World.Key(Mug), StockCommand.Reserve(World.Id("r1"), 2, Channel.Web, 900_000), Registering.Itself);
        Assert.Equal(StockOutcome.Accepted, begun.Answer.Outcome);
        Assert.NotEqual(0, begun.Position);
        var durable = world.Stocks.WhenDurable(begun.Position).AsTask();
        var stranger = world.Get<IGrainFactory>().GetGrain<IStockGrain>(Mug)
            .Begin(StockCommand.Reserve(World.Id("r2"), 1, Channel.Web, 900_000), Guid.Empty, Registering.Itself).AsTask();
        await world.Journal.WhenWaiting(3); // both of them, and the news for the board
        Assert.False(durable.IsCompleted || stranger.IsCompleted);

        world.Journal.Release();
        await durable;
        Assert.Equal((StockOutcome.Accepted, 0L), ((await stranger).Answer.Outcome, (await stranger).Position));
    }

    [Fact]
    public async Task Who_registers_many_stocks_is_told_of_a_new_one_and_nothing_is_done_before()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5); // the location is described by it
        var (key, command) = (World.Key("CUP@north"), StockCommand.Import(World.Id("i1"), 7));

        Assert.True((await world.Stocks.Begin(key, command, Registering.Caller)).IsUnknown);
        Assert.Equal(0, (await world.Stocks.Get(key, Channel.Web)).Version);
        Assert.Equal([Registering.DoneQuietly], await world.Stocks.Prepare([key]));
        var begun = await world.Stocks.Begin(key, command, Registering.DoneQuietly);
        Assert.Equal((false, StockOutcome.Accepted, 7L), (begun.IsUnknown, begun.Answer.Outcome, begun.Answer.Units));
        Assert.False((await world.Stocks.Begin(key, StockCommand.Import(World.Id("i2"), 7), Registering.Caller)).IsUnknown);
        var listed = await world.Stocks.List(key.Location, Channel.Web, null, 10);
        Assert.Contains(listed.Stocks, stock => stock.Key == key);
    }

    [Fact]
    public async Task Who_can_ask_the_journal_waits_for_many_boards_at_once_and_anybody_else_for_each()
    {
        await using var world = await World.Start();
        var board = world.Get<IGrainFactory>().GetGrain<IBoardGrain>("CUP");
        Assert.Empty(await board.Locations());
        world.Journal.Hold();

        var position = await board.BeginRegister([LocationId.Parse("north")], world.Get<SiloParts>().Id);
        Assert.NotEqual(0, position);
        var durable = world.Stocks.WhenDurable(position).AsTask();
        var stranger = board.BeginRegister([LocationId.Parse("south")], Guid.Empty).AsTask();
        await world.Journal.WhenWaiting(2);
        Assert.False(durable.IsCompleted || stranger.IsCompleted);

        world.Journal.Release();
        await durable;
        Assert.Equal(0, await stranger);
        Assert.Equal(["north", "south"], (await board.Locations()).Select(location => location.Value));
    }

    [Fact]
    public async Task A_stock_whose_memory_was_asked_for_answers_as_it_would_anyway()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 100);
        var known = world.Stocks.Find(World.Key(Mug));
        for (var i = 1; i <= 100; i++)
        {
            var id = World.Id($"r{i}");
            var near = world.Stocks.Near(known);
#if !UPSTREAM // there no call ends within its caller's turn, and only such a call tells where the owner is
            Assert.Equal(i > 1, near is not null);
#endif
            for (var step = 0; step < INearStock.Steps; step++)
            {
                near?.Fetch(step, id);
            }

            var begun = await world.Stocks.Begin(known, StockCommand.Reserve(id, 1, Channel.Web, 900_000));
            Assert.Equal((StockOutcome.Accepted, 1L + i), (begun.Answer.Outcome, begun.Answer.Version));
        }

        Assert.Equal(0, (await world.View(Mug)).Available);
    }

    [Fact]
    public async Task The_next_command_is_judged_while_the_last_one_waits_for_the_disk()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 1);
        world.Journal.Hold();

        var first = world.Reserve(Mug, "r1", 1);
        await world.Journal.WhenWaiting(2); // the reply, and the news for the board
        var second = world.Reserve(Mug, "r2", 1);
        var view = world.View(Mug);
        await world.Journal.WhenWaiting(4);
        Assert.False(first.IsCompleted || second.IsCompleted || view.IsCompleted);

        world.Journal.Release();
        Assert.Equal(StockOutcome.Accepted, (await first).Outcome);
        Assert.Equal(StockOutcome.Insufficient, (await second).Outcome);
        Assert.Equal((1L, 1L, 0L), ((await view).Sellable, (await view).Held, (await view).Available));
    }

    [Fact]
    public async Task Every_waiter_fails_with_the_disk_and_the_next_call_rebuilds_the_stock_from_the_journal()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        world.Journal.Hold();
        var reserve = world.Reserve(Mug, "r1", 2);
        await world.Journal.WhenWaiting(2); // the reply, and the news for the board
        var refusal = world.Reserve(Mug, "r2", 9);
        var read = world.View(Mug);
        await world.Journal.WhenWaiting(4);

        world.Journal.Lose();
        await Assert.ThrowsAsync<JournalFailedException>(() => reserve);
        await Assert.ThrowsAsync<JournalFailedException>(() => refusal);
        await Assert.ThrowsAsync<JournalFailedException>(() => read);

        // It had been written all the same: the retry with the same id learns that, and holds nothing twice.
        var answer = await Retry(() => world.Reserve(Mug, "r1", 2));
        Assert.Equal(StockOutcome.AlreadyAccepted, answer.Outcome);
        Assert.Equal(2, (await world.View(Mug)).Held);
        Assert.True(world.Journal.Opens("stock/" + Mug) > 1);
    }

    [Fact]
    public async Task A_failed_append_leaves_nothing_behind()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        world.Journal.IsFull = true;
        await Assert.ThrowsAsync<JournalFullException>(() => world.Reserve(Mug, "r1", 5));
        world.Journal.IsFull = false;

        var view = await Retry(() => world.View(Mug));
        Assert.Equal((5L, 0L, 1L), (view.Sellable, view.Held, view.Version));
        Assert.Equal(StockOutcome.Accepted, (await world.Reserve(Mug, "r1", 5)).Outcome);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_other_content_is_refused()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 5);
        var first = await world.Reserve(Mug, "r1", 2);
        await world.Reserve(Mug, "r2", 2);

        var again = await world.Reserve(Mug, "r1", 2);
        Assert.Equal(first with { Outcome = StockOutcome.AlreadyAccepted }, again);
        Assert.Equal(StockOutcome.IdReused, (await world.Reserve(Mug, "r1", 3)).Outcome);

        await using var next = await world.Restart();
        Assert.Equal(again, await next.Reserve(Mug, "r1", 2));
        Assert.Equal(StockOutcome.IdReused, (await next.Reserve(Mug, "r1", 3)).Outcome);
    }

    [Fact]
    public async Task A_refusal_writes_nothing_not_even_for_a_stock_that_never_was()
    {
        await using var world = await World.Start();
        await world.Open("north");
        var before = world.Journal.Appends;
        Assert.Equal(StockOutcome.Insufficient, (await world.Reserve(Mug, "r1", 1)).Outcome);
        Assert.Equal(before, world.Journal.Appends);

        await world.Receive(Mug, 1);
        Assert.Equal(StockOutcome.Accepted, (await world.Reserve(Mug, "r1", 1)).Outcome); // the id was free
    }

    [Fact]
    public async Task An_import_asked_again_after_a_restart_does_not_undo_what_was_sold_since()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 10);
        var (unchanged, changed) = (StockCommand.Import(world.NewId(), 10), StockCommand.Import(world.NewId(), 12));
        Assert.Equal(0, (await world.Do(Mug, unchanged)).Units);
        await using var next = await world.Restart(); // and whoever sent it never heard the answer
        Assert.Equal(2, (await next.Do(Mug, changed)).Units);
        await next.Reserve(Mug, "r1", 5);
        await next.Do(Mug, StockCommand.Collect(World.Id("c1"), new HoldId(World.Id("r1"), 0)));

        await using var last = await next.Restart();
        Assert.Equal((StockOutcome.AlreadyAccepted, 0L), ((await last.Do(Mug, unchanged)).Outcome, (await last.Do(Mug, unchanged)).Units));
        Assert.Equal(StockOutcome.AlreadyAccepted, (await last.Do(Mug, changed)).Outcome);
        Assert.Equal(7, (await last.View(Mug)).Sellable);
    }

    [Fact]
    public async Task Two_buyers_of_the_last_unit_never_both_get_it()
    {
        await using var world = await World.Start();
        for (var round = 0; round < 200; round++)
        {
            var key = $"MUG-{round}@north";
            await world.Receive(key, 1);
            using var gate = new ManualResetEventSlim();
            var buyers = new[] { "a", "b" }.Select(buyer => Task.Run(async () =>
            {
                gate.Wait();
                return await world.Reserve(key, buyer, 1);
            })).ToArray();
            gate.Set();
            var outcomes = (await Task.WhenAll(buyers)).Select(answer => answer.Outcome).Order().ToArray();
            Assert.Equal([StockOutcome.Accepted, StockOutcome.Insufficient], outcomes);
        }
    }

    [Fact]
    public async Task A_hot_stock_sells_exactly_what_is_there()
    {
        const int Units = 3_000;
        await using var world = await World.Start();
        await world.Receive(Mug, Units);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => Task.Run(() => world.Reserve(Mug, $"buyer-{i}", 1))));

        Assert.Equal(Units, answers.Count(answer => answer.Outcome == StockOutcome.Accepted));
        Assert.Equal(10_000 - Units, answers.Count(answer => answer.Outcome == StockOutcome.Insufficient));
        Assert.Equal((long)Units, (await world.View(Mug)).Held);
        await world.AssertAuditIsClean();
        Assert.Equal(0, (await world.Shown(Mug, row => row.Version == Units + 1)).Available);

        await using var next = await world.Restart();
        Assert.Equal((long)Units, (await next.View(Mug)).Held);
    }

    [Fact]
    public async Task A_hold_falls_back_at_exactly_its_millisecond()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 1);
        var answer = await world.Reserve(Mug, "r1", 1, seconds: 30);
        Assert.Equal(world.Time.NowMs + 30_000, answer.ExpiresAtMs);

        world.Time.Advance(TimeSpan.FromMilliseconds(29_999));
        Assert.Equal(StockOutcome.Insufficient, (await world.Reserve(Mug, "r2", 1)).Outcome);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(StockOutcome.Accepted, (await world.Reserve(Mug, "r2", 1)).Outcome);
        Assert.Equal(StockOutcome.ReservationExpired, (await world.Do(Mug, StockCommand.Confirm(world.NewId(), new(World.Id("r1"), 0)))).Outcome);
    }

    [Fact]
    public async Task Many_commands_of_one_call_are_judged_in_order_and_answered_in_order()
    {
        await using var world = await World.Start();
        await world.Open("north");
        var (a, b, c) = (World.Id("a"), World.Id("b"), World.Id("c"));
        var answers = await world.Stocks.DoMany(World.Key(Mug),
        [
            StockCommand.Reserve(a, 1, Channel.Web, 60_000),
            StockCommand.Receive(world.NewId(), 3),
            StockCommand.Reserve(a, 1, Channel.Web, 60_000),
            StockCommand.Reserve(b, 3, Channel.Web, 60_000),
            StockCommand.Reserve(c, 2, Channel.Web, 60_000),
            StockCommand.Reserve(a, 1, Channel.Web, 60_000),
        ]);
        Assert.Equal(
            [
                StockOutcome.Insufficient, StockOutcome.Accepted, StockOutcome.Accepted, StockOutcome.Insufficient, StockOutcome.Accepted,
                StockOutcome.AlreadyAccepted,
            ],
            answers.Select(answer => answer.Outcome));
    }

    [Fact]
    public async Task A_stock_comes_back_from_snapshot_and_events_as_it_was()
    {
        await using var world = await World.Start();
        await world.Receive(Mug, 10_000);
        for (var i = 0; i < 500; i++)
        {
            await world.Reserve(Mug, $"r{i}", 2);
            var hold = new HoldId(World.Id($"r{i}"), 0);
            var step = (i % 4) switch
            {
                0 => StockCommand.Confirm(world.NewId(), hold),
                1 => StockCommand.Release(world.NewId(), hold, 1),
                2 => StockCommand.Collect(world.NewId(), hold),
                _ => StockCommand.Ship(world.NewId(), hold, 1),
            };
            Assert.Equal(StockOutcome.Accepted, (await world.Do(Mug, step)).Outcome);
        }

        var before = await world.View(Mug);
        Assert.True(world.Journal.Appends > before.Version + 3, "no snapshot was written");
        await world.AssertAuditIsClean();

        await using var next = await world.Restart();
        Assert.Equal(before with { Policy = null! }, (await next.View(Mug)) with { Policy = null! });
        await next.AssertAuditIsClean();
    }

    /// <summary>What lost its state may still answer so for a moment, until its successor takes over.</summary>
    private static async Task<T> Retry<T>(Func<Task<T>> call)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await call();
            }
            catch (JournalFailedException) when (i < 1_000)
            {
                await Task.Yield();
            }
        }
    }
}
