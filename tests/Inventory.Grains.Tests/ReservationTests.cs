using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>Reservations of several lines, without crashes.</summary>
public sealed class ReservationTests
{
    private static readonly RequestId s_order = World.Id("order");

    [Fact]
    public async Task All_lines_are_held_or_none()
    {
        await using var world = await Stocked();
        var refused = await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 9), ("MUG@south", 1));
        Assert.Equal(StockOutcome.Insufficient, refused.Outcome);
        Assert.Equal([true, false, true], refused.Lines.Select(line => line.OtherLineRefused));
        Assert.Equal(0, await HeldInAll(world));

        var held = await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 5), ("MUG@south", 1));
        Assert.Equal((StockOutcome.Accepted, world.Time.NowMs + 900_000), (held.Outcome, held.ExpiresAtMs));
        Assert.Equal(8, await HeldInAll(world));
    }

    [Fact]
    public async Task Partial_holds_what_can_be_held()
    {
        await using var world = await Stocked();
        var answer = await Reserve(world, true, ("MUG@north", 2), ("CUP@north", 9));
        Assert.Equal(StockOutcome.Accepted, answer.Outcome);
        Assert.Equal([StockOutcome.Accepted, StockOutcome.Insufficient], answer.Lines.Select(line => line.Answer.Outcome));
        Assert.Equal(2, await HeldInAll(world));
        Assert.Equal([LineState.Soft, LineState.Refused], (await View(world)).Lines.Select(line => line.State));
    }

    [Fact]
    public async Task Two_lines_of_one_stock_count_together()
    {
        await using var world = await Stocked();
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, false, ("MUG@north", 3), ("MUG@north", 3))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, false, ("MUG@north", 3), ("MUG@north", 2))).Outcome);
        Assert.Equal(5, await HeldInAll(world));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_other_content_is_refused_also_after_a_restart()
    {
        await using var world = await Stocked();
        var first = await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 1));
        var again = await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 1));
        Assert.Equal((StockOutcome.AlreadyAccepted, first.Version, first.ExpiresAtMs), (again.Outcome, again.Version, again.ExpiresAtMs));
        Assert.Equal(first.Lines, again.Lines.AsEnumerable());

        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Reserve(next, false, ("MUG@north", 2), ("CUP@north", 1))).Outcome);
        Assert.Equal(StockOutcome.IdReused, (await Reserve(next, false, ("MUG@north", 2), ("CUP@north", 2))).Outcome);
        Assert.Equal(3, await HeldInAll(next));
    }

    [Fact]
    public async Task A_refused_order_may_be_asked_again_with_the_same_id_and_is_then_really_held()
    {
        await using var world = await Stocked();
        Assert.Equal(StockOutcome.Insufficient, (await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 6))).Outcome);
        await world.Receive("CUP@north", 1);
        Assert.Equal(StockOutcome.Accepted, (await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 6))).Outcome);
        Assert.Equal(2, (await world.View("MUG@north")).Held);
        Assert.Equal(6, (await world.View("CUP@north")).Held);
    }

    [Fact]
    public async Task Confirmed_lines_outlive_their_expiry_and_soft_ones_do_not()
    {
        await using var world = await Stocked();
        await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 1));
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "c1", StockVerb.Confirm)).Outcome);
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Step(world, "c1", StockVerb.Confirm)).Outcome);
        Assert.Equal(StockOutcome.ReservationFirm, (await Step(world, "c2", StockVerb.Confirm)).Outcome);
        Assert.Equal(StockOutcome.ReservationFirm, (await Step(world, "e1", StockVerb.Extend)).Outcome);
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, await HeldInAll(world));
        Assert.All((await View(world)).Lines, line => Assert.Equal(LineState.Firm, line.State));

        await using var other = await Stocked();
        await Reserve(other, false, ("MUG@north", 2), ("CUP@north", 1));
        other.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(0, await HeldInAll(other));
        Assert.Equal(StockOutcome.ReservationExpired, (await Step(other, "c1", StockVerb.Confirm)).Outcome);
        Assert.Equal(0, await HeldInAll(other));
    }

    [Fact]
    public async Task An_extension_moves_every_line()
    {
        await using var world = await Stocked();
        await Reserve(world, false, ("MUG@north", 2), ("CUP@north", 1));
        world.Time.Advance(TimeSpan.FromMinutes(10));
        var answer = await Step(world, "e1", StockVerb.Extend);
        Assert.Equal((StockOutcome.Accepted, world.Time.NowMs + 900_000), (answer.Outcome, answer.ExpiresAtMs));
        world.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, await HeldInAll(world));
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await HeldInAll(world));
    }

    [Fact]
    public async Task Parts_leave_line_by_line_until_nothing_is_left()
    {
        await using var world = await Stocked();
        await Reserve(world, false, ("MUG@north", 3), ("CUP@north", 2));
        await Step(world, "c", StockVerb.Confirm);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "s1", StockVerb.Collect, (0, 1), (1, 2))).Outcome);
        Assert.Equal(StockOutcome.AlreadyAccepted, (await Step(world, "s1", StockVerb.Collect, (0, 1), (1, 2))).Outcome);
        Assert.Equal(StockOutcome.IdReused, (await Step(world, "s1", StockVerb.Collect, (0, 2))).Outcome);
        Assert.Equal(StockOutcome.ExceedsHeld, (await Step(world, "s2", StockVerb.Ship, (0, 3))).Outcome);
        Assert.Equal(StockOutcome.ExceedsHeld, (await Step(world, "s2", StockVerb.Ship, (7, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "s2", StockVerb.Ship, (0, 1))).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "s3", StockVerb.Release)).Outcome);
        Assert.Equal(StockOutcome.ReservationEnded, (await Step(world, "s4", StockVerb.Release)).Outcome);

        var (mug, cup) = (await world.View("MUG@north"), await world.View("CUP@north"));
        Assert.Equal((3L, 0L, 1L, 1L), (mug.Sellable, mug.Held, mug.Ledger.Collected, mug.Ledger.Shipped));
        Assert.Equal((3L, 0L, 2L), (cup.Sellable, cup.Held, cup.Ledger.Collected));
        Assert.All((await View(world)).Lines, line => Assert.Equal(LineState.Ended, line.State));
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task What_was_never_reserved_is_not_found()
    {
        await using var world = await Stocked();
        Assert.Null(await world.Reservations.Get(new ReservationId(s_order, null)));
        Assert.Null(await world.Reservations.Get(new ReservationId(s_order, World.Key("MUG@north"))));
        Assert.Equal(StockOutcome.ReservationNotFound, (await Step(world, "c", StockVerb.Confirm)).Outcome);
    }

    [Fact]
    public async Task A_reservation_with_one_line_is_read_from_its_stock()
    {
        await using var world = await Stocked();
        var answer = await world.Reserve("MUG@north", "order", 2);
        var view = (await world.Reservations.Get(new ReservationId(s_order, World.Key("MUG@north"))))!;
        Assert.Equal((answer.Version, answer.ExpiresAtMs, Channel.Web), (view.Version, view.ExpiresAtMs, view.Channel));
        Assert.Equal((LineState.Soft, 2L), (view.Lines[0].State, view.Lines[0].Held));
    }

    [Fact]
    public async Task Orders_that_fight_for_the_same_units_never_get_more_than_there_are()
    {
        await using var world = await Stocked();
        await world.Receive("MUG@north", 15);
        await world.Receive("CUP@north", 15);
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            ReserveLine[] lines = [new(World.Key("MUG@north"), 1), new(World.Key("CUP@north"), 1)];
            Array.Sort(lines, (a, b) => (i % 2 == 0 ? 1 : -1) * string.CompareOrdinal(a.Key.ToString(), b.Key.ToString()));
            return await world.Reservations.Reserve(new ReserveMany(World.Id($"o{i}"), [.. lines], Channel.Web, 900_000, false));
        })));
        var held = answers.Count(answer => answer.Outcome == StockOutcome.Accepted);
        Assert.InRange(held, 1, 20);
        Assert.All(answers, answer => Assert.Contains(answer.Outcome, new[] { StockOutcome.Accepted, StockOutcome.Insufficient }));
        Assert.Equal((long)held, (await world.View("MUG@north")).Held);
        Assert.Equal((long)held, (await world.View("CUP@north")).Held);
        await world.AssertAuditIsClean();
    }

    [Fact]
    public async Task The_largest_order_with_the_longest_names_is_held()
    {
        await using var world = await World.Start();
        var lines = new ReserveLine[GrainLimits.LinesMax];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = new ReserveLine(World.Key($"{new string('S', 60)}{i:0000}@{new string('l', 64)}"), 1);
            await world.Receive(lines[i].Key.ToString(), 1);
        }

        var order = new ReserveMany(s_order, [.. lines], Channel.Web, 900_000, false);
        Assert.Equal(StockOutcome.Accepted, (await world.Reservations.Reserve(order)).Outcome);
        Assert.Equal(StockOutcome.Accepted, (await Step(world, "c", StockVerb.Confirm)).Outcome);
        await using var next = await world.Restart();
        Assert.Equal(StockOutcome.AlreadyAccepted, (await next.Reservations.Reserve(order)).Outcome);
        Assert.All((await View(next)).Lines, line => Assert.Equal(LineState.Firm, line.State));
    }

    internal static OnPool<World> Stocked() => World.Start(async world =>
    {
        foreach (var key in new[] { "MUG@north", "CUP@north", "MUG@south" })
        {
            await world.Receive(key, 5);
        }
    });

    internal static Task<ReservationAnswer> Reserve(World world, bool partial, params (string Key, long Units)[] lines) =>
        world.Reservations.Reserve(new ReserveMany(
            s_order, [.. lines.Select(line => new ReserveLine(World.Key(line.Key), line.Units))], Channel.Web, 900_000, partial))
            .AsTask().WaitAsync(World.Patience);

    internal static Task<ReservationAnswer> Step(World world, string id, StockVerb verb, params (int Line, long Units)[] parts) =>
        world.Reservations.Step(s_order, new ReservationStep(
            World.Id(id), verb, [.. parts.Select(part => new LinePart(part.Line, part.Units))], verb == StockVerb.Extend ? 900_000 : 0))
            .AsTask().WaitAsync(World.Patience);

    internal static async Task<ReservationView> View(World world) =>
        (await world.Reservations.Get(new ReservationId(s_order, null)).AsTask().WaitAsync(World.Patience))!;

    private static async Task<long> HeldInAll(World world)
    {
        var held = 0L;
        foreach (var key in new[] { "MUG@north", "CUP@north", "MUG@south" })
        {
            held += (await world.View(key)).Held;
        }

        return held;
    }
}
