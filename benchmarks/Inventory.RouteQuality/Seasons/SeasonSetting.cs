using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality.Seasons;

/// <summary>
/// The smaller setting of the experiments of Jasin and Sinha (2015) and Ma (2023, arXiv 2207.04774): ten cities, five facilities, twenty SKUs, one season
/// without supply, a price for each parcel and one for each unit that rises with the miles.
/// </summary>
/// <remarks>Money is in thousandths of a dollar. Cities are the largest metropolitan areas by the census of 2020; facilities stand where we chose.</remarks>
internal static class SeasonSetting
{
    /// <summary>SKUs of the assortment.</summary>
    public const int Skus = 20;

    /// <summary>Most lines of an order, one unit each; there are as many kinds of orders of each size as <see cref="KindsOfSize"/> says.</summary>
    public const int LinesMax = 5;

    /// <summary>Kinds of orders of each size.</summary>
    public const int KindsOfSize = 5;

    /// <summary>Customers of a season; some come and want nothing.</summary>
    public const int Arrivals = 10_000;

    /// <summary>Share of the facilities that carry a SKU.</summary>
    public const double Carried = 0.75;

    /// <summary>Standard deviations of demand that are kept beside its mean.</summary>
    public const double Safety = 0.5;

    /// <summary>Price of a parcel.</summary>
    public const double Parcel = 8_759;

    /// <summary>What is not sent costs so many times a parcel, and so many times a unit from the farthest facility.</summary>
    public const double Unsent = 2;

    private const double Unit = 423;
    private const double UnitMile = 0.541;
    private const double MetresPerMile = 1_609.344;

    /// <summary>Where customers are, and how many live there, in thousands.</summary>
    public static ImmutableArray<(Position Position, double Weight)> Cities { get; } =
    [
        (new(40.71, -74.01), 20_140), (new(34.05, -118.24), 13_201), (new(41.88, -87.63), 9_619), (new(32.78, -96.80), 7_637), (new(29.76, -95.37), 7_122),
        (new(38.91, -77.04), 6_385), (new(39.95, -75.17), 6_245), (new(25.76, -80.19), 6_138), (new(33.75, -84.39), 6_090), (new(42.36, -71.06), 4_942),
    ];

    /// <summary>Where goods are.</summary>
    public static ImmutableArray<Position> Facilities { get; } =
        [new(33.95, -117.40), new(32.76, -97.33), new(39.77, -86.16), new(40.60, -75.47), new(34.00, -81.03)];

    private static readonly double[][] s_unitCosts =
        [.. Cities.Select(city => Facilities.Select(facility => UnitCost(facility.DistanceMetres(city.Position))).ToArray())];

    /// <summary>What a unit costs from a facility to a city.</summary>
    public static double UnitCost(int facility, int city) => s_unitCosts[city][facility];

    /// <summary>What a unit costs that nobody sends to a city, beside <see cref="Unsent"/> parcels.</summary>
    public static double UnsentUnitCost(int city) => Unsent * s_unitCosts[city].Max();

    /// <summary>The setting's prices as a policy: as many zones as a policy may have, each at the price of its middle, and no other weights.</summary>
    public static RoutingPolicy Policy { get; } = new()
    {
        Name = "season", MaxParts = RoutingPolicy.PartsMax, Zones = [.. ZonesOf(RoutingPolicy.ZonesMax)],
        SplitMinor = 0, DayMinor = 0, LoadMinor = 0, NotFoundMinor = 0, ScarcityMinor = 3_300, ScarcityUnits = 50, SupplyDays = 60,
    };

    private static double UnitCost(double metres) => Unit + (UnitMile * metres / MetresPerMile);

    private static IEnumerable<ShippingZone> ZonesOf(int count)
    {
        var farthest = Cities.Max(city => Facilities.Max(facility => facility.DistanceMetres(city.Position)));
        for (var i = 0; i < count; i++)
        {
            var to = i == count - 1 ? double.MaxValue : farthest * (i + 1) / count;
            yield return new ShippingZone(to, (long)Parcel, (long)UnitCost(farthest * (i + 0.5) / count), 86_400_000);
        }
    }
}
