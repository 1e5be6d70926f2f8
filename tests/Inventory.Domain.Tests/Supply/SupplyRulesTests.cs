using FsCheck.Fluent;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;
using Inventory.Domain.Tests.Codec;
using Inventory.Domain.Tests.Models;
using Inventory.Domain.Transfers;

namespace Inventory.Domain.Tests.Supply;

public sealed class SupplyRulesTests
{
    private const long DayMs = 86_400_000;
    private static readonly string s_transfer = new TransferId(RequestId.Parse("transfer")).ToString();
    private readonly SupplyRecord _supply = new();
    private readonly List<SupplyEvent> _events = [];
    private int _ids;

    [Fact]
    public void What_is_expected_is_promised_once_and_in_time()
    {
        Expect("PO-1", 10, day: 3);
        Expect("PO-2", 5, day: 8);
        Assert.Equal((0, 10, 15), (Available(2), Available(3), Available(8)));
        Assert.Equal(SupplyOutcome.Insufficient, Promise("early", 1, day: 2));
        Assert.Equal(SupplyOutcome.Accepted, Promise("late-will-do", 6, day: 9)); // takes the later ones first
        Assert.Equal((9, 9), (Available(3), Available(9)));
        Assert.Equal(SupplyOutcome.Insufficient, Promise("too-many", 10, day: 3));
        Assert.Equal(SupplyOutcome.Accepted, Promise("soon", 9, day: 3));
        Assert.Equal(0, Available(100));
        Assert.All(Outlooks(), each => Assert.False(each.IsLate));
    }

    [Fact]
    public void Supply_that_is_less_sure_is_promised_only_to_those_who_accept_that()
    {
        Expect("PO-1", 10, day: 3, confidence: 60);
        Assert.Equal(SupplyOutcome.Insufficient, Promise("sure", 1, day: 5, confidence: 90));
        Assert.Equal(SupplyOutcome.Accepted, Promise("unsure", 10, day: 5, confidence: 50));
    }

    [Fact]
    public void When_supply_moves_first_come_is_first_served_and_the_others_are_named()
    {
        Expect("PO-1", 10, day: 3);
        Promise("first", 6, day: 3);
        Promise("second", 4, day: 5);
        Assert.Equal("", Concerned(() => Expect("PO-2", 3, day: 6)));
        Assert.Equal("second by 5 expected 0 lacks 1", Concerned(() => Expect("PO-1", 6, day: 3)));
        Assert.Equal("first by 3 expected 6 lacks 0", Concerned(() => Expect("PO-1", 6, day: 6)));
        Assert.Equal("first by 3 expected 3 lacks 0, second by 5 expected 3 lacks 0", Concerned(() => Expect("PO-1", 10, day: 3)));
    }

    [Fact]
    public void What_arrives_goes_to_its_promises_first_and_the_rest_is_free()
    {
        Expect("PO-1", 10, day: 3);
        Promise("later", 4, day: 9);
        Promise("sooner", 3, day: 3);
        Assert.Equal("sooner 3, later 1", Receive("PO-1", 4));
        Assert.Equal("later 3, free 5", Receive("PO-1", 8)); // two more than were announced
        Assert.Empty(_supply.Receipts);
        Assert.Empty(_supply.Promises);
        Assert.Equal(SupplyOutcome.NoSuchReceipt, Do(new SupplyCommand(SupplyVerb.Receive, NewId(), default, 1, "PO-1")));
    }

    [Fact]
    public void A_lot_that_the_stock_refuses_is_still_to_come()
    {
        Expect("PO-1", 10, day: 3);
        Promise("one", 4, day: 9);
        Assert.Equal("one 4, free 6", Receive("PO-1", 10, refused: 0));
        Assert.Equal((4, 4), (_supply.Receipts.Single().Left, _supply.Promises.Single().Left));
    }

