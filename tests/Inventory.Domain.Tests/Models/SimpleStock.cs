using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Models;

/// <summary>A second model of a stock: no events, no tables, nothing dropped; every figure is summed anew from lists of what ever happened.</summary>
/// <remarks>Slow and plain on purpose, and written from the rules' words, not from their code.</remarks>
internal sealed class SimpleStock
{
    private readonly List<Promise> _promises = [];
    private readonly List<(StockCommand Command, StockAnswer Answer)> _accepted = [];
    private readonly List<(long Version, Condition Condition, long Units)> _moves = [];
    private StockPolicy _policy = StockPolicy.Default;
    private long _version;
    private long _nowMs;

    public long OnHand(Condition condition) => OnHandAt(condition, _version);

    public long Held => _promises.Sum(promise => promise.Counts(_nowMs) ? promise.Left : 0);

    public long Holds => _promises.Count(promise => promise.Counts(_nowMs));

    public long Version => _version;

    public long Pledged => _promises.Sum(promise => promise.Pledged);

    private long NotPledged => OnHand(Condition.Sellable) - Pledged;

    /// <summary>What became of a reservation that is over; null while it lives.</summary>
    public EndedHold? Ended(RequestId reservation)
    {
        var id = new HoldId(reservation, 0);
        var promise = _promises.FindLast(each => each.Id == id);
        return promise is null || promise.Counts(_nowMs) || !_accepted.Exists(each => each.Command.Verb == StockVerb.Reserve && each.Command.Id == reservation)
            ? null
            : new EndedHold(
                promise.Channel, promise.Reserved, promise.Collected, promise.Shipped,
                promise.Reserved - promise.Left - promise.Collected - promise.Shipped, promise.Left > 0);
    }

    public long Atp(Channel channel)
    {
        var fenced = _policy.RingFences.Where(fence => fence.Channel != channel).Sum(fence => Math.Max(0, fence.Units - HeldBy(fence.Channel)));
        return OnHand(Condition.Sellable) - Held - _policy.SafetyUnits - fenced + _policy.OversellUnits;
    }

    public StockAnswer Do(in StockCommand command, long nowMs)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        var (outcome, units, expires) = Judge(command);
        if (outcome == StockOutcome.AlreadyAccepted)
        {
            var id = command.Id;
            return _accepted.First(earlier => earlier.Command.Id == id).Answer with { Outcome = outcome };
        }

        if (outcome != StockOutcome.Accepted)
        {
            return new StockAnswer(outcome, _version);
        }

