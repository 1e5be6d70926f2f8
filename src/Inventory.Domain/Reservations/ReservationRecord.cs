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

    /// <summary>A later step is being taken; nothing is decided.</summary>
    Stepping = 2,

    /// <summary>Decided; stocks are being told.</summary>
    Settling = 3,

    /// <summary>Nothing is in doubt.</summary>
    Idle = 4,
}

/// <summary>A later step that was decided. <c>FirstAdded</c> is the place of the first line that it brought; 0 if it brought none.</summary>
public readonly record struct DecidedStep(
    RequestId Id, ulong ContentHash, StockOutcome Outcome, long Version, long ExpiresAtMs, ImmutableArray<RefusedLine> Refused, int FirstAdded = 0);

/// <summary>A coordinator's word on a leased line.</summary>
/// <param name="Settlement">What the stock must make of it.</param>
/// <param name="ExpiresAtMs">Of Soft: the expiry, Unix milliseconds.</param>
/// <param name="Units">Of a word that takes: how many.</param>
public readonly record struct LineWord(Settlement Settlement, long ExpiresAtMs = 0, long Units = 0);

/// <summary>The record of one reservation of several lines, as its coordinator's stream tells it. Changed only by <see cref="Apply"/>.</summary>
public sealed class ReservationRecord
{
    /// <summary>How many decided steps are remembered: a life has about five.</summary>
    public const int StepsRememberedMax = 64;

    private readonly List<DecidedStep> _steps = [];
    private long[] _left = [];
    private long[] _collected = [];
    private long[] _shipped = [];
    private HashSet<LocationId>? _places;
    private KitLines _kits;

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

    /// <summary>How the latest step was decided.</summary>
    public StepDecided? StepDecision { get; private set; }

    /// <summary>Which of the lines were asked for together, as a kit.</summary>
    public KitLines Kits => _kits;

    /// <summary>Units of each line that the decided steps have left held, unless their time has passed.</summary>
    public ReadOnlySpan<long> Left => _left;

    /// <summary>Units of each line that were collected.</summary>
    public ReadOnlySpan<long> Collected => _collected;

    /// <summary>Units of each line that were shipped.</summary>
    public ReadOnlySpan<long> Shipped => _shipped;

    /// <summary>The steps that are remembered, oldest first.</summary>
    internal IReadOnlyList<DecidedStep> Steps => _steps;

    /// <summary>True if lines are held or were held and have gone their way.</summary>
    public bool IsHeld => Decision is { Held: true };

    /// <summary>
    /// True if no unit of what was held is left. Work does not count: it stays used when the units are gone. Of a reservation of work alone it is what counts.
    /// </summary>
    public bool IsAllGone
    {
        get
        {
            for (var i = 0; IsHeld && i < _left.Length; i++)
            {
                if (_left[i] != 0 && (!IsWork(i) || IsWork(0)))
                {
                    return false;
                }
            }

            return IsHeld;
        }
    }

