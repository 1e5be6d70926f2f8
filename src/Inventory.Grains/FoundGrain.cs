using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Routing;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of what is known of every location's shelves: some thousand locations with two figures each.</summary>
[Reentrant]
internal sealed class FoundGrain(SiloParts silo) : Grain, IFoundGrain, IStreamReader
{
    private FoundBook _book = new();
    private ImmutableDictionary<LocationId, double> _durable = ImmutableDictionary<LocationId, double>.Empty;
    private IJournalStream _stream = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = await silo.Journal.OpenAsync("found/" + this.GetPrimaryKeyString(), this, cancellationToken);
        _durable = _book.Probabilities();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stream?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Note(LocationId location, long found, long missed)
    {
        try
        {
            var noted = new FoundNoted(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), location, found, missed);
            _book.Apply(noted);
            var probability = _book.Places[location].Record.Probability;
            var last = Append(noted);
            if (_stream.WantsSnapshot)
            {
                var bytes = new byte[FoundCodec.BytesMax(_book)];
                _stream.AppendSnapshot(bytes.AsSpan(0, FoundCodec.Encode(_book, bytes)));
            }

            await _stream.WhenDurable(last);
            _durable = _durable.SetItem(location, probability);
        }
        catch
        {
            DeactivateOnIdle(); // what is in memory may not be on the disk
            throw;
        }
    }

    public ValueTask<ImmutableDictionary<LocationId, double>> All() => new(_durable);

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _book = FoundCodec.DecodeSnapshot(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _book.Apply(FoundCodec.DecodeEvent(payload));

    private JournalPosition Append(in FoundNoted noted)
    {
        Span<byte> bytes = stackalloc byte[FoundCodec.EventBytesMax];
        return _stream.Append(bytes[..FoundCodec.Encode(noted, bytes)]);
    }
}
