using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;

namespace Inventory.Grains;

/// <summary>Compares, stock by stock, what a ledger says left and came by transfers with what the transfers of that location say.</summary>
internal sealed class TransferAuditor(IGrainFactory grains)
{
    private const int PageSize = 256;
    private const int Tries = 5;
    private TransferSums _sums;
    private long _transfers;

    public async IAsyncEnumerable<TransferAudit> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var directory = grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);
        for (LocationId? after = null; await directory.Ids(after, PageSize) is { IsEmpty: false } ids; after = ids[^1])
        {
            foreach (var location in ids)
            {
                cancellation.ThrowIfCancellationRequested();
                var differences = await AuditOne(location);
                if (differences.Length > 0)
                {
                    yield return new TransferAudit(_transfers, differences, _sums);
                }
            }
        }

        yield return new TransferAudit(_transfers, [], _sums);
    }

    // Units move while this looks: only a difference that stays when all open steps are finished is one.
    private async ValueTask<ImmutableArray<AuditDifference>> AuditOne(LocationId location)
    {
        for (var i = 1; ; i++)
        {
            var (sums, transfers) = (_sums, _transfers);
            var differences = await Compare(location);
            if (differences.IsEmpty || i == Tries)
            {
                return differences;
            }

            (_sums, _transfers) = (sums, transfers);
            foreach (var view in await TransfersOf(location))
            {
                await grains.GetGrain<ITransferGrain>(view.Id.ToString()).Finish();
            }
        }
    }

    private async ValueTask<ImmutableArray<AuditDifference>> Compare(LocationId location)
    {
        var told = new Dictionary<Sku, (long Out, long In)>();
        foreach (var view in await TransfersOf(location))
        {
            var isSource = view.Content.From == location;
            _transfers += isSource ? 1 : 0;
            foreach (var line in view.Lines)
            {
                var sum = told.GetValueOrDefault(line.Sku);
                told[line.Sku] = isSource ? (sum.Out + line.Shipped, sum.In) : (sum.Out, sum.In + line.Received);
                _sums = isSource ? Add(_sums, line) : _sums;
            }
        }

        var differences = ImmutableArray.CreateBuilder<AuditDifference>();
        await foreach (var (key, ledger) in LedgersOf(location))
        {
            var (sent, came) = told.GetValueOrDefault(key.Sku);
            told.Remove(key.Sku);
            _sums = _sums with { Out = _sums.Out + ledger.TransferredOut, In = _sums.In + ledger.TransferredIn };
            Same(key, "transferred out", ledger.TransferredOut, sent);
            Same(key, "transferred in", ledger.TransferredIn, came);
        }

        foreach (var (sku, (sent, came)) in told)
        {
            Same(new StockKey(sku, location), "transferred out", 0, sent);
            Same(new StockKey(sku, location), "transferred in", 0, came);
        }

        return differences.ToImmutable();

        void Same(StockKey key, string what, long stock, long transfers)
        {
            if (stock != transfers)
            {
                differences.Add(new AuditDifference(key, $"{what}: the stock says {stock}, its transfers say {transfers}"));
            }
        }
    }

    private static TransferSums Add(TransferSums sums, TransferLineView line) => sums with
    {
        InTransit = sums.InTransit + line.InTransit,
        Lost = sums.Lost + line.Lost,
        Damaged = sums.Damaged + line.Damaged,
        Over = sums.Over + line.Over,
    };

    private async ValueTask<ImmutableArray<TransferView>> TransfersOf(LocationId location)
    {
        var found = new Dictionary<RequestId, TransferView>();
        foreach (var key in new[] { "open/" + location, "over/" + location })
        {
            var index = grains.GetGrain<ITransferIndexGrain>(key);
            for (RequestId? after = null; await index.List(after, PageSize) is { IsEmpty: false } ids; after = ids[^1])
            {
                foreach (var chunk in ids.Where(id => !found.ContainsKey(id)).Chunk(GrainLimits.LinesAtOnce))
                {
                    var views = await Task.WhenAll(chunk.Select(id => grains.GetGrain<ITransferGrain>(id.ToString()).Get().AsTask()));
                    foreach (var view in views)
                    {
                        _ = view is not null && found.TryAdd(view.Id, view);
                    }
                }
            }
        }

        return [.. found.Values];
    }

    private async IAsyncEnumerable<(StockKey Key, StockLedger Ledger)> LedgersOf(LocationId location)
    {
        var assortment = grains.GetGrain<IAssortmentGrain>(location.Value);
        for (Sku? after = null; await assortment.List(after, PageSize) is { IsEmpty: false } skus; after = skus[^1])
        {
            foreach (var chunk in skus.Chunk(GrainLimits.LinesAtOnce))
            {
                var views = await Task.WhenAll(chunk.Select(sku =>
                    grains.GetGrain<IStockGrain>(new StockKey(sku, location).ToString()).View(Channel.Web).AsTask()));
                foreach (var view in views)
                {
                    yield return (view.Key, view.Ledger);
                }
            }
        }
    }
}
