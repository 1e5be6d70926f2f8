using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>
/// Whether a refusal had a reason. Time only ends holds and dates: so lack is judged with the holds of the earliest moment and the dates of the latest, and
/// the end of a hold or of a lot at the latest.
/// </summary>
internal static class Refusals
{
    public static bool IsJustified(StockState state, StockCommand command, StockOutcome outcome, long askedAtMs, long nowMs, bool mayBeClosed)
    {
        var earliest = Math.Max(Math.Min(askedAtMs, nowMs), state.AtMs);
        var (early, late) = (state.HoldAt(command.Hold, earliest), state.HoldAt(command.Hold, nowMs));
        return outcome switch
        {
            StockOutcome.Insufficient => command.Units > state.Available(command.Channel, earliest, nowMs),
            StockOutcome.BelowMinimum => command.Units < state.Policy.MinUnits,
            StockOutcome.AboveMaximum => state.Policy.MaxUnits > 0 && command.Units > state.Policy.MaxUnits,
            StockOutcome.LocationClosed => mayBeClosed,
            StockOutcome.ReservationNotFound or StockOutcome.ReservationExpired or StockOutcome.ReservationEnded => late.Units == 0,
            StockOutcome.ReservationFirm => early.IsFirm && early.Units > 0,
            StockOutcome.ReservationInDoubt => early.Leased,
            StockOutcome.ExceedsHeld => command.Units > late.Units,
            StockOutcome.ExceedsOnHand => LeavesTooFew(state, command, earliest, nowMs),
            StockOutcome.LotRequired => command.Lots.IsDefaultOrEmpty && command.Verb is StockVerb.Receive or StockVerb.Adjust,
            StockOutcome.LotNotFound => NamedLot(command) is { } lot && Enum.GetValues<Condition>().All(condition => state.Of(lot, condition) == 0),
            StockOutcome.LotExpired => NamedLot(command) is { } old && state.Dates[old] < StockState.DateOf(nowMs),
            StockOutcome.CountTooOld => command.SeenVersion > 0,
            _ => false,
        };
    }

    /// <summary>What is wrong with a command in itself, whatever the stock; null if nothing is.</summary>
    public static StockOutcome? OfShape(StockCommand command) => command switch
    {
        { Verb: StockVerb.Adjust, Units: 0 } => StockOutcome.UnitsMustNotBeZero,
        { Verb: StockVerb.Move } when command.Condition == command.To => StockOutcome.ConditionsMustDiffer,
        _ => null,
    };

    public static string Describe(StockState state, StockCommand command, long nowMs)
    {
        var hold = state.HoldAt(command.Hold, nowMs);
        return $"on hand {string.Join('/', state.OnHand)}, held {state.Held(nowMs)}, available {state.Available(command.Channel, nowMs)}, hold {hold}";
    }

    private static LotName? NamedLot(StockCommand command) => command.Lots.IsDefaultOrEmpty ? null : command.Lots[0].Name;

    private static bool LeavesTooFew(StockState state, StockCommand command, long nowMs, long datesAtMs)
    {
        var (held, past) = (state.Held(nowMs), state.Past(datesAtMs));
        if (NamedLot(command) is { } lot && command.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.Move or StockVerb.Adjust)
        {
            var units = command.Units == 0 ? state.HoldAt(command.Hold, nowMs).Units : Math.Abs(command.Units);
            return units > state.Of(lot, command.Condition) || (command.Condition == Condition.Sellable && state.Sellable - past - units < held);
        }

        return command.Verb switch
        {
            StockVerb.SetPolicy => held > state.Sellable + command.Policy!.OversellUnits,
            StockVerb.Collect or StockVerb.Ship =>
                state.Sellable - past - state.Pledged < (command.Units == 0 ? state.HoldAt(command.Hold, nowMs).Units : command.Units),
            StockVerb.Count => true, // the difference depends on what the counter saw: the event would have been checked
            StockVerb.Move => TooFew(state, command.Condition, state.OnHand[(int)command.Condition] - command.Units, held),
            StockVerb.Adjust => TooFew(
                state, command.Condition, state.OnHand[(int)command.Condition] - (command.Condition == Condition.Sellable ? past : 0) + command.Units, held),
            StockVerb.Import => TooFew(state, Condition.Sellable, command.Units, held),
            _ => false,
        };
    }

    private static bool TooFew(StockState state, Condition condition, long after, long held) =>
        after < (condition == Condition.Sellable ? Math.Max(state.Pledged, held - state.Policy.OversellUnits) : 0);
}
