using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Codec;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of the catalogue.</summary>
/// <remarks>Decides, applies and appends without suspending, as a stock does; each silo's copy sees what is durable only.</remarks>
[Reentrant]
internal sealed class CatalogGrain(IJournal journal, TimeProvider time, CatalogDirectory directory) : Grain, ICatalogGrain, IOwner<CatalogEvent>
{
    private readonly Dictionary<Sku, long> _changedAt = [];
    private CatalogRecord _catalog = new();
    private OwnerLog<CatalogEvent> _log = null!;
    private long _snapshotVersion;

    private long NowMs => Math.Max(1, time.GetUtcNow().ToUnixTimeMilliseconds());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = new OwnerLog<CatalogEvent>(this, "The catalogue", DeactivateOnIdle);
        await _log.OpenAsync(journal, "catalog/" + this.GetPrimaryKeyString(), cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<CatalogAnswer> Upsert(RequestId id, Sku sku, CatalogFacts facts)
    {
        _log.ThrowIfLost();
        var isStocked = CatalogRules.BecomesKit(_catalog, sku, facts)
            && !(await GrainFactory.GetGrain<IBoardGrain>(sku.Value).Locations()).IsEmpty;
        _log.ThrowIfLost();
        var decision = CatalogRules.Upsert(_catalog, id, sku, facts, isStocked, NowMs);
        if (decision.Change is { } change)
        {
            _log.Append(change);
        }

        var view = ViewOf(_catalog.Find(sku));
        await _log.Durable();
        var before = directory.Find(sku)?.Facts;
        if (view is not null && decision.Outcome.IsAccepted())
        {
            directory.Take(view); // of a repetition too: the first asking may have been cut off
            if (before?.HasLots == true && (!facts.HasLots || before.MinShelfDays != facts.MinShelfDays) || (before?.HasLots != true && facts.HasLots))
            {
                await GrainFactory.GetGrain<IBoardGrain>(sku.Value).AskAll(); // dates of lots mean something else now
            }
        }

        return new CatalogAnswer(decision.Outcome, decision.Version, view);
    }

    public async ValueTask<CatalogView?> Get(Sku sku)
    {
        var view = ViewOf(_catalog.Find(sku));
        await _log.Durable();
        return view;
    }

    public async ValueTask<CatalogChanges> Since(long version)
    {
        // Versions of a catalogue that was lost with its storage mean nothing: show everything.
        var since = version > _catalog.Version ? 0 : version;
        var changes = new CatalogChanges(
            _catalog.Version,
            since == _catalog.Version ? [] : [.. _catalog.Items.Where(item => ChangedAt(item) > since).Select(item => ViewOf(item)!)]);
        await _log.Durable();
        return changes;
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state)
    {
        _catalog = CatalogCodec.DecodeSnapshot(state);
        _snapshotVersion = _catalog.Version;
    }

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => Apply(CatalogCodec.Decode(payload));

    void IOwner<CatalogEvent>.Apply(in CatalogEvent change) => Apply(change);

    JournalPosition IOwner<CatalogEvent>.Append(IJournalStream stream, in CatalogEvent change)
    {
        var bytes = new byte[CatalogCodec.BytesMax(change.Facts)];
        return stream.Append(bytes.AsSpan(0, CatalogCodec.Encode(change, bytes)));
    }

    void IOwner<CatalogEvent>.AppendSnapshot(IJournalStream stream)
    {
        var state = new byte[CatalogCodec.BytesMax(_catalog)];
        stream.AppendSnapshot(state.AsSpan(0, CatalogCodec.Encode(_catalog, state)));
    }

    private static CatalogView? ViewOf(CatalogItem? item) =>
        item is null ? null : new CatalogView(item.Latest.Sku, item.Facts, item.Version, item.Latest.AtMs);

    // A snapshot does not tell at which version of the catalogue each item changed: its own does for all, and copies take an item twice unharmed.
    private long ChangedAt(CatalogItem item) => _changedAt.GetValueOrDefault(item.Latest.Sku, _snapshotVersion);

    private void Apply(CatalogEvent change)
    {
        _catalog.Apply(change);
        _changedAt[change.Sku] = _catalog.Version;
    }
}
