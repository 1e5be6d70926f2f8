using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>
/// Compares the promises that supplies keep for orders with what the orders say: no promise without an order, and no order that believes in a promise which is
/// not there. Orders with promises are in the lists of those who wait, so that these are gone through and not all orders.
/// </summary>
internal sealed class SupplyAuditor(IGrainFactory grains)
{
    private const int PageSize = 256;
    private const int Tries = 5;
    private long _promises;

    public async IAsyncEnumerable<SupplyAudit> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var directory = grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);
        for (LocationId? after = null; await directory.Ids(after, PageSize) is { IsEmpty: false } ids; after = ids[^1])
        {
            foreach (var location in ids)
            {
                var index = grains.GetGrain<ISupplyIndexGrain>("location/" + location);
                for (StockKey? last = null; await index.List(last, PageSize) is { IsEmpty: false } keys; last = keys[^1])
                {
                    foreach (var key in keys)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        yield return new SupplyAudit(_promises, await Settled(() => CompareSupply(key)));
                    }
                }
            }
        }

        var skus = grains.GetGrain<IWaitedSkusGrain>(IWaitedSkusGrain.OnlyKey);
        for (Sku? after = null; await skus.List(after, PageSize) is { IsEmpty: false } page; after = page[^1])
        {
            foreach (var sku in page)
            {
                var list = grains.GetGrain<IWaitListGrain>(sku.Value);
                for (WaitTicket? last = null; await list.List(last, PageSize) is { IsEmpty: false } tickets; last = tickets[^1])
                {
                    foreach (var ticket in tickets)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        yield return new SupplyAudit(_promises, await Settled(() => CompareOrder(ticket.Order)));
                    }
                }
            }
        }
    }

    // Promises change while this looks: only a difference that stays is one. An order that is asked has heard of all that its supplies know.
    private async ValueTask<ImmutableArray<AuditDifference>> Settled(Func<ValueTask<ImmutableArray<AuditDifference>>> compare)
    {
        var promises = _promises;
        var differences = await compare();
        for (var i = 1; !differences.IsEmpty && i < Tries; i++)
        {
            _promises = promises;
            differences = await compare();
        }

        return differences;
    }

    private async ValueTask<ImmutableArray<AuditDifference>> CompareSupply(StockKey key)
    {
        var told = ImmutableArray.CreateBuilder<AuditDifference>();
        var claims = await grains.GetGrain<ISupplyGrain>(key.ToString()).Claims();
        foreach (var order in claims.GroupBy(static claim => claim.Order))
        {
            var known = (await grains.GetGrain<IOrderGrain>(order.Key.ToString()).Promises()).ToDictionary(static each => each.Promise);
            var now = (await grains.GetGrain<ISupplyGrain>(key.ToString()).Claims()).ToDictionary(static claim => claim.Promise);
            foreach (var claim in order.Where(claim => now.ContainsKey(claim.Promise)))
            {
                _promises++;
                if (!known.TryGetValue(claim.Promise, out var mine))
                {
                    told.Add(new AuditDifference(key, $"promise {claim.Promise} of {claim.Left} units: the order {claim.Order} does not know it"));
                }
                else if ((mine.Key, mine.Arrived, mine.GivenUp) != (key, now[claim.Promise].Arrived, now[claim.Promise].GivenUp))
                {
                    told.Add(new AuditDifference(key, $"promise {claim.Promise}: the supply says {now[claim.Promise]}, the order says {mine}"));
                }
            }
        }

        return told.ToImmutable();
    }

    private async ValueTask<ImmutableArray<AuditDifference>> CompareOrder(RequestId order)
    {
        var told = ImmutableArray.CreateBuilder<AuditDifference>();
        var known = await grains.GetGrain<IOrderGrain>(order.ToString()).Promises();
        foreach (var stock in known.Where(static each => each.Left > 0).GroupBy(static each => each.Key))
        {
            var claims = (await grains.GetGrain<ISupplyGrain>(stock.Key.ToString()).Claims()).ToDictionary(static claim => claim.Promise);
            told.AddRange(stock.Where(mine => !claims.ContainsKey(mine.Promise)).Select(mine =>
                new AuditDifference(stock.Key, $"promise {mine.Promise} of {mine.Left} units: the order {order} believes in it, the supply does not know it")));
        }

        return told.ToImmutable();
    }
}
