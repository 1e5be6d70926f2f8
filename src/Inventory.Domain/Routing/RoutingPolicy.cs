using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>How orders are routed: hard rules, and the weights of the terms of a cost. Immutable: a change is a new version.</summary>
/// <remarks>
/// All weights are in minor units of the currency, so that they add up with the carrier's prices. A policy with <see cref="Criteria"/> minimises the first
/// of them, among the routes that are equal in it the second, and so on; its weights then count in <see cref="RouteCriterion.Cost"/> alone.
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

    /// <summary>Price of the last unit of a location, or of the last of a region by demand; below 0 to clear what is left, by shelf only.</summary>
    [Id(11)] public long ScarcityMinor { get; init; } = 150;

    /// <summary>Units at a location from which on one more or less does not matter, 1 or more; for scarcity by demand only where none is known.</summary>
    [Id(12)] public long ScarcityUnits { get; init; } = 10;

    /// <summary>Whether scarcity is judged by what lies on a shelf, or by demand and cover of its region.</summary>
    [Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public ScarcityBy ScarcityBy { get; init; }

    /// <summary>Days until shelves are filled up, for scarcity by demand, 1 to <see cref="SupplyDaysMax"/>; null for <see cref="SupplyDaysUsual"/>.</summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? SupplyDays { get; init; }

    /// <summary>Weight of the carrier's and the location's prices, in percent: 100 takes them as they are.</summary>
    [Id(13)] public int MoneyPercent { get; init; } = 100;

    /// <summary>What is asked first, second and so on; empty to minimise the sum of all weighted terms.</summary>
    [Id(15)] public ImmutableArray<RouteCriterion> Criteria { get; init; } = [];

    /// <summary>Locations that are never used, at most <see cref="ExcludedMax"/>.</summary>
    [Id(16)] public ImmutableArray<LocationId> Excluded { get; init; } = [];

    /// <summary>Longest time until a promise, in milliseconds: who needs longer is not used; 0 for no rule. An order's own date holds beside it.</summary>
    [Id(17)] public long PromiseMs { get; init; }

    /// <summary>What becomes of units that no location has.</summary>
    [Id(18)] public Unfillable Unfillable { get; init; }

    /// <summary>Name of the policy that is asked if this one fills nothing; empty for none. Its own fallback is not asked.</summary>
    [Id(19)] public string Fallback { get; init; } = "";

    /// <summary>Number of this version, 1 or more.</summary>
    [Id(20)] public int Version { get; init; } = 1;

    /// <summary>Most locations that a policy may exclude: beyond that, kinds or distance say it better.</summary>
    public const int ExcludedMax = 200;

    /// <summary>Usual time to supply, in days.</summary>
    public const int SupplyDaysUsual = 7;

    /// <summary>Longest time to supply, in days.</summary>
    public const int SupplyDaysMax = 365;

    /// <summary>Most zones of a carrier: the tables of national carriers have about ten.</summary>
    public const int ZonesMax = 16;

    /// <summary>Most classes of weight of a zone.</summary>
    public const int StepsMax = 16;

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
        new() { Name = "nearest", Criteria = [RouteCriterion.Distance, RouteCriterion.Cost] },
        new() { Name = "fewest-splits", Criteria = [RouteCriterion.Parts, RouteCriterion.Cost] },
        new() { Name = "protect-stores", ScarcityMinor = 1_500, ScarcityUnits = 20, LoadMinor = 500 },
        new() { Name = "clear-stores", ScarcityMinor = -300, ScarcityUnits = 20 },
    ];

    /// <summary>What is wrong, field by field, and what would be right; empty if nothing is.</summary>
    public IEnumerable<(string Field, string Problem)> Problems() => PolicyProblems.Of(this);

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

    /// <summary>The zone of a distance.</summary>
    public ShippingZone ZoneOf(double metres) => Zones[ZoneAt(metres)];

    internal int ZoneAt(double metres)
    {
        var last = Zones.Length - 1;
        for (var i = 0; i < last; i++)
        {
            if (metres <= Zones[i].MaxMetres)
            {
                return i;
            }
        }

        return last;
    }
}
