using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>What is available to promise, where: the boards as the outside sees them. Figures are durable. Throws as <see cref="IStocks"/> does.</summary>
public interface IAvailability
{
    /// <summary>Availability of one SKU.</summary>
    ValueTask<BoardView> Get(BoardQuery query);

    /// <summary>Places with the SKU near a point or a location, nearest first; null if the location named does not exist.</summary>
    ValueTask<NearView?> Near(NearQuery query);

    /// <summary>
    /// First the state, then each change. Changes coalesce while the reader is busy, so memory per watch is bounded by the locations watched.
    /// Ends when cancelled (by <see cref="OperationCanceledException"/>).
    /// </summary>
    IAsyncEnumerable<BoardView> Watch(BoardQuery query, CancellationToken cancellation);
}

/// <summary>Asks a board.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="Channel">Who asks.</param>
/// <param name="Only">Only these locations; null means all that ever stocked the SKU. Those that never did are left out of the answer.</param>
/// <param name="AvailableOnly">Leave out locations with nothing available.</param>
/// <param name="MinVersion">With exactly one location: show at least this version of its stock; 0 means none.</param>
public sealed record BoardQuery(Sku Sku, Channel Channel, LocationId[]? Only, bool AvailableOnly = false, long MinVersion = 0);

/// <summary>Availability at one location.</summary>
/// <param name="Location">Where.</param>
/// <param name="Available">Units available to promise to the channel, 0 or more; 0 while the location is closed or unknown.</param>
/// <param name="OnHand">Sellable units there, held ones included.</param>
/// <param name="Version">Version of the stock that this shows.</param>
[GenerateSerializer, Immutable, Alias("board-row")]
public readonly record struct BoardRow(
    [property: Id(0)] LocationId Location,
    [property: Id(1)] long Available,
    [property: Id(2)] long OnHand,
    [property: Id(3)] long Version);

/// <summary>What a board shows.</summary>
/// <param name="Rows">In the ordinal order of location ids; of a watch's later items, only those that changed.</param>
/// <param name="AsOfMs">When it was looked up, in Unix milliseconds.</param>
/// <param name="AgeMs">Milliseconds since the oldest figure was known to be true; 0 if it came from the owner.</param>
public sealed record BoardView(IReadOnlyList<BoardRow> Rows, long AsOfMs, long AgeMs)
{
    /// <summary>Those of the locations asked for that nobody has described; not told by a watch.</summary>
    public IReadOnlyList<LocationId> Unknown { get; init; } = [];
}

/// <summary>Asks for places near another. Exactly one of <paramref name="Point"/> and <paramref name="Near"/> is given.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="Channel">Who asks.</param>
/// <param name="Point">Near this point.</param>
/// <param name="Near">Near this location, which is itself left out.</param>
/// <param name="RadiusMetres">At most this far away.</param>
/// <param name="Units">Units that must be available at one location.</param>
/// <param name="Max">At most this many places.</param>
/// <param name="CollectOnly">Only locations where customers can collect.</param>
public sealed record NearQuery(
    Sku Sku, Channel Channel, Position? Point, LocationId? Near, double RadiusMetres, long Units, int Max, bool CollectOnly);

/// <summary>One place near another.</summary>
/// <param name="Row">What is available there.</param>
/// <param name="Name">Its name.</param>
/// <param name="DistanceMetres">Great-circle distance.</param>
/// <param name="PickupReadyAtMs">When goods ordered now could be collected, in Unix milliseconds; 0 if it does not hand out goods.</param>
/// <param name="Position">Where it is.</param>
[GenerateSerializer, Immutable, Alias("near-row")]
public sealed record NearRow(
    [property: Id(0)] BoardRow Row,
    [property: Id(1)] string Name,
    [property: Id(2)] double DistanceMetres,
    [property: Id(3)] long PickupReadyAtMs,
    [property: Id(4)] Position Position);

/// <summary>Places near another.</summary>
/// <param name="Rows">Nearest first; ties by location id.</param>
/// <param name="AsOfMs">When it was looked up, in Unix milliseconds.</param>
/// <param name="AgeMs">As in <see cref="BoardView"/>.</param>
public sealed record NearView(IReadOnlyList<NearRow> Rows, long AsOfMs, long AgeMs);
