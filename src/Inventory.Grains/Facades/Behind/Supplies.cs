using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>Supply through its owners.</summary>
internal sealed class Supplies(IGrainFactory grains) : ISupply
{
    private const int PageOfAll = 256;

    public ValueTask<SupplyAnswer> Do(StockKey key, SupplyCommand command) => command.Verb is SupplyVerb.Carry or SupplyVerb.Unload
        ? throw new ArgumentException($"{command.Verb} is for the owners of transfers: ship or receive the transfer.", nameof(command))
        : Owner(key).Do(command);

    public async ValueTask<DatedSupply> Get(StockKey key, SupplyLook look)
    {
        var stock = grains.GetGrain<IStockGrain>(key.ToString()).View(look.Channel);
        var supply = await Owner(key).View(look.ByMs, look.Confidence);
        return new DatedSupply(supply, (await stock).Available);
    }

    public async ValueTask<SupplyPage> List(Sku? sku, LocationId? location, SupplyLook look, StockKey? after, int max)
    {
        var index = grains.GetGrain<ISupplyIndexGrain>(sku is { } only ? "sku/" + only : "location/" + location);
        var keys = await index.List(after, max);
        var found = await Task.WhenAll(keys.Select(key => Get(key, look).AsTask()));
        ImmutableArray<DatedSupply> live = [.. found.Where(static each => !each.Supply.Receipts.IsEmpty || !each.Supply.Promises.IsEmpty)];
        return new SupplyPage(live, keys.Length == max ? keys[^1] : null);
    }

    public async ValueTask FinishOpen(CancellationToken cancellation)
    {
        var index = grains.GetGrain<ISupplyIndexGrain>(ISupplyIndexGrain.Arriving);
        for (StockKey? after = null; await index.List(after, PageOfAll) is { IsEmpty: false } keys; after = keys[^1])
        {
            foreach (var key in keys)
            {
                cancellation.ThrowIfCancellationRequested();
                await Owner(key).Finish();
                await index.Remove(key);
            }
        }
    }

    public IAsyncEnumerable<SupplyAudit> Audit(CancellationToken cancellation) => new SupplyAuditor(grains).RunAsync(cancellation);

    private ISupplyGrain Owner(in StockKey key) => grains.GetGrain<ISupplyGrain>(key.ToString());
}
