using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains.Tests;

/// <summary>The process dies at every point of a reservation of several lines; another one takes over what is on the disk.</summary>
public sealed class CrashTests
{
    private const int PointsMax = 60;
    private static readonly (string Key, long Units)[] s_lines = [("MUG@north", 2), ("CUP@north", 1), ("MUG@south", 3)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reserve_cut_off_anywhere_leaves_each_line_held_once_or_free_and_its_retry_ends_it(bool retryAtOnce)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await ReservationTests.Stocked();
            world.Journal.DieAfter(point);
            var answered = await Survives(() => ReservationTests.Reserve(world, false, s_lines));

            await using var next = await world.Restart();
            if (!retryAtOnce)
            {
                await AssertOnceOrFree(next, point, answered);
            }

            var retried = await ReservationTests.Reserve(next, false, s_lines);
            Assert.True(retried.Outcome.IsAccepted(), $"point {point}: {retried.Outcome}");
            Assert.True(!answered || retried.Outcome == StockOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");
            await AssertHeld(next, point, [2, 1, 3], LineState.Soft);
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return; // it ended before the point of death: every point was visited
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Theory]
    [InlineData(StockVerb.Confirm, true)]
    [InlineData(StockVerb.Extend, false)]
    [InlineData(StockVerb.Release, false)]
    [InlineData(StockVerb.Collect, true)]
    [InlineData(StockVerb.Ship, false)]
    public async Task A_later_step_cut_off_anywhere_takes_effect_once_when_it_is_repeated(StockVerb verb, bool firm)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await ReservationTests.Stocked();
            Assert.Equal(StockOutcome.Accepted, (await ReservationTests.Reserve(world, false, s_lines)).Outcome);
            if (firm && verb != StockVerb.Confirm)
            {
                await ReservationTests.Step(world, "firm", StockVerb.Confirm);
            }

            world.Journal.DieAfter(point);
            var answered = await Survives(() => Take(world, verb));

            await using var next = await world.Restart();
            var retried = await Take(next, verb);
            Assert.True(retried.Outcome.IsAccepted(), $"point {point}: {retried.Outcome}");
            Assert.True(!answered || retried.Outcome == StockOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");
            long[] left = verb is StockVerb.Confirm or StockVerb.Extend ? [2, 1, 3] : [1, 1, 1];
            await AssertHeld(next, point, left, firm ? LineState.Firm : LineState.Soft);
            var gone = verb is StockVerb.Collect or StockVerb.Ship ? 3 : 0;
            var sellable = (await next.View("MUG@north")).Sellable + (await next.View("MUG@south")).Sellable;
            Assert.Equal(10 - gone, sellable);
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Fact]
    public async Task A_lease_whose_coordinator_never_came_back_is_given_up_by_the_stock_that_asks()
    {
        await using var world = await ReservationTests.Stocked();
        var leases = 0;
        world.Journal.Appended = stream =>
        {
            if (stream.StartsWith("stock/", StringComparison.Ordinal) && ++leases == 2)
            {
                world.Journal.Die(); // two lines are leased, nothing is decided
            }
        };
        Assert.False(await Survives(() => ReservationTests.Reserve(world, false, s_lines)));

        await using var next = await world.Restart();
        var held = 0L;
        foreach (var (key, _) in s_lines)
        {
            held += (await next.View(key)).Held; // wakes the stocks, which mind their leases
        }

        Assert.True(held > 0);
        next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
        foreach (var (key, _) in s_lines)
        {
            await next.Shown(key, row => row.Available == 5);
            Assert.Equal(0, (await next.View(key)).Held);
        }
    }

    [Fact]
    public async Task A_buyer_in_need_has_a_lapsed_lease_settled_before_the_stock_says_no()
    {
        await using var world = await ReservationTests.Stocked();
        world.Journal.Appended = stream =>
        {
            if (stream == "stock/MUG@south")
            {
                world.Journal.Die();
            }
        };
        Assert.False(await Survives(() => ReservationTests.Reserve(world, false, s_lines)));

        await using var next = await world.Restart();
        Assert.Equal(3, (await next.View("MUG@south")).Held);
        Assert.Equal(StockOutcome.Insufficient, (await next.Reserve("MUG@south", "buyer", 5)).Outcome);
        next.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
        Assert.Equal(StockOutcome.Accepted, (await next.Reserve("MUG@south", "buyer", 5)).Outcome);
    }

    private static Task<ReservationAnswer> Take(World world, StockVerb verb) => verb is StockVerb.Confirm or StockVerb.Extend
        ? ReservationTests.Step(world, "step", verb)
        : ReservationTests.Step(world, "step", verb, (0, 1), (2, 2));

    private static async Task<bool> Survives(Func<Task<ReservationAnswer>> call)
    {
        try
        {
            return (await call()).Outcome.IsAccepted();
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            return false;
        }
    }

    // Whatever is on the disk: after the leases have run out, all lines are held exactly once, or none is.
    private static async Task AssertOnceOrFree(World world, int point, bool answered)
    {
        var before = new long[s_lines.Length];
        for (var i = 0; i < before.Length; i++)
        {
            before[i] = (await world.View(s_lines[i].Key)).Held;
            Assert.True(before[i] == 0 || before[i] == s_lines[i].Units, $"point {point}: {before[i]} units of {s_lines[i].Key} are held");
        }

        world.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
        var all = 0;
        foreach (var (key, units) in s_lines)
        {
            // Asking for all of it makes the stock ask for the word on what lapsed.
            await world.Reserve(key, $"probe-{point}", 5, seconds: 1);
            world.Time.Advance(TimeSpan.FromSeconds(1));
            var held = (await world.View(key)).Held;
            Assert.True(held == 0 || held == units, $"point {point}: {held} units of {key} are held");
            all += held == 0 ? 0 : 1;
        }

        Assert.True(all == 0 || all == s_lines.Length, $"point {point}: {all} of {s_lines.Length} lines are held");
        Assert.True(!answered || all == s_lines.Length, $"point {point}: the reservation was promised and is not held");
    }

    private static async Task AssertHeld(World world, int point, long[] units, LineState state)
    {
        for (var i = 0; i < s_lines.Length; i++)
        {
            var page = await world.Stocks.Holds(World.Key(s_lines[i].Key), null, 9);
            var hold = Assert.Single(page.Holds);
            Assert.True(
                (hold.Line.Held, hold.Line.State, hold.OfMany) == (units[i], state, true),
                $"point {point}: {s_lines[i].Key} has {hold.Line.Held} {hold.Line.State}, not {units[i]} {state}");
        }
    }
}
