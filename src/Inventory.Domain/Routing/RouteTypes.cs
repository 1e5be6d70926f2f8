using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Inventory.Domain.Orders;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>Units of one line that need locations.</summary>
/// <param name="Line">The order's line.</param>
/// <param name="Units">How many, 1 or more.</param>
/// <param name="UnitGrams">Weight of one in grams; 0 if not known.</param>
/// <param name="UnitValueMinor">Price of one in minor units; 0 if not known.</param>
/// <param name="Goods">What it asks of those who handle it.</param>
public readonly record struct RouteLine(int Line, long Units, int UnitGrams = 0, long UnitValueMinor = 0, Handling Goods = Handling.None);

/// <summary>Lines that go the same way, and where to.</summary>
/// <param name="Lines">At least one.</param>
/// <param name="Wish">The way; one location, or a point.</param>
/// <param name="NowMs">Now, Unix milliseconds.</param>
/// <param name="PromiseByMs">The latest acceptable promise, Unix milliseconds; 0 if any is.</param>
public sealed record RouteRequest(ImmutableArray<RouteLine> Lines, Wish Wish, long NowMs, long PromiseByMs = 0)
{
    /// <summary>
    /// Demand for each line by region, for policies that price scarcity by it; default if nobody looked it up, empty for a line of which nothing is known.
    /// Such lines are priced by what is on the shelf.
    /// </summary>
    public ImmutableArray<ImmutableArray<RegionDemand>> Demand { get; init; }

    /// <summary>
    /// What several lines are made of together, such as a kit and one of its components: for each such thing, how many of it a unit of each line takes, in
    /// the order of the lines; 0 of a line that takes none. Empty if no two lines share anything.
    /// </summary>
    public ImmutableArray<ImmutableArray<long>> Shared { get; init; } = [];

    /// <summary>Locations that are no candidates because no better way leads there, whatever they have: <see cref="RouteReach"/>.</summary>
    public RouteBeyond Beyond { get; init; }
}

/// <summary>Locations that nobody looked at because they are too far away for any better route.</summary>
/// <param name="Count">How many; 0 if all were looked at.</param>
/// <param name="Nearest">The nearest of them; meaningless if there are none.</param>
/// <param name="Metres">Its distance.</param>
public readonly record struct RouteBeyond(int Count, LocationId Nearest, double Metres);

/// <summary>A location that might do it, and what is known of it now.</summary>
public sealed class RouteCandidate
{
    private int _region = -1;

    /// <summary>One of which everything is to be said.</summary>
    public RouteCandidate()
    {
    }

    /// <summary>A location as it is described; what it has and when is to be said.</summary>
    [SetsRequiredMembers]
    public RouteCandidate(LocationId location, LocationFacts facts)
    {
        (Location, Position, Kind, Available) = (location, facts.Position, facts.Kind, []);
        (Capabilities, Handles, HandlingMinor) = (facts.Capabilities, facts.Handling, facts.ParcelCostMinor);
    }

    /// <summary>Which.</summary>
    public required LocationId Location { get; init; }

    /// <summary>Where it is.</summary>
    public required Position Position { get; init; }

    /// <summary>What sort of place.</summary>
    public LocationKind Kind { get; init; } = LocationKind.Store;

    /// <summary>What can be done there.</summary>
    public Capabilities Capabilities { get; init; } = Capabilities.All;

    /// <summary>Goods that it may handle beside ordinary ones.</summary>
    public Handling Handles { get; init; } = Handling.Hazardous | Handling.Oversized;

    /// <summary>True if it refused or rejected this order before.</summary>
    public bool IsExcluded { get; init; }

    /// <summary>Available units for each line of the request, in its order; never below 0.</summary>
    public required long[] Available { get; init; }

    /// <summary>Units of each thing that lines share, in the order of <see cref="RouteRequest.Shared"/>; never below 0.</summary>
    public long[] SharedAvailable { get; init; } = [];

    /// <summary>When goods ordered now can be collected, Unix milliseconds; null if they cannot.</summary>
    public long? ReadyAtMs { get; init; }

    /// <summary>When a parcel ordered now leaves, Unix milliseconds; null if none does.</summary>
    public long? LeavesAtMs { get; init; }

    /// <summary>Orders that it can still take; <see cref="long.MaxValue"/> if nobody said.</summary>
    public long CapacityLeft { get; init; } = long.MaxValue;

    /// <summary>Share of its capacity that is taken, 0 to 1.</summary>
    public double Load { get; init; }

    /// <summary>Cost of handling one parcel there, minor units.</summary>
    public long HandlingMinor { get; init; }

    /// <summary>Parcels that it can still send on the day that it would; <see cref="long.MaxValue"/> if nobody said.</summary>
    public long ParcelsLeft { get; init; } = long.MaxValue;

    /// <summary>Lines that it can still pick in the hour that it would; <see cref="long.MaxValue"/> if nobody said.</summary>
    public long PicksLeft { get; init; } = long.MaxValue;

    /// <summary>Units of each line by which scarcity is priced, where not all of them may be taken; null if they are those available.</summary>
    public long[]? Cover { get; init; }

    /// <summary>The region of its position.</summary>
    internal int Region => _region >= 0 ? _region : _region = DemandRegion.Of(Position);

