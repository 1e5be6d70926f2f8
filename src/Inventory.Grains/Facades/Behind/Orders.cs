using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>Orders through their owners.</summary>
internal sealed class Orders(IGrainFactory grains, SiloParts silo) : IOrders
{
    private const int LookedAtMax = 1_000;

    public async ValueTask<OrderQuote> Quote(OrderContent content)
    {
        var routing = new OrderRouting(grains, silo.Directory);
        var nowMs = silo.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await routing.Find(content, [.. content.Lines.Select(line => line.Units)], [], nowMs);
        var lacks = found.Parts.IsEmpty || (!content.Partial && !found.Unfilled.IsEmpty);
        var outcome = !lacks ? OrderOutcome.Accepted : found.IsShort ? OrderOutcome.Insufficient : OrderOutcome.NoRoute;
        return new OrderQuote(outcome, found.Parts, found.Unfilled, found.Policy, found.Why);
    }

    public ValueTask<OrderAnswer> Place(PlaceOrder order) => Owner(order.Id).Place(order);

    public ValueTask<OrderAnswer> Step(RequestId order, OrderStep step) => Owner(order).Step(step);

    public ValueTask<OrderView?> Get(RequestId order) => Owner(order).Get();

    public async ValueTask<OrderPage> List(OrderQuery query)
    {
        var index = grains.GetGrain<IOrderIndexGrain>(query.Location is { } location ? "location/" + location : "customer/" + query.Customer);
        var found = ImmutableArray.CreateBuilder<OrderView>();
        var (after, looked) = (query.After, 0);
        while (found.Count < query.Max && looked < LookedAtMax)
        {
            var ids = await index.List(after, query.Max - found.Count);
            foreach (var view in await Task.WhenAll(ids.Select(id => Get(id).AsTask())))
            {
                if (view is not null && query.Location is { } at && !view.Parts.Any(part => part.Location == at && IsAlive(part.State)))
                {
                    await index.Remove(view.Id); // time alone has ended it
                }
                else if (view is not null && (query.States.IsDefaultOrEmpty || query.States.Contains(view.State)))
                {
                    found.Add(view);
                }
            }

            looked += ids.Length;
            if (ids.IsEmpty)
            {
                return new OrderPage(found.ToImmutable(), null);
            }

            after = ids[^1];
        }

        return new OrderPage(found.ToImmutable(), after);
    }

    public async IAsyncEnumerable<OrderView> Watch(RequestId order, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var version = 0L; !cancellation.IsCancellationRequested;)
        {
            var view = await Owner(order).Changes(version).AsTask().WaitAsync(cancellation);
            if (view is null)
            {
                yield break;
            }

            if (view.Version != version)
            {
                version = view.Version;
                yield return view;
            }
        }
    }

    private static bool IsAlive(PartState state) => state is not (PartState.Ended or PartState.Expired);

    private IOrderGrain Owner(RequestId id) => grains.GetGrain<IOrderGrain>(id.ToString());
}
