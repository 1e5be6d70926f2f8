using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The coordinator of a reservation of several lines: presumed abort.</summary>
/// <remarks>
/// 1 intent on record  2 a lease at every stock  3 the outcome on record: from here on it is true, whatever crashes  4 every stock settles.
/// A stock keeps a lease until it has the coordinator's word and asks for it once the lease has passed. What has no outcome on record did not happen:
/// asked in between 1 and 3, the coordinator records that as the outcome first (<see cref="Resolve"/>), so that no two answers can differ.
/// 4 before 3 would let a crash turn a promise that a stock made firm into one that the coordinator denies.
/// </remarks>
internal sealed class ReservationGrain(IJournal journal, TimeProvider time) : Grain, IReservationGrain, IStreamReader
{
    private readonly ReservationRecord _record = new();
    private LineCalls _lines = null!;
    private IJournalStream _stream = null!;
    private JournalPosition _last;
    private RequestId _id;
    private bool _lost;

    private long NowMs => Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), 1);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!RequestId.TryParseToken(this.GetPrimaryKeyString(), out _id))
        {
            throw new FormatException($"'{this.GetPrimaryKeyString()}' is no token of a reservation.");
        }

        _lines = new LineCalls(GrainFactory, _id);
        _stream = await journal.OpenAsync("reservation/" + _id, this, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stream?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<ReservationAnswer> Reserve(ReserveMany order)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Lines.Length, GrainLimits.LinesMax, nameof(order));
        var hash = ReservationHash.Of(order);
        await Finish();
        if (_record.IsHeld)
        {
            return _record.Intent!.ContentHash == hash ? ReserveAnswer(repeated: true) : Refused(StockOutcome.IdReused);
        }

        var nowMs = NowMs;
        ImmutableArray<ReservedLine> lines = [.. order.Lines.Select(line => new ReservedLine(line.Key, line.Units))];
        await Record(new ReserveIntended(nowMs, order.Id, hash, lines, order.Channel, nowMs + order.TtlMs, order.Partial));
        var attempt = _record.Attempt;
        var answers = await _lines.Lease(lines, attempt, order.Channel, order.TtlMs);
        if (_record.Phase == ReservationPhase.Reserving)
        {
            var granted = answers.Count(answer => answer.Outcome.IsAccepted());
            await Record(new ReserveDecided(NowMs, answers, order.Partial ? granted > 0 : granted == answers.Length));
        }

        await Settle();
        return ReserveAnswer(repeated: false);
    }

    public async ValueTask<ReservationAnswer> Step(ReservationStep step)
    {
        await Finish();
        if (!_record.IsHeld)
        {
            return Refused(StockOutcome.ReservationNotFound);
        }

        var hash = ReservationHash.Of(step);
        if (_record.TryRecall(step.Id, out var earlier))
        {
            return earlier.ContentHash != hash ? Refused(StockOutcome.IdReused) : Repeat(earlier);
        }

        if (Judge(step, out var units) is var refusal && refusal != StockOutcome.Accepted)
        {
            return Refused(refusal);
        }

        await Record(new StepIntended(NowMs, step.Id, hash, step.Verb, units, NowMs + step.TtlMs));
        await Drive(_record.Step!);
        await Settle();
        var outcome = _record.StepOutcome;
        return new ReservationAnswer(outcome, _record.Version, _record.IsFirm || !outcome.IsAccepted() ? 0 : _record.ExpiresAtMs, []);
    }

    public async ValueTask<LineSettlement> Resolve(int line)
    {
        // Undecided: being asked decides it. What a stock was told once must stay true.
        if (_record.Phase == ReservationPhase.Reserving)
        {
            await Record(Abandoned());
        }
        else if (_record is { Phase: ReservationPhase.Stepping, Step.Verb: StockVerb.Confirm or StockVerb.Extend })
        {
            await Record(new StepDecided(NowMs, StockOutcome.ReservationInDoubt, []));
        }

        await Durable();
        var (word, expiresAtMs) = line > 0 && line <= _record.Left.Length ? _record.WordOn(line - 1) : (Settlement.Restore, 0);
        return new LineSettlement(word, expiresAtMs);
    }

    public async ValueTask<ReservationLines?> Get()
    {
        await Durable();
        if (_record.Decision is null)
        {
            return null;
        }

        var views = await _lines.Views(_record);
        return new ReservationLines(views, _record.Intent!.Channel, _record.IsFirm ? 0 : _record.ExpiresAtMs, _record.Version);
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => throw new FormatException("A reservation has no snapshots.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _record.Apply(ReservationCodec.Decode(payload));

    /// <summary>Brings what an earlier call or process left open to its end, so that nothing is in doubt when a new step begins.</summary>
    private async ValueTask Finish()
    {
        switch (_record.Phase)
        {
            case ReservationPhase.Reserving:
                await Record(Abandoned());
                break;
            case ReservationPhase.Stepping:
                await Drive(_record.Step!);
                break;
        }

        await Settle();
    }

    private ReserveDecided Abandoned()
    {
        var inDoubt = new StockAnswer(StockOutcome.ReservationInDoubt, 0);
        return new ReserveDecided(NowMs, [.. Enumerable.Repeat(inDoubt, _record.Intent!.Lines.Length)], false);
    }

    /// <summary>What can be said of a step from the record alone, and the units of each line that it concerns (empty: all of every line).</summary>
    private StockOutcome Judge(ReservationStep step, out ImmutableArray<long> units)
    {
        units = [];
        if (step.Verb == StockVerb.Extend && step.TtlMs is < Domain.Limits.TtlMsMin or > Domain.Limits.TtlMsMax)
        {
            return StockOutcome.ExpiryOutOfRange;
        }

        if (step.Verb is StockVerb.Confirm or StockVerb.Extend)
        {
            return _record.IsFirm ? StockOutcome.ReservationFirm
                : NowMs >= _record.ExpiresAtMs ? StockOutcome.ReservationExpired
                : StockOutcome.Accepted;
        }

        var left = _record.Left.ToArray();
        if (left.All(each => each == 0))
        {
            return StockOutcome.ReservationEnded;
        }

        if (!_record.IsFirm && NowMs >= _record.ExpiresAtMs)
        {
            return StockOutcome.ReservationExpired;
        }

        var asked = new long[left.Length];
        foreach (var part in step.Parts)
        {
            if (part.Line < 0 || part.Line >= asked.Length || part.Units > left[part.Line])
            {
                return StockOutcome.ExceedsHeld;
            }

            asked[part.Line] += part.Units;
        }

        units = step.Parts.IsDefaultOrEmpty ? [.. left] : [.. asked];
        return StockOutcome.Accepted;
    }

    private async ValueTask Drive(StepIntended step)
    {
        var salt = (uint)_record.StepVersion;
        if (step.Verb is StockVerb.Confirm or StockVerb.Extend)
        {
            var outcome = await _lines.LeaseHeld(_record, salt);
            if (_record.Phase == ReservationPhase.Stepping)
            {
                await Record(new StepDecided(NowMs, outcome, []));
            }

            return;
        }

        var (refusal, done) = await _lines.Take(_record, step, salt);
        if (refusal == StockOutcome.ReservationInDoubt)
        {
            // What became of a line is unknown, so the step stays open: the next call asks again with the same ids.
            throw new TimeoutException($"A stock of reservation {_id} does not answer; ask again with the same id.");
        }

        await Record(new StepDecided(NowMs, refusal, done));
    }

    private async ValueTask Settle()
    {
        if (_record.Phase == ReservationPhase.Settling && await _lines.Settle(_record))
        {
            Append(new AllSettled(NowMs));
        }
    }

    private async ValueTask Record(ReservationEvent change)
    {
        Append(change);
        await Durable();
    }

    private void Append(ReservationEvent change)
    {
        ThrowIfLost();
        try
        {
            _record.Apply(change);
            var bytes = new byte[ReservationCodec.BytesMax(_record.Intent!.Lines.Length)];
            _last = _stream.Append(bytes.AsSpan(0, ReservationCodec.Encode(change, bytes)));
        }
        catch
        {
            Lose();
            throw;
        }
    }

    private async ValueTask Durable()
    {
        ThrowIfLost();
        try
        {
            await _stream.WhenDurable(_last);
        }
        catch
        {
            Lose();
            throw;
        }
    }

    private ReservationAnswer ReserveAnswer(bool repeated)
    {
        var decision = _record.Decision!;
        var lines = decision.Answers.Select(answer => new LineAnswer(answer, !decision.Held && answer.Outcome.IsAccepted())).ToImmutableArray();
        var refusal = decision.Answers.FirstOrDefault(answer => !answer.Outcome.IsAccepted());
        var outcome = decision.Held ? (repeated ? StockOutcome.AlreadyAccepted : StockOutcome.Accepted) : refusal.Outcome;
        return new ReservationAnswer(outcome, _record.DecidedVersion, decision.Held ? _record.Intent!.ExpiresAtMs : 0, lines);
    }

    private static ReservationAnswer Repeat(in DecidedStep step) => new(
        step.Outcome.IsAccepted() ? StockOutcome.AlreadyAccepted : step.Outcome, step.Version, step.ExpiresAtMs, []);

    private ReservationAnswer Refused(StockOutcome outcome) => new(outcome, _record.Version, 0, []);

    private void Lose()
    {
        _lost = true;
        DeactivateOnIdle();
    }

    private void ThrowIfLost()
    {
        if (_lost)
        {
            throw new JournalFailedException($"The reservation {_id} could not be written; ask again with the same id.");
        }
    }
}