        _version++;
        var answer = new StockAnswer(StockOutcome.Accepted, _version, units, expires);
        Book(command, units);
        _accepted.Add((command, answer));
        return answer;
    }

    private (StockOutcome Outcome, long Units, long ExpiresAtMs) Judge(in StockCommand command)
    {
        var id = command.Id;
        if (Shape(command) is { } wrong)
        {
            return (wrong, 0, 0);
        }

        if (_accepted.FindIndex(earlier => earlier.Command.Id == id) is >= 0 and var index)
        {
            return (Content(_accepted[index].Command) == Content(command) ? StockOutcome.AlreadyAccepted : StockOutcome.IdReused, 0, 0);
        }

        if (command.LocationUnknown && command.Verb is not (StockVerb.Extend or StockVerb.Confirm or StockVerb.Release or StockVerb.Collect
            or StockVerb.Ship or StockVerb.Settle))
        {
            return (StockOutcome.LocationUnknown, 0, 0);
        }

        if (command.SkuIsKit && command.Verb is not (StockVerb.Extend or StockVerb.Confirm or StockVerb.Release or StockVerb.Collect
            or StockVerb.Ship or StockVerb.Settle))
        {
            return (StockOutcome.SkuIsKit, 0, 0);
        }

        return command.Verb switch
        {
            StockVerb.Receive or StockVerb.Return or StockVerb.TransferIn => (StockOutcome.Accepted, command.Units, 0),
            StockVerb.TransferOut => (command.Hold == default ? MayTake(Condition.Sellable, -command.Units) : JudgeStep(command).Outcome, command.Units, 0),
            StockVerb.ReceiveHeld or StockVerb.TransferInHeld => (JudgeArrival(command), command.Units, 0),
            StockVerb.Adjust => (MayTake(command.Condition, command.Units), command.Units, 0),
            StockVerb.Count or StockVerb.Import => JudgeCount(command),
            StockVerb.Move => (MayTake(command.Condition, -command.Units), command.Units, 0),
            StockVerb.SetPolicy => (Held > OnHand(Condition.Sellable) + command.Policy!.OversellUnits
                ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted, 0, 0),
            StockVerb.Reserve or StockVerb.Lease => JudgePromise(command),
            _ => JudgeStep(command),
        };
    }

    private static StockCommand Content(in StockCommand command) =>
        command with { LocationClosed = false, LocationUnknown = false, SkuIsKit = false, LeaseMs = 0 };

    private static StockOutcome? Shape(in StockCommand command)
    {
        var keeps = command.Verb == StockVerb.Lease && command.TimeMs == 0;
        var zeroMeansSomething = keeps
            || command.Verb is not (StockVerb.Receive or StockVerb.Return or StockVerb.Move or StockVerb.Reserve or StockVerb.Lease
                or StockVerb.TransferOut or StockVerb.TransferIn or StockVerb.ReceiveHeld or StockVerb.TransferInHeld);
        if (command.Verb == StockVerb.Adjust ? command.Units == 0 : command.Units < 0 || (command.Units == 0 && !zeroMeansSomething))
        {
            return command.Verb == StockVerb.Adjust ? StockOutcome.UnitsMustNotBeZero : StockOutcome.UnitsMustBePositive;
        }

        return command.Verb switch
        {
            StockVerb.Move when command.Condition == command.To => StockOutcome.ConditionsMustDiffer,
            StockVerb.Reserve or StockVerb.Extend or StockVerb.Lease when command.TimeMs < 1000 && !keeps => StockOutcome.ExpiryOutOfRange,
            StockVerb.SetPolicy when !command.Policy!.IsValid() => StockOutcome.PolicyInvalid,
            _ => null,
        };
    }

    private (StockOutcome Outcome, long Units, long ExpiresAtMs) JudgeCount(in StockCommand command)
    {
        if (command.SeenVersion > _version)
        {
            return (StockOutcome.CountFromFuture, 0, 0);
        }

        var difference = command.Units - OnHandAt(command.Condition, command.SeenVersion == 0 ? _version : command.SeenVersion);
        return (MayTake(command.Condition, difference), difference, 0);
    }

    private (StockOutcome Outcome, long Units, long ExpiresAtMs) JudgePromise(in StockCommand command)
    {
        if (Find(command.Hold) is { } there)
        {
            var kept = there.Leased ? StockOutcome.ReservationInDoubt
                : command.TimeMs != 0 ? StockOutcome.IdReused
                : command.Units > there.Left ? StockOutcome.ExceedsHeld
                : command.Units > NotPledged ? StockOutcome.ExceedsOnHand
                : StockOutcome.Accepted;
            return (kept, command.Units, there.ExpiresAtMs == long.MaxValue ? 0 : there.ExpiresAtMs);
        }

        var refusal = command.TimeMs == 0 ? StockOutcome.ReservationNotFound
            : command.LocationClosed ? StockOutcome.LocationClosed
            : command.Units < _policy.MinUnits ? StockOutcome.BelowMinimum
            : command.Units > _policy.MaxUnits && _policy.MaxUnits > 0 ? StockOutcome.AboveMaximum
            : command.Units > Atp(command.Channel) ? StockOutcome.Insufficient
            : StockOutcome.Accepted;
        return (refusal, command.Units, _nowMs + command.TimeMs);
    }

    private (StockOutcome Outcome, long Units, long ExpiresAtMs) JudgeStep(in StockCommand command)
    {
        var settles = command.Verb == StockVerb.Settle;
        if (Find(command.Hold) is not { } promise)
        {
            var id = command.Hold;
            var made = id.Line == 0 && _accepted.Exists(earlier => earlier.Command.Verb == StockVerb.Reserve && earlier.Command.Id == id.Reservation);
            var old = _promises.FindLast(each => each.Id == id);
            return (!made ? StockOutcome.ReservationNotFound
                : old!.Left == 0 ? StockOutcome.ReservationEnded
                : StockOutcome.ReservationExpired, 0, 0);
        }

        if (promise.Leased != settles)
        {
            return (settles ? StockOutcome.ReservationEnded : StockOutcome.ReservationInDoubt, 0, 0);
        }

        var firm = promise.ExpiresAtMs == long.MaxValue;
        var takes = command.Settlement is Settlement.Collect or Settlement.Ship or Settlement.Release;
        var units = settles ? (takes ? command.Units : promise.Left) : command.Units == 0 ? promise.Left : command.Units;
        var outcome = command.Verb is StockVerb.Extend or StockVerb.Confirm && firm ? StockOutcome.ReservationFirm
            : units > promise.Left ? StockOutcome.ExceedsHeld
            : settles && takes && command.Settlement != Settlement.Release && units > promise.Pledged ? StockOutcome.ExceedsOnHand
            : command.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut && units > NotPledged ? StockOutcome.ExceedsOnHand
            : StockOutcome.Accepted;
        var after = promise.After(command, units, _nowMs);
        return (outcome, units, after.Left == 0 || after.ExpiresAtMs == long.MaxValue ? 0 : after.ExpiresAtMs);
    }

    // A promise that was made before the goods came: they bring their own room.
    private StockOutcome JudgeArrival(in StockCommand command) => Find(command.Hold) is not { } promise ? StockOutcome.Accepted
        : promise.Leased ? StockOutcome.ReservationInDoubt
        : promise.ExpiresAtMs != long.MaxValue || promise.Channel != command.Channel ? StockOutcome.IdReused
        : StockOutcome.Accepted;

    private void BookArrival(in StockCommand command)
    {
        var id = command.Hold;
        var place = _promises.FindLastIndex(promise => promise.Id == id && promise.Counts(_nowMs));
        var before = place < 0 ? new Promise(id, command.Channel, 0, 0, 0, 0, 0, long.MaxValue, false, false) : _promises[place];
        var after = before with { Reserved = before.Reserved + command.Units, Left = before.Left + command.Units };
        _promises.RemoveAll(promise => ReferenceEquals(promise, before));
        _promises.Add(after);
        _moves.Add((_version, Condition.Sellable, command.Units));
    }

    private void Book(in StockCommand command, long units)
    {
        var id = command.Hold;
        switch (command.Verb)
        {
            case StockVerb.Receive or StockVerb.Return or StockVerb.Adjust or StockVerb.Count or StockVerb.Import or StockVerb.TransferIn:
                _moves.Add((_version, command.Condition, units));
                break;
            case StockVerb.Move:
                _moves.Add((_version, command.Condition, -units));
                _moves.Add((_version, command.To, units));
                break;
            case StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                BookArrival(command);
                break;
            case StockVerb.TransferOut:
                _moves.Add((_version, Condition.Sellable, -units));
                if (id != default)
                {
                    var at = _promises.FindLastIndex(promise => promise.Id == id);
                    _promises[at] = _promises[at] with { Left = _promises[at].Left - units };
                }

                break;
            case StockVerb.SetPolicy:
                _policy = command.Policy!;
                break;
            case StockVerb.Reserve or StockVerb.Lease when Find(id) is null:
                var lease = command.Verb == StockVerb.Lease;
                _promises.Add(new Promise(id, command.Channel, units, units, 0, 0, 0, _nowMs + command.TimeMs, lease, lease));
                break;
            default:
                var place = _promises.FindLastIndex(promise => promise.Id == id);
                var before = _promises[place];
                _promises[place] = before.After(command, units, _nowMs);
                _moves.Add((_version, Condition.Sellable, before.Collected + before.Shipped - _promises[place].Collected - _promises[place].Shipped));
                break;
        }
    }

    private StockOutcome MayTake(Condition condition, long units)
    {
        var floor = condition == Condition.Sellable ? Math.Max(Pledged, Held - _policy.OversellUnits) : 0;
        return units < 0 && OnHand(condition) + units < floor ? StockOutcome.ExceedsOnHand : StockOutcome.Accepted;
    }

    private Promise? Find(HoldId id) => _promises.FindLast(promise => promise.Id == id && promise.Counts(_nowMs));

    private long HeldBy(Channel channel) => _promises.Where(promise => promise.Channel == channel && promise.Counts(_nowMs)).Sum(promise => promise.Left);

    private long OnHandAt(Condition condition, long version) =>
        _moves.Where(move => move.Condition == condition && move.Version <= version).Sum(move => move.Units);

    private sealed record Promise(
        HoldId Id, Channel Channel, long Reserved, long Left, long Collected, long Shipped, long Pledged, long ExpiresAtMs, bool Leased, bool New)
    {
        public bool Counts(long nowMs) => Left > 0 && (Leased || ExpiresAtMs > nowMs);

        public Promise After(in StockCommand command, long units, long nowMs)
        {
            switch (command.Verb)
            {
                case StockVerb.Lease: return this with { Leased = true, Pledged = units };
                case StockVerb.Confirm: return this with { ExpiresAtMs = long.MaxValue };
                case StockVerb.Extend: return this with { ExpiresAtMs = nowMs + command.TimeMs };
                case StockVerb.Collect: return this with { Left = Left - units, Collected = Collected + units };
                case StockVerb.Ship: return this with { Left = Left - units, Shipped = Shipped + units };
                case StockVerb.Release: return this with { Left = Left - units };
            }

            var open = this with { Leased = false, New = false, Pledged = 0 };
            var told = command.Settlement switch
            {
                Settlement.Firm => open with { ExpiresAtMs = long.MaxValue },
                Settlement.Soft => open with { ExpiresAtMs = command.TimeMs },
                Settlement.Restore => New ? open with { Left = 0 } : open,
                Settlement.Collect => open with { Left = Left - units, Collected = Collected + units },
                Settlement.Ship => open with { Left = Left - units, Shipped = Shipped + units },
                Settlement.Release => open with { Left = Left - units },
                _ => open with { Left = 0 },
            };
            return told.ExpiresAtMs <= nowMs ? told with { Left = 0 } : told;
        }
    }
}