    [Fact]
    public void A_promise_is_given_back_in_part_or_whole_and_ids_are_told_apart()
    {
        Expect("PO-1", 10, day: 3);
        Promise("one", 10, day: 9);
        var promise = RequestId.Parse("one");
        Assert.Equal(SupplyOutcome.AlreadyAccepted, Promise("one", 10, day: 9));
        Assert.Equal(SupplyOutcome.IdReused, Promise("one", 9, day: 9));
        Assert.Equal(SupplyOutcome.ExceedsPromised, Do(new SupplyCommand(SupplyVerb.Release, NewId(), default, 11, Promise: promise)));
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Release, NewId(), default, 4, Promise: promise)));
        Assert.Equal(4, Available(3));
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Release, NewId(), default, 0, Promise: promise)));
        Assert.Equal(SupplyOutcome.NoSuchPromise, Do(new SupplyCommand(SupplyVerb.Release, NewId(), default, 0, Promise: promise)));
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 0, "PO-1")));
        Assert.Equal(SupplyOutcome.NoSuchReceipt, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 0, "PO-1")));
    }

    [Fact]
    public void What_a_transfer_carries_is_promised_like_any_announcement_and_comes_in_for_its_promises()
    {
        Carry(6, day: 3);
        Assert.Equal(SupplyOutcome.Accepted, Promise("one", 4, day: 3, confidence: TransferRules.InTransitConfidence));
        Assert.Equal(SupplyOutcome.Insufficient, Promise("sure", 1, day: 9, confidence: TransferRules.InTransitConfidence + 1));
        Assert.Equal("one by 3 expected 5 lacks 0", Concerned(() => Carry(6, day: 5)));
        Assert.Equal("one by 3 expected 0 lacks 1", Concerned(() => Carry(3, day: 3)));
        Assert.Equal("free 1", Unload(1, Condition.Damaged)); // broken goods serve nobody, but they are not to come any more
        Assert.Equal((2, true), (_supply.Receipts.Single().Left, _supply.Receipts.Single().IsInTransit));
        Assert.Equal("one 4, free 1", Unload(5)); // more than is in transit
        Assert.Empty(_supply.Receipts);
        Carry(2, day: 3);
        Promise("two", 2, day: 9);
        Carry(0, day: 0);
        Assert.Equal("two 2, free 1", Unload(3)); // not expected, but somebody lacks it
    }

    [Fact]
    public void Lots_of_a_transfer_are_shared_out_as_its_units_are()
    {
        Carry(6, day: 3);
        Promise("one", 2, day: 3);
        Promise("two", 1, day: 3);
        var (a, b) = (new LotUnits(LotName.Parse("A"), new DateOnly(2026, 12, 1), 1), new LotUnits(LotName.Parse("B"), new DateOnly(2026, 12, 2), 3));
        Do(new SupplyCommand(SupplyVerb.Unload, NewId(), default, 6, s_transfer, Lots: [a, b]));
        Assert.Equal(["2: A 1, B 1", "1: B 1", "3: B 1"], _supply.Arrival!.Lots.Select(lot =>
            $"{lot.Units}: {string.Join(", ", lot.Lots.Select(part => $"{part.Name} {part.Units}"))}"));
        var write = _supply.Arrival.Command.Id;
        Apply(new ArrivalDecided(2_000, [0, 2], StockOutcome.TooManyHolds));
        Assert.True(_supply.TryRecall(write, out var known));
        Assert.Equal((5, StockOutcome.TooManyHolds), (known.Refused!.Units, known.Refused.Outcome));
        Assert.Equal("A 1, B 1, B 1", string.Join(", ", known.Refused.Lots.Select(part => $"{part.Name} {part.Units}")));
        Assert.Equal(5, _supply.Receipts.Single().Left);
    }

    [Fact]
    public void A_transfers_name_is_not_for_others_to_announce_or_receive_under()
    {
        Assert.Equal(SupplyOutcome.NameOfTransfer, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 5, s_transfer, DayMs, 100)));
        Carry(6, day: 3);
        Assert.Equal(SupplyOutcome.NameOfTransfer, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 5, s_transfer, DayMs, 100)));
        Assert.Equal(SupplyOutcome.NameOfTransfer, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, 0, s_transfer)));
        Assert.Equal(SupplyOutcome.NameOfTransfer, Do(new SupplyCommand(SupplyVerb.Receive, NewId(), default, 1, s_transfer)));
        Expect("TRANSFER~lorry", 1, day: 3); // no transfer's id
        // Before transfers announced by themselves, callers were told to do so under its name: that can be taken back.
        var old = new SupplyCommand(SupplyVerb.Expect, NewId(), default, 5, new TransferId(RequestId.Parse("old")).ToString(), DayMs, 100);
        Apply(new SupplyChanged(1_000, old, 1));
        Assert.Equal(SupplyOutcome.Accepted, Do(old with { Id = NewId(), Units = 0 }));
    }

    [Fact]
    public void A_stock_that_expects_as_much_as_it_may_takes_no_more_of_transfers_either()
    {
        for (var i = 0; i < Limits.ExpectedReceiptsMax; i++)
        {
            Expect($"PO-{i}", 1, day: 3);
        }

        Assert.Equal(SupplyOutcome.TooMany, Do(new SupplyCommand(SupplyVerb.Carry, NewId(), default, 5, s_transfer, DayMs, 95)));
        Assert.Equal("free 5", Unload(5));
    }

    // Beside a model that knows only sums: with one confidence, u more units by a day can be had if and only if on no later day more is promised than due.
    [Fact]
    public void No_expected_unit_is_promised_twice_and_none_is_refused_that_could_be_had() => Properties.Hold(
        Gen.ArrayOf(Gen.Choose(0, int.MaxValue), 25).ToArbitrary(), draws =>
        {
            var record = new SupplyRecord();
            for (var i = 0; i < draws.Length; i++)
            {
                var (draw, units, day) = (draws[i], 1 + (draws[i] / 7 % 9), 1 + (draws[i] / 70 % 12));
                var isAnnounced = draw % 3 == 0;
                var command = isAnnounced
                    ? new SupplyCommand(SupplyVerb.Expect, new RequestId(1, (ulong)i), default, units, $"PO-{i}", day * DayMs, 100)
                    : new SupplyCommand(SupplyVerb.Promise, new RequestId(1, (ulong)i), default, units, AtMs: day * DayMs, Confidence: 50);
                var room = Enumerable.Range(day, 13).Min(by => record.Receipts.Where(each => each.DueMs <= by * DayMs).Sum(each => each.Left)
                    - record.Promises.Where(each => each.ByMs <= by * DayMs).Sum(each => each.Left));
                Assert.Equal(room, SupplyAllotment.Of(record).Available(0, day * DayMs, 0));
                var outcome = SupplyRules.Judge(record, command, 1, 0, out var change);
                Assert.Equal(isAnnounced || units <= room, outcome == SupplyOutcome.Accepted);
                if (change is not null)
                {
                    record.Apply(SupplyCodec.Decode(SupplyCodec.Encode(change)));
                }

                Assert.All(SupplyAllotment.Of(record).Outlooks, each => Assert.False(each.IsLate));
            }
        }, tests: 500);

    [Fact]
    public void Bytes_of_supply_events_are_pinned_and_read_as_what_was_written()
    {
        var by = new Actor(Channel.Parse("pos"), "clerk 3", "called by the supplier");
        Do(new SupplyCommand(SupplyVerb.Expect, NewId(), by, 10, "PO-1", 3 * DayMs, 80));
        Do(new SupplyCommand(SupplyVerb.Promise, NewId(), by, 4, AtMs: 4 * DayMs, Confidence: 50, Channel: Channel.Parse("app"), Reference: "order 7"));
        Do(new SupplyCommand(SupplyVerb.Release, NewId(), by, 1, Promise: _supply.Promises[0].Id));
        Receive("PO-1", 5, refused: 1);
        var transfer = new TransferId(RequestId.Parse("transfer")).ToString();
        Do(new SupplyCommand(SupplyVerb.Carry, NewId(), by, 7, transfer, 5 * DayMs, TransferRules.InTransitConfidence));
        var lot = new LotUnits(LotName.Parse("L1"), new DateOnly(2026, 12, 24), 3);
        Do(new SupplyCommand(SupplyVerb.Unload, NewId(), by, 4, transfer, Lots: [lot]));
        Apply(new ArrivalDecided(2_000, [0], StockOutcome.TooManyHolds));
        Do(new SupplyCommand(SupplyVerb.Unload, NewId(), by, 1, transfer, Condition: Condition.Damaged));
        Apply(new ArrivalDecided(2_000, []));
        Golden.Check("supply-events", _events.Select(change => (change.GetType().Name, SupplyCodec.Encode(change))));
        Assert.All(Golden.Read("supply-events"), sample => Assert.Equal(sample.Bytes, SupplyCodec.Encode(SupplyCodec.Decode(sample.Bytes))));
        Assert.Throws<FormatException>(() => SupplyCodec.Decode([]));
        Assert.Throws<FormatException>(() => SupplyCodec.Decode([2, .. "{}"u8]));
        Assert.Throws<FormatException>(() => SupplyCodec.Decode([1, .. """{"e":"arrived","atMs":1,"unheardOf":2}"""u8]));
    }

    [Fact]
    public void Every_outcome_is_sorted_into_passing_or_not() =>
        Assert.All(Enum.GetValues<SupplyOutcome>(), outcome => Assert.False(outcome.MayPassLater() && outcome.IsAccepted()));

    private SupplyOutcome Do(SupplyCommand command)
    {
        var outcome = SupplyRules.Judge(_supply, command, SupplyCodec.HashOf(command), 1_000, out var change);
        if (change is not null)
        {
            Apply(change);
        }

        return outcome;
    }

    private void Apply(SupplyEvent change)
    {
        var read = SupplyCodec.Decode(SupplyCodec.Encode(change));
        _supply.Apply(read);
        _events.Add(read);
    }

    private void Expect(string name, long units, int day, int confidence = 100) =>
        Assert.Equal(SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Expect, NewId(), default, units, name, day * DayMs, confidence)));

    private void Carry(long units, int day) => Assert.Equal(
        SupplyOutcome.Accepted, Do(new SupplyCommand(SupplyVerb.Carry, NewId(), default, units, s_transfer, day * DayMs, TransferRules.InTransitConfidence)));

    private string Unload(long units, Condition condition = Condition.Sellable) =>
        Arrive(new SupplyCommand(SupplyVerb.Unload, NewId(), default, units, s_transfer, Condition: condition), []);

    private SupplyOutcome Promise(string id, long units, int day, int confidence = 0) =>
        Do(new SupplyCommand(SupplyVerb.Promise, RequestId.Parse(id), default, units, AtMs: day * DayMs, Confidence: confidence, Reference: id));

    private string Receive(string name, long units, params int[] refused) =>
        Arrive(new SupplyCommand(SupplyVerb.Receive, NewId(), default, units, name), refused);

    private string Arrive(SupplyCommand command, int[] refused)
    {
        var names = _supply.Promises.ToDictionary(each => each.Id, each => each.Reference);
        Assert.Equal(SupplyOutcome.Accepted, Do(command));
        var lots = _supply.Arrival!.Lots;
        Apply(new ArrivalDecided(2_000, [.. refused]));
        return string.Join(", ", lots.Select(lot => $"{(lot.Promise == default ? "free" : names[lot.Promise])} {lot.Units}"));
    }

    private string Concerned(Action change)
    {
        var before = SupplyAllotment.Of(_supply);
        change();
        return string.Join(", ", SupplyRules.Concerned(before, SupplyAllotment.Of(_supply)).Select(each =>
            $"{each.Promise.Reference} by {each.Promise.ByMs / DayMs} expected {each.ExpectedMs / DayMs} lacks {each.Lacking}"));
    }

    private IReadOnlyList<PromiseOutlook> Outlooks() => SupplyAllotment.Of(_supply).Outlooks;

    private long Available(int day) => SupplyAllotment.Of(_supply).Available(1_000, day * DayMs, 0);

    private RequestId NewId() => RequestId.Parse($"id-{_ids++}");
}
