using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Routing;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of what is known of one SKU's demand: at most some hundred regions with two figures each.</summary>
[Reentrant]
internal sealed class DemandGrain(SiloParts silo) : Grain, IDemandGrain, IOwner<DemandNoted>
{
    private DemandBook _book = new();
    private OwnerLog<DemandNoted> _log = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = new OwnerLog<DemandNoted>(this, $"The demand for {this.GetPrimaryKeyString()}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "demand/" + this.GetPrimaryKeyString(), cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public ValueTask Note(int region, long units) =>
        _log.Record(new DemandNoted(silo.Time.GetUtcNow().ToUnixTimeMilliseconds(), region, units));

    public async ValueTask<ImmutableArray<RegionDemand>> At(long nowMs)
    {
        var demand = _book.At(nowMs);
        await _log.Durable();
        return demand;
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _book = DemandCodec.DecodeSnapshot(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _book.Apply(DemandCodec.DecodeEvent(payload));

    void IOwner<DemandNoted>.Apply(in DemandNoted change) => _book.Apply(change);

    JournalPosition IOwner<DemandNoted>.Append(IJournalStream stream, in DemandNoted change)
    {
        Span<byte> bytes = stackalloc byte[DemandCodec.EventBytes];
        DemandCodec.Encode(change, bytes);
        return stream.Append(bytes);
    }

    void IOwner<DemandNoted>.AppendSnapshot(IJournalStream stream)
    {
        var bytes = new byte[DemandCodec.BytesOf(_book)];
        DemandCodec.Encode(_book, bytes);
        stream.AppendSnapshot(bytes);
    }
}
