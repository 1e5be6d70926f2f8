using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>Owns the catalogue. One of them; key <see cref="OnlyKey"/>. Each silo keeps a copy: <see cref="CatalogDirectory"/>.</summary>
[Alias("catalog")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>Its only key.</summary>
    const string OnlyKey = "all";

    /// <summary>Describes a SKU, or replaces what is known of it.</summary>
    [Alias("upsert")]
    ValueTask<CatalogAnswer> Upsert(RequestId id, Sku sku, CatalogFacts facts);

    /// <summary>Reads an item, durable; null if nothing is known of the SKU.</summary>
    [Alias("get")]
    ValueTask<CatalogView?> Get(Sku sku);

    /// <summary>Items that changed after a version of the catalogue, durable.</summary>
    [Alias("since")]
    ValueTask<CatalogChanges> Since(long version);
}

/// <summary>What changed in the catalogue.</summary>
/// <param name="Version">Pass it to see what comes after.</param>
/// <param name="Items">What changed; there is no order.</param>
[GenerateSerializer, Immutable, Alias("catalog-changes")]
public sealed record CatalogChanges([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<CatalogView> Items);
