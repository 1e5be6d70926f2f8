using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What the outside does with orders. Throws as <see cref="IStocks"/> does.</summary>
public interface IOrders
{
    /// <summary>What would be promised if the order were placed now. Nothing is held and nothing is on record.</summary>
    ValueTask<OrderQuote> Quote(OrderContent content);

    /// <summary>Routes an order and holds its units at all chosen locations or at none.</summary>
    ValueTask<OrderAnswer> Place(PlaceOrder order);

    /// <summary>A later step.</summary>
    ValueTask<OrderAnswer> Step(RequestId order, OrderStep step);

    /// <summary>Reads an order; null if there is none.</summary>
    ValueTask<OrderView?> Get(RequestId order);

    /// <summary>Orders of a customer or a location, in the order of their ids.</summary>
    ValueTask<OrderPage> List(OrderQuery query);

    /// <summary>An order as it is, and then after each change, until the caller stops. Ends at once if there is none.</summary>
    IAsyncEnumerable<OrderView> Watch(RequestId order, CancellationToken cancellation);
}

/// <summary>An order as it is placed.</summary>
/// <param name="Id">Id of the write; the order is named after it.</param>
/// <param name="By">Who.</param>
/// <param name="Content">What.</param>
[GenerateSerializer, Immutable, Alias("place-order")]
public sealed record PlaceOrder([property: Id(0)] RequestId Id, [property: Id(1)] Actor By, [property: Id(2)] OrderContent Content);

/// <summary>A later step.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="By">Who.</param>
/// <param name="Verb">What.</param>
/// <param name="Part">Only this part; null means the whole order.</param>
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
    [property: Id(7)] Condition Condition = Condition.Sellable);

/// <summary>What was decided.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the order after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Order">The order as it is now; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("order-answer")]
public sealed record OrderAnswer([property: Id(0)] OrderOutcome Outcome, [property: Id(1)] long Version, [property: Id(2)] OrderView? Order);

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
}

/// <summary>Who did what, when and why.</summary>
/// <param name="Verb">What; null for the placing.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="By">Who.</param>
/// <param name="Outcome">What was decided.</param>
[GenerateSerializer, Immutable, Alias("order-note")]
public sealed record OrderNote(
    [property: Id(0)] OrderVerb? Verb, [property: Id(1)] long AtMs, [property: Id(2)] Actor By, [property: Id(3)] OrderOutcome Outcome);

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
[GenerateSerializer, Immutable, Alias("order-part-line-view")]
public readonly record struct OrderPartLineView(
    [property: Id(0)] int Line,
    [property: Id(1)] long Units,
    [property: Id(2)] long Left,
    [property: Id(3)] long Collected,
    [property: Id(4)] long Shipped,
    [property: Id(5)] long Rejected,
    [property: Id(6)] long Cancelled,
    [property: Id(7)] long Returned);

/// <summary>What would be promised.</summary>
/// <param name="Outcome">Accepted, or why nothing would be.</param>
/// <param name="Parts">What each location would do.</param>
/// <param name="Unfilled">Units for which there is no location now.</param>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Why">Why these, for people.</param>
public sealed record OrderQuote(
    OrderOutcome Outcome, ImmutableArray<LegPart> Parts, ImmutableArray<LineUnits> Unfilled, string Policy, ImmutableArray<string> Why);

/// <summary>Which orders to list.</summary>
/// <param name="Customer">Of this customer; or empty.</param>
/// <param name="Location">With something left to do at this location; or null. Exactly one of the two is given.</param>
/// <param name="States">Only in these states; empty means all.</param>
/// <param name="After">After this order; null for the first page.</param>
/// <param name="Max">At most so many.</param>
public sealed record OrderQuery(string Customer, LocationId? Location, ImmutableArray<OrderState> States, RequestId? After, int Max);

/// <summary>Some orders.</summary>
/// <param name="Orders">In the order of ids.</param>
/// <param name="Next">The last id looked at, if others may follow; null if none do.</param>
public sealed record OrderPage(ImmutableArray<OrderView> Orders, RequestId? Next);
