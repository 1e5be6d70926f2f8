using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>What a carrier asks up to a distance.</summary>
/// <param name="MaxMetres">Up to this distance; the last zone must reach everywhere.</param>
/// <param name="ParcelMinor">For a parcel, minor units.</param>
/// <param name="KilogramMinor">For each kilogram of it.</param>
/// <param name="TransitMs">Time under way, in milliseconds.</param>
[GenerateSerializer, Immutable, Alias("shipping-zone")]
public readonly record struct ShippingZone(
    [property: Id(0)] double MaxMetres, [property: Id(1)] long ParcelMinor, [property: Id(2)] long KilogramMinor, [property: Id(3)] long TransitMs);

/// <summary>How orders are routed: hard rules, and the weights of the terms of a cost. Immutable: a change is a new version.</summary>
/// <remarks>
/// All weights are in minor units of the currency, so that they add up with the carrier's prices. A lexicographic order of criteria is a choice of
/// weights that lie far enough apart; the presets do that.
/// </remarks>
[GenerateSerializer, Immutable, Alias("routing-policy")]
public sealed record RoutingPolicy
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    /// <summary>Name: 1 to 32 lower-case letters, digits and <c>-</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Most locations of a shipped order, 1 to <see cref="PartsMax"/>. What is collected comes from one.</summary>
    [Id(1)] public int MaxParts { get; init; } = 3;

    /// <summary>Farthest location, in metres; 0 for no rule.</summary>
    [Id(2)] public double MaxMetres { get; init; }

    /// <summary>Kinds of places that are used; empty for all.</summary>
    [Id(3)] public ImmutableArray<LocationKind> Kinds { get; init; } = [];

    /// <summary>Least value of each part of a split order, minor units; 0 for no rule.</summary>
    [Id(4)] public long MinPartValueMinor { get; init; }

    /// <summary>The carrier's zones by rising distance.</summary>
    [Id(5)] public ImmutableArray<ShippingZone> Zones { get; init; } = DefaultZones;

    /// <summary>Penalty for each part beyond the first.</summary>
    [Id(6)] public long SplitMinor { get; init; } = 200;

    /// <summary>Price of a kilometre beside the carrier's.</summary>
    [Id(7)] public long KilometreMinor { get; init; }

    /// <summary>Price of a kilometre that a customer travels to collect.</summary>
    [Id(14)] public long CollectKilometreMinor { get; init; } = 30;

    /// <summary>Price of a day until the promise.</summary>
    [Id(8)] public long DayMinor { get; init; } = 50;

    /// <summary>Price of the use of a location whose capacity is all taken; in proportion below.</summary>
    [Id(9)] public long LoadMinor { get; init; } = 100;

    /// <summary>Price of a part that is not found.</summary>
    [Id(10)] public long NotFoundMinor { get; init; } = 800;

    /// <summary>Price of the last unit of a location; below 0 to clear what is left.</summary>
    [Id(11)] public long ScarcityMinor { get; init; } = 150;

    /// <summary>Units at a location from which on one more or less does not matter, 1 or more.</summary>
    [Id(12)] public long ScarcityUnits { get; init; } = 10;

    /// <summary>Weight of the carrier's and the location's prices, in percent: 100 takes them as they are.</summary>
    [Id(13)] public int MoneyPercent { get; init; } = 100;

    /// <summary>Most parts that any policy may allow.</summary>
    public const int PartsMax = 10;

    /// <summary>Invented prices in the manner of a national parcel carrier: within 50 km, 200 km, and the rest.</summary>
    public static ImmutableArray<ShippingZone> DefaultZones { get; } =
    [
        new(50_000, 399, 20, DayMs), new(200_000, 499, 30, DayMs), new(double.MaxValue, 649, 45, 2 * DayMs),
    ];

    /// <summary>The shipped policies, by name.</summary>
    public static ImmutableArray<RoutingPolicy> Presets { get; } =
    [
        new() { Name = "lowest-cost" },
        new()
        {
            Name = "nearest", MoneyPercent = 0, KilometreMinor = 1_000, SplitMinor = 0, DayMinor = 0, LoadMinor = 0, NotFoundMinor = 0, ScarcityMinor = 0,
        },
        new() { Name = "fewest-splits", SplitMinor = 100_000 },
        new() { Name = "protect-stores", ScarcityMinor = 1_500, ScarcityUnits = 20, LoadMinor = 500 },
        new() { Name = "clear-stores", ScarcityMinor = -300, ScarcityUnits = 20 },
    ];

    /// <summary>What is wrong, field by field, and what would be right; empty if nothing is.</summary>
    public IEnumerable<(string Field, string Problem)> Problems()
    {
        if (Name.Length is 0 or > 32 || Name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')))
        {
            yield return ("name", "must have 1 to 32 lower-case letters, digits and -");
        }

        if (MaxParts is < 1 or > PartsMax)
        {
            yield return ("max_parts", $"is {MaxParts}; must be 1 to {PartsMax}");
        }

        if (double.IsNaN(MaxMetres) || MaxMetres < 0)
        {
            yield return ("max_metres", "must be 0 or more");
        }

        if (Zones.IsDefaultOrEmpty || Zones[^1].MaxMetres < Math.PI * Position.EarthRadiusMetres
            || Enumerable.Range(1, Zones.Length - 1).Any(i => Zones[i].MaxMetres <= Zones[i - 1].MaxMetres))
        {
            yield return ("zones", "must rise by distance, and the last must reach half around the earth");
        }

        if (ScarcityUnits < 1)
        {
            yield return ("scarcity_units", $"is {ScarcityUnits}; must be 1 or more");
        }

        foreach (var (field, weight) in new[]
        {
            ("split_minor", SplitMinor), ("kilometre_minor", KilometreMinor), ("collect_kilometre_minor", CollectKilometreMinor),
            ("day_minor", DayMinor), ("load_minor", LoadMinor),
            ("not_found_minor", NotFoundMinor), ("min_part_value_minor", MinPartValueMinor), ("money_percent", MoneyPercent),
        })
        {
            if (weight is < 0 or > Limits.UnitsMax)
            {
                yield return (field, $"is {weight}; must be 0 to {Limits.UnitsMax}");
            }
        }
    }

    /// <summary>The shadow price of one of so many units.</summary>
    /// <remarks>
    /// The exponential penalty of inventory balancing (Golrezaei, Nazerzadeh, Rusmevichientong 2014; in routing Andrews, Farias, Khojandi, Yan 2019):
    /// (e^x - 1) / (e - 1) of the share x of the shelf that is gone. What the full shelf is, <see cref="ScarcityUnits"/> says.
    /// </remarks>
    public long ScarcityOf(long available)
    {
        var gone = 1 - Math.Min(1, Math.Max(0, available) / (double)ScarcityUnits);
        return (long)Math.Round(ScarcityMinor * (Math.Exp(gone) - 1) / (Math.E - 1));
    }

    internal ShippingZone ZoneOf(double metres)
    {
        foreach (var zone in Zones)
        {
            if (metres <= zone.MaxMetres)
            {
                return zone;
            }
        }

        return Zones[^1];
    }
}
