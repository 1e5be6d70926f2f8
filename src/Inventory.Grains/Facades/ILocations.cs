using System.Collections.Immutable;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>What the outside does with locations. Throws as <see cref="IStocks"/> does.</summary>
public interface ILocations
{
    /// <summary>Creates a location, open, or replaces what is known of it.</summary>
    ValueTask<LocationAnswer> Upsert(RequestId id, LocationId location, LocationFacts facts);

    /// <summary>Opens or closes a location.</summary>
    ValueTask<LocationAnswer> SetOpen(RequestId id, LocationId location, bool open);

    /// <summary>Reads one location; null if there is none.</summary>
    ValueTask<LocationView?> Get(LocationId location);

    /// <summary>Locations in the ordinal order of ids, after <paramref name="after"/> if it is given.</summary>
    ValueTask<LocationPage> List(LocationId? after, int max);
}

/// <summary>What was decided about a location. Numbers are never reused.</summary>
[GenerateSerializer, Alias("location-outcome")]
public enum LocationOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>There is no such location.</summary>
    NotFound = 3,
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
/// <param name="Open">Open for business as a whole, whatever the hour.</param>
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

/// <summary>A point on the earth, WGS 84.</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
[GenerateSerializer, Immutable, Alias("position")]
public readonly record struct Position([property: Id(0)] double Latitude, [property: Id(1)] double Longitude);

/// <summary>What sort of place a location is. Numbers are on disk.</summary>
[GenerateSerializer, Alias("location-kind")]
public enum LocationKind : byte
{
    /// <summary>A shop with customers.</summary>
    Store = 1,

    /// <summary>A warehouse or distribution centre.</summary>
    Warehouse = 2,

    /// <summary>A store without customers, for picking.</summary>
    DarkStore = 3,

    /// <summary>A place for a limited time.</summary>
    PopUp = 4,
}

/// <summary>What can be done at a location. Numbers are on disk.</summary>
[Flags, GenerateSerializer, Alias("capabilities")]
public enum Capabilities : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Customers can collect.</summary>
    Collect = 1,

    /// <summary>Parcels can be sent.</summary>
    Ship = 2,

    /// <summary>Goods can be brought back.</summary>
    Return = 4,

    /// <summary>Everything.</summary>
    All = Collect | Ship | Return,
}

/// <summary>One opening period on one weekday, in local time.</summary>
/// <param name="Day">The day.</param>
/// <param name="OpenMinute">Minutes after local midnight, 0 to 1439.</param>
/// <param name="CloseMinute">Minutes after local midnight, greater than <paramref name="OpenMinute"/>, at most 1440.</param>
[GenerateSerializer, Immutable, Alias("opening-period")]
public readonly record struct OpeningPeriod(
    [property: Id(0)] DayOfWeek Day, [property: Id(1)] int OpenMinute, [property: Id(2)] int CloseMinute);

/// <summary>Hours of one date that replace the weekly ones.</summary>
/// <param name="Date">The local date.</param>
/// <param name="Closed">Closed all day; the minutes are then 0.</param>
/// <param name="OpenMinute">As in <see cref="OpeningPeriod"/>.</param>
/// <param name="CloseMinute">As in <see cref="OpeningPeriod"/>.</param>
[GenerateSerializer, Immutable, Alias("special-day")]
public readonly record struct SpecialDay(
    [property: Id(0)] DateOnly Date, [property: Id(1)] bool Closed, [property: Id(2)] int OpenMinute, [property: Id(3)] int CloseMinute);

/// <summary>What is known of a location, checked: see the protos for the bounds.</summary>
[GenerateSerializer, Immutable, Alias("location-facts")]
public sealed record LocationFacts
{
    /// <summary>Name for people.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>What sort of place it is.</summary>
    [Id(1)] public LocationKind Kind { get; init; }

    /// <summary>Where it is.</summary>
    [Id(2)] public Position Position { get; init; }

    /// <summary>Postal code; may be empty, as may the next three.</summary>
    [Id(3)] public string PostalCode { get; init; } = "";

    /// <summary>Town.</summary>
    [Id(4)] public string Town { get; init; } = "";

    /// <summary>Region.</summary>
    [Id(5)] public string Region { get; init; } = "";

    /// <summary>Country, ISO 3166 alpha-2.</summary>
    [Id(6)] public string CountryCode { get; init; } = "";

    /// <summary>IANA time zone; empty means UTC.</summary>
    [Id(7)] public string TimeZone { get; init; } = "";

    /// <summary>Weekly hours; none at all means always open.</summary>
    [Id(8)] public ImmutableArray<OpeningPeriod> WeeklyHours { get; init; } = [];

    /// <summary>Dates with other hours.</summary>
    [Id(9)] public ImmutableArray<SpecialDay> SpecialDays { get; init; } = [];

    /// <summary>What can be done here.</summary>
    [Id(10)] public Capabilities Capabilities { get; init; } = Capabilities.All;

    /// <summary>Time from an order to goods that can be collected, in milliseconds.</summary>
    [Id(11)] public long PreparationMs { get; init; }
}
