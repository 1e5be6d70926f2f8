using Xunit.Abstractions;

namespace Inventory.Simulator.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 80;
    private const int SeedsToFindABug = 80;

    [Fact]
    public void Whatever_breaks_nothing_is_sold_twice_and_nothing_told_is_forgotten()
    {
        var tally = RunClean(new Plan(1), Seeds);
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
            "lost unacknowledged events of work", "work audited", "work used", "work held",
        ];
        AssertMet(tally, claimed);
    }

    [Fact]
    public void Whatever_breaks_orders_are_held_as_their_records_say()
    {
        var tally = RunClean(new Plan(2000, Clients: 3, Calls: 50, Orders: 3), seeds: 24);
        string[] claimed =
        [
            "fault kill", "fault power loss", "lost unacknowledged events", "order audited", "order call given up", "order exchanged",
            "order moved for the better", "parcel held for orders in the end", "unit held for orders in the end", "unit returned by an order",
            "answer order place Accepted", "answer order place AlreadyAccepted", "answer order place Insufficient", "answer order redeem Accepted",
            "answer order redeem Expired", "answer order choose Accepted", "answer order confirm Accepted", "answer order reject Accepted",
            "answer order collect Accepted", "answer order ship Accepted", "answer order cancel Accepted", "answer order return Accepted",
            "order listed", "order found at its location",
        ];
        AssertMet(tally, claimed);
    }

    [Fact]
    public void Whatever_breaks_units_in_transit_are_never_lost_or_there_twice()
    {
        var tally = RunClean(new Plan(3000, Clients: 2, Transfers: 4), seeds: 16);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events of owners", "transfer audited", "all transfers counted", "transfer call given up",
            "transfer line refused while others moved", "transfer step sent twice at once", "answer transfer create Accepted",
            "answer transfer create StockRefused", "answer transfer change Accepted", "answer transfer ship Accepted", "answer transfer ship AlreadyAccepted",
            "answer transfer receive Accepted", "answer transfer receive ExceedsInTransit", "answer transfer close Accepted", "answer transfer cancel Accepted",
            "answer transfer with a used id IdReused", "transfer in the end Draft", "transfer in the end PartlyShipped", "transfer in the end InTransit",
            "transfer in the end PartlyReceived", "transfer in the end Received", "transfer in the end Discrepancy", "transfer in the end Cancelled",
            "unit in transit in the end");
    }

    [Fact]
    public void Whatever_breaks_no_more_is_promised_than_is_expected()
    {
        var tally = RunClean(new Plan(4000, Clients: 2, Supply: 4), seeds: 16);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events of owners", "supply audited", "supply call given up",
            "supply call sent twice at once", "look at supply", "late promise seen", "promise concerned by what was announced", "promise fulfilled",
            "answer supply expect Accepted", "answer supply expect NoSuchReceipt", "answer supply promise Accepted", "answer supply promise Insufficient",
            "answer supply receive Accepted", "answer supply receive AlreadyAccepted", "answer supply release Accepted",
            "answer supply with a used id IdReused", "event ReceiveHeld", "unit promised in the end", "unit that came in for a promise",
            "unit that came in for nobody");
    }

    [Fact]
    public void Whatever_breaks_what_is_in_transit_is_expected_at_its_destination_and_comes_in_for_its_promises()
    {
        var tally = RunClean(new Plan(7000, Clients: 1, Transfers: 3, Supply: 2), seeds: 16);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events of owners", "transfer audited", "supply audited",
            "answer transfer reschedule Accepted", "answer transfer reschedule WrongState", "answer supply expect NameOfTransfer",
            "answer supply receive NameOfTransfer", "line of a transfer expected", "line of a transfer not expected", "event TransferInHeld",
            "promise concerned by a transfer", "promise fulfilled by a transfer", "unit of a transfer that came in for a promise",
            "unit of a transfer expected in the end", "unit in transit in the end");
    }

    [Fact]
    public void Whatever_breaks_a_kit_is_held_whole_or_not_at_all()
    {
        var tally = RunClean(new Plan(5000, Clients: 2, Kits: 4), seeds: 8);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "kit call given up", "answer kit defined Accepted", "answer kit delivered SkuIsKit", "answer kit Accepted",
            "answer kit Insufficient", "answer kit with work Accepted", "answer kit Confirm Accepted", "answer kit Release Accepted",
            "answer kit Collect Accepted", "answer kit Ship Accepted", "answer kit back Accepted", "unit returned in a kit", "board of a kit compared");
    }

    [Fact]
    public void Whatever_breaks_nothing_is_promised_past_its_date_and_each_unit_keeps_its_lot()
    {
        var tally = RunClean(new Plan(8000, Clients: 1, Transfers: 2, Lots: 3), seeds: 16);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events", "stock audited", "lot call given up", "look at lots", "unit seen past its date",
            "answer Receive LotRequired", "answer Collect LotNotFound", "answer Collect LotExpired", "answer Adjust LotRequired", "answer Adjust Accepted",
            "answer Move Accepted", "answer Count Accepted", "answer Return Accepted", "answer Collect ExceedsOnHand", "answer Reserve Insufficient",
            "unit of a lot on its way in the end");
    }

    [Fact]
    public void Whatever_breaks_orders_and_supply_believe_in_the_same_promises()
    {
        var tally = RunClean(new Plan(10_064, Clients: 1, Calls: 50, Supply: 2, BackOrders: 3), seeds: 24);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events of owners", "order audited", "promise audited", "promise of an order looked at",
            "promise of an order fulfilled", "unit of an order promised in the end", "unit that came in is held for its order",
            "unit of an order that came in and is held in the end", "unit of an order that came in and was delivered", "late promise of an order seen",
            "late promise to be moved",
            "promise concerned by what was announced", "look at a back-order", "back-order call given up", "answer back-order place Accepted",
            "answer back-order confirm Accepted", "answer back-order cancel Accepted", "answer back-order collect Accepted", "answer back-order ship Accepted",
            "answer back-order reject Accepted", "answer supply receive Accepted", "event ReceiveHeld");
    }

    [Fact]
    public void Whatever_breaks_promised_kits_and_lots_come_whole_and_as_they_were_named()
    {
        var tally = RunClean(new Plan(20_180, Clients: 1, Supply: 3, Kits: 1, Lots: 1, BackOrders: 4), seeds: 16);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "lost unacknowledged events of owners", "order audited", "promise audited",
            "promise of a kit looked at in the end", "component that came in is held for its order", "component kept for a kit in the end",
            "component from the shelf is held for a kit",
            "kit given up for want of supply", "promise given up for want of payment", "promise given up for want of supply", "kit of an order that came in",
            "kit of an order promised in the end", "unit with lots promised to an order in the end", "unit to be tried on promised in the end",
            "unit to be decided later promised in the end", "unit that came in to be tried on", "unit that came in to be tried on and was not taken",
            "unit that came in to be decided later", "unit of a lot that came in is held for its order", "unit that arrived in a lot",
            "unit that arrived in a lot for a promise", "answer supply of a lot receive LotRequired", "unit of a lot returned by an order",
            "answer back-order choose Accepted", "answer back-order return Accepted");
    }

    // Some want more at once than a stock gives: what they hold elsewhere meanwhile, and give back, must not wake them for ever.
    [Fact]
    public void Orders_that_a_stock_refuses_by_its_rules_come_to_rest()
    {
        var plan = new Plan(12_036, Clients: 1, Calls: 150, Faults: Faults.SlowSync, Orders: 2, Supply: 1, Kits: 1, Lots: 1, BackOrders: 1);
        AssertMet(RunClean(plan, seeds: 2), "order audited", "promise audited", "answer back-order place Accepted", "board of a kit compared");
    }

    // A supply tells an order what came; the order cannot end its turn any more, for the policies are gone; to be asked brings the supply back, which tells it.
    [Fact]
    public void A_service_that_is_stopped_comes_to_its_end_though_orders_have_not_heard_all_their_news() =>
        RunClean(new Plan(501_008, Clients: 1, Orders: 2, Transfers: 2, Supply: 2, Kits: 1, Lots: 1, BackOrders: 3), seeds: 1);

    [Fact]
    public void Whatever_breaks_orders_and_kits_take_the_earliest_lot()
    {
        var tally = RunClean(new Plan(9000, Clients: 1, Orders: 2, Kits: 1, Lots: 2), seeds: 12);
        AssertMet(
            tally,
            "fault kill", "fault power loss", "order audited", "unit seen past its date", "lot of a promised unit looked at", "unit returned by an order",
            "kit held for orders in the end", "answer order ship Accepted", "answer order collect Accepted", "answer kit Collect Accepted",
            "answer kit back Accepted", "board of a kit compared");
    }

    [Fact]
    public void Whatever_breaks_all_of_it_together_agrees()
    {
        var tally = RunClean(new Plan(6016, Clients: 1, Calls: 120, Orders: 3, Transfers: 1, Supply: 1, Kits: 2), seeds: 16);
        AssertMet(
            tally,
            "order audited", "transfer audited", "supply audited", "board of a kit compared", "kit held for orders in the end", "kit returned by an order",
            "kit moved to another place", "unit in transit in the end", "unit that came in for a promise", "work given back");
    }

    [Fact]
    public void Long_runs_bring_work_through_its_snapshots()
    {
        var tally = RunClean(new Plan(500, Clients: 8, Calls: 700), seeds: 4);
        Assert.True(tally.Counts.GetValueOrDefault("snapshot of work written") > 0, "no snapshot was written");
    }

    [Fact]
    public void The_same_plan_gives_the_same_run()
    {
        for (var seed = 1000; seed < 1006; seed++)
        {
            var plan = seed % 2 == 0 ? new Plan(seed) : new Plan(seed, Clients: 1, Supply: 2, BackOrders: 2);
            var (first, again) = (Run.Of(plan), Run.Of(plan));
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
        var (failed, runs, _) = Campaign.Of(Plan.For(bug, seed: 1), SeedsToFindABug, threads: 2);
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

    private static Tally RunClean(Plan first, int seeds)
    {
        var (failed, _, tally) = Campaign.Of(first, seeds, threads: 2);
        Assert.True(failed is null, failed is null ? "" : $"SEED {failed.Plan.Seed}: {failed.Failure}\nrepeat it with: {failed.Plan.Arguments}");
        return tally;
    }

    private static void AssertMet(Tally tally, params string[] claimed) =>
        Assert.All(claimed, what => Assert.True(tally.Counts.GetValueOrDefault(what) > 0, "never met: " + what));
}
