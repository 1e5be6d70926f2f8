using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Reservations;

public sealed class ReservationRulesTests
{
    private const ulong OrderHash = 7;
    private const long ExpiresAtMs = 30_000;
    private static readonly RequestId s_order = RequestId.Parse("order-7");
    private static readonly StockAnswer s_yes = new(StockOutcome.Accepted, 1, 1, ExpiresAtMs);
    private static readonly StockAnswer s_no = new(StockOutcome.Insufficient, 1);
    private static readonly StockAnswer s_gone = new(StockOutcome.ExceedsOnHand, 1);
    private static readonly StockAnswer s_unknown = new(StockOutcome.ReservationNotFound, 1);
    private ReservationRecord _record = new();
    private long _nowMs = 1;

    [Fact]
    public void All_lines_or_none()
    {
        Assert.Equal(StockOutcome.Accepted, ReservationRules.JudgeReserve(_record, OrderHash));
        Intend();
        Assert.Equal(StockOutcome.ReservationInDoubt, ReservationRules.JudgeReserve(_record, OrderHash));
        DecideReserve(s_yes, s_no);
        Assert.False(_record.IsHeld);
        Assert.Equal([0L, 0L], _record.Left.ToArray());
        Assert.Equal(StockOutcome.ReservationInDoubt, ReservationRules.JudgeReserve(_record, OrderHash)); // stocks are still being told
        Assert.Equal(new LineWord(Settlement.Restore), _record.WordOn(0));
        Apply(new AllSettled(_nowMs));
        Assert.Equal(StockOutcome.Accepted, ReservationRules.JudgeReserve(_record, OrderHash));
        Intend();
        Assert.Equal(2, _record.Attempt);
        DecideReserve(s_yes, s_yes);
        Assert.Equal([3L, 2L], _record.Left.ToArray());
        Assert.Equal(StockOutcome.AlreadyAccepted, ReservationRules.JudgeReserve(_record, OrderHash));
        Assert.Equal(StockOutcome.IdReused, ReservationRules.JudgeReserve(_record, OrderHash + 1));
    }

    [Theory]
    [InlineData(true, true, true, 3, 2)]
    [InlineData(true, false, true, 3, 0)]
    [InlineData(false, true, true, 0, 2)]
    [InlineData(false, false, false, 0, 0)]
    public void What_can_be_held_is_held_if_that_is_asked_for(bool first, bool second, bool held, long left, long right)
    {
        Intend(partial: true);
        DecideReserve(first ? s_yes : s_no, second ? s_yes : s_no);
        Assert.Equal(held, _record.IsHeld);
        Assert.Equal([left, right], _record.Left.ToArray());
        Assert.Equal(first ? new LineWord(Settlement.Soft, ExpiresAtMs) : new LineWord(Settlement.Restore), _record.WordOn(0));
    }

    [Fact]
    public void A_stock_that_asks_ends_an_open_attempt()
    {
        Assert.Null(ReservationRules.BeforeWord(_record, _nowMs));
        Intend();
        Apply(ReservationRules.BeforeWord(_record, _nowMs)!);
        Assert.Equal(new LineWord(Settlement.Restore), _record.WordOn(0));
        Assert.False(_record.IsHeld);
        Assert.Null(ReservationRules.BeforeWord(_record, _nowMs)); // asked again, the word is the same
    }

    [Theory]
    [InlineData(StockVerb.Confirm)]
    [InlineData(StockVerb.Extend)]
    [InlineData(StockVerb.Release)]
    [InlineData(StockVerb.Collect)]
    [InlineData(StockVerb.Ship)]
    public void A_stock_that_asks_ends_an_open_step(StockVerb verb)
    {
        Hold();
        Step("c", verb, ttlMs: 60_000);
        Apply(ReservationRules.BeforeWord(_record, _nowMs)!);
        Assert.Equal(new LineWord(Settlement.Soft, ExpiresAtMs), _record.WordOn(0));
        Assert.Equal([3L, 2L], _record.Left.ToArray());
        Assert.Null(ReservationRules.BeforeWord(_record, _nowMs)); // asked again, the word is the same
        Apply(new AllSettled(_nowMs));
        Assert.Equal(StockOutcome.Accepted, Judge("c", verb, ttlMs: 60_000)); // in doubt passes: the id may be asked again
    }

