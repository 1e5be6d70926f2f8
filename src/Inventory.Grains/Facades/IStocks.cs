using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>What the outside does with stocks. Safe for any thread. Every answer is durable before it is given, and shows durable state only.</summary>
/// <remarks>
/// All methods throw if the journal failed, was fenced or is full (its exceptions), or if an owner cannot be reached (<see cref="TimeoutException"/>,
/// <see cref="OperationCanceledException"/> or the engine's exceptions); a write may then have happened, and is to be repeated with the same id.
/// </remarks>
public interface IStocks
{
    /// <summary>One write to one stock. Whether the location is closed or unknown is filled in on the way.</summary>
    ValueTask<StockAnswer> Do(StockKey key, StockCommand command);

    /// <summary>
    /// One write to one stock, for a caller that has many: the answer may come before it is durable, with the position to give to
    /// <see cref="WhenDurable"/> before the answer is shown.
    /// </summary>
    /// <param name="key">The stock.</param>
    /// <param name="command">As in <see cref="Do"/>.</param>
    /// <param name="registering">Who makes a new stock known; <see cref="Prepare"/> does it for many.</param>
    ValueTask<BegunWrite> Begin(StockKey key, StockCommand command, Registering registering);

    /// <summary>
    /// A stock that was looked up lately, found by its names as they came over the wire and without a text being made; null if it was not, or if
    /// the names are not written as the stock writes them: then parse them and use <see cref="Find(StockKey)"/>.
    /// </summary>
    /// <param name="hash">What <see cref="HashOf"/> says of the names.</param>
    /// <param name="sku">The SKU as it is written.</param>
    /// <param name="location">The location as it is written.</param>
    KnownStock? Find(ulong hash, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location);

    /// <summary>Looks a stock up, and keeps it for a while.</summary>
    KnownStock Find(StockKey key);

    /// <summary>As <see cref="Begin(StockKey, StockCommand, Registering)"/> to a stock that is looked up already.</summary>
    ValueTask<BegunWrite> Begin(KnownStock stock, StockCommand command);

    /// <summary>
    /// Through whom to ask for the memory that <see cref="Begin(KnownStock, StockCommand)"/> will need, some writes before; null if nobody is known.
    /// Not to be kept: it holds up whoever would put the stock away.
    /// </summary>
    INearStock? Near(KnownStock stock) => null;

    /// <summary>
    /// Asks for the memory that a stock will be found by, with the hash of its names, in steps from 0 to <see cref="ExpectSteps"/> - 1, some names apart.
    /// A hint, that may do nothing.
    /// </summary>
    void Expect(ulong hash, int step)
    {
    }

    /// <summary>Steps of <see cref="Expect"/>.</summary>
    const int ExpectSteps = 2;

    /// <summary>A hash of the names of a stock; the same for as long as the process lives.</summary>
    ulong HashOf(ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) => 0;

    /// <summary>Several writes to one stock in their order, in one call to its owner; the caller leaves the array alone afterwards.</summary>
    ValueTask<BegunWrites> BeginMany(KnownStock stock, StockCommand[] commands);

    /// <summary>
    /// Waits for the positions that <see cref="Begin(StockKey, StockCommand, Registering)"/> told: the highest one is enough.
    /// Once it fails, no later answer will be durable either.
    /// </summary>
    ValueTask WhenDurable(long position);

    /// <summary>
    /// The same for one who does little afterwards: many who wait so go on one after the other on a thread, which costs less than waking one for each.
    /// </summary>
    ValueTask WhenDurableTogether(long position) => WhenDurable(position);

    /// <summary>Several writes to one stock in their order, as one call to its owner; an answer for each, in order.</summary>
    /// <remarks>The caller leaves the array alone after the call.</remarks>
    ValueTask<StockAnswer[]> DoMany(StockKey key, StockCommand[] commands);

    /// <summary>Makes many stocks known to their boards and assortments at once, ahead of an import, so that the writes need not do it one by one.</summary>
    /// <remarks>
    /// Those at locations that nobody has described are passed over: their writes will be refused. Those that are known are told again, which costs two
    /// calls and writes nothing: who does not know asks the stocks first (<see cref="Registering.Caller"/>). A SKU that is new gets a board on record, but
    /// none in memory.
    /// </remarks>
    /// <returns>
    /// Of each stock what to say with its first write: that it is done, in one way or the other, or <see cref="Registering.Itself"/> of those passed over.
    /// </returns>
    ValueTask<Registering[]> Prepare(IReadOnlyList<StockKey> keys);

    /// <summary>Reads one stock from its owner. A stock never touched reads as zero.</summary>
    ValueTask<StockView> Get(StockKey key, Channel channel);

    /// <summary>The stocks of a location in the ordinal order of SKUs, after <paramref name="after"/> if it is given.</summary>
    ValueTask<StockPage> List(LocationId location, Channel channel, Sku? after, int max);

    /// <summary>The stocks of a location with lots whose date is at most so many local days away, or past.</summary>
    /// <param name="location">Where.</param>
    /// <param name="days">0 for those that are good today for the last time, and those that are past their date.</param>
    /// <param name="after">The <see cref="ExpiringPage.Next"/> of the page before.</param>
    /// <param name="max">At most so many stocks.</param>
    ValueTask<ExpiringPage> Expiring(LocationId location, int days, Sku? after, int max);

