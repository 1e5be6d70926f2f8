using System.Collections.Immutable;
using Inventory.Domain.Routing;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Knows how fast one SKU is wanted in which region: learned from the orders that are placed. Key: the SKU.</summary>
[Alias("demand")]
public interface IDemandGrain : IGrainWithStringKey
{
    /// <summary>Notes that a customer wants units. What a crash cuts off is not noted: an estimate bears that.</summary>
    /// <param name="region">Where: see <see cref="DemandRegion"/>.</param>
    /// <param name="units">How many, 1 or more.</param>
    [Alias("note"), OneWay]
    ValueTask Note(int region, long units);

    /// <summary>Demand at a moment, by region; empty if none was ever noted.</summary>
    /// <param name="nowMs">The moment, Unix milliseconds.</param>
    [Alias("at")]
    ValueTask<ImmutableArray<RegionDemand>> At(long nowMs);
}
