using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>The catalogue through its owner; lists from this silo's copy.</summary>
internal sealed class CatalogOfSkus(IGrainFactory grains, CatalogDirectory directory) : ICatalog
{
    public ValueTask<CatalogAnswer> Upsert(RequestId id, Sku sku, CatalogFacts facts) => Owner().Upsert(id, sku, facts);

    public ValueTask<CatalogView?> Get(Sku sku) => Owner().Get(sku);

    public async ValueTask<CatalogPage> List(Sku? after, int max)
    {
        await directory.WhenLoaded();
        return directory.Page(after, max);
    }

    private ICatalogGrain Owner() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.OnlyKey);
}
