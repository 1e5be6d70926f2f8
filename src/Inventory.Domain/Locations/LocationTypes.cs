using Orleans;

namespace Inventory.Domain;

/// <summary>A point on the earth, WGS 84.</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
[GenerateSerializer, Immutable, Alias("position")]
public readonly record struct Position([property: Id(0)] double Latitude, [property: Id(1)] double Longitude)
{
    /// <summary>Mean radius of the earth in metres (IUGG: R1 of GRS 80).</summary>
    public const double EarthRadiusMetres = 6_371_008.8;

    /// <summary>True if both figures are numbers in range.</summary>
    public bool IsValid => Latitude is >= -90 and <= 90 && Longitude is >= -180 and <= 180;

    /// <summary>Great-circle distance in metres by the haversine formula (Sinnott 1984), on a sphere: within 0.5 % of the ellipsoid.</summary>
    public double DistanceMetres(in Position other)
    {
        var sinLatitude = Math.Sin(Radians(other.Latitude - Latitude) / 2);
        var sinLongitude = Math.Sin(Radians(other.Longitude - Longitude) / 2);
        var a = (sinLatitude * sinLatitude)
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * sinLongitude * sinLongitude);
        return 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(a)));
    }

    /// <summary>How far apart the latitudes are, in metres: no way between the two is shorter, and it costs no sine.</summary>
    public double NorthSouthMetres(in Position other) => Math.Abs(Radians(other.Latitude - Latitude)) * EarthRadiusMetres;

    internal static double Radians(double degrees) => degrees * (Math.PI / 180);
}

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

/// <summary>Whether a location is in business. Numbers are on the wire.</summary>
public enum LocationState : byte
{
    /// <summary>In business, whatever the hour.</summary>
    Open = 1,

    /// <summary>Switched off as a whole, within its life.</summary>
    Closed = 2,

    /// <summary>Its first date has not come yet: as good as closed.</summary>
    NotBegun = 3,

    /// <summary>Its last date is over: as good as closed.</summary>
    Ended = 4,
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

/// <summary>Days of the week; the bit of a day is 1 shifted by its <see cref="DayOfWeek"/>. Numbers are on disk.</summary>
[Flags, GenerateSerializer, Alias("weekdays")]
public enum Weekdays : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Sunday.</summary>
    Sunday = 1,

    /// <summary>Monday.</summary>
    Monday = 2,

    /// <summary>Tuesday.</summary>
    Tuesday = 4,

    /// <summary>Wednesday.</summary>
    Wednesday = 8,

    /// <summary>Thursday.</summary>
    Thursday = 16,

    /// <summary>Friday.</summary>
    Friday = 32,

    /// <summary>Saturday.</summary>
    Saturday = 64,
}

/// <summary>Goods that need a permission to be handled. Numbers are on disk.</summary>
[Flags, GenerateSerializer, Alias("handling")]
public enum Handling : byte
{
    /// <summary>Ordinary goods alone.</summary>
    None = 0,

    /// <summary>Hazardous goods.</summary>
    Hazardous = 1,

    /// <summary>Oversized goods.</summary>
    Oversized = 2,
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
