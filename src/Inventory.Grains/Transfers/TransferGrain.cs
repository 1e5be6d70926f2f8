using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Transfers;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one transfer.</summary>
/// <remarks>
/// 1 the intent on record  2 each write at its stock, under an id that follows from the record  3 the outcome on record  4 the destination's supply is told
/// what to expect from now on, and that on record  5 the answer. What comes in does so through the destination's supply.
/// Between 2 and 3 the units of a shipment have left their stock and are not yet in transit on record: the intent names them, and whoever comes next,
/// a call or the start of a silo, repeats 2, which changes nothing, and writes 3. So each unit is counted exactly once when the step is finished.
/// 4 before 3 would let units be promised that may not have left; that 4 is still to be done follows from the record, and whoever comes next does it.
/// What is not over is in an index of its own: that is how an unfinished step is found again when nobody asks for it.
/// </remarks>
internal sealed class TransferGrain(SiloParts silo) : Grain, ITransferGrain, IOwner<TransferEvent>
{
    private TransferRecord _transfer = new();
    private TransferCalls _calls = null!;
    private OwnerLog<TransferEvent> _log = null!;
    private RequestId _id;
    private bool _isFiled;

    private long NowMs => Math.Max(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(1, _transfer.ChangedAtMs));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = RequestId.ParseToken(this.GetPrimaryKeyString());
        _calls = new TransferCalls(GrainFactory, silo.Catalog, _id);
        await silo.Directory.WhenLoaded().WaitAsync(cancellationToken);
        _log = new OwnerLog<TransferEvent>(this, $"The transfer {_id}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "transfer/" + _id, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<TransferAnswer> Create(CreateTransfer transfer)
    {
        var content = transfer.Content;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Lines.Length, Domain.Limits.TransferLinesMax, nameof(transfer));
        if (content.Lines.IsEmpty || content.From == content.To || content.Lines.DistinctBy(static line => line.Sku).Count() != content.Lines.Length)
        {
            throw new ArgumentException("A transfer has one or more lines, each of another SKU, and two different locations.", nameof(transfer));
        }

        await Finish();
        var hash = TransferCodec.HashOf(content);
        var judged = TransferRules.JudgeCreate(_transfer, hash);
        if (judged != TransferOutcome.Accepted)
        {
            return judged == TransferOutcome.IdReused || _transfer.CreatedVersion == 0
                ? Refuse(judged == TransferOutcome.IdReused ? judged : TransferOutcome.InDoubt)
                : Answer(judged, _transfer.CreatedVersion);
        }

        if (!silo.Directory.Knows(content.From) || !silo.Directory.Knows(content.To))
        {
            await silo.Directory.LookAgain();
            if (!silo.Directory.Knows(content.From) || !silo.Directory.Knows(content.To))
            {
                return Refuse(TransferOutcome.LocationUnknown);
            }
        }

        // Before anything is on record: an index that names too much shows what is so, one that names too little hides a transfer.
        await Task.WhenAll(IndicesOf(content, isOver: false).Select(index => index.Add(_id).AsTask()));
        await _log.Record(new TransferCreated(NowMs, transfer.Id, hash, transfer.By, content));
        return await Take(isCreate: true);
    }

    public async ValueTask<TransferAnswer> Step(TransferStep step)
    {
        await Finish();
        var ask = new TransferStepAsk(step.Id, 0, step.By, step.Verb, step.Parts.IsDefault ? [] : step.Parts, step.Reason, step.Surplus, step.ExpectedAtMs);
        ask = ask with { ContentHash = TransferCodec.HashOf(ask) };
        var judged = TransferRules.JudgeStep(_transfer, ask, NowMs, out var earlier, out var intended);
        if (judged != TransferOutcome.Accepted)
        {
            return judged == TransferOutcome.AlreadyAccepted ? Answer(judged, earlier!.Version, earlier) : Refuse(judged);
        }

        await _log.Record(intended!);
        return await Take(isCreate: false);
    }

