using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>What the outside does with goods that are not there yet. Throws as <see cref="IStocks"/> does.</summary>
public interface ISupply
{
    /// <summary>Announces, receives, promises or releases.</summary>
    /// <exception cref="ArgumentException">The verb is a transfer's own.</exception>
    ValueTask<SupplyAnswer> Do(StockKey key, SupplyCommand command);

    /// <summary>What can be promised of a stock by a time, and what that stands on.</summary>
    ValueTask<DatedSupply> Get(StockKey key, SupplyLook look);

    /// <summary>The stocks of a SKU or a location for which anything is expected or promised, in the order of their names.</summary>
    ValueTask<SupplyPage> List(Sku? sku, LocationId? location, SupplyLook look, StockKey? after, int max);

    /// <summary>Compares the promises that stocks keep for orders with what the orders say.</summary>
    IAsyncEnumerable<SupplyAudit> Audit(CancellationToken cancellation);

    /// <summary>Brings arrivals that a crash left in the middle to their end: done at the start of a silo, before it serves.</summary>
    ValueTask FinishOpen(CancellationToken cancellation);
}

/// <summary>How to look at supply.</summary>
/// <param name="ByMs">Count what is due by then, Unix milliseconds.</param>
/// <param name="Confidence">Count only supply at least so sure, in percent; 0 for all.</param>
/// <param name="Channel">For whom.</param>
public readonly record struct SupplyLook(long ByMs, int Confidence, Channel Channel);

/// <summary>What was decided.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version of the supply after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Concerned">Promises that stand otherwise than before, and were or are late.</param>
/// <param name="Fulfilled">Of Receive: promises that are on the shelf now, held.</param>
/// <param name="Free">Of Receive: units that nobody waited for.</param>
/// <param name="Stock">Of a refusal by the stock: what it said.</param>
[GenerateSerializer, Immutable, Alias("supply-answer")]
public sealed record SupplyAnswer(
    [property: Id(0)] SupplyOutcome Outcome,
    [property: Id(1)] long Version,
    [property: Id(2)] ImmutableArray<PromiseOutlook> Concerned,
    [property: Id(3)] ImmutableArray<FulfilledPromise> Fulfilled,
    [property: Id(4)] long Free,
    [property: Id(5)] StockOutcome Stock)
{
    /// <summary>Of an arrival, also of its repetition: what the stock did not take, while it took the rest; null if it took all.</summary>
    [Id(6)] public ArrivalRefusal? Refused { get; init; }

    /// <summary>Of a refusal because the life of the location is over: its last date.</summary>
    [Id(7)] public DateOnly? LastDate { get; init; }
}

/// <summary>Units of a promise that are on the shelf now.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="Units">How many.</param>
/// <param name="Reservation">The reservation that holds them, firmly.</param>
[GenerateSerializer, Immutable, Alias("fulfilled-promise")]
public readonly record struct FulfilledPromise(
    [property: Id(0)] RequestId Promise, [property: Id(1)] long Units, [property: Id(2)] RequestId Reservation);

/// <summary>What is expected at a stock, and what of it is promised.</summary>
/// <param name="Key">The stock.</param>
/// <param name="Receipts">What is still to come.</param>
/// <param name="Promises">How each promise stands, in the order in which they were made.</param>
/// <param name="Available">Units that are due by the time asked for and not promised.</param>
/// <param name="Version">Rises with each event.</param>
[GenerateSerializer, Immutable, Alias("supply-view")]
public sealed record SupplyView(
    [property: Id(0)] StockKey Key,
    [property: Id(1)] ImmutableArray<ExpectedReceipt> Receipts,
    [property: Id(2)] ImmutableArray<PromiseOutlook> Promises,
    [property: Id(3)] long Available,
    [property: Id(4)] long Version);

/// <summary>Supply beside what is on the shelf.</summary>
/// <param name="Supply">What is expected.</param>
/// <param name="AvailableNow">Available to promise on the shelf now.</param>
public sealed record DatedSupply(SupplyView Supply, long AvailableNow);

/// <summary>Some stocks.</summary>
/// <param name="Supplies">In the order of their names.</param>
/// <param name="Next">The last stock looked at, if others may follow; null if none do.</param>
public sealed record SupplyPage(ImmutableArray<DatedSupply> Supplies, StockKey? Next);

/// <summary>Progress and findings of an audit of promises.</summary>
/// <param name="Promises">Promises of orders looked at so far.</param>
/// <param name="Differences">Each difference since the last item, in words.</param>
public sealed record SupplyAudit(long Promises, ImmutableArray<AuditDifference> Differences);
