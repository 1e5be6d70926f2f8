using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What the outside does with orders. Throws as <see cref="IStocks"/> does.</summary>
public interface IOrders
{
    /// <summary>What would be promised if the order were placed now. Nothing is held and nothing is on record.</summary>
    ValueTask<OrderQuote> Quote(OrderContent content);

    /// <summary>Routes an order and holds its units at all chosen locations or at none; as a quote if it says how long.</summary>
    ValueTask<OrderAnswer> Place(PlaceOrder order);

    /// <summary>Makes an order of a quote that is held, as it stands: nothing is routed, no unit changes its place, and it keeps its name.</summary>
    ValueTask<OrderAnswer> Redeem(RedeemQuote quote);

    /// <summary>A later step.</summary>
    ValueTask<OrderAnswer> Step(RequestId order, OrderStep step);

    /// <summary>Reads an order; null if there is none.</summary>
    ValueTask<OrderView?> Get(RequestId order);

    /// <summary>Why what is expected is not promised to units of an order that wait; see <see cref="IOrderGrain.UnusedSupply"/>.</summary>
    ValueTask<ImmutableArray<UnusedSupply>> UnusedSupply(RequestId order);

    /// <summary>Moves what nobody picks yet of some confirmed orders to better locations, order by order; see <see cref="IOrderGrain.Improve"/>.</summary>
    /// <param name="id">Id of the write: the same id does not move an order twice.</param>
    /// <param name="leastMinor">The least saving for which an order is touched, in minor units of the currency.</param>
    /// <param name="after">After this order; null to begin.</param>
    /// <param name="max">Look at most at so many orders.</param>
    /// <param name="only">Which orders are meant; null for all confirmed ones.</param>
    ValueTask<ImprovedOrders> Improve(RequestId id, long leastMinor, RequestId? after, int max, ImproveOnly? only = null);

    /// <summary>Orders of a customer, of a location, or all, in the order of their ids.</summary>
    ValueTask<OrderPage> List(OrderQuery query);

    /// <summary>Lets those who wait for a SKU watch for what comes: done when a silo has started. Whoever comes to wait later watches by itself.</summary>
    ValueTask ResumeWaiting(CancellationToken cancellation);

    /// <summary>An order as it is, and then after each change, until the caller stops. Ends at once if there is none.</summary>
    IAsyncEnumerable<OrderView> Watch(RequestId order, CancellationToken cancellation);
}

/// <summary>An order as it is placed.</summary>
/// <param name="Id">Id of the write; the order is named after it.</param>
/// <param name="By">Who.</param>
/// <param name="Content">What.</param>
[GenerateSerializer, Immutable, Alias("place-order")]
public sealed record PlaceOrder([property: Id(0)] RequestId Id, [property: Id(1)] Actor By, [property: Id(2)] OrderContent Content)
{
    /// <summary>Of a quote: how long it is held, in milliseconds; 0 of an order.</summary>
    [Id(3)] public long QuoteMs { get; init; }

    /// <summary>The order whose goods come back in exchange; null if there is none.</summary>
    [Id(4)] public RequestId? Exchanges { get; init; }
}

/// <summary>Makes an order of a quote.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="By">Who.</param>
/// <param name="Quote">The quote.</param>
/// <param name="Content">What the caller takes the quote to be of; null to take it as it stands.</param>
[GenerateSerializer, Immutable, Alias("redeem-quote")]
public sealed record RedeemQuote(
    [property: Id(0)] RequestId Id, [property: Id(1)] Actor By, [property: Id(2)] RequestId Quote, [property: Id(3)] OrderContent? Content);

/// <summary>What a round over confirmed orders has saved.</summary>
/// <param name="Looked">Orders that were looked at.</param>
/// <param name="Moved">Those that were moved, and what each saves.</param>
/// <param name="Next">The last order looked at, if others may follow; null if none do.</param>
public sealed record ImprovedOrders(int Looked, ImmutableArray<ImprovedOrder> Moved, RequestId? Next);

/// <summary>An order that was moved.</summary>
/// <param name="Order">Which.</param>
/// <param name="Units">How many of its units.</param>
/// <param name="SavedMinor">By how much its route is cheaper under its policy, in minor units of the currency.</param>
[GenerateSerializer, Immutable, Alias("improved-order")]
public sealed record ImprovedOrder([property: Id(0)] RequestId Order, [property: Id(1)] long Units, [property: Id(2)] long SavedMinor);

