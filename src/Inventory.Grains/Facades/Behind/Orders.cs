using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Orders through their owners.</summary>
internal sealed class Orders(IGrainFactory grains, SiloParts silo) : IOrders
{
    private const int LookedAtMax = 1_000;

    public async ValueTask<OrderQuote> Quote(OrderContent content)
    {
        var routing = new OrderRouting(grains, silo.Directory, silo.Catalog, silo.Policies);
        var nowMs = silo.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await routing.Find(content, [.. content.Lines.Select(line => line.Units)], [], nowMs);
        var waits = found.Unfillable.Waits();
        var lacks = (found.Parts.IsEmpty && !waits) || (found.Unfillable == Unfillable.Cancel && !found.Unfilled.IsEmpty);
        var outcome = !lacks ? OrderOutcome.Accepted : found.IsShort ? OrderOutcome.Insufficient : OrderOutcome.NoRoute;
        var lacking = new long[content.Lines.Length];
        foreach (var line in found.Unfillable == Unfillable.BackOrder ? found.Unfilled : [])
        {
            lacking[line.Line] = line.Units;
        }

        var supply = new OrderSupply(grains, silo.Directory, silo.Catalog, silo.Policies);
        var expected = await supply.Find(content, lacking, [], nowMs, planned: Planned(content, found.Parts));
        foreach (var ask in expected)
        {
            lacking[ask.Line] -= ask.Units;
        }

        var unfilled = expected.IsEmpty ? found.Unfilled : OrderViews.LinesOf(lacking);
        return new OrderQuote(outcome, found.Parts, unfilled, found.Policy, found.Why)
        {
            Expected = expected,
            PolicyVersion = found.PolicyVersion, Unfillable = found.Unfillable, Routes = found.Routes,
        };
    }

    // Of kits their components: what a quote would take from shelves is not there for what it would hold beside it.
    private Dictionary<StockKey, long> Planned(OrderContent content, ImmutableArray<LegPart> parts)
    {
        var planned = new Dictionary<StockKey, long>();
        foreach (var (part, line) in parts.SelectMany(static part => part.Lines.Select(line => (part, line))))
        {
            var sku = content.Lines[line.Line].Sku;
            foreach (var (component, units) in silo.Catalog.Kit(sku)?.Facts.Kit ?? [new KitComponent(sku, 1)])
            {
                var key = new StockKey(component, part.Location);
                planned[key] = planned.GetValueOrDefault(key) + (units * line.Units);
            }
        }

        return planned;
    }

    public ValueTask<OrderAnswer> Place(PlaceOrder order) => Owner(order.Id).Place(order);

    public ValueTask<OrderAnswer> Redeem(RedeemQuote quote) => Owner(quote.Id).Redeem(quote);

    public async ValueTask<ImprovedOrders> Improve(RequestId id, long leastMinor, RequestId? after, int max, ImproveOnly? only = null)
    {
        only ??= new ImproveOnly();
        OrderQuery confirmed = new("", only.Locations.Length == 1 ? only.Locations[0] : null, [OrderState.Confirmed], after, max);
        var page = only.Orders.IsEmpty ? await List(confirmed) : await Named(only.Orders, after, max);
        var (looked, moved) = (0, ImmutableArray.CreateBuilder<ImprovedOrder>());
        foreach (var order in page.Orders.Where(only.Fits))
        {
            looked++;

            // One after another: what one gives up the next may take.
            var improved = await Owner(order.Id).Improve(id.Derive((uint)order.Id.Low), leastMinor);
            if (improved.Units > 0)
            {
                moved.Add(improved);
            }
        }

        return new ImprovedOrders(looked, moved.ToImmutable(), page.Next);
    }

