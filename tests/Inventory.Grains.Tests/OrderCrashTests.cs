using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using static Inventory.Grains.Tests.OrderDesk;

namespace Inventory.Grains.Tests;

/// <summary>The process dies at every point of an order's life; another one takes over what is on the disk, and the caller asks again.</summary>
public sealed class OrderCrashTests
{
    private const int PointsMax = 200;

    [Fact]
    public async Task An_order_cut_off_anywhere_is_held_once_when_it_is_asked_again()
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Stocked();
            world.Journal.DieAfter(point);
            var answered = await Survives(() => Place(world, Shipped(("MUG", 7), ("CUP", 6))));

            await using var next = await world.Restart();
            var again = await Again(next, () => Place(next, Shipped(("MUG", 7), ("CUP", 6))));
            Assert.True(again.Outcome.IsAccepted(), $"point {point}: {again.Outcome}");
            Assert.True(!answered || again.Outcome == OrderOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");
            await AssertSums(next, point, held: (7, 6), onHand: (15, 15));
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return; // it ended before the point of death: every point was visited
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Theory]
    [InlineData(OrderVerb.Confirm, 7, 6, 15, 15)]
    [InlineData(OrderVerb.Reject, 7, 6, 15, 15)]
    [InlineData(OrderVerb.Cancel, 0, 0, 15, 15)]
    [InlineData(OrderVerb.Ship, 0, 0, 8, 9)]
    [InlineData(OrderVerb.Return, 0, 0, 15, 15)]
    public async Task A_step_cut_off_anywhere_takes_effect_once_when_it_is_asked_again(OrderVerb verb, long mugs, long cups, long mugsThere, long cupsThere)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Stocked();
            var placed = await Place(world, Shipped(("MUG", 7), ("CUP", 6)));
            var first = placed.Order!.Parts[0];
            if (verb != OrderVerb.Confirm)
            {
                await Step(world, "pay", OrderVerb.Confirm);
            }

            if (verb == OrderVerb.Return)
            {
                await Step(world, "send", OrderVerb.Ship);
            }

            world.Journal.DieAfter(point);
            var (part, to) = (verb == OrderVerb.Reject ? first.Number : (int?)null, verb == OrderVerb.Return ? "far" : null);
            var answered = await Survives(() => Step(world, "step", verb, part, to));

            await using var next = await world.Restart();
            var again = await Again(next, () => Step(next, "step", verb, part, to));
            Assert.True(again.Outcome.IsAccepted(), $"point {point}: {again.Outcome}");
            Assert.True(!answered || again.Outcome == OrderOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");
            var unfilled = again.Order!.Unfilled.Sum(line => line.Units);
            var (mugsLeft, cupsLeft) = (again.Order.Unfilled.Where(line => line.Line == 0).Sum(line => line.Units), 0L);
            cupsLeft = unfilled - mugsLeft;
            await AssertSums(next, point, held: (mugs - mugsLeft, cups - cupsLeft), onHand: (mugsThere, cupsThere));
            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    // A board of the new process may not have heard from every stock yet, and leases of the old one may be open: both pass.
    private static async Task<OrderAnswer> Again(World world, Func<Task<OrderAnswer>> ask)
    {
        world.Time.Advance(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs));
        return await ask();
    }

    private static async Task AssertSums(World world, int point, (long Mugs, long Cups) held, (long Mugs, long Cups) onHand)
    {
        var found = new Dictionary<string, (long Held, long OnHand)> { ["MUG"] = default, ["CUP"] = default };
        foreach (var key in new[] { "MUG@near", "MUG@middle", "MUG@far", "CUP@near", "CUP@middle", "CUP@far" })
        {
            var view = await world.View(key);
            var sum = found[key[..3]];
            found[key[..3]] = (sum.Held + view.Held, sum.OnHand + view.Sellable);
        }

        Assert.True((held.Mugs, onHand.Mugs) == found["MUG"], $"point {point}: mugs {found["MUG"]}");
        Assert.True((held.Cups, onHand.Cups) == found["CUP"], $"point {point}: cups {found["CUP"]}");
        await world.AssertAuditIsClean();
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