    /// <summary>How likely it really finds what it promises, 0 to 1.</summary>
    public double FoundProbability { get; init; } = 1;
}

/// <summary>Why a candidate is not part of a route. Numbers are never reused.</summary>
[GenerateSerializer, Alias("route-verdict")]
public enum RouteVerdict : byte
{
    /// <summary>It is part of it.</summary>
    Chosen = 0,

    /// <summary>It has none of what is wanted.</summary>
    NoStock = 1,

    /// <summary>It refused or rejected this order before.</summary>
    Excluded = 2,

    /// <summary>It is closed, or does not do that.</summary>
    Incapable = 3,

    /// <summary>The policy does not use such places.</summary>
    KindNotAllowed = 4,

    /// <summary>It may not handle such goods.</summary>
    GoodsNotAllowed = 5,

    /// <summary>It is full.</summary>
    NoCapacity = 6,

    /// <summary>It is farther away than the policy allows.</summary>
    TooFar = 7,

    /// <summary>It would be too late.</summary>
    TooLate = 8,

    /// <summary>It could do it, at a higher cost.</summary>
    Worse = 9,

    /// <summary>It was not looked at: so far away that no better way leads there, whatever it has.</summary>
    Beyond = 10,
}

/// <summary>What one location would do, and what that was judged to cost, in minor units of the currency.</summary>
/// <param name="Location">Which.</param>
/// <param name="Units">Units by lines of the order.</param>
/// <param name="PromisedAtMs">When the customer has it, or can collect it: Unix milliseconds.</param>
/// <param name="Metres">Distance to the point; 0 if there is none.</param>
/// <param name="Cost">The terms.</param>
/// <param name="Parcels">Parcels that it makes; 0 if it is collected.</param>
public sealed record RoutePart(
    LocationId Location, ImmutableArray<LineUnits> Units, long PromisedAtMs, double Metres, RouteCost Cost, long Parcels = 1);

/// <summary>The terms of a cost, in minor units of the currency, each with the policy's weight.</summary>
/// <param name="Shipping">The carrier's price.</param>
/// <param name="Handling">Picking and packing.</param>
/// <param name="Split">Penalty for a further part.</param>
/// <param name="Distance">Price of distance, where the policy has one.</param>
/// <param name="Lateness">Price of time until the promise.</param>
/// <param name="Load">Price of using a busy location.</param>
/// <param name="NotFound">Price of the risk that a unit is not there.</param>
/// <param name="Scarcity">Shadow price of the units.</param>
[GenerateSerializer, Immutable, Alias("route-cost")]
public readonly record struct RouteCost(
    [property: Id(0)] long Shipping,
    [property: Id(1)] long Handling,
    [property: Id(2)] long Split,
    [property: Id(3)] long Distance,
    [property: Id(4)] long Lateness,
    [property: Id(5)] long Load,
    [property: Id(6)] long NotFound,
    [property: Id(7)] long Scarcity)
{
    /// <summary>Their sum.</summary>
    [JsonIgnore]
    public long Total => Shipping + Handling + Split + Distance + Lateness + Load + NotFound + Scarcity;
}

/// <summary>What was thought of a candidate.</summary>
/// <param name="Location">Which.</param>
/// <param name="Verdict">Why it is in or out.</param>
/// <param name="AloneMinor">Cost of the whole by this location alone, in minor units with the policy's weights; null if it could not do it alone.</param>
/// <param name="Metres">Distance to the point; 0 if there is none.</param>
[GenerateSerializer, Immutable, Alias("route-thought")]
public readonly record struct RouteThought(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] RouteVerdict Verdict,
    [property: Id(2)] long? AloneMinor,
    [property: Id(3)] double Metres = 0);

/// <summary>How many candidates were judged alike.</summary>
/// <param name="Verdict">Why they are in or out.</param>
/// <param name="Count">How many, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("verdict-count")]
public readonly record struct VerdictCount([property: Id(0)] RouteVerdict Verdict, [property: Id(1)] int Count);

/// <summary>A route.</summary>
/// <param name="Parts">What each location does, by their price of use, distance and id; empty if nothing can be had.</param>
/// <param name="Unfilled">Units for which there is no location.</param>
/// <param name="CostMinor">Sum of the parts' costs.</param>
/// <param name="BoundMinor">
/// No route of the same units within the hard rules costs less; <see cref="long.MinValue"/> if nothing is proved, as for criteria without an end to the search.
/// </param>
/// <param name="IsOptimal">True if no better route exists: then cost and bound are the same.</param>
/// <param name="Thoughts">
/// What was thought of the candidates that are worth telling, in the order of their ids: those chosen, the best of those that could do it, a few of the others.
/// </param>
public sealed record RoutePlan(
    ImmutableArray<RoutePart> Parts,
    ImmutableArray<LineUnits> Unfilled,
    long CostMinor,
    long BoundMinor,
    bool IsOptimal,
    ImmutableArray<RouteThought> Thoughts)
{
    /// <summary>Candidates by what was thought of them, by rising number of the verdict: all of them, told or not.</summary>
    public ImmutableArray<VerdictCount> Looked { get; init; } = [];

    /// <summary>How many candidates were looked at.</summary>
    public int Candidates
    {
        get
        {
            var sum = 0;
            foreach (var same in Looked)
            {
                sum += same.Count;
            }

            return sum;
        }
    }
}
