using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>The live availability of one SKU across its locations. Key: the SKU.</summary>
[Alias("board")]
public interface IBoardGrain : IGrainWithStringKey
{
    /// <summary>Notes durably that these locations stock the SKU. A stock calls it before its first event.</summary>
    [Alias("register")]
    ValueTask Register(ImmutableArray<LocationId> locations);

    /// <summary>As <see cref="Register"/>, for one who registers at many boards and then waits once.</summary>
    /// <param name="locations">Where the SKU is stocked.</param>
    /// <param name="journal">Whose positions the caller can wait for (<see cref="SiloParts.Id"/>).</param>
    /// <returns>The position that is to be waited for; 0 if it is durable already, as it is for callers with another journal.</returns>
    [Alias("begin-register")]
    ValueTask<long> BeginRegister(ImmutableArray<LocationId> locations, Guid journal);

    /// <summary>Takes a stock's newest durable figure. Older ones than the board knows are ignored.</summary>
    [Alias("update")]
    ValueTask Update(BoardFigure figure);

    /// <summary>Asks every stock for its figure: what is promised of the SKU has changed without an event of a stock.</summary>
    [Alias("ask-all")]
    ValueTask AskAll();

    /// <summary>What is available.</summary>
    /// <param name="channel">Who asks.</param>
    /// <param name="only">Only these; default or empty means all.</param>
    /// <param name="availableOnly">Leave out locations with nothing available.</param>
    [Alias("view")]
    ValueTask<BoardRows> View(Channel channel, ImmutableArray<LocationId> only, bool availableOnly);

    /// <summary>Locations with enough near a point, nearest first; ties by id.</summary>
    [Alias("near")]
    ValueTask<NearRows> Near(NearPoint query);

    /// <summary>What is available around a point: everything, of a SKU that few locations stock.</summary>
    /// <param name="channel">Who asks.</param>
    /// <param name="point">The point.</param>
    /// <param name="metres">How far to look, 0 or more.</param>
    [Alias("around")]
    ValueTask<BoardAround> Around(Channel channel, Position point, double metres);

    /// <summary>Every location that ever stocked the SKU.</summary>
    [Alias("locations")]
    ValueTask<ImmutableArray<LocationId>> Locations();

    /// <summary>Waits until something changed after a revision of the board, or some seconds have passed, and shows what did.</summary>
    /// <param name="channel">Who asks.</param>
    /// <param name="only">Only these; default or empty means all.</param>
    /// <param name="sinceRevision">0 for the whole state, at once.</param>
    /// <exception cref="OverloadedException">More calls wait at this board than may.</exception>
    [Alias("changes")]
    ValueTask<BoardChanges> Changes(Channel channel, ImmutableArray<LocationId> only, long sinceRevision);

    /// <summary>Calls the SKU's list of those who wait (<see cref="IWaitListGrain.More"/>) once, when there may be more units than now.</summary>
    /// <returns>A figure that is another one whenever the board shows anything else.</returns>
    [Alias("call-when-more")]
    ValueTask<long> CallWhenMore();
}

/// <summary>What a board knows of one stock.</summary>
/// <param name="Location">Where.</param>
/// <param name="Version">Version of the stock.</param>
/// <param name="AtMs">Latest time that the stock had seen, Unix milliseconds: orders figures of one version, since expiry makes no event.</param>
/// <param name="OnHand">Sellable units.</param>
/// <param name="Available">Available to promise to a channel without a ring-fence.</param>
/// <param name="ByChannel">Available to promise to each channel with a ring-fence.</param>
[GenerateSerializer, Immutable, Alias("board-figure")]
public readonly record struct BoardFigure(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] long Version,
    [property: Id(2)] long AtMs,
    [property: Id(3)] long OnHand,
    [property: Id(4)] long Available,
    [property: Id(5)] ImmutableArray<RingFence> ByChannel);

/// <summary>What a board shows.</summary>
/// <param name="Rows">In the ordinal order of location ids.</param>
/// <param name="AsOfMs">When it was looked up, Unix milliseconds.</param>
/// <param name="AgeMs">Milliseconds since the oldest figure shown was known to be true.</param>
[GenerateSerializer, Immutable, Alias("board-rows")]
public sealed record BoardRows([property: Id(0)] BoardRow[] Rows, [property: Id(1)] long AsOfMs, [property: Id(2)] long AgeMs);

/// <summary>What is available around a point.</summary>
/// <param name="Rows">Locations with units available, in no order; some may be farther away than was asked for.</param>
/// <param name="WithinMetres">All that are as near are there; infinite if all are there, wherever they lie.</param>
[GenerateSerializer, Immutable, Alias("board-around")]
public sealed record BoardAround([property: Id(0)] BoardRow[] Rows, [property: Id(1)] double WithinMetres);

/// <summary>What changed on a board, or all of it.</summary>
/// <param name="Revision">Pass it to see what comes after.</param>
/// <param name="Board">The rows; none if nothing changed in time.</param>
[GenerateSerializer, Immutable, Alias("board-changes")]
public sealed record BoardChanges([property: Id(0)] long Revision, [property: Id(1)] BoardRows Board);

/// <summary>What to look for near a point.</summary>
[GenerateSerializer, Immutable, Alias("near-point")]
public sealed record NearPoint(
    [property: Id(0)] Position Point,
    [property: Id(1)] double RadiusMetres,
    [property: Id(2)] long Units,
    [property: Id(3)] Channel Channel,
    [property: Id(4)] int Max,
    [property: Id(5)] bool CollectOnly,
    [property: Id(6)] LocationId? Except);

/// <summary>Places near a point.</summary>
[GenerateSerializer, Immutable, Alias("near-rows")]
public sealed record NearRows([property: Id(0)] NearRow[] Rows, [property: Id(1)] long AsOfMs, [property: Id(2)] long AgeMs);
