using System.Collections.Immutable;

namespace Inventory.Domain.Transfers;

/// <summary>What a transfer's owner is in the middle of.</summary>
public enum TransferPhase
{
    /// <summary>Nothing happened yet.</summary>
    None = 0,

    /// <summary>Stocks are being asked; what became of the step is not on record.</summary>
    Deciding = 1,

    /// <summary>Decided; holds that are not needed any more are being given back.</summary>
    Settling = 2,

    /// <summary>Nothing is in doubt.</summary>
    Idle = 3,
}

/// <summary>Units that a draft holds at the source.</summary>
/// <param name="Version">Version at which the step that made it was intended: with the line it names the hold.</param>
/// <param name="Line">Place of the line.</param>
/// <param name="Units">Units left.</param>
/// <param name="Sku">What: the line may be one that the draft did not get after all.</param>
public readonly record struct TransferHold(long Version, int Line, long Units, Sku Sku);

/// <summary>A step that was decided.</summary>
/// <param name="Step">What was asked.</param>
/// <param name="Version">Version of the transfer afterwards.</param>
/// <param name="Refused">The writes that were refused while others took effect.</param>
public sealed record DecidedTransferStep(TransferStepIntended Step, long Version, ImmutableArray<RefusedWrite> Refused);

/// <summary>One transfer, as its stream tells it. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class TransferRecord
{
    private readonly List<TransferLine> _lines = [];
    private readonly List<TransferHold> _holds = [];
    private readonly List<TransferHold> _toRelease = [];
    private readonly List<DecidedTransferStep> _steps = [];
    private bool _cancelled;

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>When the latest event happened, Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>What its owner is in the middle of.</summary>
    public TransferPhase Phase { get; private set; }

    /// <summary>How it was made; null before that.</summary>
    public TransferCreated? Created { get; private set; }

    /// <summary>Version at which it was made and, if asked for, held; 0 if it did not come about.</summary>
    public long CreatedVersion { get; private set; }

    /// <summary>Its lines. A line that was dropped from a draft stays, with nothing planned.</summary>
    public IReadOnlyList<TransferLine> Lines => _lines;

    /// <summary>What it holds at the source, oldest first.</summary>
    public IReadOnlyList<TransferHold> Holds => _holds;

    /// <summary>What is to be given back before anything else happens.</summary>
    public IReadOnlyList<TransferHold> ToRelease => _toRelease;

    /// <summary>Steps that took effect, oldest first.</summary>
    public IReadOnlyList<DecidedTransferStep> Steps => _steps;

    /// <summary>The step being taken; null if none is.</summary>
    public TransferStepIntended? Step { get; private set; }

    /// <summary>Version at which the step was intended: it makes the ids of its writes.</summary>
    public long StepVersion { get; private set; }

    /// <summary>How the latest step was decided.</summary>
    public TransferStepDecided? Decision { get; private set; }

    /// <summary>Version at which it was decided: it makes the ids of what is given back.</summary>
    public long DecidedVersion { get; private set; }

    /// <summary>When its units are expected to arrive, Unix milliseconds; 0 if nobody knows.</summary>
    public long ExpectedAtMs { get; private set; }

    /// <summary>
    /// What the destination's supply is still to be told: of each line that it expects otherwise than it should. What is in transit is expected when the
    /// transfer is; with no such time, nothing of it is. To be looked at between steps alone.
    /// </summary>
    public ImmutableArray<AnnouncedLine> ToAnnounce
    {
        get
        {
            var lines = ImmutableArray.CreateBuilder<AnnouncedLine>();
            for (var i = 0; i < _lines.Count; i++)
            {
                var line = _lines[i];
                var units = ExpectedAtMs == 0 ? 0 : line.InTransit;
                var wanted = new AnnouncedLine(i, units, units == 0 ? 0 : ExpectedAtMs);
                if (!line.IsAnnouncementRefused && (wanted.Units, wanted.DueMs) != (line.AnnouncedUnits, line.AnnouncedMs))
                {
                    lines.Add(wanted);
                }
            }

            return lines.ToImmutable();
        }
    }

    /// <summary>True if nothing is on record, or what was asked for could not be held.</summary>
    public bool MayBeCreated => Phase == TransferPhase.None || (Phase == TransferPhase.Idle && CreatedVersion == 0);

    /// <summary>Where it stands.</summary>
    public TransferState State
    {
        get
        {
            var (shipped, ended, over) = (0L, 0L, 0L);
            var (toShip, inTransit) = (0L, 0L);
            foreach (var line in _lines)
            {
                shipped += line.Shipped;
                ended += line.Received + line.Lost + line.Damaged;
                over += line.Over + line.Lost + line.Damaged;
                toShip += line.ToShip;
                inTransit += line.InTransit;
            }

            return _cancelled ? TransferState.Cancelled
                : shipped == 0 ? TransferState.Draft
                : toShip == 0 && inTransit == 0 ? (over > 0 ? TransferState.Discrepancy : TransferState.Received)
                : ended > 0 ? TransferState.PartlyReceived
                : toShip > 0 ? TransferState.PartlyShipped
                : TransferState.InTransit;
        }
    }

    /// <summary>Place of the line of a SKU; -1 if there is none.</summary>
    public int LineOf(Sku sku) => _lines.FindIndex(line => line.Sku == sku);

    /// <summary>The step with this id, if it took effect.</summary>
    public DecidedTransferStep? Recall(RequestId id) => _steps.Find(step => step.Step.Id == id);

    /// <summary>The phase that an event leads to; null if it cannot happen in this phase.</summary>
    /// <param name="phase">The phase before.</param>
    /// <param name="change">The event.</param>
    /// <param name="exists">True once it came about.</param>
    public static TransferPhase? Next(TransferPhase phase, TransferEvent change, bool exists) => (phase, change) switch
    {
        (TransferPhase.None, TransferCreated) => TransferPhase.Deciding,
        (TransferPhase.Idle, TransferCreated) when !exists => TransferPhase.Deciding, // its units could not be held the last time
        (TransferPhase.Idle, TransferStepIntended) when exists => TransferPhase.Deciding,
        (TransferPhase.Deciding, TransferStepDecided) => TransferPhase.Settling,
        (TransferPhase.Settling, TransferSettled) => TransferPhase.Idle,
        (TransferPhase.Idle, TransferAnnounced) when exists => TransferPhase.Idle,
        _ => null,
    };

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The record is not to be used any more.</exception>
    public void Apply(TransferEvent change)
    {
        var next = Next(Phase, change, CreatedVersion > 0);
        Invariant.Holds(next is not null);
        Version++;
        ChangedAtMs = Math.Max(ChangedAtMs, change.AtMs);
        Phase = next.Value;
        switch (change)
        {
            case TransferCreated created:
                Create(created);
                break;
            case TransferStepIntended step:
                (Step, StepVersion) = (step, Version);
                break;
            case TransferStepDecided decided:
                Decide(decided);
                break;
            case TransferSettled:
                _toRelease.Clear();
                break;
            case TransferAnnounced announced:
                foreach (var line in announced.Lines)
                {
                    _lines[line.Line].Announce(line);
                }

                break;
        }

        if (Phase == TransferPhase.Settling && _toRelease.Count == 0)
        {
            Phase = TransferPhase.Idle;
        }

        CheckInvariants();
    }

    /// <summary>No unit is counted twice, and none is held that is not still to be sent.</summary>
    /// <exception cref="InvariantBrokenException">One is.</exception>
    public void CheckInvariants()
    {
        foreach (var line in _lines)
        {
            line.CheckInvariants();
        }

        foreach (var hold in _holds)
        {
            Invariant.Holds(hold.Units > 0 && hold.Line < _lines.Count);
        }
    }

    private void Create(TransferCreated created)
    {
        (Created, ExpectedAtMs) = (created, created.Content.ExpectedAtMs);
        _lines.Clear();
        _lines.AddRange(created.Content.Lines.Select(line => new TransferLine(line.Sku, line.Units)));
        ImmutableArray<TransferWrite> writes = created.Content.Hold ? [.. created.Content.Lines.Select((line, i) => new TransferWrite(i, line.Units))] : [];
        Step = new TransferStepIntended(created.AtMs, created.Id, created.ContentHash, created.By, TransferVerb.Create, writes, []);
        StepVersion = Version;
    }

    private void Decide(TransferStepDecided decided)
    {
        var step = Step!;
        (Step, Decision, DecidedVersion) = (null, decided, Version);
        var took = TransferRules.Took(step, decided.Refused);
        if (!decided.Outcome.IsAccepted())
        {
            // Held together or not at all: what could be held is given back.
            _toRelease.AddRange(step.Verb is TransferVerb.Create or TransferVerb.Change ? took.Select(write => HoldOf(step, write)) : []);
            return;
        }

        CreatedVersion = step.Verb == TransferVerb.Create ? Version : CreatedVersion;
        ExpectedAtMs = step.ExpectedAtMs != 0 || step.Verb == TransferVerb.Reschedule ? step.ExpectedAtMs : ExpectedAtMs;
        _lines.ForEach(static line => line.TryAnnouncingAgain());
        switch (step.Verb)
        {
            case TransferVerb.Create:
                _holds.AddRange(took.Select(write => HoldOf(step, write)));
                break;
            case TransferVerb.Change:
                _holds.AddRange(took.Select(write => HoldOf(step, write)));
                Plan(step.Planned);
                break;
            case TransferVerb.Cancel:
                _cancelled = true;
                ReleaseAll();
                break;
            default:
                MoveLots(step, took, decided.Lots.IsDefault ? [] : decided.Lots);
                Move(step, took);
                break;
        }

        _steps.Add(new DecidedTransferStep(step, Version, decided.Refused));
    }

    private void Move(TransferStepIntended step, ImmutableArray<TransferWrite> took)
    {
        foreach (var write in took)
        {
            var line = _lines[write.Line];
            switch (step.Verb)
            {
                case TransferVerb.Ship:
                    line.Shipped += write.Units;
                    TakeHold(write.Hold, write.Line, write.Units);
                    break;
                case TransferVerb.Receive:
                    line.Receive(write.Units);
                    line.TakeAnnounced(step.ViaSupply ? write.Units : 0);
                    break;
                case TransferVerb.Close when step.Reason == LossReason.Damaged:
                    line.Damaged += write.Units;
                    break;
                case TransferVerb.Close:
                    line.Lost += write.Units;
                    break;
            }
        }

        if (step.Last)
        {
            _lines.ForEach(static line => line.Planned = line.Shipped);
            ReleaseAll();
        }
    }

    // Before the units, so that what is in transit is known while lots enter and leave it.
    private void MoveLots(TransferStepIntended step, ImmutableArray<TransferWrite> took, ImmutableArray<LotsOfWrite> shipped)
    {
        foreach (var (write, lots) in shipped)
        {
            _lines[step.Writes[write].Line].AddLots(lots);
        }

        foreach (var write in step.Verb == TransferVerb.Ship ? [] : took)
        {
            _lines[write.Line].TakeLots(write.Lots.IsDefault ? [] : write.Lots);
        }
    }

    private void Plan(ImmutableArray<SkuUnits> planned)
    {
        foreach (var (sku, units) in planned)
        {
            var place = LineOf(sku);
            if (place < 0)
            {
                place = _lines.Count;
                _lines.Add(new TransferLine(sku, units));
            }

            _lines[place].Planned = units;
            for (var i = _holds.Count - 1; i >= 0; i--)
            {
                // The newest is given back first.
                var tooMany = _holds.Where(hold => hold.Line == place).Sum(hold => hold.Units) - units;
                if (_holds[i].Line == place && tooMany > 0)
                {
                    var back = Math.Min(tooMany, _holds[i].Units);
                    _toRelease.Add(_holds[i] with { Units = back });
                    TakeHold(_holds[i].Version, place, back);
                }
            }
        }
    }

    private TransferHold HoldOf(TransferStepIntended step, TransferWrite write) =>
        new(StepVersion, write.Line, write.Units, step.Planned.Length > write.Line ? step.Planned[write.Line].Sku : _lines[write.Line].Sku);

    private void ReleaseAll()
    {
        _toRelease.AddRange(_holds);
        _holds.Clear();
    }

    private void TakeHold(long version, int line, long units)
    {
        var place = _holds.FindIndex(hold => hold.Version == version && hold.Line == line);
        if (place < 0)
        {
            return;
        }

        var left = _holds[place].Units - units;
        if (left > 0)
        {
            _holds[place] = _holds[place] with { Units = left };
        }
        else
        {
            _holds.RemoveAt(place);
        }
    }
}