/// <summary>A later step.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="By">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Part">Only this part; null means the whole order, which is all that Confirm, Extend and Redeem can concern.</param>
/// <param name="Lines">Only these units; empty means all that the step can concern.</param>
/// <param name="TtlMs">Of Extend: time to hold from now, in milliseconds.</param>
/// <param name="To">Of Return: the location that takes them.</param>
/// <param name="Condition">Of Return: in which condition.</param>
[GenerateSerializer, Immutable, Alias("order-step")]
public sealed record OrderStep(
    [property: Id(0)] RequestId Id,
    [property: Id(1)] Actor By,
    [property: Id(2)] OrderVerb Verb,
    [property: Id(3)] int? Part,
    [property: Id(4)] ImmutableArray<LineUnits> Lines,
    [property: Id(5)] long TtlMs = 0,
    [property: Id(6)] LocationId? To = null,
    [property: Id(7)] Condition Condition = Condition.Sellable)
{
    /// <summary>Of Choose: how the units are to reach the customer.</summary>
    [Id(8)] public Wish? Wish { get; init; }

    /// <summary>Of Exchange: what the customer gets instead.</summary>
    [Id(9)] public OrderContent? Content { get; init; }

    /// <summary>Of Redeem: hash of the content that the caller takes the quote to be of; null to take it as it stands.</summary>
    [Id(10)] public ulong? QuotedHash { get; init; }

    /// <summary>Of Return and Exchange: lots of what comes back, each SKU once, of kits their components'. Units of other SKUs have none.</summary>
    [Id(11)] public ImmutableArray<ReturnedLot> Lots { get; init; } = [];
}

/// <summary>What was decided.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the order after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Order">The order as it is now; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("order-answer")]
public sealed record OrderAnswer([property: Id(0)] OrderOutcome Outcome, [property: Id(1)] long Version, [property: Id(2)] OrderView? Order)
{
    /// <summary>Of Exchange: the order that the customer gets instead; null if there is none.</summary>
    [Id(3)] public RequestId? NewOrder { get; init; }

    /// <summary>Of a step that the state does not allow: those that it allows, of the part that was named or else of the order; else null.</summary>
    [Id(4)] public ImmutableArray<OrderVerb>? Allowed { get; init; }
}

/// <summary>An order as it stands.</summary>
[GenerateSerializer, Immutable, Alias("order-view")]
public sealed record OrderView
{
    /// <summary>Its name.</summary>
    [Id(0)] public required RequestId Id { get; init; }

    /// <summary>What was ordered.</summary>
    [Id(1)] public required OrderContent Content { get; init; }

    /// <summary>When, by whom.</summary>
    [Id(2)] public required OrderNote Placed { get; init; }

    /// <summary>How it stands as a whole.</summary>
    [Id(3)] public OrderState State { get; init; }

    /// <summary>What its locations do.</summary>
    [Id(4)] public ImmutableArray<OrderPartView> Parts { get; init; } = [];

    /// <summary>Units for which no location was found.</summary>
    [Id(5)] public ImmutableArray<LineUnits> Unfilled { get; init; } = [];

    /// <summary>Units that are promised from what is to come, and are still to come.</summary>
    [Id(33)] public ImmutableArray<ExpectedPartView> Expected { get; init; } = [];

    /// <summary>Rises with each event.</summary>
    [Id(6)] public long Version { get; init; }

    /// <summary>When it last changed, Unix milliseconds.</summary>
    [Id(7)] public long ChangedAtMs { get; init; }

    /// <summary>Name of the policy that chose last; empty if nothing was chosen.</summary>
    [Id(8)] public string Policy { get; init; } = "";

    /// <summary>Every step that was decided, oldest first.</summary>
    [Id(9)] public ImmutableArray<OrderNote> Steps { get; init; } = [];

    /// <summary>Why the locations were chosen, routing by routing, for people.</summary>
    [Id(10)] public ImmutableArray<string> Why { get; init; } = [];

    /// <summary>The order whose goods came back in exchange for these; null if there is none.</summary>
    [Id(11)] public RequestId? Exchanges { get; init; }
    /// <summary>Version of the policy that chose last; 0 if nothing was chosen.</summary>
    [Id(30)] public int PolicyVersion { get; init; }

    /// <summary>What becomes of the units without a location.</summary>
    [Id(31)] public Unfillable Unfillable { get; init; }

    /// <summary>Why the locations were chosen, routing by routing, for programs.</summary>
    [Id(32)] public ImmutableArray<RouteExplanation> Routes { get; init; } = [];
}

/// <summary>Who did what, when and why.</summary>
/// <param name="Verb">What; null for the placing.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="By">Who.</param>
/// <param name="Outcome">What was decided.</param>
[GenerateSerializer, Immutable, Alias("order-note")]
public sealed record OrderNote(
    [property: Id(0)] OrderVerb? Verb, [property: Id(1)] long AtMs, [property: Id(2)] Actor By, [property: Id(3)] OrderOutcome Outcome)
{
    /// <summary>Of Exchange: the order that the customer gets instead; null if there is none.</summary>
    [Id(4)] public RequestId? NewOrder { get; init; }
}

