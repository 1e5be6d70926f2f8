using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Codec;
using Inventory.Domain.Work;

namespace Inventory.Domain.Tests.Work;

/// <summary>Capacity held in slots. Everything that happens is also told to a twin through bytes, and the two must always agree.</summary>
public sealed class WorkRulesTests
{
    private const long DayMs = 24L * 60 * 60 * 1000;
    private const long LeaseMs = 10_000;
    private static readonly WorkSlot s_today = new(WorkKind.Parcels, 1_800_000_000_000 / DayMs * DayMs);
    private readonly WorkBook _twin = new();
    private WorkBook _book = new();
    private WorkPlace _place = new(3, "", false, false);
    private long _nowMs = s_today.StartMs + 1_000;
    private int _writes;

    [Fact]
    public void No_more_is_leased_than_the_capacity_and_what_is_given_back_can_be_leased_again()
    {
        Assert.Equal(StockOutcome.Accepted, Lease("a", 2));
        Assert.Equal(StockOutcome.Insufficient, Lease("b", 2));
        Assert.Equal(StockOutcome.Accepted, Lease("c", 1));
        Assert.Equal(StockOutcome.Accepted, Settle("a", Settlement.Restore));
        Assert.Equal(StockOutcome.Accepted, Lease("b", 2));
    }

    [Fact]
    public void A_soft_hold_falls_back_at_exactly_its_millisecond()
    {
        Lease("a", 3);
        Settle("a", Settlement.Soft, _nowMs + 5_000);
        _nowMs += 4_999;
        Assert.Equal(StockOutcome.Insufficient, Lease("b", 1));
        _nowMs++;
        Assert.Equal(StockOutcome.Accepted, Lease("b", 3));
    }

    [Fact]
    public void Lowering_the_capacity_takes_nothing_from_those_who_have_it_and_raising_it_gives_more()
    {
        Lease("a", 2);
        Settle("a", Settlement.Firm);
        Lease("b", 1);
        Settle("b", Settlement.Firm);
        _place = _place with { Capacity = 1 };
        Assert.Equal(StockOutcome.Insufficient, Lease("c", 1));
        Assert.Equal(3, Held());
        Keep("a");
        Settle("a", Settlement.Release, units: 2);
        Assert.Equal(1, Held());
        Assert.Equal(StockOutcome.Insufficient, Lease("c", 1));
        Keep("b");
        Settle("b", Settlement.Release, units: 1);
        Assert.Equal(StockOutcome.Accepted, Lease("c", 1));
        _place = _place with { Capacity = 4 };
        Assert.Equal(StockOutcome.Accepted, Lease("d", 3));
    }

    [Fact]
    public void A_place_without_a_limit_accepts_and_keeps_no_record()
    {
        _place = _place with { Capacity = 0 };
        Assert.Equal(StockOutcome.Accepted, Lease("a", 1_000_000));
        Assert.Equal((0, 0L), (_book.Slots.Count, _book.Version));
        Assert.Equal(StockOutcome.UnitsMustBePositive, Lease("b", 0));
        Assert.Equal(StockOutcome.QuantityOutOfRange, Lease("b", Limits.UnitsMax + 1));
        _place = _place with { Closed = true };
        Assert.Equal(StockOutcome.LocationClosed, Lease("b", 1));
        _place = _place with { Unknown = true };
        Assert.Equal(StockOutcome.LocationUnknown, Lease("b", 1));
    }

    [Fact]
    public void A_closed_place_leases_nothing_new_and_lets_what_it_leased_go_its_way()
    {
        Lease("a", 2);
        _place = _place with { Closed = true };
        Assert.Equal(StockOutcome.LocationClosed, Lease("b", 1));
        Assert.Equal(StockOutcome.AlreadyAccepted, Lease("a", 2));
        Assert.Equal(StockOutcome.Accepted, Settle("a", Settlement.Firm));
        Assert.Equal(StockOutcome.Accepted, Keep("a"));
        Assert.Equal(StockOutcome.Accepted, Settle("a", Settlement.Firm));
        Assert.Equal(2, Held());
    }

