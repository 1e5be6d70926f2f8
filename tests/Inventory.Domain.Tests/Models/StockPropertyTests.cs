using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests.Models;

public sealed class StockPropertyTests
{
    private static readonly Channel[] s_channels = [Channel.Web, Channel.Parse("app"), Channel.Parse("pos")];

    [Fact]
    public void Rules_and_the_simple_model_agree_on_every_answer_and_figure() =>
        Properties.Hold(StockSteps.Sequences(ids: 300, holds: 15, lengthMax: 80), RunBeside, tests: 2_000);

    [Fact]
    public void They_agree_too_when_ids_are_few_and_most_requests_are_repetitions() =>
        Properties.Hold(StockSteps.Sequences(ids: 12, holds: 6, lengthMax: 60), RunBeside, tests: 1_500);

    [Fact]
    public void They_agree_too_with_more_holds_than_fit_the_small_table() =>
        Properties.Hold(StockSteps.Sequences(ids: 2_000, holds: 150, lengthMax: 400), RunBeside, tests: 150);

    [Fact]
    public void Events_alone_rebuild_the_stock_from_any_snapshot_on() =>
        Properties.Hold(StockSteps.Sequences(ids: 200, holds: 12, lengthMax: 80), Rebuild, tests: 1_000);

    [Fact]
    public void Whatever_was_accepted_hears_the_same_answer_at_once_and_at_the_end() =>
        Properties.Hold(StockSteps.Sequences(ids: 150, holds: 12, lengthMax: 80), AskAgain, tests: 1_000);

    [Fact]
    public void Time_that_passes_between_commands_or_not_makes_no_difference() =>
        Properties.Hold(StockSteps.Sequences(ids: 150, holds: 12, lengthMax: 80), PassTime, tests: 1_000);

    [Fact]
    public void The_sequences_reach_every_outcome_but_those_of_large_figures()
    {
        var reached = new HashSet<StockOutcome>();
        void Collect(StockStep[] steps)
        {
            var (stock, nowMs) = (new Stock(), Script.StartMs);
            foreach (var step in steps)
            {
                nowMs += step.WaitMs;
                var decision = StockRules.Decide(stock, step.Command, nowMs, out var change);
                reached.Add(decision.Answer.Outcome);
                if (decision.Changes)
                {
                    stock.Apply(change);
                }
            }
        }

        Properties.Hold(StockSteps.Sequences(ids: 150, holds: 12, lengthMax: 80), Collect, tests: 2_000);
        StockOutcome[] large = [StockOutcome.QuantityOutOfRange, StockOutcome.TooManyHolds, StockOutcome.CountTooOld];
        StockOutcome[] notOfStocks = [StockOutcome.SlotOutOfReach, StockOutcome.TooManyLines];
        var ofLots = Enum.GetValues<StockOutcome>().Where(outcome => outcome is >= StockOutcome.LotRequired and <= StockOutcome.SkuHasNoLots);
        Assert.Equal(Enum.GetValues<StockOutcome>().Except(large).Except(notOfStocks).Except(ofLots), reached.Order());
    }

    private static void RunBeside(StockStep[] steps)
    {
        var (stock, simple, nowMs) = (new Stock(), new SimpleStock(), Script.StartMs);
        foreach (var step in steps)
        {
            nowMs += step.WaitMs;
            var expected = simple.Do(step.Command, nowMs);
            var decision = StockRules.Decide(stock, step.Command, nowMs, out var change);
            if (decision.Changes)
            {
                stock.Apply(change);
            }

            Assert.Equal(expected, decision.Answer);
            Assert.Equal(simple.Version, stock.Version);
            Assert.Equal(simple.Held, stock.Held);
            Assert.Equal(simple.Holds, stock.HoldCount);
            Assert.Equal(simple.Pledged, stock.Pledged);
            if (simple.Ended(step.Command.Hold.Reservation) is { } over)
            {
                Assert.True(stock.TryGetEnded(step.Command.Hold.Reservation, out var known));
                Assert.Equal(over, known);
            }

            Assert.Equal(stock.Held, stock.Holds.Sum(hold => hold.Value.Left));
            Assert.All(Enum.GetValues<Condition>(), condition => Assert.Equal(simple.OnHand(condition), stock.OnHand(condition)));
            Assert.All(s_channels, channel => Assert.Equal(simple.Atp(channel), stock.Atp(channel)));
            Assert.Equal(Due(stock), stock.NextDueMs);
        }
    }

