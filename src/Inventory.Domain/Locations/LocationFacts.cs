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
}
