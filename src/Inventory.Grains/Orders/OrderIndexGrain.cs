using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The orders of a customer, or of a location.</summary>
[Reentrant]
internal sealed class OrderIndexGrain(IJournal journal) : IndexGrain<RequestId>(journal, "orders", RequestId.ParseToken), IOrderIndexGrain
{
    private const int PageSize = 100;
    private const uint EvacuateSalt = 0x4556_4143;

    public async ValueTask Evacuate(LocationId location, RequestId cause)
    {
        var by = new Actor(Channel.Web, "service", $"{location} was closed");
        for (RequestId? after = null; await List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
        {
            foreach (var id in page)
            {
                var owner = GrainFactory.GetGrain<IOrderGrain>(id.ToString());
                var view = await owner.Get();
                if (view?.State == OrderState.Quoted)
                {
                    // A quote is redeemed as it stands or not at all.
                    await owner.Step(new OrderStep(cause.Derive(EvacuateSalt), by, OrderVerb.Cancel, null, []));
                    continue;
                }

                var parts = view?.Parts.Where(part => part.Location == location && part.State is PartState.Held or PartState.Open) ?? [];
                foreach (var part in parts)
                {
                    // Customers who were to collect right there, and nowhere else, keep it: the router would only find nothing.
                    if (part.Kind is not (WishKind.CollectAt or WishKind.Fitting))
                    {
                        var step = cause.Derive(EvacuateSalt).Derive((uint)part.Number);
                        await owner.Step(new OrderStep(step, by, OrderVerb.Reject, part.Number, []));
                    }
                }
            }
        }
    }
}