    private async ValueTask<OrderPage> Named(ImmutableArray<RequestId> orders, RequestId? after, int max)
    {
        var left = orders.Distinct().OrderBy(id => (id.High, id.Low)).ToArray();
        left = after is { } last ? [.. left.Where(id => (id.High, id.Low).CompareTo((last.High, last.Low)) > 0)] : left;
        var views = await Task.WhenAll(left.Take(max).Select(id => Get(id).AsTask()));
        return new OrderPage([.. views.OfType<OrderView>()], left.Length > max ? left[max - 1] : null);
    }

    public ValueTask<OrderAnswer> Step(RequestId order, OrderStep step) => Owner(order).Step(step);

    public ValueTask<OrderView?> Get(RequestId order) => Owner(order).Get();

    public ValueTask<ImmutableArray<UnusedSupply>> UnusedSupply(RequestId order) => Owner(order).UnusedSupply();

    public async ValueTask<OrderPage> List(OrderQuery query)
    {
        if (query.Location is null && query.Customer.Length == 0)
        {
            return await All(query);
        }

        var index = grains.GetGrain<IOrderIndexGrain>(query.Location is { } location ? OrderShards.At(location) : "customer/" + query.Customer);
        var found = ImmutableArray.CreateBuilder<OrderView>();
        var (after, looked) = (query.After, 0);
        while (found.Count < query.Max && looked < LookedAtMax)
        {
            var ids = await index.List(after, query.Max - found.Count);
            foreach (var view in await Task.WhenAll(ids.Select(id => Get(id).AsTask())))
            {
                if (view is not null && query.Location is { } at && !view.Parts.Any(part => part.Location == at && IsAlive(part.State)))
                {
                    _ = Owner(view.Id).Unlist(at).AsTask(); // time alone has ended it, or that is to come: the order knows
                }
                else if (view is not null && query.Fits(view))
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

    // In the order of names, part by part of the list; of each part those that are alive and those that are over together.
    private async ValueTask<OrderPage> All(OrderQuery query)
    {
        var (after, max, looked) = (query.After, query.Max, 0);
        var seesOver = query.States.IsDefaultOrEmpty || query.States.Any(OrderShards.IsOver);
        var found = ImmutableArray.CreateBuilder<OrderView>();
        for (var shard = after is { } last ? OrderShards.Of(last) : 0; shard < GrainLimits.OrderShards;)
        {
            // Whatever is over may still be listed as alive: time alone ends what is not confirmed.
            var alive = grains.GetGrain<IOrderIndexGrain>(OrderShards.Open(shard));
            var over = grains.GetGrain<IOrderIndexGrain>(OrderShards.Done(shard));
            var lists = await Task.WhenAll(
                alive.List(after, max).AsTask(),
                seesOver ? over.List(after, max).AsTask() : Task.FromResult(ImmutableArray<RequestId>.Empty));
            var ids = lists.SelectMany(list => list).Distinct().OrderBy(id => (id.High, id.Low)).Take(max).ToArray();
            foreach (var (id, view) in ids.Zip(await Task.WhenAll(ids.Select(id => Get(id).AsTask()))))
            {
                if (view is not null && query.Fits(view))
                {
                    found.Add(view);
                }

                if (view is { State: OrderState.Expired } && lists[0].Contains(view.Id))
                {
                    _ = Owner(view.Id).Unlist(null).AsTask();
                }

                after = id;
                looked++;
                if (found.Count == max || looked == LookedAtMax)
                {
                    return new OrderPage(found.ToImmutable(), after);
                }
            }

            shard += ids.Length < max ? 1 : 0;
        }

        return new OrderPage(found.ToImmutable(), null);
    }

    public async ValueTask ResumeWaiting(CancellationToken cancellation)
    {
        var skus = grains.GetGrain<IWaitedSkusGrain>(IWaitedSkusGrain.OnlyKey);
        for (Sku? after = null; await skus.List(after, LookedAtMax) is { IsEmpty: false } page; after = page[^1])
        {
            foreach (var chunk in page.Chunk(GrainLimits.LinesAtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                await Task.WhenAll(chunk.Select(sku => grains.GetGrain<IWaitListGrain>(sku.Value).Resume().AsTask()));
            }
        }
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
