using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;

namespace Inventory.Domain.Orders;

/// <summary>What happened to an order. Applying one cannot fail.</summary>
/// <param name="AtMs">When, Unix milliseconds; never before the order's event before.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(OrderPlaced), "placed")]
[JsonDerivedType(typeof(LegIntended), "leg")]
[JsonDerivedType(typeof(LegDecided), "leg-decided")]
[JsonDerivedType(typeof(RouteGivenUp), "given-up")]
[JsonDerivedType(typeof(OrderStepIntended), "step")]
[JsonDerivedType(typeof(OrderStepDecided), "step-decided")]
[JsonDerivedType(typeof(OrderForwarded), "forwarded")]
[JsonDerivedType(typeof(SupplyIntended), "supply")]
[JsonDerivedType(typeof(SupplyDecided), "supply-decided")]
[JsonDerivedType(typeof(SupplySeen), "supply-seen")]
public abstract record OrderEvent(long AtMs);

/// <summary>A customer's wish is on record; nothing is held yet.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write; the order is named after it.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who placed it.</param>
/// <param name="Content">What is ordered.</param>
public sealed record OrderPlaced(long AtMs, RequestId Id, ulong ContentHash, Actor By, OrderContent Content) : OrderEvent(AtMs)
{
    /// <summary>Of a quote that is held: how long, in milliseconds; 0 of an order. A quote becomes an order when it is redeemed.</summary>
    public long QuoteMs { get; init; }

    /// <summary>The order whose goods came back in exchange for these; null if there is none.</summary>
    public RequestId? Exchanges { get; init; }
}

/// <summary>
/// The id of this write redeems a quote: what becomes of it is on record there. It is noted here because the owner named after an id is the one who knows
/// whether that id was used.
/// </summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Quote">The quote.</param>
public sealed record OrderForwarded(long AtMs, RequestId Id, ulong ContentHash, RequestId Quote) : OrderEvent(AtMs);

/// <summary>Locations were chosen for units that had none; they are about to be held there, all of them or none.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Parts">A part for each location and way.</param>
/// <param name="Unfilled">Units for which no location was found.</param>
/// <param name="Policy">Name of the policy that chose.</param>
/// <param name="Firm">True if they are to be held for good, because the order is confirmed.</param>
/// <param name="Why">Why these: lines for people, at most <see cref="Limits.ExplanationLinesMax"/>.</param>
public sealed record LegIntended(
    long AtMs, ImmutableArray<LegPart> Parts, ImmutableArray<LineUnits> Unfilled, string Policy, bool Firm, ImmutableArray<string> Why) : OrderEvent(AtMs)
{
    /// <summary>Version of the policy; 0 of an order from before policies had any.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>What becomes of the units without a location.</summary>
    public Unfillable Unfillable { get; init; }

    /// <summary>Why, for programs: of the first <see cref="Limits.ExplainedRoutesMax"/> ways; default before there were any.</summary>
    public ImmutableArray<RouteExplanation> Routes { get; init; }
}

/// <summary>What one location is to do of a leg.</summary>
/// <param name="Location">The location.</param>
/// <param name="Kind">How the units reach the customer.</param>
/// <param name="PromisedAtMs">When they are promised to be ready, or to have arrived: Unix milliseconds; 0 if nothing is promised.</param>
/// <param name="CostMinor">What that was judged to cost, in minor units of the currency.</param>
/// <param name="Lines">The units, by lines of the order.</param>
public sealed record LegPart(LocationId Location, WishKind Kind, long PromisedAtMs, long CostMinor, ImmutableArray<LineUnits> Lines)
{
    /// <summary>Capacity of the location that is taken with the units; none where the location states no limit.</summary>
    public ImmutableArray<PartWork> Work { get; init; } = [];
}

/// <summary>Work that a part takes.</summary>
/// <param name="Slot">A day or an hour of the location.</param>
/// <param name="Units">Parcels, or lines picked.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("part-work")]
public readonly record struct PartWork([property: Orleans.Id(0)] WorkSlot Slot, [property: Orleans.Id(1)] long Units);

/// <summary>Whether the leg is held.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Held">True if all of it is.</param>
/// <param name="ExpiresAtMs">When soft units fall back, Unix milliseconds; 0 if they are firm or nothing is held.</param>
/// <param name="Refused">The stocks that refused: not to be asked again in this routing.</param>
public sealed record LegDecided(long AtMs, bool Held, long ExpiresAtMs, ImmutableArray<RefusedStock> Refused) : OrderEvent(AtMs);