    [Fact]
    public void A_slot_that_is_over_too_far_ahead_or_none_of_the_place_cannot_be_leased()
    {
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, s_today with { StartMs = s_today.StartMs - DayMs }));
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, s_today with { StartMs = s_today.StartMs + (401 * DayMs) }));
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, s_today with { StartMs = s_today.StartMs + 3_600_000 }));
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, s_today with { StartMs = long.MaxValue }));
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, s_today with { StartMs = long.MinValue }));
        Assert.Equal(StockOutcome.SlotOutOfReach, Lease("a", 1, default));
        Assert.Equal(StockOutcome.Accepted, Lease("a", 1, s_today with { StartMs = s_today.StartMs + (400 * DayMs) }));
        Assert.Single(_book.Slots);
    }

    [Fact]
    public void Slots_are_forgotten_once_they_are_over_but_not_while_something_in_them_may_change()
    {
        Lease("firm", 1);
        Settle("firm", Settlement.Firm);
        var yesterday = s_today;
        _nowMs += DayMs;
        var soft = s_today with { StartMs = s_today.StartMs + DayMs };
        Lease("soft", 1, soft);
        Settle("soft", Settlement.Soft, _nowMs + (6 * DayMs), soft);
        _nowMs += 4 * DayMs;
        var now = s_today with { StartMs = s_today.StartMs + (5 * DayMs) };
        Lease("now", 1, now);
        Assert.Equal([soft, now], _book.Slots.Keys.OrderBy(slot => slot.StartMs));
        Assert.Equal(StockOutcome.Accepted, Keep("firm", yesterday)); // of what is forgotten nothing is in doubt
        Assert.Equal(StockOutcome.Accepted, Keep("soft", soft));
        Settle("soft", Settlement.Firm, 0, soft);
        _nowMs += 3_600_000;
        Lease("later", 1, now);
        Assert.Equal([now], _book.Slots.Keys);
        Assert.Equal(StockOutcome.ReservationNotFound, Keep("nobody", now));
    }

    [Fact]
    public void Only_what_coordinators_say_is_for_work()
    {
        var command = StockCommand.Receive(NextId(), 5);
        Assert.Throws<ArgumentException>(() => WorkRules.Decide(_book, s_today, command, _place, _nowMs, out _));
    }

    [Fact]
    public void Bytes_of_events_and_of_a_snapshot_are_pinned()
    {
        Lease("a", 2);
        Settle("a", Settlement.Firm);
        Lease("b", 1, s_today with { StartMs = s_today.StartMs + DayMs });
        var change = new WorkEvent(new WorkSlot(WorkKind.Picks, s_today.StartMs), Samples.StockEvents().First());
        Golden.Check("work", [("Event", Bytes(change)), ("Snapshot", Bytes(_book))]);
        foreach (var bytes in new[] { Bytes(change), Bytes(_book) })
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<FormatException>(() => Read(bytes, bytes[..length]));
            }

            Assert.Throws<FormatException>(() => Read(bytes, [.. bytes, 0]));
            Assert.Throws<FormatException>(() => Read(bytes, [9, .. bytes[1..]]));
        }

        void Read(byte[] whole, byte[] bytes)
        {
            if (whole.Length == Bytes(change).Length)
            {
                WorkCodec.DecodeEvent(bytes);
            }
            else
            {
                WorkCodec.DecodeSnapshot(bytes);
            }
        }
    }

    private static byte[] Bytes(in WorkEvent change)
    {
        var bytes = new byte[WorkCodec.EventBytesMax];
        return bytes[..WorkCodec.Encode(change, bytes)];
    }

    private static byte[] Bytes(WorkBook book)
    {
        var bytes = new byte[WorkCodec.BytesMax(book)];
        return bytes[..WorkCodec.Encode(book, bytes)];
    }

    private static HoldId Hold(string name) => new(RequestId.Parse(name), 1);

    private RequestId NextId() => RequestId.Parse($"write-{++_writes}");

    private StockOutcome Lease(string name, long units) => Lease(name, units, s_today);

    private StockOutcome Lease(string name, long units, WorkSlot slot) =>
        Do(slot, StockCommand.Lease(Hold(name).Reservation.Derive(1), Hold(name), units, Channel.Web, 900_000, LeaseMs));

    private StockOutcome Keep(string name, WorkSlot? slot = null) => Do(slot ?? s_today, StockCommand.Keep(NextId(), Hold(name), 0, LeaseMs));

    private StockOutcome Settle(string name, Settlement word, long expiresAtMs = 0, WorkSlot? slot = null, long units = 0) =>
        Do(slot ?? s_today, StockCommand.Settle(NextId(), Hold(name), word, expiresAtMs, units));

    private long Held() => _book.Find(s_today, _book.Advance(_nowMs))!.Held;

    private StockOutcome Do(WorkSlot slot, StockCommand command)
    {
        if (WorkRules.SetsCapacity(_book, slot, command, _place, _nowMs, out var capacity))
        {
            Apply(capacity);
        }

        var decision = WorkRules.Decide(_book, slot, command, _place, _nowMs, out var change);
        if (decision.Changes)
        {
            Apply(change);
        }

        return decision.Answer.Outcome;
    }

    private void Apply(in WorkEvent change)
    {
        _book.Apply(change);
        _twin.Apply(WorkCodec.DecodeEvent(Bytes(change)));
        Assert.Equal(Bytes(_book), Bytes(_twin));
        _book = WorkCodec.DecodeSnapshot(Bytes(_book));
    }
}
