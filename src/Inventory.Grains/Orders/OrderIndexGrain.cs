using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The orders of a customer, or of a location.</summary>
[Reentrant]
internal sealed class OrderIndexGrain(IJournal journal) : IndexGrain<RequestId>(journal, "orders", RequestId.ParseToken), IOrderIndexGrain
{
    private const int PageSize = 100;

    public async ValueTask Evacuate(LocationId location, RequestId cause)
    {
        for (RequestId? after = null; await List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
        {
            foreach (var id in page)
            {
                await Owner(id).Evacuate(location, cause);
            }
        }

        // Who is only promised what is to come there is in no list of the location: the owners of its supply know.
        var supplies = GrainFactory.GetGrain<ISupplyIndexGrain>("location/" + location);
        for (StockKey? after = null; await supplies.List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
        {
            var claims = await Task.WhenAll(page.Select(key => GrainFactory.GetGrain<ISupplyGrain>(key.ToString()).Claims().AsTask()));
            foreach (var id in claims.SelectMany(static each => each).Where(static claim => claim.Left > 0).Select(static claim => claim.Order).Distinct())
            {
                await Owner(id).Evacuate(location, cause);
            }
        }
    }

    private IOrderGrain Owner(RequestId order) => GrainFactory.GetGrain<IOrderGrain>(order.ToString());
}
