using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>What the outside does with the catalogue: facts about SKUs, whatever the location. Throws as <see cref="IStocks"/> does.</summary>
public interface ICatalog
{
    /// <summary>Describes a SKU, or replaces what is known of it.</summary>
    ValueTask<CatalogAnswer> Upsert(RequestId id, Sku sku, CatalogFacts facts);

    /// <summary>Reads one item; null if nothing is known of the SKU.</summary>
    ValueTask<CatalogView?> Get(Sku sku);

    /// <summary>Items in the ordinal order of SKUs, after <paramref name="after"/> if it is given.</summary>
    ValueTask<CatalogPage> List(Sku? after, int max);
}

/// <summary>What was decided about an item.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the item after the write, or the one that was judged.</param>
/// <param name="Item">The item as it is now; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("catalog-answer")]
public sealed record CatalogAnswer(
    [property: Id(0)] CatalogOutcome Outcome, [property: Id(1)] long Version, [property: Id(2)] CatalogView? Item);

/// <summary>An item of the catalogue as it is.</summary>
/// <param name="Sku">Which.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="Version">Rises by one with each change.</param>
/// <param name="ChangedAtMs">When it last changed, in Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("catalog-view")]
public sealed record CatalogView(
    [property: Id(0)] Sku Sku, [property: Id(1)] CatalogFacts Facts, [property: Id(2)] long Version, [property: Id(3)] long ChangedAtMs);

/// <summary>Some items of the catalogue.</summary>
/// <param name="Items">In the order of SKUs.</param>
/// <param name="More">True if others follow.</param>
public sealed record CatalogPage(IReadOnlyList<CatalogView> Items, bool More);
