using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using static Inventory.Grains.Tests.TransferDesk;

namespace Inventory.Grains.Tests;

/// <summary>The process dies at every write of a transfer's life; another one takes over what is on the disk.</summary>
public sealed class TransferCrashTests
{
    private const int PointsMax = 200;

    [Theory]
    [InlineData(TransferVerb.Create, false)]
    [InlineData(TransferVerb.Create, true)]
    [InlineData(TransferVerb.Change, false)]
    [InlineData(TransferVerb.Change, true)]
    [InlineData(TransferVerb.Ship, false)]
    [InlineData(TransferVerb.Ship, true)]
    [InlineData(TransferVerb.Receive, false)]
    [InlineData(TransferVerb.Receive, true)]
    [InlineData(TransferVerb.Close, false)]
    [InlineData(TransferVerb.Reschedule, false)]
    [InlineData(TransferVerb.Reschedule, true)]
    [InlineData(TransferVerb.Cancel, true)]
    public async Task A_step_cut_off_anywhere_counts_each_unit_once_whether_it_is_asked_again_or_only_finished(TransferVerb verb, bool asksAgain)
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Stocked();
            await Lead(world, verb);
            world.Journal.DieAfter(point);
            var answered = await Survives(() => Take(world, verb));

            await using var next = await world.Restart(); // a silo that starts finishes what is open, before anybody asks
            var view = await next.Transfers.Get(Transfer).AsTask().WaitAsync(World.Patience);
            Assert.False(view is { IsInDoubt: true }, $"point {point}: in doubt after the start");
            await AssertBalanced(next, $"point {point}, after the start");
            await AssertAnnounced(next, $"point {point}, after the start");
            if (asksAgain)
            {
                var again = await Take(next, verb);
                Assert.True(again.Outcome.IsAccepted(), $"point {point}: {again.Outcome}");
                Assert.True(!answered || again.Outcome == TransferOutcome.AlreadyAccepted, $"point {point}: the answer was forgotten");
                await AssertBalanced(next, $"point {point}, asked again");
                await AssertAnnounced(next, $"point {point}, asked again");
                Assert.Equal(Expected(verb), await Shelves(next));
            }
            else if (view is not null)
            {
                // All of the step or nothing of it, on the shelves as on record.
                var held = view.Lines.Sum(line => line.Held);
                Assert.Equal((await next.View("MUG@depot")).Held + (await next.View("CUP@depot")).Held, held);
            }

            if (answered && world.Journal.Appends < world.Journal.DiesAt)
            {
                return; // it ended before the point of death: every point was visited
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    [Fact]
    public async Task A_refused_draft_cut_off_anywhere_leaves_nothing_held()
    {
        for (var point = 0; point < PointsMax; point++)
        {
            await using var world = await Stocked();
            world.Journal.DieAfter(point);
            var ended = false;
            await Survives(async () =>
            {
                var refused = await Create(world, hold: true, ("MUG", 6), ("CUP", 9));
                ended = true;
                return refused;
            });
            await using var next = await world.Restart();
            Assert.Equal(("10 held 0", "5 held 0"), (await Shelf(next, "MUG@depot"), await Shelf(next, "CUP@depot")));
            Assert.Null(await next.Transfers.Get(Transfer));
            if (ended && world.Journal.Appends < world.Journal.DiesAt)
            {
                return;
            }
        }

        Assert.Fail($"more than {PointsMax} appends");
    }

    // Brings the transfer to where the step can be taken.
    private static async Task Lead(World world, TransferVerb verb)
    {
        if (verb == TransferVerb.Create)
        {
            return;
        }

        await Create(world, hold: true, ("MUG", 6), ("CUP", 2));
        if (verb is TransferVerb.Receive or TransferVerb.Close or TransferVerb.Reschedule)
        {
            await Step(world, "send", TransferVerb.Ship, ("MUG", 5), ("CUP", 2));
            await Promise(world, "MUG@shop", "one", 1, day: 3);
            await Promise(world, "CUP@shop", "two", 2, day: 3);
        }
    }

    private static Task<TransferAnswer> Take(World world, TransferVerb verb) => verb switch
    {
        TransferVerb.Create => Create(world, hold: true, ("MUG", 6), ("CUP", 2)),
        TransferVerb.Change => Step(world, "step", verb, ("MUG", 8), ("CUP", 1)),
        TransferVerb.Receive => Step(world, "step", verb, new TransferPart[] { new(Sku.Parse("MUG"), 2), new(Sku.Parse("CUP"), 2, Condition.Damaged) }),
        TransferVerb.Reschedule => Reschedule(world, "step", 5),
        _ => Step(world, "step", verb),
    };

    private static string Expected(TransferVerb verb) => verb switch
    {
        TransferVerb.Create => "10 held 6, 5 held 2, 0 held 0, 0 held 0",
        TransferVerb.Change => "10 held 8, 5 held 1, 0 held 0, 0 held 0",
        TransferVerb.Ship => "4 held 0, 3 held 0, 0 held 0, 0 held 0",
        TransferVerb.Receive => "5 held 1, 3 held 0, 2 held 1, 0 held 0 damaged 2",
        TransferVerb.Reschedule => "5 held 1, 3 held 0, 0 held 0, 0 held 0",
        TransferVerb.Close => "5 held 0, 3 held 0, 0 held 0, 0 held 0",
        _ => "10 held 0, 5 held 0, 0 held 0, 0 held 0",
    };

    private static async Task<string> Shelves(World world) => string.Join(
        ", ", await Shelf(world, "MUG@depot"), await Shelf(world, "CUP@depot"), await Shelf(world, "MUG@shop"), await Shelf(world, "CUP@shop"));

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
