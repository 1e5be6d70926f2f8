using Xunit.Abstractions;

namespace Inventory.Simulator.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 120;
    private const int SeedsToFindABug = 80;

    [Fact]
    public void Whatever_breaks_nothing_is_sold_twice_and_nothing_told_is_forgotten()
    {
        var (failed, _, tally) = Campaign.Of(new Plan(1), Seeds, threads: 2);
        Assert.True(failed is null, failed is null ? "" : $"SEED {failed.Plan.Seed}: {failed.Failure}\nrepeat it with: {failed.Plan.Arguments}");
        foreach (var (what, count) in tally.Counts)
        {
            output.WriteLine($"{count,12} {what}");
        }

        // What these runs claim to have survived they must have met.
        string[] claimed =
        [
            "fault kill", "fault power loss", "fault failed sync planned", "fault slow disk", "fault full disk", "fault clock jump", "fault orderly stop",
            "fault news of a board lost", "record read by a second reader",
            "fault crash at a step of the disk planned", "fault crash in recovery", "fault flipped bit was refused", "fault flipped bit did no harm",
            "fault restart after lost storage", "lost unacknowledged events", "recovery cut a torn tail", "segments compacted", "snapshot read",
            "call given up", "call repeated", "call sent twice at once", "call with a used id", "answer Reserve IdReused", "answer Reserve Insufficient",
            "answer Reserve AlreadyAccepted", "answer Confirm ReservationExpired", "answer Count Accepted", "answer Collect Accepted", "answer many Accepted",
            "answer many Insufficient", "answer many Confirm Accepted", "answer many Release Accepted", "answer many Collect Accepted", "row watched",
            "stock audited", "event Settle", "answer many with work Accepted", "answer many with work Insufficient", "event of work Settle",
            "lost unacknowledged events of work", "work audited", "work used", "work given back", "work held",
        ];
        Assert.All(claimed, what => Assert.True(tally.Counts.GetValueOrDefault(what) > 0, "never met: " + what));
    }

    [Fact]
    public void Whatever_breaks_orders_are_held_as_their_records_say()
    {
        var (failed, _, tally) = Campaign.Of(new Plan(2000, Clients: 3, Calls: 50, Orders: 3), seeds: 40, threads: 2);
        Assert.True(failed is null, failed is null ? "" : $"SEED {failed.Plan.Seed}: {failed.Failure}\nrepeat it with: {failed.Plan.Arguments}");
        string[] claimed =
        [
            "fault kill", "fault power loss", "lost unacknowledged events", "order audited", "order call given up", "order exchanged",
            "order moved for the better", "parcel held for orders in the end", "unit held for orders in the end", "unit returned by an order",
            "answer order place Accepted", "answer order place AlreadyAccepted", "answer order place Insufficient", "answer order redeem Accepted",
            "answer order redeem Expired", "answer order choose Accepted", "answer order confirm Accepted", "answer order reject Accepted",
            "answer order collect Accepted", "answer order ship Accepted", "answer order cancel Accepted", "answer order return Accepted",
        ];
        Assert.All(claimed, what => Assert.True(tally.Counts.GetValueOrDefault(what) > 0, "never met: " + what));
    }

    [Fact]
    public void Long_runs_bring_work_through_its_snapshots()
    {
        var (failed, _, tally) = Campaign.Of(new Plan(500, Clients: 8, Calls: 700), seeds: 4, threads: 2);
        Assert.True(failed is null, failed is null ? "" : $"SEED {failed.Plan.Seed}: {failed.Failure}\nrepeat it with: {failed.Plan.Arguments}");
        Assert.True(tally.Counts.GetValueOrDefault("snapshot of work written") > 0, "no snapshot was written");
    }

    [Fact]
    public void The_same_plan_gives_the_same_run()
    {
        for (var seed = 1000; seed < 1006; seed++)
        {
            var (first, again) = (Run.Of(new Plan(seed)), Run.Of(new Plan(seed)));
            Assert.Equal(first.Fingerprint, again.Fingerprint);
            Assert.Equal(first.Failure, again.Failure);
            Assert.Equal(first.Tally.Counts, again.Tally.Counts);
        }
    }

    [Fact]
    public void Other_seeds_give_other_runs() =>
        Assert.Equal(5, Enumerable.Range(1, 5).Select(seed => Run.Of(new Plan(seed, Calls: 10)).Fingerprint).Distinct().Count());

    public static TheoryData<Bug> Bugs => [.. Enum.GetValues<Bug>().Where(bug => bug != Bug.None)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_mistake_is_found(Bug bug)
    {
        var (failed, runs, _) = Campaign.Of(new Plan(1, Bug: bug), SeedsToFindABug, threads: 2);
        Assert.True(failed is not null, $"{bug} was not found by {runs} runs.");
        output.WriteLine($"seed {failed.Plan.Seed}: {failed.Failure}");
    }

    [Fact]
    public void A_failed_run_is_shrunk_to_a_smaller_one_that_fails_too()
    {
        var (failed, _, _) = Campaign.Of(new Plan(1, Bug: Bug.StaleAvailability), SeedsToFindABug, threads: 2);
        var smallest = Campaign.Shrink(failed!);
        Assert.NotNull(smallest.Failure);
        Assert.True(smallest.Plan.Calls < 20, smallest.Plan.Arguments);
        Assert.NotNull(Run.Of(smallest.Plan).Failure);
    }
}