/// <summary>A stock that refused units of a leg.</summary>
/// <param name="Line">The order's line.</param>
/// <param name="Location">Where.</param>
/// <param name="Outcome">What it said.</param>
public readonly record struct RefusedStock(int Line, LocationId Location, StockOutcome Outcome);

/// <summary>No location can be found for what still has none: these units are not delivered.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Outcome">Insufficient, if there are not enough units; NoRoute, if rules or time forbid to use what there is.</param>
/// <param name="Why">Why, for people: at most <see cref="Limits.ExplanationLinesMax"/> lines.</param>
public sealed record RouteGivenUp(long AtMs, OrderOutcome Outcome, ImmutableArray<string> Why) : OrderEvent(AtMs)
{
    /// <summary>Why, for programs: of the first <see cref="Limits.ExplainedRoutesMax"/> ways; default before there were any.</summary>
    public ImmutableArray<RouteExplanation> Routes { get; init; }

    /// <summary>
    /// What becomes of the units: Wait and BackOrder keep an order alive of which nothing is held. Cancel, and so it was before orders could wait: they are not
    /// wanted any more.
    /// </summary>
    public Unfillable Unfillable { get; init; }

    /// <summary>Of an order that waits: name of the policy that says so; null of others.</summary>
    public string? Policy { get; init; }

    /// <summary>Version of that policy.</summary>
    public int PolicyVersion { get; init; }
}

/// <summary>A step is about to be taken at every stock that it concerns.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Units">The units concerned, by part and line.</param>
/// <param name="TtlMs">Of Extend: time to hold from now, in milliseconds.</param>
/// <param name="To">Of Return: the location that takes them.</param>
/// <param name="Condition">Of Return: in which condition.</param>
public sealed record OrderStepIntended(
    long AtMs,
    RequestId Id,
    ulong ContentHash,
    Actor By,
    OrderVerb Verb,
    ImmutableArray<PartUnits> Units,
    long TtlMs = 0,
    LocationId? To = null,
    Condition Condition = Condition.Sellable) : OrderEvent(AtMs)
{
    /// <summary>Of Choose: how the units are to reach the customer.</summary>
    public Wish? Wish { get; init; }

    /// <summary>Of Choose and Move: what becomes of the parts concerned.</summary>
    public ImmutableArray<PartMove> Moves { get; init; }

    /// <summary>Of Move: what is saved, in minor units of the currency.</summary>
    public long SavedMinor { get; init; }

    /// <summary>Of Exchange: what the customer gets instead.</summary>
    public OrderContent? Content { get; init; }

    /// <summary>Of Return and Exchange: lots of what comes back, each SKU once; default if none is named.</summary>
    public ImmutableArray<ReturnedLot> Lots { get; init; }

    /// <summary>Of Cancel: units that wait for a location and are not wanted any more; default if there are none.</summary>
    public ImmutableArray<LineUnits> Waiting { get; init; }

    /// <summary>Of Cancel: units that are promised from what is to come and are not wanted any more; default if there are none.</summary>
    public ImmutableArray<PromiseUnits> Promised { get; init; }
}

/// <summary>Units of a part that another location does from now on; or the same one in another way.</summary>
/// <param name="Part">Number of the part.</param>
/// <param name="To">What is to be done with them. If its location is the part's own, all of the part stays there.</param>
public sealed record PartMove(int Part, LegPart To);

/// <summary>Units of a line within a part.</summary>
/// <param name="Part">Number of the part, from 0.</param>
/// <param name="Line">The order's line.</param>
/// <param name="Units">How many.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("part-units")]
public readonly record struct PartUnits(
    [property: Orleans.Id(0)] int Part, [property: Orleans.Id(1)] int Line, [property: Orleans.Id(2)] long Units);

/// <summary>What became of the step.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Took">The parts at which it took effect: all that were intended if accepted.</param>
/// <param name="ExpiresAtMs">Of Extend and Redeem: the new expiry, Unix milliseconds.</param>
public sealed record OrderStepDecided(long AtMs, OrderOutcome Outcome, ImmutableArray<int> Took, long ExpiresAtMs = 0) : OrderEvent(AtMs)
{
    /// <summary>Of Choose and Move: the place, in the reservation that holds the part, of the first line of each of the step's moves; 0 if it stays.</summary>
    public ImmutableArray<int> Slots { get; init; }

    /// <summary>Of Exchange: the order that the customer gets instead.</summary>
    public RequestId? NewOrder { get; init; }

    /// <summary>Of Cancel: what became of the promised units; default if none were concerned.</summary>
    public ImmutableArray<GivenUpPromise> Promised { get; init; }
}