/// <summary>A part as it stands.</summary>
/// <param name="Number">Place in the order, from 0.</param>
/// <param name="Location">Who does it.</param>
/// <param name="Kind">How it reaches the customer.</param>
/// <param name="State">Where it stands.</param>
/// <param name="PromisedAtMs">When it is promised, Unix milliseconds; 0 if nothing is.</param>
/// <param name="ExpiresAtMs">When it falls back, Unix milliseconds; 0 if it does not.</param>
/// <param name="CostMinor">What it was judged to cost.</param>
/// <param name="Lines">Its units.</param>
[GenerateSerializer, Immutable, Alias("order-part-view")]
public sealed record OrderPartView(
    [property: Id(0)] int Number,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] WishKind Kind,
    [property: Id(3)] PartState State,
    [property: Id(4)] long PromisedAtMs,
    [property: Id(5)] long ExpiresAtMs,
    [property: Id(6)] long CostMinor,
    [property: Id(7)] ImmutableArray<OrderPartLineView> Lines)
{
    /// <summary>What it took of the location's capacity when it was held.</summary>
    [Id(20)] public ImmutableArray<PartWork> Work { get; init; } = [];
}

/// <summary>Units of a line in a part: where each of them went.</summary>
/// <param name="Line">The order's line.</param>
/// <param name="Units">Units that were held.</param>
/// <param name="Left">Units still to leave the location.</param>
/// <param name="Collected">Units handed over.</param>
/// <param name="Shipped">Units given to a carrier.</param>
/// <param name="Rejected">Units that the location did not deliver.</param>
/// <param name="Cancelled">Units that the customer did not want any more.</param>
/// <param name="Returned">Units brought back.</param>
/// <param name="Moved">Units that a later part has since.</param>
[GenerateSerializer, Immutable, Alias("order-part-line-view")]
public readonly record struct OrderPartLineView(
    [property: Id(0)] int Line,
    [property: Id(1)] long Units,
    [property: Id(2)] long Left,
    [property: Id(3)] long Collected,
    [property: Id(4)] long Shipped,
    [property: Id(5)] long Rejected,
    [property: Id(6)] long Cancelled,
    [property: Id(7)] long Returned,
    [property: Id(8)] long Moved);

/// <summary>Units that are promised from what a location expects.</summary>
/// <param name="Promise">Name of the promise at the stock; of a kit nobody knows it but its order, each component has a name of its own.</param>
/// <param name="Location">Where they are expected.</param>
/// <param name="Kind">How they reach the customer from there.</param>
/// <param name="Line">The order's line.</param>
/// <param name="Units">Units still to come.</param>
/// <param name="Receipt">The announcement that brings the last of them.</param>
/// <param name="DueMs">When that is due, Unix milliseconds.</param>
/// <param name="PromisedAtMs">When the customer is to have them, Unix milliseconds.</param>
/// <param name="FirstPromisedAtMs">When the customer was to have them at first, Unix milliseconds.</param>
/// <param name="IsLate">True if that was earlier, or the time has passed.</param>
[GenerateSerializer, Immutable, Alias("expected-part-view")]
public sealed record ExpectedPartView(
    [property: Id(0)] RequestId Promise,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] WishKind Kind,
    [property: Id(3)] int Line,
    [property: Id(4)] long Units,
    [property: Id(5)] string Receipt,
    [property: Id(6)] long DueMs,
    [property: Id(7)] long PromisedAtMs,
    [property: Id(8)] long FirstPromisedAtMs,
    [property: Id(9)] bool IsLate)
{
    /// <summary>Of a kit: its components, each with a promise of its own; empty if it is none.</summary>
    [Id(10)] public ImmutableArray<ExpectedComponentView> Components { get; init; } = [];

    /// <summary>Capacity of the location that is held for it; empty if no limit is stated.</summary>
    [Id(11)] public ImmutableArray<PartWork> Work { get; init; } = [];

    /// <summary>When it is given up unless the order is confirmed before, Unix milliseconds; 0 once it is.</summary>
    [Id(12)] public long EndsAtMs { get; init; }
}

/// <summary>A component of kits that are promised.</summary>
/// <param name="Promise">Name of its promise at its stock; default if all of it was on the shelf, for then nothing of it is promised.</param>
/// <param name="Sku">What.</param>
/// <param name="PerKit">Units of it in one kit.</param>
/// <param name="Units">Units still to come.</param>
/// <param name="Kept">Units that are there, from the shelf or because they have come, and are held until the other components are there too.</param>
[GenerateSerializer, Immutable, Alias("expected-component-view")]
public sealed record ExpectedComponentView(
    [property: Id(0)] RequestId Promise,
    [property: Id(1)] Sku Sku,
    [property: Id(2)] int PerKit,
    [property: Id(3)] long Units,
    [property: Id(4)] long Kept);

