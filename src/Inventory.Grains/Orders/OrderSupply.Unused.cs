using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Why announcements are not promised to what waits: judged as <see cref="Find"/> does, and told instead of left out.</summary>
internal sealed partial class OrderSupply
{
    /// <summary>Tells of announcements of what waits.</summary>
    /// <param name="content">The order.</param>
    /// <param name="units">Units of each line that wait.</param>
    /// <param name="rejected">Stocks whose location has rejected units of the order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <returns>Line by line and by names of locations and announcements, at most <see cref="GrainLimits.UnusedSupplyMax"/>. Of kits none.</returns>
    public async ValueTask<ImmutableArray<UnusedSupply>> Unused(OrderContent content, long[] units, IReadOnlyList<RefusedStock> rejected, long nowMs)
    {
        await Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded(), policies.WhenLoaded());
        var refused = rejected.Select(stock => new StockKey(content.Lines[stock.Line].Sku, stock.Location)).ToHashSet();
        var unused = ImmutableArray.CreateBuilder<UnusedSupply>();
        for (var i = 0; i < units.Length; i++)
        {
            var line = content.Lines[i];
            if (units[i] == 0 || catalog.Kit(line.Sku) is not null)
            {
                continue;
            }

            var index = grains.GetGrain<ISupplyIndexGrain>("sku/" + line.Sku);
            for (StockKey? after = null; unused.Count < GrainLimits.UnusedSupplyMax
                && await index.List(after, GrainLimits.SuppliesAskedMax) is { IsEmpty: false } keys; after = keys[^1])
            {
                foreach (var key in keys.Where(key => line.Wish.Location is not { } named || named == key.Location))
                {
                    unused.AddRange(await UnusedAt(key, content, i, units[i], refused.Contains(key), nowMs));
                    if (unused.Count >= GrainLimits.UnusedSupplyMax)
                    {
                        break;
                    }
                }
            }
        }

        return [.. unused.Take(GrainLimits.UnusedSupplyMax)];
    }

    private async ValueTask<IEnumerable<UnusedSupply>> UnusedAt(
        StockKey key, OrderContent content, int number, long units, bool isRefused, long nowMs)
    {
        var owner = grains.GetGrain<ISupplyGrain>(key.ToString());
        var (all, offers) = ((await owner.View(long.MaxValue, 0)).Receipts, await owner.Offers(int.MaxValue));
        var unused = new List<UnusedSupply>();
        foreach (var receipt in all.OrderBy(static each => each.Name, StringComparer.Ordinal).Take(GrainLimits.UnusedSupplyMax))
        {
            var free = offers.FirstOrDefault(each => each.Name == receipt.Name)?.Left ?? 0;
            var told = new UnusedSupply(number, key.Location, receipt.Name, receipt.Left, free, receipt.DueMs) { IsOverdue = receipt.DueMs < nowMs };
            unused.Add(isRefused ? told with { Verdict = RouteVerdict.Excluded }
                : !directory.TryGet(key.Location, out var location) || !directory.IsOpen(key.Location) ? told with { Verdict = RouteVerdict.Incapable }
                : free == 0 ? told with { Verdict = RouteVerdict.NoStock }
                : await Judge(told, content, number, units, location));
        }

        return unused;
    }

    private async ValueTask<UnusedSupply> Judge(UnusedSupply told, OrderContent content, int number, long units, LocationView location)
    {
        var plan = Routed(content, number, units, location, told.DueMs, content.PromiseByMs);
        if (plan.Parts.IsEmpty)
        {
            var verdict = plan.Looked[0].Verdict;
            return told with
            {
                Verdict = verdict,
                PromisedAtMs = verdict == RouteVerdict.TooLate ? Route(content, number, units, location, told.DueMs, 0)?.PromisedAtMs ?? 0 : 0,
            };
        }

        var isRoom = await Plan(content, number, units, new SupplyOffer(location, told.DueMs, 0, told.Receipt), new()) is not null;
        return told with { Verdict = isRoom ? RouteVerdict.Chosen : RouteVerdict.NoCapacity };
    }
}
