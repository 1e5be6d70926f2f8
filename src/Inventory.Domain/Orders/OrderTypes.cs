using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Orders;

/// <summary>How a line is to reach its customer. Numbers are on disk.</summary>
[GenerateSerializer, Alias("wish-kind")]
public enum WishKind : byte
{
    /// <summary>Collected at a given location.</summary>
    CollectAt = 1,

    /// <summary>Collected at a location near a point, which the service chooses.</summary>
    CollectNear = 2,

    /// <summary>Sent to a point.</summary>
    Ship = 3,

    /// <summary>Laid aside at a given location to be tried on; what is not taken falls back when its time is over.</summary>
    Fitting = 4,

    /// <summary>Held now wherever it is best; the customer says later how it is to come.</summary>
    DecideLater = 5,
}

/// <summary>How a line is to reach its customer.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Location">Of <see cref="WishKind.CollectAt"/> and <see cref="WishKind.Fitting"/>: where.</param>
/// <param name="Point">Of the others: near what, or to where.</param>
[GenerateSerializer, Immutable, Alias("wish")]
public readonly record struct Wish(
    [property: Id(0)] WishKind Kind, [property: Id(1)] LocationId? Location = null, [property: Id(2)] Position? Point = null)
{
    /// <summary>True if the goods are handed over at a location.</summary>
    public bool IsCollected => Kind is WishKind.CollectAt or WishKind.CollectNear or WishKind.Fitting;
}

/// <summary>One line of an order.</summary>
/// <param name="Sku">What.</param>
/// <param name="Units">How many, 1 to <see cref="Limits.UnitsMax"/>.</param>
/// <param name="Wish">How it is to reach the customer.</param>
/// <param name="UnitValueMinor">Price of one unit in minor units of the currency; 0 if not told.</param>
/// <param name="UnitGrams">Weight of one unit in grams; 0 if not told.</param>
/// <param name="Goods">What it asks of those who handle it.</param>
[GenerateSerializer, Immutable, Alias("ordered-line")]
public readonly record struct OrderedLine(
    [property: Id(0)] Sku Sku,
    [property: Id(1)] long Units,
    [property: Id(2)] Wish Wish,
    [property: Id(3)] long UnitValueMinor = 0,
    [property: Id(4)] int UnitGrams = 0,
    [property: Id(5)] Handling Goods = Handling.None);

/// <summary>Who did something, through which channel and why: what an audit wants to know beside the time.</summary>
/// <param name="Channel">Through which channel.</param>
/// <param name="Who">A person, till or system; at most <see cref="Limits.NoteCharactersMax"/> characters, may be empty.</param>
/// <param name="Why">A reason in words; as <paramref name="Who"/>.</param>
[GenerateSerializer, Immutable, Alias("actor")]
public readonly record struct Actor([property: Id(0)] Channel Channel, [property: Id(1)] string Who = "", [property: Id(2)] string Why = "");

/// <summary>What an order consists of.</summary>
/// <param name="Lines">1 to <see cref="Limits.OrderLinesMax"/>.</param>
/// <param name="Customer">The caller's reference to the customer; may be empty, then the order is found by its id alone.</param>
/// <param name="Channel">For whom units are promised.</param>
/// <param name="TtlMs">How long units are held until the order is confirmed, in milliseconds.</param>
/// <param name="PromiseByMs">The latest promise that is acceptable, Unix milliseconds; 0 if any is.</param>
/// <param name="Policy">Name of the routing policy; empty to let its conditions choose.</param>
/// <param name="Partial">Take what can be had, instead of all or nothing.</param>
/// <param name="Tier">The customer's tier, for policies; may be empty.</param>
/// <param name="Region">The customer's region, for policies; may be empty.</param>
[GenerateSerializer, Immutable, Alias("order-content")]
public sealed record OrderContent(
    [property: Id(0)] ImmutableArray<OrderedLine> Lines,
    [property: Id(1)] string Customer,
    [property: Id(2)] Channel Channel,
    [property: Id(3)] long TtlMs,
    [property: Id(4)] long PromiseByMs = 0,
    [property: Id(5)] string Policy = "",
    [property: Id(6)] bool Partial = false,
    [property: Id(7)] string Tier = "",
    [property: Id(8)] string Region = "");

/// <summary>Some units of a line of an order.</summary>
/// <param name="Line">Place of the line, from 0.</param>
/// <param name="Units">How many, 1 or more.</param>
[GenerateSerializer, Immutable, Alias("line-units")]
public readonly record struct LineUnits([property: Id(0)] int Line, [property: Id(1)] long Units);