    /// <summary>The live holds of a stock in the order of their ids, after <paramref name="after"/> if it is given.</summary>
    ValueTask<HoldPage> Holds(StockKey key, HoldId? after, int max);

    /// <summary>Replays journals and compares; yields findings and progress as it goes, at least one item, the last with the total.</summary>
    /// <param name="key">Only this stock.</param>
    /// <param name="location">Only the stocks of this location; with neither, all stocks.</param>
    /// <param name="cancellation">Ends the audit.</param>
    IAsyncEnumerable<AuditProgress> Audit(StockKey? key, LocationId? location, CancellationToken cancellation);
}

/// <summary>One stock as its owner sees it.</summary>
[GenerateSerializer, Immutable, Alias("stock-view")]
public sealed record StockView
{
    /// <summary>Which.</summary>
    [Id(0)] public required StockKey Key { get; init; }

    /// <summary>Sellable units there, held ones included.</summary>
    [Id(1)] public long Sellable { get; init; }

    /// <summary>Units promised.</summary>
    [Id(2)] public long Held { get; init; }

    /// <summary>Damaged units there.</summary>
    [Id(3)] public long Damaged { get; init; }

    /// <summary>Units there in quarantine.</summary>
    [Id(4)] public long Quarantine { get; init; }

    /// <summary>Units there on display.</summary>
    [Id(5)] public long Display { get; init; }

    /// <summary>Available to promise to the channel asked for, 0 or more; 0 while the location is closed or unknown.</summary>
    [Id(6)] public long Available { get; init; }

    /// <summary>Live holds.</summary>
    [Id(7)] public int Holds { get; init; }

    /// <summary>The rules in force.</summary>
    [Id(8)] public StockPolicy Policy { get; init; } = StockPolicy.Default;

    /// <summary>Sums by reason.</summary>
    [Id(9)] public StockLedger Ledger { get; init; }

    /// <summary>Rises by one with each event; 0 for a stock never touched.</summary>
    [Id(10)] public long Version { get; init; }

    /// <summary>When it last changed, in Unix milliseconds; 0 for a stock never touched.</summary>
    [Id(11)] public long ChangedAtMs { get; init; }

    /// <summary>True if nobody has described the location.</summary>
    [Id(12)] public bool LocationUnknown { get; init; }

    /// <summary>Its lots, the first to leave first, those past their date included; last the units without a lot. Empty if it never had a lot.</summary>
    [Id(13)] public ImmutableArray<LotView> Lots { get; init; } = [];

    /// <summary>Of <see cref="Sellable"/>: units whose lot is past its date, so that they are promised no longer.</summary>
    public long PastDate => Lots.Sum(static lot => lot.IsPast ? lot.Sellable : 0);
}

/// <summary>Some stocks of a location.</summary>
/// <param name="Stocks">In the order of SKUs.</param>
/// <param name="More">True if others follow.</param>
/// <param name="LocationUnknown">True if nobody has described the location.</param>
public sealed record StockPage(IReadOnlyList<StockView> Stocks, bool More, bool LocationUnknown = false);

/// <summary>Lots of a location that expire soon, or have.</summary>
/// <param name="Stocks">In the order of SKUs, each with the lots concerned only.</param>
/// <param name="Today">The local date there.</param>
/// <param name="Next">The last SKU looked at, if others may follow; null if none do.</param>
/// <param name="LocationUnknown">True if nobody has described the location.</param>
public sealed record ExpiringPage(IReadOnlyList<StockView> Stocks, DateOnly Today, Sku? Next, bool LocationUnknown = false);

/// <summary>One live hold of a stock.
/// <param name="Id">Which line of which reservation; line 0 of a reservation with one line or with several.</param>
/// <param name="OfMany">True if a coordinator owns the reservation.</param>
/// <param name="Line">How it stands.</param>
/// <param name="Channel">For whom.</param>
/// <param name="ExpiresAtMs">Expiry in Unix milliseconds; 0 if firm.</param>
[GenerateSerializer, Immutable, Alias("hold-view")]
public sealed record HoldView(
    [property: Id(0)] HoldId Id,
    [property: Id(1)] bool OfMany,
    [property: Id(2)] LineView Line,
    [property: Id(3)] Channel Channel,
    [property: Id(4)] long ExpiresAtMs);

/// <summary>Some holds of a stock.</summary>
/// <param name="Holds">In the order of their ids.</param>
/// <param name="Version">Version of the stock.</param>
/// <param name="More">True if others follow.</param>
[GenerateSerializer, Immutable, Alias("hold-page")]
public sealed record HoldPage([property: Id(0)] ImmutableArray<HoldView> Holds, [property: Id(1)] long Version, [property: Id(2)] bool More);

/// <summary>Progress of an audit.</summary>
/// <param name="StocksVerified">Stocks audited so far.</param>
/// <param name="Differences">Found since the item before.</param>
public sealed record AuditProgress(long StocksVerified, IReadOnlyList<AuditDifference> Differences);

/// <summary>One difference found by an audit.</summary>
/// <param name="Key">Where.</param>
/// <param name="Message">What differs, for a person.</param>
public sealed record AuditDifference(StockKey Key, string Message);
