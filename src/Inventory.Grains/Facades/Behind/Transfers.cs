using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>Transfers through their owners.</summary>
internal sealed class Transfers(IGrainFactory grains) : ITransfers
{
    private const int LookedAtMax = 1_000;
    private const int PageOfAll = 256;

    public ValueTask<TransferAnswer> Create(CreateTransfer transfer) => Owner(transfer.Id).Create(transfer);

    public ValueTask<TransferAnswer> Step(RequestId transfer, TransferStep step) => Owner(transfer).Step(step);

    public ValueTask<TransferView?> Get(RequestId transfer) => Owner(transfer).Get();

    public async ValueTask<TransferPage> List(TransferQuery query)
    {
        var found = ImmutableArray.CreateBuilder<TransferView>();
        var isOver = query.Location is not null && query.States is { IsDefaultOrEmpty: false } && query.States.All(static state => state.IsOver());
        var cursor = query.After ?? new TransferCursor(isOver, null);
        for (var looked = 0; looked < LookedAtMax; looked += PageOfAll)
        {
            while (found.Count < query.Max && looked < LookedAtMax)
            {
                var ids = await Index(query.Location, cursor.IsOver).List(cursor.Id, query.Max - found.Count);
                if (ids.IsEmpty)
                {
                    break;
                }

                var views = await Task.WhenAll(ids.Select(id => Get(id).AsTask()));
                found.AddRange(views.Where(view => view is not null && Belongs(view, cursor.IsOver) && IsWanted(view, query)).Select(static view => view!));
                (cursor, looked) = (cursor with { Id = ids[^1] }, looked + ids.Length);
            }

            if (found.Count >= query.Max)
            {
                return new TransferPage(found.ToImmutable(), cursor);
            }

            var goesOn = !cursor.IsOver && query.Location is not null && (query.States.IsDefaultOrEmpty || query.States.Any(static state => state.IsOver()));
            if (!goesOn)
            {
                return new TransferPage(found.ToImmutable(), looked >= LookedAtMax ? cursor : null);
            }

            cursor = new TransferCursor(true, null);
        }

        return new TransferPage(found.ToImmutable(), cursor);
    }

    public async ValueTask<long> FinishOpen(CancellationToken cancellation)
    {
        var looked = 0L;
        var index = grains.GetGrain<ITransferIndexGrain>(ITransferIndexGrain.AllOpen);
        for (RequestId? after = null; await index.List(after, PageOfAll) is { IsEmpty: false } ids; after = ids[^1])
        {
            foreach (var chunk in ids.Chunk(GrainLimits.LinesAtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                await Task.WhenAll(chunk.Select(id => Owner(id).Finish().AsTask()));
                looked += chunk.Length;
            }
        }

        return looked;
    }

    public async IAsyncEnumerable<TransferAudit> Audit([EnumeratorCancellation] CancellationToken cancellation)
    {
        var auditor = new TransferAuditor(grains);
        await foreach (var progress in auditor.RunAsync(cancellation))
        {
            yield return progress;
        }
    }

    // One that has just ended may be in both lists: each shows only what belongs to it.
    private static bool Belongs(TransferView view, bool isOver) => view.State.IsOver() == isOver;

    private static bool IsWanted(TransferView view, TransferQuery query) => query.States.IsDefaultOrEmpty || query.States.Contains(view.State);

    private ITransferIndexGrain Index(LocationId? location, bool isOver) => grains.GetGrain<ITransferIndexGrain>(
        location is { } id ? (isOver ? "over/" : "open/") + id : ITransferIndexGrain.AllOpen);

    private ITransferGrain Owner(RequestId id) => grains.GetGrain<ITransferGrain>(id.ToString());
}
