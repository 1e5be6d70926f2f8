using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The orders of a customer, or of a location.</summary>
[Reentrant]
internal sealed class OrderIndexGrain(IJournal journal) : Grain, IOrderIndexGrain
{
    private const int PageSize = 100;
    private const uint EvacuateSalt = 0x4556_4143;
    private readonly NameSet _orders = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _orders.OpenAsync(journal, "orders/" + this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _orders.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Add(RequestId order)
    {
        try
        {
            await _orders.AddAsync([order.ToString()]);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public async ValueTask Remove(RequestId order)
    {
        try
        {
            await _orders.RemoveAsync(order.ToString());
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

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

    public async ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max)
    {
        await _orders.WhenDurable();
        var found = ImmutableArray.CreateBuilder<RequestId>();
        foreach (var token in _orders.After(after?.ToString(), max))
        {
            found.Add(RequestId.TryParseToken(token, out var id) ? id : throw new FormatException($"'{token}' is no token of an order."));
        }

        return found.ToImmutable();
    }
}
