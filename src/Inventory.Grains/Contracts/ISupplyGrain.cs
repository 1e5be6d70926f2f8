using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Supply;

namespace Inventory.Grains;

/// <summary>Owns what is expected at one stock, and what of it is promised. Key: <c>SKU@LOCATION</c>.</summary>
[Alias("supply")]
public interface ISupplyGrain : IGrainWithStringKey
{
    /// <summary>Announces, receives, promises or releases.</summary>
    [Alias("do")]
    ValueTask<SupplyAnswer> Do(SupplyCommand command);

    /// <summary>What is expected and promised.</summary>
    /// <param name="byMs">Count what is due by then, Unix milliseconds.</param>
    /// <param name="confidence">Count only supply at least so sure, in percent.</param>
    [Alias("view")]
    ValueTask<SupplyView> View(long byMs, int confidence);

    /// <summary>Brings an arrival that a crash left in the middle to its end.</summary>
    [Alias("finish")]
    ValueTask Finish();

    /// <summary>Announcements with units that can be promised now, the earliest first; what is overdue is left out.</summary>
    /// <param name="max">At most so many.</param>
    [Alias("offers")]
    ValueTask<ImmutableArray<ExpectedReceipt>> Offers(int max);

    /// <summary>How promises of orders stand.</summary>
    /// <param name="promises">Which.</param>
    /// <returns>Those that are not over, in the order of the question.</returns>
    [Alias("standing")]
    ValueTask<ImmutableArray<ClaimStanding>> Standing(ImmutableArray<RequestId> promises);

    /// <summary>An order says how much of its promise it gives up, and how much of what arrived it knows of: sums since the promise was made.</summary>
    /// <returns>How the promise stands then; null if it is over: nothing is to come, and the order knew all that arrived.</returns>
    [Alias("settle")]
    ValueTask<ClaimStanding?> Settle(RequestId order, RequestId promise, long givenUp, long seen);

    /// <summary>The promises of orders that are not over, in no order.</summary>
    [Alias("claims")]
    ValueTask<ImmutableArray<SupplyClaim>> Claims();
}

/// <summary>How a promise that belongs to an order stands.</summary>
/// <param name="Promise">Which.</param>
/// <param name="Arrived">Units that have come since it was made.</param>
/// <param name="GivenUp">Units that the order gave up.</param>
/// <param name="Lacking">Of the others those for which nothing is expected.</param>
/// <param name="Receipt">The announcement that brings the last of the others; empty if nothing is expected.</param>
/// <param name="DueMs">When that is due, Unix milliseconds; 0 if nothing is expected.</param>
[GenerateSerializer, Immutable, Alias("claim-standing")]
public sealed record ClaimStanding(
    [property: Id(0)] RequestId Promise,
    [property: Id(1)] long Arrived,
    [property: Id(2)] long GivenUp,
    [property: Id(3)] long Lacking,
    [property: Id(4)] string Receipt,
    [property: Id(5)] long DueMs);

/// <summary>
/// Stocks with supply. Key: <c>sku/SKU</c> and <c>location/LOCATION</c> for all that ever had any, <c>arriving</c> for those in the middle of an arrival.
/// </summary>
[Alias("supply-index")]
public interface ISupplyIndexGrain : IGrainWithStringKey
{
    /// <summary>Key of the index of those in the middle of an arrival.</summary>
    const string Arriving = "arriving";

    /// <summary>Notes a stock durably. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(StockKey stock);

    /// <summary>Forgets a stock.</summary>
    [Alias("remove")]
    ValueTask Remove(StockKey stock);

    /// <summary>Some stocks, in the order of their names, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<StockKey>> List(StockKey? after, int max);
}
