using System.Collections.Immutable;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>What the outside does with locations. Throws as <see cref="IStocks"/> does.</summary>
public interface ILocations
{
    /// <summary>Creates a location, open, or replaces what is known of it.</summary>
    ValueTask<LocationAnswer> Upsert(RequestId id, LocationId location, LocationFacts facts);

    /// <summary>
    /// Opens or closes a location. Of one that is closed, orders that nobody has begun to pick are routed anew, soon after the answer; those whose
    /// customers were to come to it stay. If the process dies meanwhile, the next goes on.
    /// </summary>
    ValueTask<LocationAnswer> SetOpen(RequestId id, LocationId location, bool open);

    /// <summary>Reads one location; null if there is none.</summary>
    ValueTask<LocationView?> Get(LocationId location);

    /// <summary>True for a location that somebody has described: by this silo's copy, or else by its owner.</summary>
    ValueTask<bool> Knows(LocationId location);

    /// <summary>Locations in the ordinal order of ids, after <paramref name="after"/> if it is given.</summary>
    ValueTask<LocationPage> List(LocationId? after, int max);
}

/// <summary>What was decided about a location.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the location after the write, or the one that was judged.</param>
/// <param name="Location">The location as it is now; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("location-answer")]
public sealed record LocationAnswer(
    [property: Id(0)] LocationOutcome Outcome,
    [property: Id(1)] long Version,
    [property: Id(2)] LocationView? Location);

/// <summary>A location as it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="Open">False if it is switched off as a whole; true says nothing of its life: see <see cref="LocationFacts.StateAt"/>.</param>
/// <param name="Version">Rises by one with each change.</param>
/// <param name="ChangedAtMs">When it last changed, in Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("location-view")]
public sealed record LocationView(
    [property: Id(0)] LocationId Id,
    [property: Id(1)] LocationFacts Facts,
    [property: Id(2)] bool Open,
    [property: Id(3)] long Version,
    [property: Id(4)] long ChangedAtMs);

/// <summary>Some locations.</summary>
/// <param name="Locations">In the order of ids.</param>
/// <param name="More">True if others follow.</param>
public sealed record LocationPage(IReadOnlyList<LocationView> Locations, bool More);