/// <summary>An announcement that an order which waits is not promised.</summary>
/// <param name="Line">The order's line.</param>
/// <param name="Location">Where it is expected.</param>
/// <param name="Receipt">Name of the announcement.</param>
/// <param name="Units">Units still to come.</param>
/// <param name="Free">Of these: units that nobody is promised.</param>
/// <param name="DueMs">When they are due, Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("unused-supply")]
public sealed record UnusedSupply(
    [property: Id(0)] int Line,
    [property: Id(1)] LocationId Location,
    [property: Id(2)] string Receipt,
    [property: Id(3)] long Units,
    [property: Id(4)] long Free,
    [property: Id(5)] long DueMs)
{
    /// <summary>True if that has passed: it does not count until it is announced anew.</summary>
    [Id(6)] public bool IsOverdue { get; init; }

    /// <summary>Why the location does not do it; Chosen if nothing stands against it, NoStock if nothing is free.</summary>
    [Id(7)] public RouteVerdict Verdict { get; init; }

    /// <summary>Of TooLate: when the customer would have it, Unix milliseconds; 0 if the policy's own longest time is passed.</summary>
    [Id(8)] public long PromisedAtMs { get; init; }
}

/// <summary>What would be promised.</summary>
/// <param name="Outcome">Accepted, or why nothing would be.</param>
/// <param name="Parts">What each location would do.</param>
/// <param name="Unfilled">Units for which there is no location now.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Why">Why these, for people.</param>
public sealed record OrderQuote(
    OrderOutcome Outcome, ImmutableArray<LegPart> Parts, ImmutableArray<LineUnits> Unfilled, string Policy, ImmutableArray<string> Why)
{
    /// <summary>Of the units without a location those that would be promised from what is to come.</summary>
    public ImmutableArray<SupplyAsk> Expected { get; init; } = [];

    /// <summary>Version of the policy.</summary>
    public int PolicyVersion { get; init; }

    /// <summary>What would become of the units without a location.</summary>
    public Unfillable Unfillable { get; init; }

    /// <summary>Why these, for programs.</summary>
    public ImmutableArray<RouteExplanation> Routes { get; init; } = [];
}

/// <summary>Which orders to list.</summary>
/// <param name="Customer">Of this customer; or empty.</param>
/// <param name="Location">With something left to do at this location; or null. If neither is given, all orders that were ever held are meant.</param>
/// <param name="States">Only in these states; empty means all.</param>
/// <param name="After">After this order; null for the first page.</param>
/// <param name="Max">At most so many.</param>
public sealed record OrderQuery(string Customer, LocationId? Location, ImmutableArray<OrderState> States, RequestId? After, int Max)
{
    /// <summary>When they were placed.</summary>
    public PlacedBetween Placed { get; init; }

    /// <summary>True for an order that is to be listed, wherever it is listed.</summary>
    public bool Fits(OrderView order) => (States.IsDefaultOrEmpty || States.Contains(order.State)) && Placed.Fits(order);
}

/// <summary>A span of times at which orders were placed.</summary>
/// <param name="FromMs">From then on, Unix milliseconds; 0 for always.</param>
/// <param name="UntilMs">Before then, Unix milliseconds; 0 for no end.</param>
public readonly record struct PlacedBetween(long FromMs, long UntilMs)
{
    /// <summary>True for an order that was placed within it.</summary>
    public bool Fits(OrderView order) => order.Placed.AtMs >= FromMs && (UntilMs == 0 || order.Placed.AtMs < UntilMs);
}

/// <summary>Which confirmed orders are to be moved for the better: all that is stated must hold.</summary>
public sealed record ImproveOnly
{
    /// <summary>These alone; empty for all.</summary>
    public ImmutableArray<RequestId> Orders { get; init; } = [];

    /// <summary>With something left to do at one of these; empty for any.</summary>
    public ImmutableArray<LocationId> Locations { get; init; } = [];

    /// <summary>Whose locations one of these policies chose last; empty for any.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>When they were placed.</summary>
    public PlacedBetween Placed { get; init; }

    /// <summary>True for an order that may be moved.</summary>
    public bool Fits(OrderView order) =>
        order.State == OrderState.Confirmed && Placed.Fits(order) && (Policies.IsEmpty || Policies.Contains(order.Policy))
        && (Locations.IsEmpty || order.Parts.Any(part => Locations.Contains(part.Location) && part.Lines.Any(line => line.Left > 0)));
}

/// <summary>Some orders.</summary>
/// <param name="Orders">In the order of ids.</param>
/// <param name="Next">The last id looked at, if others may follow; null if none do.</param>
public sealed record OrderPage(ImmutableArray<OrderView> Orders, RequestId? Next);
