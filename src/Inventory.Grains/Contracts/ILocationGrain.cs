using System.Collections.Immutable;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Owns what is known of one location. Key: the location's id.</summary>
[Alias("location-owner")]
public interface ILocationGrain : IGrainWithStringKey
{
    /// <summary>Creates or replaces it; a new one is open.</summary>
    [Alias("upsert")]
    ValueTask<LocationAnswer> Upsert(RequestId id, LocationFacts facts);

    /// <summary>Takes it into or out of business at once.</summary>
    [Alias("set-open")]
    ValueTask<LocationAnswer> SetOpen(RequestId id, bool open);

    /// <summary>Reads it, durable; null if there is none. Answers also while a write is under way: the directory may ask then.</summary>
    [Alias("get"), AlwaysInterleave]
    ValueTask<LocationView?> Get();
}

/// <summary>Knows every location. One of them; key <see cref="OnlyKey"/>. Each silo keeps a copy: <see cref="LocationDirectory"/>.</summary>
[Alias("location-directory")]
public interface ILocationDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Its only key.</summary>
    const string OnlyKey = "all";

    /// <summary>Notes durably that a location exists or has stock. Its owner and its assortment call it before their first event.</summary>
    [Alias("register")]
    ValueTask Register(LocationId location);

    /// <summary>Every location ever registered, also those of which nothing is known but stock; in ordinal order, after one.</summary>
    [Alias("ids")]
    ValueTask<ImmutableArray<LocationId>> Ids(LocationId? after, int max);

    /// <summary>Takes a location's newest durable record.</summary>
    [Alias("update")]
    ValueTask Update(LocationView location);

    /// <summary>Locations that changed after a revision of the directory.</summary>
    [Alias("since")]
    ValueTask<DirectoryPage> Since(long revision);
}

/// <summary>Changes of the directory.</summary>
/// <param name="Epoch">Changes when the directory starts anew; revisions of another epoch mean nothing.</param>
/// <param name="Revision">Pass it to see what comes after.</param>
/// <param name="Locations">What changed.</param>
[GenerateSerializer, Immutable, Alias("directory-page")]
public sealed record DirectoryPage(
    [property: Id(0)] Guid Epoch, [property: Id(1)] long Revision, [property: Id(2)] ImmutableArray<LocationView> Locations);

/// <summary>Knows which SKUs a location has ever stocked. Key: the location's id.</summary>
[Alias("assortment")]
public interface IAssortmentGrain : IGrainWithStringKey
{
    /// <summary>Notes durably that these SKUs are stocked here. A stock calls it before its first event.</summary>
    [Alias("register")]
    ValueTask Register(ImmutableArray<Sku> skus);

    /// <summary>SKUs in ordinal order, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Sku>> List(Sku? after, int max);
}
