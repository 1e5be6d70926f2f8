using System.Diagnostics;

namespace Inventory.Domain.Stocks;

/// <summary>What a rule decided: an answer for the caller and, if it changes anything, the event that comes with it.</summary>
/// <param name="Answer">For the caller; of a change, as it will be once the event is applied and durable.</param>
/// <param name="Changes">True if the event must be applied and appended.</param>
public readonly record struct StockDecision(StockAnswer Answer, bool Changes);

/// <summary>The rules of a stock: pure functions of state, command and time.</summary>
public static class StockRules
{
    /// <summary>Judges a command. Changes nothing but time: soft holds that are past are forgotten first, at exactly their millisecond.</summary>
    /// <param name="stock">The state.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="nowMs">Now, in Unix milliseconds. A time before the stock's latest counts as that.</param>
    /// <param name="change">The event to apply, if the decision says so.</param>
    /// <returns>The decision. A refusal is a value, costs no allocation and leaves nothing to append.</returns>
    public static StockDecision Decide(Stock stock, in StockCommand command, long nowMs, out StockEvent change)
    {
        change = default;
        stock.AdvanceTo(nowMs);
        var shape = CheckShape(command);
        if (shape != StockOutcome.Accepted)
        {
            return Refuse(stock, shape);
        }

        var hash = command.ContentHash();
        if (stock.TryRecall(command.Id, out var earlier))
        {
            return earlier.ContentHash == hash && earlier.Verb == command.Verb
                ? new StockDecision(earlier.Answer with { Outcome = StockOutcome.AlreadyAccepted }, false)
                : Refuse(stock, StockOutcome.IdReused);
        }

        if (command.LocationUnknown && command.Verb.NeedsLocation())
        {
            return Refuse(stock, StockOutcome.LocationUnknown);
        }

        if (command.SkuIsKit && command.Verb.NeedsLocation())
        {
            return Refuse(stock, StockOutcome.SkuIsKit);
        }

        change.Verb = command.Verb;
        change.AtMs = stock.LastAtMs;
        change.Id = command.Id;
        change.ContentHash = hash;
        change.Units = command.Units;
        change.Condition = command.Condition;
        var outcome = command.Verb switch
        {
            StockVerb.Receive or StockVerb.Return or StockVerb.TransferIn => Add(stock, command),
            StockVerb.Adjust => Adjust(stock, command, ref change),
            StockVerb.Count or StockVerb.Import => Count(stock, command, ref change),
            StockVerb.Move => Move(stock, command, ref change),
            StockVerb.SetPolicy => SetPolicy(stock, command, ref change),
            StockVerb.Reserve or StockVerb.Lease => Hold(stock, command, ref change),
            StockVerb.Extend or StockVerb.Confirm or StockVerb.Release or StockVerb.Collect or StockVerb.Ship or StockVerb.Settle =>
                Step(stock, command, ref change),
            StockVerb.TransferOut => command.Hold == default ? CheckOnHand(stock, Condition.Sellable, -command.Units) : Step(stock, command, ref change),
            StockVerb.ReceiveHeld or StockVerb.TransferInHeld => AddHeld(stock, command, ref change),
            _ => throw new UnreachableException($"no such verb: {command.Verb}"),
        };
        if (outcome == StockOutcome.AlreadyAccepted)
        {
            stock.TryGetHold(command.Hold, out var hold);
            return new StockDecision(new StockAnswer(outcome, stock.Version, hold.Reserved, hold.ToldExpiresAtMs), false);
        }

        if (outcome == StockOutcome.Accepted && (command.SkuHasLots || stock.HasLots || !command.Lots.IsDefaultOrEmpty))
        {
            outcome = LotRules.Assign(stock, command, ref change);
        }

        if (outcome != StockOutcome.Accepted)
        {
            return Refuse(stock, outcome);
        }

        // Nothing fails past this line.
        return new StockDecision(stock.AnswerTo(change), true);
    }

    private static StockDecision Refuse(Stock stock, StockOutcome outcome) => new(new StockAnswer(outcome, stock.Version), false);

