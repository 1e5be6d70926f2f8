using Inventory.Domain;
using Inventory.Domain.Orders;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>
/// An order whose units came in two legs is confirmed, or extended, as a whole or not at all, wherever the process dies and however long it is down.
/// </summary>
public sealed class OrderConfirmCrashTests
{
    private const int PointsMax = 200;

    [Theory]
    [InlineData(0)]
    [InlineData(2 * TtlMs)]
    public async Task Both_legs_are_confirmed_or_none(long downMs)
    {
        var (all, none) = (0, 0);
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await TwoLegs();
            world.Journal.DieAfter(point);
            var answered = await Survives(() => Step(world, "pay", OrderVerb.Confirm));

            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(downMs, GrainLimits.LeaseMs)));
            var again = await Step(next, "pay", OrderVerb.Confirm);
            Assert.True(again.Outcome.IsAccepted() || again.Outcome == OrderOutcome.Expired, $"point {point}: {again.Outcome}");
            Assert.True(!answered || again.Outcome == OrderOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");

            if (again.Outcome == OrderOutcome.Expired)
            {
                next.Time.Advance(TimeSpan.FromMilliseconds(Limits.TtlMsMin)); // its times have passed while it was down
                Assert.True((await Held(next)) == 0, $"point {point}: {await Shelves(next)}");
            }

            // Long after every time that was ever told, what is firm is still there, and nothing else is.
            next.Time.Advance(TimeSpan.FromMilliseconds(4 * TtlMs));
            var states = (await Get(next)).Parts.Where(part => part.State != PartState.Ended).Select(part => part.State).Distinct().ToArray();
            Assert.True(states.Length == 1, $"point {point}: {Parts(await Get(next))}");
            Assert.Equal(again.Outcome.IsAccepted() ? PartState.Open : PartState.Expired, states[0]);
            Assert.True((await Held(next)) == (again.Outcome.IsAccepted() ? 7 : 0), $"point {point}: {await Shelves(next)}");
            (all, none) = again.Outcome.IsAccepted() ? (all + 1, none) : (all, none + 1);
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                Assert.True(all > 0 && none > 0 == downMs > 0, $"{all} were confirmed, {none} passed: both must come about if it is down long");
                return; // it ended before the point of death: every point was visited
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2 * TtlMs)]
    [InlineData(4 * TtlMs)]
    public async Task Both_legs_are_extended_or_none(long downMs)
    {
        var (all, none, accepted) = (0, 0, 0);
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await TwoLegs();
            var extended = false;
            world.Journal.Appended = stream => extended |= stream.StartsWith("reservation/", StringComparison.Ordinal);
            world.Journal.DieAfter(point);
            var answered = await Survives(() => Extend(world));

            await using var next = await world.Restart();
            next.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(downMs, GrainLimits.LeaseMs)));
            var again = await Extend(next);
            Assert.True(again.Outcome.IsAccepted() || again.Outcome == OrderOutcome.Expired, $"point {point}: {again.Outcome}");
            Assert.True(!answered || again.Outcome == OrderOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");

            // As long as it says that it is held, all of it is; and all of it passes at one time.
            var parts = (await Get(next)).Parts.Where(static part => part.State != PartState.Ended).ToArray();
            Assert.True(parts.Select(static part => part.State).Distinct().Count() == 1, $"point {point}: {Parts(await Get(next))}");
            var isHeld = parts[0].State == PartState.Held;
            Assert.True(again.Outcome.IsAccepted() || !isHeld, $"point {point}: refused, and yet {Parts(await Get(next))}");
            if (isHeld)
            {
                Assert.Single(parts.Select(static part => part.ExpiresAtMs).Distinct());
                next.Time.Advance(TimeSpan.FromMilliseconds(parts[0].ExpiresAtMs - next.Time.NowMs - 1));
                Assert.True((await Held(next)) == 7, $"point {point}: {await Shelves(next)}");
            }

            next.Time.Advance(TimeSpan.FromMilliseconds(Limits.TtlMsMin));
            Assert.True((await Held(next)) == 0, $"point {point}: {await Shelves(next)}");

            (all, none, accepted) = (all + (isHeld ? 1 : 0), none + (isHeld ? 0 : 1), accepted + (again.Outcome.IsAccepted() ? 1 : 0));
            Assert.All((await Get(next)).Parts, static part => Assert.True(part.State is PartState.Ended or PartState.Expired));
            await next.AssertAuditIsClean();
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                var isWide = extended && accepted > 1 && all > 0 == downMs < 3 * TtlMs && none > 0 == downMs > 0;
                Assert.True(isWide, $"{accepted} accepted, {all} held, {none} passed");
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Theory]
    [InlineData(OrderVerb.Confirm)]
    [InlineData(OrderVerb.Extend)]
    public async Task A_leg_that_passes_between_the_judgement_and_its_turn_leaves_the_other_as_it_was(OrderVerb verb)
    {
        await using var world = await TwoLegs();
        var firstMs = (await Get(world)).Parts.Where(static part => part.ExpiresAtMs > 0).Min(static part => part.ExpiresAtMs);
        world.Time.Advance(TimeSpan.FromMilliseconds(firstMs - world.Time.NowMs - 1));
        var isPast = false;
        world.Journal.Appended = stream =>
        {
            if (stream.StartsWith("order/", StringComparison.Ordinal) && !isPast)
            {
                isPast = true;
                world.Time.Advance(TimeSpan.FromMilliseconds(1)); // the intent is on record, no stock has been asked
            }
        };
        var secondMs = (await Get(world)).Parts.Max(static part => part.ExpiresAtMs);
        Assert.Equal((OrderOutcome.Expired, true), ((await Step(world, "late", verb)).Outcome, isPast));
        Assert.Equal(secondMs, (await Get(world)).Parts.Max(static part => part.ExpiresAtMs));
        world.Time.Advance(TimeSpan.FromMilliseconds(secondMs - world.Time.NowMs + 1));
        Assert.Equal(0, await Held(world));
    }

    [Theory]
    [InlineData(OrderVerb.Confirm)]
    [InlineData(OrderVerb.Extend)]
    public async Task A_machine_that_stands_still_between_two_legs_holds_the_first_no_longer_than_its_time(OrderVerb verb)
    {
        await using var world = await TwoLegs();
        var stoodStill = false;
        world.Journal.Appended = stream =>
        {
            if (stream.StartsWith("reservation/", StringComparison.Ordinal) && !stoodStill)
            {
                stoodStill = true;
                world.Time.Advance(TimeSpan.FromMilliseconds(2 * TtlMs)); // the first leg is held on, the second has passed
            }
        };
        Assert.Equal((OrderOutcome.Expired, true), ((await Step(world, "late", verb)).Outcome, stoodStill));
        world.Time.Advance(TimeSpan.FromMilliseconds(2 * Limits.TtlMsMin));
        Assert.Equal(0, await Held(world));
    }

    [Fact]
    public async Task An_order_of_which_a_leg_has_passed_is_given_no_more_time()
    {
        await using var world = await TwoLegs();
        var first = (await Get(world)).Parts.Where(part => part.ExpiresAtMs > 0).Min(part => part.ExpiresAtMs);
        world.Time.Advance(TimeSpan.FromMilliseconds(first - world.Time.NowMs));
        Assert.Equal(OrderOutcome.Expired, (await Extend(world)).Outcome); // it can never be confirmed
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal(0, await Held(world));
    }

    [Fact]
    public async Task A_leg_that_has_passed_leaves_the_other_as_it_was()
    {
        await using var world = await TwoLegs();
        var first = (await Get(world)).Parts.Where(part => part.ExpiresAtMs > 0).Min(part => part.ExpiresAtMs);
        world.Time.Advance(TimeSpan.FromMilliseconds(first - world.Time.NowMs)); // the second is held still
        Assert.Equal(OrderOutcome.Expired, (await Step(world, "pay", OrderVerb.Confirm)).Outcome);
        Assert.Equal(1, await Held(world));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs));
        Assert.Equal(0, await Held(world));
    }

    private static Task<OrderAnswer> Extend(World world) => Sure(() => world.Orders.Step(
        Order, new OrderStep(World.Id("longer"), new Actor(Channel.Web, "shop", ""), OrderVerb.Extend, null, [], 3 * TtlMs)));

    // Seven mugs: five near and two in the middle; near finds one less, which comes from the middle or from afar by a leg of its own.
    private static OnPool<World> TwoLegs() => new(Made());

    private static async Task<World> Made()
    {
        var world = await Stocked();
        await Place(world, Shipped(("MUG", 7)));
        world.Time.Advance(TimeSpan.FromMilliseconds(TtlMs / 3)); // the second leg passes later than the first
        await Step(world, "no", OrderVerb.Reject, 0, null, new LineUnits(0, 1));
        Assert.Equal(2, (await Get(world)).Parts.Select(part => part.ExpiresAtMs).Where(at => at > 0).Distinct().Count());
        return world;
    }

    private static async Task<long> Held(World world)
    {
        var held = 0L;
        foreach (var store in new[] { "near", "middle", "far" })
        {
            held += (await world.View("MUG@" + store)).Held;
        }

        return held;
    }

    private static async Task<bool> Survives(Func<Task<OrderAnswer>> call)
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
