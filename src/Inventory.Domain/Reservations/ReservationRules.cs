using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Reservations;

/// <summary>A later step as it is asked of a coordinator.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Verb">Confirm, Extend, Release, Collect or Ship.</param>
/// <param name="TtlMs">Of Extend: new time to hold from now, in milliseconds.</param>
/// <param name="Parts">Only these units of these lines, counted as they were asked for: a kit is one line; empty means all that are held.</param>
/// <param name="Added">Of Release: how many lines are held instead, components counted.</param>
public readonly record struct StepAsk(
    RequestId Id, ulong ContentHash, StockVerb Verb, long TtlMs, ImmutableArray<ReservedPart> Parts, int Added = 0);

/// <summary>Some units of a line of a reservation.</summary>
/// <param name="Line">Place of the line, from 0.</param>
/// <param name="Units">How many, 1 or more.</param>
public readonly record struct ReservedPart(int Line, long Units);

/// <summary>The rules of a coordinator: pure functions of its record, what is asked, and time. What the stocks of the lines say is asked elsewhere.</summary>
public static class ReservationRules
{
    /// <summary>Most lines that a reservation ever has, those that came in place of others included: no place is used again.</summary>
    public const int LinesMax = 2_000;

    /// <summary>Whether an order may be attempted.</summary>
    /// <returns>
    /// Accepted: begin an attempt. AlreadyAccepted: it is held, tell the first answer. IdReused: another order is held under this id.
    /// ReservationInDoubt: an earlier attempt is not settled yet. An order of which nothing came to be held may be asked again, with any content.
    /// </returns>
    public static StockOutcome JudgeReserve(ReservationRecord record, ulong contentHash) =>
        record.IsHeld ? (record.Intent!.ContentHash == contentHash ? StockOutcome.AlreadyAccepted : StockOutcome.IdReused)
        : record.Phase is ReservationPhase.None or ReservationPhase.Idle ? StockOutcome.Accepted
        : StockOutcome.ReservationInDoubt;

    /// <summary>
    /// The outcome of an attempt from what the stocks answered: all or nothing, or what units can be held if that was asked for. Work is all or nothing
    /// either way, and never held without any unit, unless nothing but work was asked for; so are the components of one kit.
    /// </summary>
    public static ReserveDecided Decide(ReserveIntended intent, ImmutableArray<StockAnswer> answers, long nowMs)
    {
        var (hasUnits, lacksUnits, lacksWork) = (false, false, false);
        var kits = new KitLines(intent.Lines);
        var isWorkAlone = intent.Lines[0].IsWork; // units come first
        for (var i = 0; i < answers.Length; i++)
        {
            var isGranted = kits.IsGranted(answers, i);
            var isWork = intent.Lines[i].IsWork;
            hasUnits |= isGranted && (isWorkAlone || !isWork);
            lacksUnits |= !isGranted && !isWork;
            lacksWork |= !isGranted && isWork;
        }

        return new ReserveDecided(nowMs, answers, hasUnits && !lacksWork && (intent.Partial || !lacksUnits));
    }

    /// <summary>The outcome of an attempt that was cut off: nothing happened.</summary>
    public static ReserveDecided Abandon(ReserveIntended intent, long nowMs) =>
        new(nowMs, [.. Enumerable.Repeat(new StockAnswer(StockOutcome.ReservationInDoubt, 0), intent.Lines.Length)], false);

    /// <summary>
    /// What must be on record before a stock that asks is told the word on its line; null if the word stands. An open attempt, or an open step whose
    /// outcome the stocks wait for, is ended by being asked: what a stock was told once must stay true.
    /// </summary>
    public static ReservationEvent? BeforeWord(ReservationRecord record, long nowMs) => record.Phase switch
    {
        ReservationPhase.Reserving => Abandon(record.Intent!, nowMs),
        ReservationPhase.Stepping => new StepDecided(nowMs, StockOutcome.ReservationInDoubt, []),
        _ => null,
    };

    /// <summary>The outcome of a step from what the stocks of its lines answered when they were asked to keep them: all of it or nothing.</summary>
    /// <param name="answers">One for each line; accepted for those that are not concerned.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static StepDecided DecideStep(ImmutableArray<StockAnswer> answers, long nowMs)
    {
        var refused = ImmutableArray.CreateBuilder<RefusedLine>();
        for (var i = 0; i < answers.Length; i++)
        {
            if (!answers[i].Outcome.IsAccepted())
            {
                // By the record the line is held: if its stock knows nothing of it, its time has passed.
                var outcome = answers[i].Outcome == StockOutcome.ReservationNotFound ? StockOutcome.ReservationExpired : answers[i].Outcome;
                refused.Add(new RefusedLine(i, outcome));
            }
        }

        return new StepDecided(nowMs, refused.Count == 0 ? StockOutcome.Accepted : refused[0].Outcome, refused.ToImmutable());
    }