    // What can be said of a command without looking at the stock.
    private static StockOutcome CheckShape(in StockCommand command)
    {
        var mayBeZero = command.Verb is StockVerb.Count or StockVerb.Import or StockVerb.Release or StockVerb.Collect or StockVerb.Ship
            or StockVerb.SetPolicy or StockVerb.Extend or StockVerb.Confirm or StockVerb.Settle or StockVerb.Lease;
        if (command.Verb is StockVerb.Adjust)
        {
            if (command.Units == 0)
            {
                return StockOutcome.UnitsMustNotBeZero;
            }
        }
        else if (command.Units < (mayBeZero && !(command.Verb == StockVerb.Lease && command.TimeMs != 0) ? 0 : 1))
        {
            return StockOutcome.UnitsMustBePositive;
        }

        if (command.Units is > Limits.UnitsMax or < -Limits.UnitsMax)
        {
            return StockOutcome.QuantityOutOfRange;
        }

        return command.Verb switch
        {
            StockVerb.Move when command.Condition == command.To => StockOutcome.ConditionsMustDiffer,
            StockVerb.Lease when command.TimeMs == 0 && command.LeaseMs is >= Limits.TtlMsMin and <= Limits.TtlMsMax => StockOutcome.Accepted,
            StockVerb.Reserve or StockVerb.Extend or StockVerb.Lease when command.TimeMs is < Limits.TtlMsMin or > Limits.TtlMsMax =>
                StockOutcome.ExpiryOutOfRange,
            StockVerb.Lease when command.LeaseMs is < Limits.TtlMsMin or > Limits.TtlMsMax => StockOutcome.ExpiryOutOfRange,
            StockVerb.SetPolicy when command.Policy is null || !command.Policy.IsValid() => StockOutcome.PolicyInvalid,
            _ => StockOutcome.Accepted,
        };
    }

    private static StockOutcome Add(Stock stock, in StockCommand command) =>
        stock.OnHand(command.Condition) + command.Units > Limits.OnHandMax ? StockOutcome.QuantityOutOfRange : StockOutcome.Accepted;

    // What comes in was promised before it came: it makes room for its own hold, whatever else is promised.
    private static StockOutcome AddHeld(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.Hold = command.Hold;
        change.Channel = command.Channel;
        if (stock.TryGetHold(command.Hold, out var hold))
        {
            return hold.IsLeased ? StockOutcome.ReservationInDoubt
                : !hold.IsFirm || hold.Channel != command.Channel ? StockOutcome.IdReused
                : Add(stock, command);
        }

        return stock.HoldCount >= Limits.HoldsMax ? StockOutcome.TooManyHolds : Add(stock, command);
    }

    private static StockOutcome Adjust(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.Reason = command.Reason;
        return CheckOnHand(stock, command.Condition, command.Units);
    }

    private static StockOutcome Count(Stock stock, in StockCommand command, ref StockEvent change)
    {
        if (command.SeenVersion > stock.Version)
        {
            return StockOutcome.CountFromFuture;
        }

        var seen = stock.OnHand(command.Condition);
        if (command.SeenVersion > 0 && !stock.History.TryAt(command.SeenVersion, command.Condition, stock.Now, out seen))
        {
            return StockOutcome.CountTooOld;
        }

        if (command.Lot is { } lot && !LotRules.TrySeen(stock, command, lot.Name, ref seen))
        {
            return StockOutcome.CountTooOld;
        }

        // What moved since the counter looked stays moved: only the difference that the counter found is booked.
        change.Units = command.Units - seen;
        return CheckOnHand(stock, command.Condition, change.Units);
    }

    private static StockOutcome Move(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.To = command.To;
        var leaves = CheckOnHand(stock, command.Condition, -command.Units);
        return leaves != StockOutcome.Accepted ? leaves : CheckOnHand(stock, command.To, command.Units);
    }

    private static StockOutcome SetPolicy(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.Policy = command.Policy;
        return stock.Held > stock.Sellable + command.Policy!.OversellUnits ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted;
    }

    private static StockOutcome CheckOnHand(Stock stock, Condition condition, long added)
    {
        var after = stock.OnHand(condition) + added;
        if (after > Limits.OnHandMax)
        {
            return StockOutcome.QuantityOutOfRange;
        }

        var promised = condition == Condition.Sellable ? Math.Max(stock.Pledged, stock.Held - stock.Policy.OversellUnits) : 0;
        return after < promised && added < 0 ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted; // adding never makes it worse
    }

