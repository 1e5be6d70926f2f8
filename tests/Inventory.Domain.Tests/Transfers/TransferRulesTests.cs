using FsCheck.Fluent;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Models;
using Inventory.Domain.Transfers;

namespace Inventory.Domain.Tests.Transfers;

public sealed class TransferRulesTests
{
    private static readonly RefusedWrite s_firstRefused = new(0, StockOutcome.ExceedsOnHand);

    [Fact]
    public void A_transfer_goes_from_draft_to_received_in_parts()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5), ("B", 3));
        Assert.Equal(TransferState.Draft, scene.Transfer.State);
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Ship, ("A", 4)));
        Assert.Equal(TransferState.PartlyShipped, scene.Transfer.State);
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Ship));
        Assert.Equal(TransferState.InTransit, scene.Transfer.State);
        var part = TransferScene.Parts(("A", 2)).Append(new TransferPart(Sku.Parse("B"), 1, Condition.Damaged));
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Receive, part));
        Assert.Equal(TransferState.PartlyReceived, scene.Transfer.State);
        Assert.Equal("A 5/5 ~3 =2 -0 x0; B 3/3 ~2 =1 -0 x0", scene.Picture());
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Receive));
        Assert.Equal(TransferState.Received, scene.Transfer.State);
        Assert.Equal(TransferOutcome.WrongState, scene.Do(TransferVerb.Receive));
    }

    [Fact]
    public void What_did_not_come_is_written_off_by_name()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5), ("B", 3));
        scene.Do(TransferVerb.Ship, ("A", 5), ("B", 2));
        scene.Do(TransferVerb.Receive, ("A", 2));
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Close, TransferScene.Parts(("A", 1)), LossReason.Damaged));
        Assert.Equal(TransferState.PartlyReceived, scene.Transfer.State);
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Close, [], LossReason.Lost));
        Assert.Equal("A 5/5 ~0 =2 -2 x1; B 2/2 ~0 =0 -2 x0", scene.Picture()); // the third B stays at the depot
        Assert.Equal(TransferState.Discrepancy, scene.Transfer.State);
    }

    [Fact]
    public void More_than_was_sent_comes_in_only_if_that_is_said()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5));
        scene.Do(TransferVerb.Ship);
        Assert.Equal(TransferOutcome.ExceedsInTransit, scene.Do(TransferVerb.Receive, ("A", 6)));
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Receive, TransferScene.Parts(("A", 6)), surplus: true));
        Assert.Equal("A 5/5 ~0 =6+1 -0 x0", scene.Picture());
        Assert.Equal(TransferState.Discrepancy, scene.Transfer.State);
    }

    [Fact]
    public void Only_what_is_planned_is_sent_and_only_what_was_sent_comes_in()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5));
        Assert.Equal(TransferOutcome.WrongState, scene.Do(TransferVerb.Receive, ("A", 1)));
        Assert.Equal(TransferOutcome.ExceedsPlanned, scene.Do(TransferVerb.Ship, ("A", 6)));
        Assert.Equal(TransferOutcome.NoSuchLine, scene.Do(TransferVerb.Ship, ("Z", 1)));
        scene.Do(TransferVerb.Ship, ("A", 2));
        Assert.Equal(TransferOutcome.ExceedsPlanned, scene.Do(TransferVerb.Ship, ("A", 4)));
        Assert.Equal(TransferOutcome.ExceedsInTransit, scene.Do(TransferVerb.Receive, ("A", 3)));
        Assert.Equal(TransferOutcome.WrongState, scene.Do(TransferVerb.Cancel));
        Assert.Equal(TransferOutcome.WrongState, scene.Do(TransferVerb.Change, ("A", 9)));
    }

    [Fact]
    public void A_draft_is_held_whole_or_not_at_all()
    {
        var scene = new TransferScene();
        var content = TransferScene.Content(hold: true, ("A", 5), ("B", 3));
        Assert.Equal(TransferOutcome.StockRefused, scene.Create(content, new RefusedWrite(1, StockOutcome.Insufficient)));
        Assert.True(scene.Transfer.MayBeCreated);
        Assert.Empty(scene.Transfer.Holds);
        Assert.Equal(TransferOutcome.NotFound, scene.Do(TransferVerb.Ship));
        Assert.Equal(TransferOutcome.Accepted, scene.Create(content));
        Assert.Equal("4/0:5, 4/1:3", scene.Holds()); // under the version of the second attempt
    }

    [Fact]
    public void What_a_draft_holds_follows_its_lines()
    {
        var scene = TransferScene.Drafted(hold: true, ("A", 5), ("B", 3));
        Assert.Equal("1/0:5, 1/1:3", scene.Holds());
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Change, ("A", 7), ("C", 2)));
        Assert.Equal("1/0:5, 3/0:2, 3/2:2", scene.Holds());
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Change, ("A", 4)));
        Assert.Equal("1/0:4", scene.Holds());
        Assert.Equal(TransferOutcome.StockRefused, scene.Do(TransferVerb.Change, TransferScene.Parts(("A", 9)), refused: s_firstRefused));
        Assert.Equal("1/0:4", scene.Holds());
        Assert.Equal("A 4/0 ~0 =0 -0 x0; B 0/0 ~0 =0 -0 x0; C 0/0 ~0 =0 -0 x0", scene.Picture());
        scene.Do(TransferVerb.Ship, ("A", 3));
        Assert.Equal("1/0:1", scene.Holds());
        scene.Do(TransferVerb.Close, [], LossReason.Lost);
        Assert.Equal("", scene.Holds());
    }

    [Fact]
    public void A_line_that_the_source_refuses_stays_and_the_others_go()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5), ("B", 3));
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Ship, [], refused: s_firstRefused));
        Assert.Equal("A 5/0 ~0 =0 -0 x0; B 3/3 ~3 =0 -0 x0", scene.Picture());
        Assert.Equal(TransferOutcome.StockRefused, scene.Do(TransferVerb.Ship, [], refused: s_firstRefused));
        Assert.Equal(2, scene.Transfer.Steps.Count); // making it and the first shipment: a refusal is no step
    }

    [Fact]
    public void A_repeated_id_is_told_from_one_used_for_something_else()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5));
        Assert.Equal(TransferOutcome.AlreadyAccepted, scene.Create(TransferScene.Content(false, ("A", 5))));
        Assert.Equal(TransferOutcome.IdReused, scene.Create(TransferScene.Content(false, ("A", 6))));
        Assert.Equal(TransferOutcome.Accepted, scene.Do("ship", TransferVerb.Ship, TransferScene.Parts(("A", 2))));
        Assert.Equal(TransferOutcome.AlreadyAccepted, scene.Do("ship", TransferVerb.Ship, TransferScene.Parts(("A", 2))));
        Assert.Equal(TransferOutcome.IdReused, scene.Do("ship", TransferVerb.Ship, TransferScene.Parts(("A", 3))));
        Assert.Equal(TransferOutcome.IdReused, scene.Do("transfer", TransferVerb.Ship, TransferScene.Parts(("A", 2))));
    }

    [Fact]
    public void The_destination_expects_what_is_in_transit_when_the_transfer_is_expected()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5), ("B", 3));
        Assert.Equal("", scene.Announced()); // a draft announces nothing
        scene.Do(TransferVerb.Ship, ("A", 4), ("B", 3));
        Assert.Equal("A 4 at 5000000; B 3 at 5000000", scene.Announced());
        scene.Do(TransferVerb.Receive, ("A", 1));
        Assert.Equal("A 3 at 5000000; B 3 at 5000000", scene.Announced());
        Assert.DoesNotContain(scene.Events[^2..], each => each is TransferAnnounced); // its supply has seen them come in
        Assert.Equal(TransferOutcome.Accepted, scene.Reschedule(6_000_000));
        Assert.Equal("A 3 at 6000000; B 3 at 6000000", scene.Announced());
        scene.Do(TransferVerb.Close, TransferScene.Parts(("B", 2)), LossReason.Damaged);
        Assert.Equal("A 3 at 6000000; B 1 at 6000000", scene.Announced());
        scene.Reschedule(0);
        Assert.Equal("", scene.Announced()); // nobody can say when
        scene.Do("late", TransferVerb.Ship, [], expectedAtMs: 7_000_000);
        Assert.Equal("A 4 at 7000000; B 1 at 7000000", scene.Announced());
        scene.Do(TransferVerb.Receive, TransferScene.Parts(("A", 9)), surplus: true);
        scene.Do(TransferVerb.Close, [], LossReason.Lost);
        Assert.Equal("", scene.Announced());
        Assert.Equal(TransferOutcome.WrongState, scene.Reschedule(8_000_000));
    }

    [Fact]
    public void A_destination_that_expects_as_much_as_it_may_is_asked_again_after_the_next_step()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5), ("B", 3));
        scene.Full.Add(0);
        scene.Do(TransferVerb.Ship, ("A", 4), ("B", 3));
        Assert.Equal("B 3 at 5000000", scene.Announced());
        Assert.Empty(scene.Transfer.ToAnnounce); // not over and over
        scene.Full.Clear();
        scene.Do(TransferVerb.Receive, ("B", 1));
        Assert.Equal("A 4 at 5000000; B 2 at 5000000", scene.Announced());
    }

    [Fact]
    public void Units_of_an_arrival_that_are_refused_stay_in_transit_and_the_others_come_in()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 5));
        scene.Do(TransferVerb.Ship);
        Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Receive, [], refused: new RefusedWrite(0, StockOutcome.TooManyHolds, 2)));
        Assert.Equal(("A 5/5 ~2 =3 -0 x0", "A 2 at 5000000"), (scene.Picture(), scene.Announced()));
        Assert.Equal(TransferState.PartlyReceived, scene.Transfer.State);
    }

    [Fact]
    public void Steps_come_to_an_end()
    {
        var scene = TransferScene.Drafted(hold: false, ("A", 1_000));
        for (var i = 1; i < Limits.TransferStepsMax; i++)
        {
            Assert.Equal(TransferOutcome.Accepted, scene.Do(TransferVerb.Ship, ("A", 1)));
        }

        Assert.Equal(TransferOutcome.TooManySteps, scene.Do(TransferVerb.Ship, ("A", 1)));
    }

    [Fact]
    public void Any_steps_in_any_order_keep_the_table_and_lose_no_unit() =>
        Properties.Hold(Gen.ArrayOf(Gen.Choose(0, int.MaxValue).Select(draw => (uint)draw), 30).ToArbitrary(), draws =>
        {
            var scene = TransferScene.Drafted(hold: draws[0] % 2 == 0, ("A", 1 + (draws[1] % 9)), ("B", 1 + (draws[2] % 9)));
            foreach (var draw in draws[3..])
            {
                Step(scene, draw);
            }

            var again = new TransferRecord();
            scene.Events.ForEach(again.Apply);
            Assert.Equal((scene.Transfer.Version, scene.Transfer.State), (again.Version, again.State));
        }, tests: 500);

    private static void Step(TransferScene scene, uint draw)
    {
        var transfer = scene.Transfer;
        var verb = (TransferVerb)(2 + (draw % 6));
        var parts = draw / 5 % 3 == 0 && verb != TransferVerb.Change ? [] : TransferScene.Parts((draw / 15 % 2 == 0 ? "A" : "B", 1 + (draw / 30 % 6)));
        var refused = draw / 180 % 4 == 0 && verb is TransferVerb.Ship or TransferVerb.Receive ? [s_firstRefused] : Array.Empty<RefusedWrite>();
        var (before, shipped) = (transfer.State, transfer.Lines.Sum(line => line.Shipped));
        var outcome = verb == TransferVerb.Reschedule ? scene.Reschedule(draw / 720 % 3 * 1_000_000)
            : scene.Do(verb, parts, LossReason.Lost, draw / 720 % 2 == 0, refused);
        Assert.Equal(outcome == TransferOutcome.WrongState, TransferSteps.Next(before, verb).IsEmpty);
        Assert.True(outcome != TransferOutcome.Accepted || TransferSteps.Next(before, verb).Contains(transfer.State), $"{before} {verb} {transfer.State}");
        Assert.True(outcome == TransferOutcome.Accepted || transfer.State == before);
        Assert.True(transfer.Lines.Sum(line => line.Shipped) >= shipped);
        foreach (var (line, i) in transfer.Lines.Select((line, i) => (line, i)))
        {
            Assert.Equal(line.Shipped, line.InTransit + line.Received - line.Over + line.Lost + line.Damaged);
            Assert.Equal(transfer.ExpectedAtMs == 0 ? 0 : line.InTransit, line.AnnouncedUnits);
            Assert.Equal(line.AnnouncedUnits == 0 ? 0 : transfer.ExpectedAtMs, line.AnnouncedMs);
            var held = transfer.Holds.Where(hold => hold.Line == i).Sum(hold => hold.Units);
            Assert.Equal(transfer.Created!.Content.Hold && transfer.State != TransferState.Cancelled ? line.ToShip : 0, held);
        }
    }

    [Fact]
    public void Every_outcome_is_sorted_into_passing_or_not() =>
        Assert.All(Enum.GetValues<TransferOutcome>(), outcome => Assert.False(outcome.MayPassLater() && outcome.IsAccepted()));

    [Fact]
    public void The_table_of_steps_in_the_docs_is_that_of_the_code()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Inventory.sln")))
        {
            folder = folder.Parent;
        }

        var docs = File.ReadAllText(Path.Combine(folder.FullName, "docs", "supply.md"));
        var states = Enum.GetValues<TransferState>().Where(state => !state.IsOver()).ToArray();
        Assert.Contains($"| step | {string.Join(" | ", states)} |", docs, StringComparison.Ordinal);
        foreach (var verb in Enum.GetValues<TransferVerb>().Where(verb => verb != TransferVerb.Create))
        {
            var cells = states.Select(state => string.Join(", ", TransferSteps.Next(state, verb)));
            Assert.Contains($"| {verb} | {string.Join(" | ", cells)} |", docs, StringComparison.Ordinal);
        }

        Assert.All(
            Enum.GetValues<TransferState>().Where(state => state.IsOver()),
            state => Assert.All(Enum.GetValues<TransferVerb>(), verb => Assert.Empty(TransferSteps.Next(state, verb))));
    }
}