    [Theory]
    [InlineData(StockVerb.Release, Settlement.Release)]
    [InlineData(StockVerb.Collect, Settlement.Collect)]
    [InlineData(StockVerb.Ship, Settlement.Ship)]
    public void The_word_on_a_step_that_takes_units_says_how_many_until_every_stock_has_it(StockVerb verb, Settlement word)
    {
        Hold();
        Step("x", verb, parts: [new(0, 2)]);
        Apply(ReservationRules.DecideStep([s_yes, s_yes], _nowMs));
        Assert.Equal(new LineWord(word, Units: 2), _record.WordOn(0));
        Assert.True(_record.IsToldNow(0));
        Assert.Equal(new LineWord(Settlement.Soft, ExpiresAtMs), _record.WordOn(1));
        Assert.False(_record.IsToldNow(1));
        Apply(new AllSettled(_nowMs));
        Assert.Equal(new LineWord(Settlement.Soft, ExpiresAtMs), _record.WordOn(0));
        Assert.Equal(verb == StockVerb.Collect ? 2 : 0, _record.Collected[0]);
        Assert.Equal(verb == StockVerb.Ship ? 2 : 0, _record.Shipped[0]);
    }

    [Fact]
    public void Confirmed_is_firm_whatever_the_time()
    {
        Hold();
        Step("c", StockVerb.Confirm);
        DecideStep(s_yes, s_yes);
        Assert.Equal(new LineWord(Settlement.Firm), _record.WordOn(1));
        _nowMs = ExpiresAtMs + 1;
        Assert.Equal(StockOutcome.ReservationFirm, Judge("c2", StockVerb.Confirm));
        Assert.Equal(StockOutcome.ReservationFirm, Judge("e", StockVerb.Extend, 60_000));
        Assert.Equal(StockOutcome.AlreadyAccepted, Judge("c", StockVerb.Confirm));
        Assert.Equal(StockOutcome.Accepted, Judge("s", StockVerb.Ship));
    }

    [Fact]
    public void A_soft_reservation_ends_at_exactly_its_millisecond()
    {
        Hold();
        _nowMs = ExpiresAtMs - 1;
        Assert.Equal(StockOutcome.Accepted, Judge("c", StockVerb.Confirm));
        _nowMs = ExpiresAtMs;
        foreach (var verb in (StockVerb[])[StockVerb.Confirm, StockVerb.Extend, StockVerb.Release, StockVerb.Collect, StockVerb.Ship])
        {
            Assert.Equal(StockOutcome.ReservationExpired, Judge("x", verb, 60_000));
        }
    }

    [Fact]
    public void Extended_it_ends_later()
    {
        Hold();
        Step("e", StockVerb.Extend, ttlMs: 60_000);
        DecideStep(s_yes, s_yes);
        Assert.Equal(60_001, _record.ExpiresAtMs);
        _nowMs = 60_000;
        Assert.Equal(StockOutcome.Accepted, Judge("c", StockVerb.Confirm));
    }

    [Fact]
    public void Units_leave_line_by_line_until_nothing_is_left()
    {
        Hold();
        Assert.Equal(StockOutcome.UnitsMustBePositive, Judge("x", StockVerb.Collect, parts: [new(0, 0)]));
        Assert.Equal(StockOutcome.QuantityOutOfRange, Judge("x", StockVerb.Collect, parts: [new(0, Limits.UnitsMax + 1)]));
        Assert.Equal(StockOutcome.ExceedsHeld, Judge("x", StockVerb.Collect, parts: [new(0, 4)]));
        Assert.Equal(StockOutcome.ExceedsHeld, Judge("x", StockVerb.Collect, parts: [new(0, 2), new(0, 2)]));
        Assert.Equal(StockOutcome.ExceedsHeld, Judge("x", StockVerb.Collect, parts: [new(2, 1)]));
        Assert.Equal(StockOutcome.ExceedsHeld, Judge("x", StockVerb.Collect, parts: [new(-1, 1)]));
        Step("x", StockVerb.Collect, parts: [new(0, 2)]);
        Assert.Equal([2L, 0L], _record.Step!.Units.ToArray());
        DecideStep(s_yes, s_yes);
        Assert.Equal([1L, 2L], _record.Left.ToArray());
        Step("y", StockVerb.Release);
        Assert.Equal([1L, 2L], _record.Step!.Units.ToArray());
        DecideStep(s_yes, s_yes);
        Assert.True(_record.IsAllGone);
        Assert.Equal(StockOutcome.ReservationEnded, Judge("z", StockVerb.Ship));
        Assert.Equal(StockOutcome.ReservationEnded, Judge("z", StockVerb.Confirm));
        Assert.Equal(StockOutcome.AlreadyAccepted, Judge("x", StockVerb.Collect, parts: [new(0, 2)]));
    }

