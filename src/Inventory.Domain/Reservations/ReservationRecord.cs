using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Reservations;

/// <summary>Where a coordinator stands. <see cref="ReservationRecord.Next"/> is the table of what may happen.</summary>
public enum ReservationPhase
{
    /// <summary>Nothing happened yet.</summary>
    None = 0,

    /// <summary>Stocks are being asked for leases; nothing is decided.</summary>
    Reserving = 1,

    /// <summary>A later step is being taken; of Confirm and Extend nothing is decided.</summary>
    Stepping = 2,

    /// <summary>Decided; stocks are being told.</summary>
    Settling = 3,

    /// <summary>Nothing is in doubt.</summary>
    Idle = 4,
}

/// <summary>A later step that was decided.</summary>
public readonly record struct DecidedStep(RequestId Id, ulong ContentHash, StockOutcome Outcome, long Version, long ExpiresAtMs);

/// <summary>The record of one reservation of several lines, as its coordinator's stream tells it. Changed only by <see cref="Apply"/>.</summary>
public sealed class ReservationRecord
{
    /// <summary>How many decided steps are remembered: a life has about five.</summary>
    public const int StepsRememberedMax = 64;

    private readonly List<DecidedStep> _steps = [];
    private long[] _left = [];

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>Where it stands.</summary>
    public ReservationPhase Phase { get; private set; }

    /// <summary>The latest attempt to reserve; null before the first.</summary>
    public ReserveIntended? Intent { get; private set; }

    /// <summary>Counts attempts to reserve, from 1.</summary>
    public int Attempt { get; private set; }

    /// <summary>The outcome of the latest attempt; null while it is open.</summary>
    public ReserveDecided? Decision { get; private set; }

    /// <summary>Version at which the attempt was decided.</summary>
    public long DecidedVersion { get; private set; }

    /// <summary>The step being taken; null if none is.</summary>
    public StepIntended? Step { get; private set; }

    /// <summary>Version at which the step was intended: it makes the ids of the step's writes.</summary>
    public long StepVersion { get; private set; }

    /// <summary>How the step being settled was decided.</summary>
    public StockOutcome StepOutcome { get; private set; }

    /// <summary>Units of each line that the decided steps have left held, unless their time has passed.</summary>
    public ReadOnlySpan<long> Left => _left;

    /// <summary>True if lines are held or were held and have gone their way.</summary>
    public bool IsHeld => Decision is { Held: true };

    /// <summary>True if nothing of what was held is left.</summary>
    public bool IsAllGone => IsHeld && !_left.AsSpan().ContainsAnyExcept(0);

    /// <summary>True once confirmed.</summary>
    public bool IsFirm { get; private set; }

    /// <summary>When soft lines fall back, Unix milliseconds.</summary>
    public long ExpiresAtMs { get; private set; }

    /// <summary>True if the line is held by the decision on record.</summary>
    public bool LineIsHeld(int line) => IsHeld && Decision!.Answers[line].Outcome.IsAccepted();

    /// <summary>The outcome of a step that was decided before.</summary>
    public bool TryRecall(RequestId id, out DecidedStep step)
    {
        foreach (var each in _steps)
        {
            if (each.Id == id)
            {
                step = each;
                return true;
            }
        }

        step = default;
        return false;
    }

    /// <summary>The word on a leased line: what a stock must make of it. Only what is on record counts.</summary>
    /// <returns>The word and, if it is <see cref="Settlement.Soft"/>, the expiry.</returns>
    public (Settlement Word, long ExpiresAtMs) WordOn(int line)
    {
        if (!LineIsHeld(line))
        {
            return (Settlement.Restore, 0);
        }

        return IsFirm ? (Settlement.Firm, 0) : (Settlement.Soft, ExpiresAtMs);
    }

    /// <summary>The phase that an event leads to; null if it cannot happen in this phase.</summary>
    /// <param name="phase">The phase before.</param>
    /// <param name="change">The event.</param>
    /// <param name="held">True while lines are held or have gone their way.</param>
    public static ReservationPhase? Next(ReservationPhase phase, ReservationEvent change, bool held) => (phase, change) switch
    {
        (ReservationPhase.None, ReserveIntended) => ReservationPhase.Reserving,
        (ReservationPhase.Idle, ReserveIntended) when !held => ReservationPhase.Reserving, // an earlier attempt was refused
        (ReservationPhase.Reserving, ReserveDecided) => ReservationPhase.Settling,
        (ReservationPhase.Idle, StepIntended) when held => ReservationPhase.Stepping,
        (ReservationPhase.Stepping, StepDecided) => ReservationPhase.Settling,
        (ReservationPhase.Settling, AllSettled) => ReservationPhase.Idle,
        _ => null,
    };

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The record is not to be used any more.</exception>
    public void Apply(ReservationEvent change)
    {
        var next = Next(Phase, change, IsHeld);
        Invariant.Holds(next is not null);
        Version++;
        Phase = next.Value;
        switch (change)
        {
            case ReserveIntended intended:
                (Intent, Decision, Attempt, ExpiresAtMs) = (intended, null, Attempt + 1, intended.ExpiresAtMs);
                break;
            case ReserveDecided decided:
                Invariant.Holds(decided.Answers.Length == Intent!.Lines.Length);
                (Decision, DecidedVersion) = (decided, Version);
                _left = [.. Intent.Lines.Select((line, i) => LineIsHeld(i) ? line.Units : 0)];
                break;
            case StepIntended step:
                Invariant.Holds(step.Units.IsEmpty || step.Units.Length == _left.Length);
                (Step, StepVersion) = (step, Version);
                break;
            case StepDecided decided:
                Invariant.Holds(decided.Done.IsEmpty || decided.Done.Length == _left.Length);
                Decide(decided);
                break;
            case AllSettled:
                Step = null;
                break;
        }
    }

    private void Decide(StepDecided decided)
    {
        var step = Step!;
        StepOutcome = decided.Outcome;
        for (var i = 0; i < decided.Done.Length; i++)
        {
            _left[i] -= decided.Done[i];
            Invariant.Holds(decided.Done[i] >= 0 && _left[i] >= 0);
        }

        if (decided.Outcome.IsAccepted())
        {
            IsFirm |= step.Verb == StockVerb.Confirm;
            ExpiresAtMs = step.Verb == StockVerb.Extend ? step.ExpiresAtMs : ExpiresAtMs;
        }

        // A step that took effect in part is remembered too: asked again, it must not take the same units twice.
        if (decided.Outcome.IsAccepted() || !decided.Outcome.MayPassLater() || decided.Done.Any(units => units > 0))
        {
            _steps.Add(new DecidedStep(step.Id, step.ContentHash, decided.Outcome, Version, IsFirm ? 0 : ExpiresAtMs));
            if (_steps.Count > StepsRememberedMax)
            {
                _steps.RemoveAt(0);
            }
        }
    }
}
