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
/// Later steps go the same way, with a lease that keeps what is there and pledges what is to leave: so a step of many lines happens as a whole or not at all.
/// </remarks>
internal sealed class ReservationGrain(SiloParts silo) : Grain, IReservationGrain, IOwner<ReservationEvent>
{
    private ReservationRecord _record = new();
    private LineCalls _lines = null!;
    private OwnerLog<ReservationEvent> _log = null!;
    private RequestId _id;

    private long NowMs => Math.Max(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), 1);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = RequestId.ParseToken(this.GetPrimaryKeyString());
        _lines = new LineCalls(GrainFactory, _id);
        await silo.Catalog.WhenLoaded().WaitAsync(cancellationToken);
        _log = new OwnerLog<ReservationEvent>(this, $"The reservation {_id}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "reservation/" + _id, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<ReservationAnswer> Reserve(ReserveMany order)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Lines.Length, GrainLimits.LinesMax, nameof(order));
        var work = order.Lines.Count(line => line.Slot is not null);
        if (order.Lines.IsEmpty || order.Lines.Take(order.Lines.Length - work).Any(line => line.Slot is not null))
        {
            throw new ArgumentException("One or more lines; those of stocks come first, then those of work.", nameof(order));
        }

        var hash = ReservationHash.Of(order);
        await Finish();
        var outcome = ReservationRules.JudgeReserve(_record, hash);
        if (outcome != StockOutcome.Accepted)
        {
            return outcome == StockOutcome.AlreadyAccepted ? ReservationAnswers.ToReserve(_record, repeated: true) : Refused(outcome);
        }

        if (await Attempt(order, hash) is { } refusal)
        {
            return refusal;
        }

        if (_record.Decision!.Answers.Any(answer => answer.Outcome == StockOutcome.SkuIsKit) && _record.Phase == ReservationPhase.Idle)
        {
            await silo.Catalog.LookAgain(); // another silo has described the kit a moment ago
            return await Attempt(order, hash) ?? ReservationAnswers.ToReserve(_record, repeated: false);
        }

        return ReservationAnswers.ToReserve(_record, repeated: false);
    }

    private async ValueTask<ReservationAnswer?> Attempt(ReserveMany order, ulong hash)
    {
        var lines = KitExpansion.Of(order.Lines, silo.Catalog);
        if (lines.Length > GrainLimits.LinesMax)
        {
            return Refused(StockOutcome.TooManyLines);
        }

        var nowMs = NowMs;
        await _log.Record(new ReserveIntended(nowMs, order.Id, hash, lines, order.Channel, nowMs + order.TtlMs, order.Partial));
        var attempt = _record.Attempt;
        var answers = await _lines.Lease(lines, attempt, order.Channel, order.TtlMs);
        if (_record.Phase == ReservationPhase.Reserving)
        {
            await _log.Record(ReservationRules.Decide(_record.Intent!, answers, NowMs));
        }

        await Settle();
        return null;
    }

    public async ValueTask<ReservationAnswer> Step(ReservationStep step)
    {
        await Finish();
        ImmutableArray<ReservedPart> parts = step.Parts.IsDefaultOrEmpty ? [] : [.. step.Parts.Select(part => new ReservedPart(part.Line, part.Units))];
        var added = KitExpansion.Of(step.Added, silo.Catalog);
        var ask = new StepAsk(step.Id, ReservationHash.Of(step), step.Verb, step.TtlMs, parts, added.Length);
        var judged = ReservationRules.JudgeStep(_record, ask, NowMs, out var earlier, out var units);
        if (judged != StockOutcome.Accepted)
        {
            return judged == StockOutcome.AlreadyAccepted ? ReservationAnswers.ToStepAgain(_record, earlier) : Refused(judged);
        }

        var intent = new StepIntended(NowMs, step.Id, ask.ContentHash, step.Verb, units, NowMs + step.TtlMs);
        await _log.Record(added.IsEmpty ? intent : intent with { Added = added });
        await Drive();
        var (decided, version, firstAdded) = (_record.StepDecision!, _record.Version, _record.FirstAdded);
        await Settle();
        var expiresAtMs = _record.IsFirm || !decided.Outcome.IsAccepted() ? 0 : _record.ExpiresAtMs;
        return new ReservationAnswer(decided.Outcome, version, expiresAtMs, [])
        {
            Refused = ReservationAnswers.Asked(_record, decided.Refused), FirstAdded = ReservationAnswers.FirstAdded(_record, firstAdded),
        };
    }

    public async ValueTask<LineSettlement> Resolve(int line)
    {
        if (ReservationRules.BeforeWord(_record, NowMs) is { } decided)
        {
            await _log.Record(decided);
        }

        await _log.Durable();
        var (word, expiresAtMs, units) = _record.Kits.LineOf(line) is >= 0 and var at && at < _record.Left.Length
            ? _record.WordOn(at)
            : new LineWord(Settlement.Restore);
        return new LineSettlement(word, expiresAtMs, units);
    }

    public async ValueTask<ImmutableArray<HeldWork>> Work()
    {
        await Finish();
        await _log.Durable();
        return _record.IsHeld
            ? [.. Enumerable.Range(0, _record.Left.Length).Where(i => _record.IsWork(i) && _record.Left[i] > 0).Select(i => new HeldWork(
                _record.Kits.AskedOf(i), _record.Intent!.Lines[i].Slot!.Value, _record.Left[i]))]
            : [];
    }

    public async ValueTask<ReservationLines?> Get()
    {
        await _log.Durable();
        if (_record.Decision is null)
        {
            return null;
        }

        var views = ReservationViews.Of(_record, NowMs);
        var isSoft = !_record.IsFirm && views.Any(line => line.State is LineState.Soft or LineState.Pending);
        return new ReservationLines(views, _record.Intent!.Channel, isSoft ? _record.ExpiresAtMs : 0, _record.Version);
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _record = ReservationSnapshotCodec.Decode(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _record.Apply(ReservationCodec.Decode(payload));

    void IOwner<ReservationEvent>.Apply(in ReservationEvent change) => _record.Apply(change);

    JournalPosition IOwner<ReservationEvent>.Append(IJournalStream stream, in ReservationEvent change)
    {
        var bytes = new byte[ReservationCodec.BytesMax(_record.Intent!)];
        return stream.Append(bytes.AsSpan(0, ReservationCodec.Encode(change, bytes)));
    }

    void IOwner<ReservationEvent>.AppendSnapshot(IJournalStream stream)
    {
        var state = new byte[ReservationSnapshotCodec.BytesMax(_record)];
        stream.AppendSnapshot(state.AsSpan(0, ReservationSnapshotCodec.Encode(_record, state)));
    }

    /// <summary>Brings what an earlier call or process left open to its end, so that nothing is in doubt when a new step begins.</summary>
    private async ValueTask Finish()
    {
        switch (_record.Phase)
        {
            case ReservationPhase.Reserving:
                await _log.Record(ReservationRules.Abandon(_record.Intent!, NowMs));
                break;
            case ReservationPhase.Stepping:
                await Drive();
                break;
        }

        await Settle();
    }

    private async ValueTask Drive()
    {
        var answers = await _lines.Keep(_record, NowMs);
        if (_record.Phase == ReservationPhase.Stepping)
        {
            await _log.Record(ReservationRules.DecideStep(answers, NowMs));
        }
    }

    private async ValueTask Settle()
    {
        if (_record.Phase == ReservationPhase.Settling && await _lines.Settle(_record))
        {
            _log.Append(new AllSettled(NowMs));
        }
    }

    private ReservationAnswer Refused(StockOutcome outcome) => new(outcome, _record.Version, 0, []);
}
