using System.Collections.Immutable;
using Inventory.Domain.Catalog;

namespace Inventory.Domain.Orders;

/// <summary>
/// Promises of units that are still to come are about to be asked for, or given up, at the stocks where the units are expected. Each is named after the
/// order and its place in the order: so it can be asked again.
/// </summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Asks">Promises to ask for; they get the next places.</param>
/// <param name="GivenUp">Promised units to give up; they are without a location then.</param>
public sealed record SupplyIntended(long AtMs, ImmutableArray<SupplyAsk> Asks, ImmutableArray<PromiseUnits> GivenUp) : OrderEvent(AtMs)
{
    /// <summary>
    /// True if the order's time has passed before it was confirmed: all that is promised is given up, also what arrives meanwhile, and what has arrived and
    /// was not confirmed in its time goes back to its shelf.
    /// </summary>
    public bool IsLapse { get; init; }

    /// <summary>Of a lapse: numbers of parts that came from supply, whose units go back to the shelf; default if there are none.</summary>
    public ImmutableArray<int> Parts { get; init; }

    /// <summary>
    /// True of one promise that would be late: what is asked for, and held from shelves, takes its place. It is given up as far as that is had, and stays
    /// where it is for the rest.
    /// </summary>
    public bool IsMove { get; init; }

    /// <summary>Of a move: what is held from shelves; null if nothing is.</summary>
    public LegIntended? Leg { get; init; }
}

/// <summary>What is to be promised from units that are to come.</summary>
/// <param name="Location">Where they are expected.</param>
/// <param name="Kind">How they reach the customer from there.</param>
/// <param name="Line">The order's line.</param>
/// <param name="Units">How many.</param>
/// <param name="Receipt">The announcement that would bring them.</param>
/// <param name="DueMs">When it is due, Unix milliseconds.</param>
/// <param name="PromisedAtMs">When the customer would have them, Unix milliseconds.</param>
/// <param name="CostMinor">What that was judged to cost, in minor units of the currency.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("supply-ask")]
public sealed record SupplyAsk(
    [property: Orleans.Id(0)] LocationId Location,
    [property: Orleans.Id(1)] WishKind Kind,
    [property: Orleans.Id(2)] int Line,
    [property: Orleans.Id(3)] long Units,
    [property: Orleans.Id(4)] string Receipt,
    [property: Orleans.Id(5)] long DueMs,
    [property: Orleans.Id(6)] long PromisedAtMs,
    [property: Orleans.Id(7)] long CostMinor)
{
    /// <summary>
    /// Of a kit: what it consists of, as it was defined when this was asked; each component is promised by the same day. Default if it is none.
    /// </summary>
    [Orleans.Id(8)] public ImmutableArray<KitComponent> Kit { get; init; }

    /// <summary>
    /// Of a kit of which some is on the shelf already: units of each component that are held from there, for all kits of this together; only the others are
    /// promised from what is to come. Default if there are none.
    /// </summary>
    [Orleans.Id(9)] public ImmutableArray<long> Shelf { get; init; }

    /// <summary>Units of a component that are held from the shelf.</summary>
    /// <param name="component">Its place in the kit, from 0.</param>
    public long ShelfOf(int component) => Shelf.IsDefault ? 0 : Shelf[component];

    /// <summary>
    /// Capacity of the location that is taken with the promise, on the day and in the hour at which the units can be worked. Default where it states no limit.
    /// </summary>
    [Orleans.Id(10)] public ImmutableArray<PartWork> Work { get; init; }
}

/// <summary>Some units of a promise.</summary>
/// <param name="Promise">Its place in the order, from 0.</param>
/// <param name="Units">How many.</param>
public readonly record struct PromiseUnits(int Promise, long Units);

/// <summary>What became of promised units that were to be given up.</summary>
/// <param name="Promise">Place of the promise in the order.</param>
/// <param name="Units">Units that are not promised any more.</param>
/// <param name="Arrived">Units that had arrived meanwhile and went back to the shelf.</param>
public readonly record struct GivenUpPromise(int Promise, long Units, long Arrived)
{
    /// <summary>
    /// Of kits: how each component stands since; what is missing to the kits given up was kept for them and went back to the shelf. Default of others.
    /// </summary>
    public ImmutableArray<ComponentSums> Components { get; init; }
}

/// <summary>How a component of promised kits stands: sums since it was promised, in its own units.</summary>
/// <param name="Came">Units that have come.</param>
/// <param name="GivenUp">Units that were given up before they came.</param>
public readonly record struct ComponentSums(long Came, long GivenUp);

/// <summary>Which of the promises were made, and what of the others is given up.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Made">For each promise that was asked for whether there is one: expected units may have gone to others meanwhile.</param>
/// <param name="GivenUp">What of those that were to be given up is.</param>
public sealed record SupplyDecided(long AtMs, ImmutableArray<bool> Made, ImmutableArray<GivenUpPromise> GivenUp) : OrderEvent(AtMs)
{
    /// <summary>Of a move with a leg: whether that is held.</summary>
    public LegDecided? Leg { get; init; }
}

/// <summary>Promised units have come and are held for the order, or are expected on another day.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Promises">Those that stand otherwise than before.</param>
public sealed record SupplySeen(long AtMs, ImmutableArray<SeenPromise> Promises) : OrderEvent(AtMs);

/// <summary>How a promise stands.</summary>
/// <param name="Promise">Its place in the order.</param>
/// <param name="Arrived">Units that have come, all since it was made; of a kit those whose components all have.</param>
/// <param name="Receipt">The announcement that brings the last of the others; empty if none is left.</param>
/// <param name="DueMs">When that is due, Unix milliseconds.</param>
/// <param name="PromisedAtMs">When the customer is to have those, Unix milliseconds; 0 if none is left.</param>
/// <param name="ReadyAtMs">When the customer can have the units that came since, Unix milliseconds; 0 if none did.</param>
public sealed record SeenPromise(int Promise, long Arrived, string Receipt, long DueMs, long PromisedAtMs, long ReadyAtMs)
{
    /// <summary>Of a kit: units of each component that have come, all since it was promised. Default if it is none.</summary>
    public ImmutableArray<long> Came { get; init; }

    /// <summary>The capacity that the promise takes since, on other days than before; default if it is the same.</summary>
    public ImmutableArray<PartWork> Work { get; init; }
}