    public async ValueTask Finish()
    {
        _log.ThrowIfLost();
        if (_transfer.Phase == TransferPhase.Deciding)
        {
            await Decide();
        }

        await Settle();
    }

    public async ValueTask<TransferView?> Get()
    {
        var view = TransferViews.Of(_transfer);
        await _log.Durable();
        return view;
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) =>
        throw new FormatException("A transfer's stream has no snapshots: it is short.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _transfer.Apply(TransferCodec.Decode(payload));

    void IOwner<TransferEvent>.Apply(in TransferEvent change) => _transfer.Apply(change);

    JournalPosition IOwner<TransferEvent>.Append(IJournalStream stream, in TransferEvent change) => stream.Append(TransferCodec.Encode(change));

    private async ValueTask<TransferAnswer> Take(bool isCreate)
    {
        var step = _transfer.Step!;
        var took = await Decide();
        var (decided, version) = (_transfer.Decision!, _transfer.DecidedVersion);
        var refused = TransferViews.RefusedOf(_transfer, step, decided.Refused);
        var concerned = await Settle();
        var exists = !isCreate || decided.Outcome.IsAccepted();
        return new TransferAnswer(decided.Outcome, version, exists ? TransferViews.Of(_transfer) : null, refused)
        {
            Concerned = TransferCalls.Latest(took.Concerned.AddRange(concerned)), Fulfilled = took.Fulfilled,
        };
    }

    private async ValueTask<TransferEffects> Decide()
    {
        var took = await _calls.Take(_transfer);
        await _log.Record(TransferRules.Decide(_transfer.Step!, took.Refused, NowMs, await _calls.LotsTaken(_transfer, took.Refused)));
        return took;
    }

    private async ValueTask<ImmutableArray<ConcernedPromise>> Settle()
    {
        if (_transfer.Phase == TransferPhase.Settling)
        {
            await _calls.Release(_transfer);
            await _log.Record(new TransferSettled(NowMs));
        }

        var (lines, concerned) = (_transfer.ToAnnounce, ImmutableArray<ConcernedPromise>.Empty);
        if (!lines.IsEmpty)
        {
            (lines, concerned) = await _calls.Announce(_transfer, lines);
            await _log.Record(new TransferAnnounced(NowMs, lines));
        }

        await File();
        return concerned;
    }

    /// <summary>Moves what has ended, or never came about, out of the indices of what is open.</summary>
    private async ValueTask File()
    {
        if (_isFiled || _transfer.Created is not { } created || _transfer.Phase != TransferPhase.Idle)
        {
            return;
        }

        var cameToNothing = _transfer.CreatedVersion == 0;
        if (!cameToNothing && !_transfer.State.IsOver())
        {
            return;
        }

        if (!cameToNothing)
        {
            await Task.WhenAll(IndicesOf(created.Content, isOver: true).Select(index => index.Add(_id).AsTask()));
        }

        await Task.WhenAll(IndicesOf(created.Content, isOver: false).Select(index => index.Remove(_id).AsTask()));
        _isFiled = !cameToNothing; // what came to nothing may be made again
    }

    private IEnumerable<ITransferIndexGrain> IndicesOf(TransferContent content, bool isOver)
    {
        var folder = isOver ? "over/" : "open/";
        string[] keys = isOver ? [folder + content.From, folder + content.To] : [ITransferIndexGrain.AllOpen, folder + content.From, folder + content.To];
        return keys.Select(key => GrainFactory.GetGrain<ITransferIndexGrain>(key));
    }


    private TransferAnswer Answer(TransferOutcome outcome, long version, DecidedTransferStep? step = null) => new(
        outcome, version, TransferViews.Of(_transfer), step is null ? [] : TransferViews.RefusedOf(_transfer, step.Step, step.Refused));

    private TransferAnswer Refuse(TransferOutcome outcome) => new(outcome, _transfer.Version, TransferViews.Of(_transfer), []);
}
