using System.Security.Cryptography;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of one location.</summary>
internal sealed class LocationGrain(IJournal journal, TimeProvider time) : Grain, ILocationGrain, IStreamReader
{
    private readonly Queue<(RequestId Id, ulong Hash, long Version)> _remembered = new();
    private IJournalStream _stream = null!;
    private LocationId _id;
    private LocationView? _view;

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

    public ValueTask<LocationAnswer> Upsert(RequestId id, LocationFacts facts) => Write(id, facts, _view?.Open ?? true, 0);

    public ValueTask<LocationAnswer> SetOpen(RequestId id, bool open) =>
        _view is null
            ? new(new LocationAnswer(LocationOutcome.NotFound, 0, null))
            : Write(id, _view.Facts, open, open ? 1UL : 2UL);

    public ValueTask<LocationView?> Get() => new(_view);

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => throw new FormatException("A location has no snapshots.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => Apply(LocationCodec.Decode(payload), version);

    private async ValueTask<LocationAnswer> Write(RequestId id, LocationFacts facts, bool open, ulong verbHash)
    {
        var hash = verbHash != 0 ? verbHash : Hash(facts);
        foreach (var earlier in _remembered)
        {
            if (earlier.Id == id)
            {
                var repeated = earlier.Hash == hash;
                if (repeated)
                {
                    // The first asking may have been cut off before the directory knew.
                    await Directory().Update(_view!);
                }

                return new LocationAnswer(
                    repeated ? LocationOutcome.AlreadyAccepted : LocationOutcome.IdReused, repeated ? earlier.Version : _view!.Version, _view);
            }
        }

        if (_view is null)
        {
            await Directory().Register(_id);
        }

        var change = new LocationEvent(id, hash, time.GetUtcNow().ToUnixTimeMilliseconds(), open, facts);
        try
        {
            var bytes = new byte[LocationCodec.BytesMax(facts)];
            var position = _stream.Append(bytes.AsSpan(0, LocationCodec.Encode(change, bytes)));
            await _stream.WhenDurable(position);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        Apply(change, _stream.Version);
        await Directory().Update(_view!);
        return new LocationAnswer(LocationOutcome.Accepted, _view!.Version, _view);
    }

    private ILocationDirectoryGrain Directory() => GrainFactory.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);

    private void Apply(LocationEvent change, long version)
    {
        _view = new LocationView(_id, change.Facts, change.Open, version, change.AtMs);
        _remembered.Enqueue((change.Id, change.ContentHash, version));
        if (_remembered.Count > GrainLimits.LocationWritesRememberedMax)
        {
            _remembered.Dequeue();
        }
    }

    private static ulong Hash(LocationFacts facts)
    {
        var bytes = new byte[LocationCodec.BytesMax(facts)];
        var length = LocationCodec.Encode(new LocationEvent(default, 0, 0, true, facts), bytes);
        return BitConverter.ToUInt64(SHA256.HashData(bytes.AsSpan(0, length)));
    }
}