    private static void Rebuild(StockStep[] steps)
    {
        var (stock, nowMs) = (new Stock(), Script.StartMs);
        var records = new List<byte[]>();
        var snapshots = new List<byte[]>();
        foreach (var step in steps)
        {
            nowMs += step.WaitMs;
            if (Play(stock, step.Command, nowMs, out var change))
            {
                records.Add(Encode(change));
                snapshots.Add(Encode(stock));
            }
        }

        for (var from = -1; from < snapshots.Count; from += Math.Max(1, snapshots.Count / 7))
        {
            var rebuilt = from < 0 ? new Stock() : StockSnapshotCodec.Decode(snapshots[from]);
            foreach (var record in records.Skip(from + 1))
            {
                rebuilt.Apply(StockEventCodec.Decode(record));
            }

            rebuilt.AdvanceTo(stock.LastAtMs);
            Assert.Equal(StockPictures.Of(stock), StockPictures.Of(rebuilt));
        }
    }

    private static void AskAgain(StockStep[] steps)
    {
        var (stock, nowMs) = (new Stock(), Script.StartMs);
        var accepted = new List<(StockCommand Command, StockAnswer Answer)>();
        foreach (var step in steps)
        {
            nowMs += step.WaitMs;
            var decision = StockRules.Decide(stock, step.Command, nowMs, out var change);
            if (decision.Changes)
            {
                stock.Apply(change);
                accepted.Add((step.Command, decision.Answer with { Outcome = StockOutcome.AlreadyAccepted }));
                Assert.Equal(accepted[^1].Answer, StockRules.Decide(stock, step.Command, nowMs, out _).Answer);
            }
        }

        stock = StockSnapshotCodec.Decode(Encode(stock));
        Assert.All(accepted, each => Assert.Equal(each.Answer, StockRules.Decide(stock, each.Command, nowMs, out _).Answer));
        Assert.All(accepted, each => Assert.Equal(
            StockOutcome.IdReused, StockRules.Decide(stock, Other(each.Command), nowMs, out _).Answer.Outcome));
    }

    private static void PassTime(StockStep[] steps)
    {
        var (watched, alone, nowMs) = (new Stock(), new Stock(), Script.StartMs);
        foreach (var step in steps)
        {
            for (var passed = 0L; passed < step.WaitMs; passed += 333)
            {
                watched.AdvanceTo(nowMs + passed);
            }

            nowMs += step.WaitMs;
            Assert.Equal(Play(watched, step.Command, nowMs, out _), Play(alone, step.Command, nowMs, out _));
        }

        Assert.Equal(StockPictures.Of(watched), StockPictures.Of(alone));
    }

    private static bool Play(Stock stock, in StockCommand command, long nowMs, out StockEvent change)
    {
        var changes = StockRules.Decide(stock, command, nowMs, out change).Changes;
        if (changes)
        {
            stock.Apply(change);
        }

        return changes;
    }

    // The same id with other content that is well-formed for every verb.
    private static StockCommand Other(in StockCommand command) => StockCommand.Receive(command.Id, command.Units + 1_000);

    private static long Due(Stock stock) =>
        stock.Holds.Select(hold => hold.Value.IsLeased ? hold.Value.LeaseUntilMs : hold.Value.ExpiresAtMs).DefaultIfEmpty(long.MaxValue).Min();

    private static byte[] Encode(in StockEvent change)
    {
        Span<byte> bytes = stackalloc byte[Limits.StockEventBytesMax];
        return bytes[..StockEventCodec.Encode(change, bytes)].ToArray();
    }

    private static byte[] Encode(Stock stock)
    {
        var bytes = new byte[StockSnapshotCodec.BytesMax(stock)];
        return bytes[..StockSnapshotCodec.Encode(stock, bytes)];
    }
}
