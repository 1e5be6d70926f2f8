using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one location.</summary>
internal sealed class LocationGrain(IJournal journal, TimeProvider time) : Grain, ILocationGrain, IOwner<LocationEvent>
{
    private LocationRecord _record = new();
    private OwnerLog<LocationEvent> _log = null!;
    private LocationId _id;
    private LocationView? _view;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = LocationId.Parse(this.GetPrimaryKeyString());
        _log = new OwnerLog<LocationEvent>(this, $"The location {_id}", DeactivateOnIdle);
        await _log.OpenAsync(journal, "location/" + _id, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public ValueTask<LocationAnswer> Upsert(RequestId id, LocationFacts facts) => Write(LocationRules.Upsert(_record, id, facts, NowMs));

    public ValueTask<LocationAnswer> SetOpen(RequestId id, bool open) => Write(LocationRules.SetOpen(_record, id, open, NowMs));

    public async ValueTask<LocationView?> Get()
    {
        await _log.Durable();
        return _view;
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => Show(LocationSnapshotCodec.Decode(state));

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => Apply(LocationCodec.Decode(payload));

    void IOwner<LocationEvent>.Apply(in LocationEvent change) => Apply(change);

    JournalPosition IOwner<LocationEvent>.Append(IJournalStream stream, in LocationEvent change)
    {
        var bytes = new byte[LocationCodec.BytesMax(change.Facts)];
        return stream.Append(bytes.AsSpan(0, LocationCodec.Encode(change, bytes)));
    }

    void IOwner<LocationEvent>.AppendSnapshot(IJournalStream stream)
    {
        var state = new byte[LocationSnapshotCodec.BytesMax(_record)];
        stream.AppendSnapshot(state.AsSpan(0, LocationSnapshotCodec.Encode(_record, state)));
    }

    private async ValueTask<LocationAnswer> Write(LocationDecision decision)
    {
        if (decision.Change is { } change)
        {
            if (_view is null)
            {
                await Directory().Register(_id);
            }

            await _log.Record(change);
        }

        if (_view is not null && decision.Outcome is (LocationOutcome.Accepted or LocationOutcome.AlreadyAccepted))
        {
            // Of a repetition too: the first asking may have been cut off before the directory knew.
            await Directory().Update(_view);
        }

        return new LocationAnswer(decision.Outcome, decision.Version, _view);
    }

    private ILocationDirectoryGrain Directory() => GrainFactory.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);

    private void Apply(LocationEvent change)
    {
        _record.Apply(change);
        Show(_record);
    }

    private void Show(LocationRecord record)
    {
        _record = record;
        _view = new LocationView(_id, record.Facts!, record.Open, record.Version, record.ChangedAtMs);
    }
}
