using Inventory.Domain.Stocks;

namespace Inventory.Domain.Work;

/// <summary>What is known of a location when its work is judged.</summary>
/// <param name="Capacity">Of the slot's kind; 0 means that no limit is stated.</param>
/// <param name="TimeZone">IANA zone; empty means UTC.</param>
/// <param name="Closed">Out of business.</param>
/// <param name="Unknown">Nobody has described it.</param>
public readonly record struct WorkPlace(long Capacity, string TimeZone, bool Closed, bool Unknown)
{
    /// <summary>What the facts of a location say of a kind of work.</summary>
    public static WorkPlace Of(LocationFacts? facts, bool isOpen, WorkKind kind) => facts is null
        ? new WorkPlace(0, "", false, true)
        : new WorkPlace(kind == WorkKind.Parcels ? facts.ParcelsPerDay : facts.PicksPerHour, facts.TimeZone, !isOpen, false);
}

/// <summary>The rules of a location's work: pure functions of state, command, what is known of the place, and time.</summary>
/// <remarks>
/// Of a stock's commands only leases, kept leases and their settlements are meant for a slot. A location without a stated capacity answers a lease with
/// Accepted and version 0 and keeps no record: there is nothing to keep, settle or give back, and nobody needs to come back with that.
/// </remarks>
public static class WorkRules
{
    private const ulong PolicySalt = 0x776F726B_706C6163UL;

    /// <summary>Whether the slot's capacity must be put on record before a command is judged, because it is new or other than it was.</summary>
    /// <param name="book">The state.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="place">What is known of the location.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="change">The event to apply before the command is judged, if true.</param>
    public static bool SetsCapacity(WorkBook book, WorkSlot slot, in StockCommand command, in WorkPlace place, long nowMs, out WorkEvent change)
    {
        change = default;
        nowMs = book.Advance(nowMs);
        var stock = book.Find(slot, nowMs) ?? new Stock();
        if (!IsNew(stock, command) || Check(book, slot, place, nowMs) != StockOutcome.Accepted || place.Capacity == 0)
        {
            return false;
        }

        // Lowered below what is promised, it falls to that, and further as promises end.
        var units = Math.Max(place.Capacity, stock.Held);
        if (units == stock.Policy.OversellUnits)
        {
            return false;
        }

        var id = new RequestId(PolicySalt + (ulong)slot.Kind, (ulong)slot.StartMs).Derive((uint)stock.Version);
        var decision = StockRules.Decide(stock, StockCommand.SetPolicy(id, new StockPolicy { OversellUnits = units }), nowMs, out var policy);
        Invariant.Holds(decision.Changes);
        change = new WorkEvent(slot, policy);
        return true;
    }

    /// <summary>Judges a command after <see cref="SetsCapacity"/> was heeded.</summary>
    /// <param name="book">The state.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="command">A lease, a kept lease or a settlement.</param>
    /// <param name="place">What is known of the location.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="change">The event to apply, if the decision says so.</param>
    /// <exception cref="ArgumentException">Not a command for work.</exception>
    public static StockDecision Decide(
        WorkBook book, WorkSlot slot, in StockCommand command, in WorkPlace place, long nowMs, out WorkEvent change)
    {
        if (command.Verb is not (StockVerb.Lease or StockVerb.Settle))
        {
            throw new ArgumentException($"{command.Verb} is no command for work.", nameof(command));
        }

        change = default;
        nowMs = book.Advance(nowMs);
        var stock = book.Find(slot, nowMs);
        if (IsNew(stock, command))
        {
            var checkedFirst = Check(book, slot, place, nowMs);
            if (checkedFirst != StockOutcome.Accepted)
            {
                return new StockDecision(new StockAnswer(checkedFirst, 0), false);
            }

            if (place.Capacity == 0)
            {
                var shape = command.Units < 1 ? StockOutcome.UnitsMustBePositive
                    : command.Units > Limits.UnitsMax ? StockOutcome.QuantityOutOfRange
                    : command.TimeMs is < Limits.TtlMsMin or > Limits.TtlMsMax ? StockOutcome.ExpiryOutOfRange
                    : StockOutcome.Accepted;
                if (shape != StockOutcome.Accepted)
                {
                    return new StockDecision(new StockAnswer(shape, 0), false);
                }

                return new StockDecision(new StockAnswer(StockOutcome.Accepted, 0, command.Units, nowMs + command.TimeMs), false);
            }
        }
        else if (nowMs >= slot.ForgottenAtMs && (stock is null || !stock.TryGetHold(command.Hold, out _)))
        {
            return new StockDecision(new StockAnswer(StockOutcome.Accepted, 0), false); // the work was done or not, and is forgotten either way
        }

        var decision = StockRules.Decide(stock ?? new Stock(), command, nowMs, out var judged);
        change = new WorkEvent(slot, judged);
        return decision;
    }

    /// <summary>What a lease could have now, never below 0; <see cref="Limits.UnitsMax"/> if no limit is stated.</summary>
    public static long Left(WorkBook book, WorkSlot slot, in WorkPlace place, long nowMs)
    {
        nowMs = book.Advance(nowMs);
        return Check(book, slot, place, nowMs) != StockOutcome.Accepted ? 0
            : place.Capacity == 0 ? Limits.UnitsMax
            : Math.Max(0, place.Capacity - (book.Find(slot, nowMs)?.Held ?? 0));
    }

    // A retry of what is remembered or held is none.
    private static bool IsNew(Stock? stock, in StockCommand command) => command is { Verb: StockVerb.Lease, TimeMs: not 0 }
        && (stock is null || (!stock.TryRecall(command.Id, out _) && !stock.TryGetHold(command.Hold, out _)));

    private static StockOutcome Check(WorkBook book, WorkSlot slot, in WorkPlace place, long nowMs) =>
        place.Unknown ? StockOutcome.LocationUnknown
        : place.Closed ? StockOutcome.LocationClosed
        : slot.StartMs > nowMs + Limits.SlotAheadMsMax || !IsSlot(slot, place) || slot.EndMs(place.TimeZone) <= nowMs ? StockOutcome.SlotOutOfReach
        : place.Capacity > 0 && book.HoldCount >= Limits.WorkHoldsMax ? StockOutcome.TooManyHolds
        : StockOutcome.Accepted;

    private static bool IsSlot(WorkSlot slot, in WorkPlace place) =>
        slot is { Kind: WorkKind.Parcels or WorkKind.Picks, StartMs: >= 0 } && slot.IsIn(place.TimeZone);
}