    [Fact]
    public void A_step_that_one_stock_refuses_changes_nothing_on_any_line_and_says_which()
    {
        Hold();
        Step("x", StockVerb.Ship);
        DecideStep(s_yes, s_unknown);
        Assert.Equal([3L, 2L], _record.Left.ToArray());
        Assert.Equal(StockOutcome.AlreadyAccepted, Judge("x", StockVerb.Ship));
        Assert.True(_record.TryRecall(RequestId.Parse("x"), out var earlier));
        Assert.Equal(StockOutcome.ReservationExpired, earlier.Outcome); // by the record it is held, so its time has passed
        Assert.Equal([new RefusedLine(1, StockOutcome.ReservationExpired)], earlier.Refused.ToArray());
    }

    [Fact]
    public void The_outcome_of_a_refused_step_is_that_of_the_first_line_that_refused()
    {
        var decided = ReservationRules.DecideStep([s_yes, s_gone, s_unknown, s_gone], _nowMs);
        Assert.Equal(StockOutcome.ExceedsOnHand, decided.Outcome);
        RefusedLine[] refused = [new(1, StockOutcome.ExceedsOnHand), new(2, StockOutcome.ReservationExpired), new(3, StockOutcome.ExceedsOnHand)];
        Assert.Equal(refused, decided.Refused.ToArray());
    }

    [Fact]
    public void A_step_refused_for_a_passing_reason_may_be_asked_again()
    {
        Hold();
        Step("x", StockVerb.Ship);
        DecideStep(s_gone, s_yes);
        Assert.Equal(StockOutcome.Accepted, Judge("x", StockVerb.Ship));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lines_that_come_in_place_of_others_are_held_with_the_outcome_that_releases_those(bool isThere)
    {
        Hold();
        var ask = new StepAsk(RequestId.Parse("move"), 1, StockVerb.Release, 0, [new ReservedPart(0, 3)], Added: 1);
        Assert.Equal(StockOutcome.Accepted, ReservationRules.JudgeStep(_record, ask, _nowMs, out _, out var units));
        Assert.Equal([3L, 0L, 0L], units.AsEnumerable());
        Apply(new StepIntended(_nowMs, ask.Id, ask.ContentHash, ask.Verb, units, 0) { Added = [new(StockKey.Parse("TEA@berlin-2"), 3)] });
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(_record.StepConcerns));
        Assert.Equal(new LineWord(Settlement.Restore), _record.WordOn(2)); // nothing is decided
        Assert.Equal(new LineWord(Settlement.Soft, ExpiresAtMs), _record.WordOn(0));
        Apply(ReservationRules.DecideStep([s_yes, s_yes, isThere ? s_yes : s_no], _nowMs));
        Assert.Equal(isThere ? new LineWord(Settlement.Soft, ExpiresAtMs) : new LineWord(Settlement.Restore), _record.WordOn(2));
        Assert.Equal(isThere ? new LineWord(Settlement.Release, Units: 3) : new LineWord(Settlement.Soft, ExpiresAtMs), _record.WordOn(0));
        Assert.Equal(isThere ? [0L, 2L, 3L] : [3L, 2L, 0L], _record.Left.ToArray());
        Apply(new AllSettled(_nowMs));
        Step("c", StockVerb.Confirm);
        Assert.Equal([!isThere, true, isThere], Enumerable.Range(0, 3).Select(_record.StepConcerns));
        var many = ask with { Id = RequestId.Parse("many"), Parts = [new ReservedPart(1, 1)], Added = ReservationRules.LinesMax };
        DecideStep(s_yes, s_yes, s_yes);
        Assert.Equal(StockOutcome.TooManyHolds, ReservationRules.JudgeStep(_record, many, _nowMs, out _, out _));
    }

    [Fact]
    public void A_step_is_known_by_its_id()
    {
        Assert.Equal(StockOutcome.ReservationNotFound, Judge("c", StockVerb.Confirm));
        Assert.Equal(StockOutcome.ExpiryOutOfRange, Judge("e", StockVerb.Extend, Limits.TtlMsMax + 1));
        Hold();
        Assert.Equal(StockOutcome.IdReused, Judge("order-7", StockVerb.Confirm));
        Step("c", StockVerb.Confirm);
        Assert.Equal(StockOutcome.ReservationInDoubt, Judge("x", StockVerb.Release));
        DecideStep(s_yes, s_yes);
        Assert.Equal(StockOutcome.IdReused, Judge("c", StockVerb.Release));
    }

