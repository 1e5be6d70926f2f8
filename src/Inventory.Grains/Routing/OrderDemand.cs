using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>What orders tell of demand, and what routing asks of it.</summary>
internal static class OrderDemand
{
    /// <summary>Notes what an order wants, where it is wanted: whoever will send it, and whether it is to be had.</summary>
    public static async ValueTask Note(IGrainFactory grains, LocationDirectory directory, OrderContent content)
    {
        var wanted = new Dictionary<(Sku Sku, int Region), long>();
        foreach (var line in content.Lines)
        {
            var place = line.Wish.Point ?? (line.Wish.Location is { } id && directory.TryGet(id, out var location) ? location.Facts.Position : null);
            if (place is { } at)
            {
                var key = (line.Sku, DemandRegion.Of(at));
                wanted[key] = wanted.GetValueOrDefault(key) + line.Units;
            }
        }

        foreach (var ((sku, region), units) in wanted)
        {
            await grains.GetGrain<IDemandGrain>(sku.Value).Note(region, units);
        }
    }

    /// <summary>Demand for each line of a request; default if no policy asks for it, then no call is made.</summary>
    public static async ValueTask<ImmutableArray<ImmutableArray<RegionDemand>>> Of(
        IGrainFactory grains, OrderContent content, RouteRequest request, RoutingPolicy policy, RoutingPolicy? fallback)
    {
        if (policy.ScarcityBy != ScarcityBy.Demand && fallback?.ScarcityBy != ScarcityBy.Demand)
        {
            return default;
        }

        return [.. await Task.WhenAll(request.Lines.Select(line =>
            grains.GetGrain<IDemandGrain>(content.Lines[line.Line].Sku.Value).At(request.NowMs).AsTask()))];
    }
}