    /// <summary>True once units that a line of work serves have been collected or shipped: then the work was done.</summary>
    public bool IsBegun(int work)
    {
        for (var i = 0; i < _left.Length; i++)
        {
            if ((_collected[i] != 0 || _shipped[i] != 0) && Serves(work, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True if a line of work is done for the units of another line: those at its location, or all if there are none.</summary>
    public bool Serves(int work, int line)
    {
        var lines = Intent!.Lines;
        _places ??= [.. lines.Where(static each => !each.IsWork).Select(static each => each.Key.Location)];
        var place = lines[work].Key.Location;
        return !lines[line].IsWork && (lines[line].Key.Location == place || !_places.Contains(place));
    }

    /// <summary>True once confirmed.</summary>
    public bool IsFirm { get; private set; }

    /// <summary>When soft lines fall back, Unix milliseconds.</summary>
    public long ExpiresAtMs { get; private set; }

    /// <summary>True if the line is held by the decision on record: of a kit all its components are, or none.</summary>
    public bool LineIsHeld(int line) => IsHeld && _kits.IsGranted(Decision!.Answers, line);

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

    /// <summary>True if the line is work.</summary>
    public bool IsWork(int line) => Intent!.Lines[line].IsWork;

    /// <summary>True if the owner of the open step's line must be asked. Units that leave make soft work firm with them.</summary>
    public bool StepConcerns(int line) => Step is { } step && !IsUnbound(line)
        && (IsAdded(line) || (step.Units.IsEmpty ? _left[line] > 0
            : step.Units[line] > 0 || (step.Verb is StockVerb.Collect or StockVerb.Ship && IsWork(line) && !IsFirm && _left[line] > 0 && StepServes(line))));

    /// <summary>Place of the first line that the latest step brings; 0 if it brings none.</summary>
    public int FirstAdded => Step is { Added.IsEmpty: false } step ? _left.Length - step.Added.Length : 0;

    /// <summary>True if the open step brings the line.</summary>
    public bool IsAdded(int line) => FirstAdded > 0 && line >= FirstAdded;

    /// <summary>True if the line's owner must be told the word now.</summary>
    public bool IsToldNow(int line) => Phase == ReservationPhase.Settling && !IsUnbound(line) && (Step is null || StepConcerns(line));

    /// <summary>The word on a leased line: what a stock must make of it. Only what is on record counts.</summary>
    public LineWord WordOn(int line)
    {
        if (!LineIsHeld(line))
        {
            return new LineWord(Settlement.Restore);
        }

        if (Phase == ReservationPhase.Settling && Step is { Units.IsEmpty: false } step && StepDecision!.Outcome.IsAccepted() && step.Units[line] > 0)
        {
            var word = step.Verb switch
            {
                StockVerb.Collect => Settlement.Collect,
                StockVerb.Ship => Settlement.Ship,
                _ => Settlement.Release,
            };
            return new LineWord(word, Units: step.Units[line]);
        }

        return IsFirm || (IsWork(line) && IsBegun(line)) ? new LineWord(Settlement.Firm) : new LineWord(Settlement.Soft, ExpiresAtMs);
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
                _places = null;
                _kits = new KitLines(intended.Lines);
                break;
            case ReserveDecided decided:
                Invariant.Holds(decided.Answers.Length == Intent!.Lines.Length);
                (Decision, DecidedVersion) = (decided, Version);
                _left = [.. Intent.Lines.Select((line, i) => LineIsHeld(i) ? line.Units : 0)];
                (_collected, _shipped) = (new long[_left.Length], new long[_left.Length]);
                break;
            case StepIntended step:
                Add(step.Added);
                Invariant.Holds(step.Units.IsEmpty || step.Units.Length == _left.Length);
                (Step, StepVersion) = (step, Version);
                break;
            case StepDecided decided:
                Decide(decided);
                break;
            case AllSettled:
                Step = null;
                break;
        }
    }

    // Until the step is decided they are lines that nothing is held of, and stay so if it is refused: a line's place is never used again.
    private void Add(ImmutableArray<ReservedLine> added)
    {
        if (added.IsEmpty)
        {
            return;
        }

        Intent = Intent! with { Lines = Intent.Lines.AddRange(added) };
        Decision = Decision! with { Answers = [.. Decision.Answers, .. added.Select(_ => new StockAnswer(StockOutcome.ReservationInDoubt, 0))] };
        (_left, _collected, _shipped) = (Grown(_left), Grown(_collected), Grown(_shipped));
        _places = null;
        _kits = new KitLines(Intent.Lines);

        long[] Grown(long[] units) => [.. units, .. new long[added.Length]];
    }

    private void HoldAdded(StepIntended step)
    {
        var answers = Decision!.Answers.ToBuilder();
        for (var i = answers.Count - step.Added.Length; i < answers.Count; i++)
        {
            answers[i] = new StockAnswer(StockOutcome.Accepted, 1, Intent!.Lines[i].Units);
            _left[i] = Intent.Lines[i].Units;
        }

        Decision = Decision with { Answers = answers.ToImmutable() };
    }

    private void Decide(StepDecided decided)
    {
        var step = Step!;
        StepDecision = decided;
        if (decided.Outcome.IsAccepted())
        {
            Take(step);
            HoldAdded(step);
            IsFirm |= step.Verb == StockVerb.Confirm;
            ExpiresAtMs = step.Verb == StockVerb.Extend ? step.ExpiresAtMs : ExpiresAtMs;
        }

        // A step refused for a passing reason had no effect: its id may be asked again.
        if (decided.Outcome.IsAccepted() || !decided.Outcome.MayPassLater())
        {
            _steps.Add(new DecidedStep(step.Id, step.ContentHash, decided.Outcome, Version, IsFirm ? 0 : ExpiresAtMs, decided.Refused, FirstAdded));
            if (_steps.Count > StepsRememberedMax)
            {
                _steps.RemoveAt(0);
            }
        }
    }

    private bool StepServes(int work)
    {
        for (var i = 0; i < Step!.Units.Length; i++)
        {
            if (Step.Units[i] > 0 && Serves(work, i))
            {
                return true;
            }
        }

        return false;
    }

    // Work at a location that states no limit: its owner keeps no record.
    private bool IsUnbound(int line) =>
        IsWork(line) && Decision is { } decision && decision.Answers[line] is { Version: 0 } answer && answer.Outcome.IsAccepted();

    private void Take(StepIntended step)
    {
        for (var i = 0; i < step.Units.Length; i++)
        {
            _left[i] -= step.Units[i];
            _collected[i] += step.Verb == StockVerb.Collect ? step.Units[i] : 0;
            _shipped[i] += step.Verb == StockVerb.Ship ? step.Units[i] : 0;
            Invariant.Holds(step.Units[i] >= 0 && _left[i] >= 0);
        }
    }

    /// <summary>Everything but the steps that are remembered, for a snapshot.</summary>
    internal ReservationFigures Figures() => new(
        Version, Phase, Attempt, Intent!, Decision, DecidedVersion, Step, StepVersion, StepDecision, IsFirm, ExpiresAtMs, _left, _collected, _shipped);

    /// <summary>A record as a snapshot tells it.</summary>
    internal static ReservationRecord Restore(ReservationFigures figures, IEnumerable<DecidedStep> steps)
    {
        var record = new ReservationRecord
        {
            Version = figures.Version, Phase = figures.Phase, Attempt = figures.Attempt, Intent = figures.Intent, Decision = figures.Decision,
            DecidedVersion = figures.DecidedVersion, Step = figures.Step, StepVersion = figures.StepVersion, StepDecision = figures.StepDecision,
            IsFirm = figures.IsFirm, ExpiresAtMs = figures.ExpiresAtMs, _left = figures.Left, _collected = figures.Collected, _shipped = figures.Shipped,
        };
        record._kits = new KitLines(figures.Intent.Lines);
        record._steps.AddRange(steps);
        return record;
    }
}

/// <summary>What a snapshot carries of a record beside its steps.</summary>
internal sealed record ReservationFigures(
    long Version,
    ReservationPhase Phase,
    int Attempt,
    ReserveIntended Intent,
    ReserveDecided? Decision,
    long DecidedVersion,
    StepIntended? Step,
    long StepVersion,
    StepDecided? StepDecision,
    bool IsFirm,
    long ExpiresAtMs,
    long[] Left,
    long[] Collected,
    long[] Shipped);