    [Fact]
    public void Every_phase_takes_its_own_events_and_no_others()
    {
        var table = new Dictionary<(ReservationPhase, string, bool), ReservationPhase>
        {
            [(ReservationPhase.None, nameof(ReserveIntended), false)] = ReservationPhase.Reserving,
            [(ReservationPhase.None, nameof(ReserveIntended), true)] = ReservationPhase.Reserving, // cannot be: nothing is held before the first attempt
            [(ReservationPhase.Idle, nameof(ReserveIntended), false)] = ReservationPhase.Reserving,
            [(ReservationPhase.Reserving, nameof(ReserveDecided), false)] = ReservationPhase.Settling,
            [(ReservationPhase.Reserving, nameof(ReserveDecided), true)] = ReservationPhase.Settling,
            [(ReservationPhase.Idle, nameof(StepIntended), true)] = ReservationPhase.Stepping,
            [(ReservationPhase.Stepping, nameof(StepDecided), false)] = ReservationPhase.Settling,
            [(ReservationPhase.Stepping, nameof(StepDecided), true)] = ReservationPhase.Settling,
            [(ReservationPhase.Settling, nameof(AllSettled), false)] = ReservationPhase.Idle,
            [(ReservationPhase.Settling, nameof(AllSettled), true)] = ReservationPhase.Idle,
        };
        foreach (var phase in Enum.GetValues<ReservationPhase>())
        {
            foreach (var change in Codec.Samples.ReservationEvents())
            {
                foreach (var held in (bool[])[false, true])
                {
                    ReservationPhase? expected = table.TryGetValue((phase, change.GetType().Name, held), out var next) ? next : null;
                    Assert.Equal(expected, ReservationRecord.Next(phase, change, held));
                }
            }
        }

        Assert.Throws<InvariantBrokenException>(() => _record.Apply(new AllSettled(1)));
    }

    private void Hold()
    {
        Intend();
        DecideReserve(s_yes, s_yes);
        Apply(new AllSettled(_nowMs));
    }

    private void Intend(bool partial = false)
    {
        ImmutableArray<ReservedLine> lines = [new(StockKey.Parse("TEA@berlin-1"), 3), new(StockKey.Parse("MUG@berlin-1"), 2)];
        Apply(new ReserveIntended(_nowMs, s_order, OrderHash, lines, Channel.Web, ExpiresAtMs, partial));
    }

    private void DecideReserve(params ImmutableArray<StockAnswer> answers) => Apply(ReservationRules.Decide(_record.Intent!, answers, _nowMs));

    private StockOutcome Judge(string id, StockVerb verb, long ttlMs = 0, ImmutableArray<ReservedPart> parts = default) =>
        ReservationRules.JudgeStep(_record, new StepAsk(RequestId.Parse(id), Hash(verb), verb, ttlMs, parts), _nowMs, out _, out _);

    private void Step(string id, StockVerb verb, long ttlMs = 0, ImmutableArray<ReservedPart> parts = default)
    {
        var ask = new StepAsk(RequestId.Parse(id), Hash(verb), verb, ttlMs, parts);
        Assert.Equal(StockOutcome.Accepted, ReservationRules.JudgeStep(_record, ask, _nowMs, out _, out var units));
        Apply(new StepIntended(_nowMs, ask.Id, ask.ContentHash, verb, units, _nowMs + ttlMs));
    }

    private void DecideStep(params ImmutableArray<StockAnswer> answers)
    {
        Apply(ReservationRules.DecideStep(answers, _nowMs));
        Apply(new AllSettled(_nowMs));
    }

    // Each event goes to disk and comes back, and a record rebuilt from all of them goes on. So does a snapshot of it.
    private readonly List<byte[]> _stream = [];

    private void Apply(ReservationEvent change)
    {
        _stream.Add(Codec.Samples.Bytes(change, 4));
        _record = new ReservationRecord();
        foreach (var bytes in _stream)
        {
            _record.Apply(ReservationCodec.Decode(bytes));
        }

        var snapshot = Snapshot(_record);
        _record = ReservationSnapshotCodec.Decode(snapshot);
        Assert.Equal(snapshot, Snapshot(_record));
    }

    private static byte[] Snapshot(ReservationRecord record)
    {
        var bytes = new byte[ReservationSnapshotCodec.BytesMax(record)];
        return bytes[..ReservationSnapshotCodec.Encode(record, bytes)];
    }

    private static ulong Hash(StockVerb verb) => (ulong)verb;
}
