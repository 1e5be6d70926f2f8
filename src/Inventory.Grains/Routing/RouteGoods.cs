using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>What the lines of a request are taken from: a SKU's own stock, or of a kit those of its components, which other lines may want too.</summary>
internal sealed class RouteGoods
{
    private readonly ImmutableArray<Sku> _shared;

    private RouteGoods(ImmutableArray<ImmutableArray<KitComponent>> parts, ImmutableArray<Sku> shared)
    {
        (Parts, _shared) = (parts, shared);
        Shared = [.. shared.Select(sku => parts.Select(line => line.Sum(part => part.Sku == sku ? (long)part.Units : 0)).ToImmutableArray())];
    }

    /// <summary>Of each line what one unit takes.</summary>
    public ImmutableArray<ImmutableArray<KitComponent>> Parts { get; }

    /// <summary>As in <see cref="RouteRequest.Shared"/>.</summary>
    public ImmutableArray<ImmutableArray<long>> Shared { get; }

    /// <summary>Looks at the lines of a request.</summary>
    public static RouteGoods Of(OrderContent content, RouteRequest request, Dictionary<Sku, ImmutableArray<KitComponent>> recipes)
    {
        var parts = request.Lines.Select(line => recipes[content.Lines[line.Line].Sku]).ToImmutableArray();
        var shared = parts.SelectMany(line => line).GroupBy(part => part.Sku).Where(same => same.Count() > 1).Select(same => same.Key);
        return new RouteGoods(parts, [.. shared]);
    }

    /// <summary>Units of a line at a location, if it were alone there.</summary>
    public static long Available(ImmutableArray<KitComponent> parts, LocationId location, Dictionary<Sku, Dictionary<LocationId, long>> available)
    {
        var units = long.MaxValue;
        foreach (var part in parts)
        {
            units = Math.Min(units, Math.Max(0, available[part.Sku].GetValueOrDefault(location)) / part.Units);
        }

        return units;
    }

    /// <summary>Units at a location of what lines share.</summary>
    public long[] SharedAvailable(LocationId location, Dictionary<Sku, Dictionary<LocationId, long>> available) => _shared.IsEmpty
        ? []
        : [.. _shared.Select(sku => Math.Max(0, available[sku].GetValueOrDefault(location)))];

    /// <summary>True if there is too little anywhere of something that a line shares with others, for all of them.</summary>
    public bool IsShort(RouteRequest request, IReadOnlyList<RouteCandidate> candidates, int line)
    {
        for (var thing = 0; thing < Shared.Length; thing++)
        {
            var wanted = 0L;
            for (var i = 0; i < request.Lines.Length; i++)
            {
                wanted += request.Lines[i].Units * Shared[thing][i];
            }

            if (Shared[thing][line] > 0 && candidates.Sum(candidate => candidate.SharedAvailable[thing]) < wanted)
            {
                return true;
            }
        }

        return false;
    }
}
