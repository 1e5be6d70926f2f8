using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain;

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

    /// <summary>Parcels that can be sent on one local day, 0 to <see cref="Limits.CapacityMax"/>; 0 means that no limit is stated.</summary>
    [Id(12)] public int ParcelsPerDay { get; init; }

    /// <summary>Lines that can be picked in one local hour, 0 to <see cref="Limits.CapacityMax"/>; 0 means that no limit is stated.</summary>
    [Id(13)] public int PicksPerHour { get; init; }

    /// <summary>Minutes after local midnight up to which what is ready leaves on that day, 0 to 1440; null means until it closes.</summary>
    [Id(14)] public int? CutOffMinute { get; init; }

    /// <summary>Days on which the carrier comes, of those on which it is open; none at all means every one of them.</summary>
    [Id(15)] public Weekdays CarrierDays { get; init; }

    /// <summary>What it costs to handle one parcel, in minor units of the retailer's currency, 0 to <see cref="Limits.UnitsMax"/>.</summary>
    [Id(16)] public long ParcelCostMinor { get; init; }

    /// <summary>Goods that not every place may handle, and this one may.</summary>
    [Id(17)] public Handling Handling { get; init; }

    /// <summary>First local date of its life; null if it has always been there.</summary>
    [Id(18)] public DateOnly? FirstDate { get; init; }

    /// <summary>Last local date of its life; null if it stays.</summary>
    [Id(19)] public DateOnly? LastDate { get; init; }

    /// <summary>The local date there.</summary>
    public DateOnly DateAt(long unixMs) => DateOnly.FromDateTime(LocalTime.At(unixMs, LocalTime.Zone(TimeZone)));

    /// <summary>Whether it is in business. A life that has not begun, or is over, tells more than the switch.</summary>
    /// <param name="open">False if it is switched off as a whole.</param>
    /// <param name="unixMs">When, Unix milliseconds.</param>
    public LocationState StateAt(bool open, long unixMs)
    {
        var (fromMs, untilMs) = LifeSpan();
        return unixMs < fromMs ? LocationState.NotBegun
            : unixMs >= untilMs ? LocationState.Ended
            : open ? LocationState.Open
            : LocationState.Closed;
    }

    /// <summary>When its life begins and ends, Unix milliseconds: midnight of the first date, and midnight after the last.</summary>
    /// <returns>From inclusive, until exclusive; the least and the greatest number for an end that is not stated.</returns>
    public (long FromMs, long UntilMs) LifeSpan()
    {
        if (FirstDate is null && LastDate is null)
        {
            return (long.MinValue, long.MaxValue);
        }

        var zone = LocalTime.Zone(TimeZone);
        return (FirstDate is { } first ? LocalTime.ToUnixMs(first, 0, zone) : long.MinValue,
            LastDate is { } last && last < DateOnly.MaxValue ? LocalTime.ToUnixMs(last.AddDays(1), 0, zone) : long.MaxValue);
    }
}
