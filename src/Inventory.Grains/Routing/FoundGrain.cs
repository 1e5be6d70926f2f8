using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Routing;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of what is known of every location's shelves: some thousand locations with two figures each.</summary>
[Reentrant]
internal sealed class FoundGrain(SiloParts silo) : Grain, IFoundGrain, IOwner<FoundNoted>
{
    private FoundBook _book = new();
    private ImmutableDictionary<LocationId, double> _durable = ImmutableDictionary<LocationId, double>.Empty;
    private OwnerLog<FoundNoted> _log = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = new OwnerLog<FoundNoted>(this, "What locations find", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "found/" + this.GetPrimaryKeyString(), cancellationToken);
        _durable = _book.Probabilities();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Note(LocationId location, long found, long missed)
    {
        var noted = new FoundNoted(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), location, found, missed);
        _log.Append(noted);
        var probability = _book.Places[location].Record.Probability;
        await _log.Durable();
        _durable = _durable.SetItem(location, probability);
    }

    public ValueTask<ImmutableDictionary<LocationId, double>> All() => new(_durable);

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _book = FoundCodec.DecodeSnapshot(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _book.Apply(FoundCodec.DecodeEvent(payload));

    void IOwner<FoundNoted>.Apply(in FoundNoted change) => _book.Apply(change);

    JournalPosition IOwner<FoundNoted>.Append(IJournalStream stream, in FoundNoted change)
    {
        Span<byte> bytes = stackalloc byte[FoundCodec.EventBytesMax];
        return stream.Append(bytes[..FoundCodec.Encode(change, bytes)]);
    }

    void IOwner<FoundNoted>.AppendSnapshot(IJournalStream stream)
    {
        var bytes = new byte[FoundCodec.BytesMax(_book)];
        stream.AppendSnapshot(bytes.AsSpan(0, FoundCodec.Encode(_book, bytes)));
    }
}