    private static StockOutcome Hold(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.Hold = command.Hold;
        change.Channel = command.Channel;
        change.ExpiresAtMs = stock.LastAtMs + command.TimeMs;
        change.LeaseUntilMs = command.Verb == StockVerb.Lease ? stock.LastAtMs + command.LeaseMs : 0;
        var isNamedAfterIt = command.Verb == StockVerb.Reserve && command.Hold.Reservation == command.Id;
        if (isNamedAfterIt ? stock.TryGetHoldOfForgotten(command.Hold, out var hold) : stock.TryGetHold(command.Hold, out hold))
        {
            change.ExpiresAtMs = hold.ExpiresAtMs;
            return command.Verb == StockVerb.Reserve ? RepeatOfLiveHold(hold, command) : Keep(stock, hold, command);
        }

        if (command.Verb == StockVerb.Lease && command.TimeMs == 0)
        {
            return StockOutcome.ReservationNotFound;
        }

        if (command.LocationClosed)
        {
            return StockOutcome.LocationClosed;
        }

        if (command.Units < stock.Policy.MinUnits)
        {
            return StockOutcome.BelowMinimum;
        }

        if (stock.Policy.MaxUnits > 0 && command.Units > stock.Policy.MaxUnits)
        {
            return StockOutcome.AboveMaximum;
        }

        if (stock.HoldCount >= Limits.HoldsMax)
        {
            return StockOutcome.TooManyHolds;
        }

        return command.Units > stock.Atp(command.Channel) ? StockOutcome.Insufficient : StockOutcome.Accepted;
    }

    // The request is no longer remembered, but the hold that it made lives: promising again would promise twice.
    private static StockOutcome RepeatOfLiveHold(in Hold hold, in StockCommand command) =>
        hold.Reserved == command.Units && hold.Channel == command.Channel ? StockOutcome.AlreadyAccepted : StockOutcome.IdReused;

    private static StockOutcome Keep(Stock stock, in Hold hold, in StockCommand command) =>
        hold.IsLeased ? StockOutcome.ReservationInDoubt
        : command.TimeMs != 0 ? StockOutcome.IdReused // new units under the name of a hold that is there
        : command.Units > hold.Left ? StockOutcome.ExceedsHeld
        : command.Units > stock.Fresh - stock.Pledged ? StockOutcome.ExceedsOnHand
        : StockOutcome.Accepted;

    private static StockOutcome Step(Stock stock, in StockCommand command, ref StockEvent change)
    {
        change.Hold = command.Hold;
        change.Settlement = command.Settlement;
        if (!stock.TryGetHold(command.Hold, out var hold))
        {
            return Absent(stock, command);
        }

        if (hold.IsLeased != (command.Verb == StockVerb.Settle))
        {
            return hold.IsLeased ? StockOutcome.ReservationInDoubt : StockOutcome.ReservationEnded;
        }

        change.ExpiresAtMs = hold.ExpiresAtMs;
        switch (command.Verb)
        {
            case StockVerb.Settle:
                change.ExpiresAtMs = command.TimeMs;
                change.Units = command.Settlement.Takes() ? command.Units : hold.Left;
                return change.Units > hold.Left ? StockOutcome.ExceedsHeld
                    : command.Settlement is Settlement.Collect or Settlement.Ship && change.Units > hold.Pledged ? StockOutcome.ExceedsOnHand
                    : StockOutcome.Accepted;
            case StockVerb.Extend or StockVerb.Confirm when hold.IsFirm:
                return StockOutcome.ReservationFirm;
            case StockVerb.Extend:
                change.ExpiresAtMs = stock.LastAtMs + command.TimeMs;
                change.Units = hold.Left;
                return StockOutcome.Accepted;
            case StockVerb.Confirm:
                change.ExpiresAtMs = long.MaxValue;
                change.Units = hold.Left;
                return StockOutcome.Accepted;
        }

        change.Units = command.Units == 0 ? hold.Left : command.Units;
        if (change.Units > hold.Left)
        {
            return StockOutcome.ExceedsHeld;
        }

        return command.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut && change.Units > stock.Sellable - stock.Pledged
            ? StockOutcome.ExceedsOnHand
            : StockOutcome.Accepted;
    }

    // The hold is not there (any more). What is remembered of the request that made it tells why.
    private static StockOutcome Absent(Stock stock, in StockCommand command)
    {
        if (command.Hold.Line != 0 || !stock.TryRecall(command.Hold.Reservation, out var made) || made.Verb != StockVerb.Reserve)
        {
            return StockOutcome.ReservationNotFound;
        }

        return made.Ended ? StockOutcome.ReservationEnded : StockOutcome.ReservationExpired;
    }
}