    /// <summary>What can be said of a step from the record alone, in the order of <see cref="StockOutcome"/>.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="earlier">The first answer, if the outcome is AlreadyAccepted: accepted then, or refused for good.</param>
    /// <param name="units">If accepted, of Release, Collect and Ship: the units of each line that it concerns.</param>
    public static StockOutcome JudgeStep(
        ReservationRecord record, in StepAsk ask, long nowMs, out DecidedStep earlier, out ImmutableArray<long> units)
    {
        (earlier, units) = (default, []);
        if (Shape(ask) is var shape && shape != StockOutcome.Accepted)
        {
            return shape;
        }

        if (!record.IsHeld)
        {
            return StockOutcome.ReservationNotFound;
        }

        if (ask.Id == record.Intent!.Id)
        {
            return StockOutcome.IdReused;
        }

        if (record.TryRecall(ask.Id, out earlier))
        {
            return earlier.ContentHash == ask.ContentHash ? StockOutcome.AlreadyAccepted : StockOutcome.IdReused;
        }

        if (record.IsAllGone)
        {
            return StockOutcome.ReservationEnded;
        }

        if (!record.IsFirm && nowMs >= record.ExpiresAtMs)
        {
            return StockOutcome.ReservationExpired;
        }

        if (record.Phase != ReservationPhase.Idle)
        {
            return StockOutcome.ReservationInDoubt;
        }

        return ask.Verb is StockVerb.Confirm or StockVerb.Extend
            ? (record.IsFirm ? StockOutcome.ReservationFirm : StockOutcome.Accepted)
            : JudgeUnits(record, ask, out units);
    }

    private static StockOutcome Shape(in StepAsk ask)
    {
        if (!ask.Parts.IsDefaultOrEmpty)
        {
            foreach (var part in ask.Parts)
            {
                if (part.Units < 1)
                {
                    return StockOutcome.UnitsMustBePositive;
                }

                if (part.Units > Limits.UnitsMax)
                {
                    return StockOutcome.QuantityOutOfRange;
                }
            }
        }

        return ask.Verb == StockVerb.Extend && ask.TtlMs is < Limits.TtlMsMin or > Limits.TtlMsMax ? StockOutcome.ExpiryOutOfRange : StockOutcome.Accepted;
    }

    private static StockOutcome JudgeUnits(ReservationRecord record, in StepAsk ask, out ImmutableArray<long> units)
    {
        units = [];
        var asked = record.Left.ToArray();
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = record.IsWork(i) || !ask.Parts.IsDefaultOrEmpty ? 0 : asked[i];
        }

        foreach (var part in ask.Parts.IsDefault ? [] : ask.Parts)
        {
            if (part.Line < 0 || part.Line >= record.Kits.Asked || (record.IsWork(record.Kits.First(part.Line)) && ask.Verb != StockVerb.Release))
            {
                return StockOutcome.ExceedsHeld;
            }

            var first = record.Kits.First(part.Line);
            for (var i = first; i < first + record.Kits.Count(part.Line); i++)
            {
                asked[i] += part.Units * (record.Intent!.Lines[i].Kit?.PerKit ?? 1);
                if (asked[i] > record.Left[i])
                {
                    return StockOutcome.ExceedsHeld;
                }
            }
        }

        if (ask.Verb == StockVerb.Release && (!record.IsWork(0) || ask.Parts.IsDefaultOrEmpty)) // of work alone what is not named is kept
        {
            ReleaseWork(record, asked);
        }

        if (asked.Length + ask.Added > LinesMax)
        {
            return StockOutcome.TooManyHolds;
        }

        units = [.. asked, .. new long[ask.Added]];
        return StockOutcome.Accepted;
    }

    // Work that none of its units has left from, and none will, is done by nobody.
    private static void ReleaseWork(ReservationRecord record, long[] asked)
    {
        for (var i = asked.Length - 1; i >= 0; i--)
        {
            if (record.IsWork(i) && record.Left[i] > 0 && !record.IsBegun(i) && IsOver(record, asked, i))
            {
                asked[i] = record.Left[i];
            }
        }
    }

    private static bool IsOver(ReservationRecord record, long[] asked, int work)
    {
        var (isLast, isAll) = (false, true);
        for (var i = 0; i < asked.Length; i++)
        {
            var stays = !record.IsWork(i) && asked[i] < record.Left[i];
            isAll &= !stays;
            if (record.Serves(work, i))
            {
                isLast |= asked[i] > 0;
                if (stays)
                {
                    return false;
                }
            }
        }

        return isLast || isAll; // the units that it serves may all have been refused
    }
}
