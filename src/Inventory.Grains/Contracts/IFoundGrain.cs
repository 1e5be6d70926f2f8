using System.Collections.Immutable;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Knows how likely each location finds what it was asked for: learned from what orders collect, ship and reject. There is one.</summary>
[Alias("found")]
public interface IFoundGrain : IGrainWithStringKey
{
    /// <summary>Its key.</summary>
    const string OnlyKey = "all";

    /// <summary>Notes what became of units of an order. What a crash cuts off is not noted: an estimate bears that.</summary>
    /// <param name="location">Where.</param>
    /// <param name="found">Units that left for a customer.</param>
    /// <param name="missed">Units that were rejected.</param>
    [Alias("note"), OneWay]
    ValueTask Note(LocationId location, long found, long missed);

    /// <summary>The probability of each location of which anything is known, above 0 and below 1.</summary>
    [Alias("all")]
    ValueTask<ImmutableDictionary<LocationId, double>> All();
}
