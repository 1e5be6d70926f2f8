using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one location.</summary>
internal sealed class LocationGrain(IJournal journal, TimeProvider time) : Grain, ILocationGrain, IStreamReader
{
    private LocationRecord _record = new();
    private IJournalStream _stream = null!;
    private LocationId _id;
    private LocationView? _view;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = LocationId.Parse(this.GetPrimaryKeyString());
        _stream = await journal.OpenAsync("location/" + _id, this, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stream?.Close();
        return Task.CompletedTask;
    }

    public ValueTask<LocationAnswer> Upsert(RequestId id, LocationFacts facts) => Write(LocationRules.Upsert(_record, id, facts, NowMs));

    public ValueTask<LocationAnswer> SetOpen(RequestId id, bool open) => Write(LocationRules.SetOpen(_record, id, open, NowMs));

    public ValueTask<LocationView?> Get() => new(_view);

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => Show(LocationSnapshotCodec.Decode(state));

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => Apply(LocationCodec.Decode(payload));

    private async ValueTask<LocationAnswer> Write(LocationDecision decision)
    {
        if (decision.Change is { } change)
        {
            if (_view is null)
            {
                await Directory().Register(_id);
            }

            await Append(change);
        }

        if (_view is not null && decision.Outcome is (LocationOutcome.Accepted or LocationOutcome.AlreadyAccepted))
        {
            // Of a repetition too: the first asking may have been cut off before the directory knew.
            await Directory().Update(_view);
        }

        return new LocationAnswer(decision.Outcome, decision.Version, _view);
    }

    private async ValueTask Append(LocationEvent change)
    {
        try
        {
            var bytes = new byte[LocationCodec.BytesMax(change.Facts)];
            await _stream.WhenDurable(_stream.Append(bytes.AsSpan(0, LocationCodec.Encode(change, bytes))));
            Apply(change);
            if (_stream.WantsSnapshot)
            {
                var state = new byte[LocationSnapshotCodec.BytesMax(_record)];
                _stream.AppendSnapshot(state.AsSpan(0, LocationSnapshotCodec.Encode(_record, state)));
            }
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
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
