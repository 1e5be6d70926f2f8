using System.Collections.Immutable;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Owns one order. Key: the token of the request that placed it.</summary>
[Alias("order")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>Routes and holds it.</summary>
    [Alias("place")]
    ValueTask<OrderAnswer> Place(PlaceOrder order);

    /// <summary>Makes an order of a quote. Asked of the owner named after the write's id, who passes it on to the quote's.</summary>
    [Alias("redeem")]
    ValueTask<OrderAnswer> Redeem(RedeemQuote quote);

    /// <summary>True if a write with this id has taken effect here.</summary>
    [Alias("has-taken")]
    ValueTask<bool> HasTaken(RequestId id);

    /// <summary>
    /// Looks for better locations for what is confirmed, is to be sent, and nobody picks yet; moves it there if that is cheaper by enough and no later than
    /// was promised. Each unit is promised at one place at every moment that is on record.
    /// </summary>
    /// <param name="id">Id of the write.</param>
    /// <param name="leastMinor">The least saving, in minor units of the currency.</param>
    [Alias("improve")]
    ValueTask<ImprovedOrder> Improve(RequestId id, long leastMinor);

    /// <summary>
    /// Tries units that wait for a location again, because there may be some of a SKU; nothing is put on record if there is no location for any.
    /// </summary>
    [Alias("wake")]
    ValueTask<WokenOrder> Wake(Sku sku);

    /// <summary>Something has changed of what is promised to the order from what is to come: it asks what, soon after.</summary>
    [Alias("supplied"), OneWay]
    ValueTask Supplied();

    /// <summary>The order's promises from what is to come, as it knows them once it has asked: all that were made.</summary>
    [Alias("promises")]
    ValueTask<ImmutableArray<KnownPromise>> Promises();

    /// <summary>
    /// Somebody found it in a list though time has ended what it has there: it looks, soon after, and leaves the lists in which it has nothing left to do.
    /// </summary>
    /// <param name="location">The location whose list that was; null for the list of all that are alive.</param>
    [Alias("unlist"), OneWay]
    ValueTask Unlist(LocationId? location);

    /// <summary>
    /// A location is out of business: what nobody there has begun to pick is routed to others, what was promised from what is to come there is looked for
    /// elsewhere, and a quote that stands on it is given up. If the location is open again, nothing happens.
    /// </summary>
    /// <param name="location">The location.</param>
    /// <param name="cause">What closed it: makes the ids of the steps.</param>
    /// <returns>False if something is in doubt: ask again, under the same cause.</returns>
    [Alias("evacuate")]
    ValueTask<bool> Evacuate(LocationId location, RequestId cause);

    /// <summary>Takes a later step.</summary>
    [Alias("step")]
    ValueTask<OrderAnswer> Step(OrderStep step);

    /// <summary>The order as it stands; null if there is none. Answers also while a step is under way.</summary>
    [Alias("get"), AlwaysInterleave]
    ValueTask<OrderView?> Get();

    /// <summary>Announcements that units which wait under back-order are not promised, and why, as it is now; none if nothing waits.</summary>
    [Alias("unused-supply")]
    ValueTask<ImmutableArray<UnusedSupply>> UnusedSupply();

    /// <summary>Waits until the order has another version, or some seconds have passed.</summary>
    /// <exception cref="OverloadedException">More calls wait at this order than may.</exception>
    [Alias("changes"), AlwaysInterleave]
    ValueTask<OrderView?> Changes(long sinceVersion);
}

/// <summary>
/// Orders that have something in common. Key: <c>customer/REFERENCE</c> for all that a customer ever placed, <c>location/ID</c> for those with
/// something left to do at a location, <c>open/NN</c> and <c>done/NN</c> for all that are alive or over, by the beginning of their names. Of what is alive
/// it may name some for which time alone has ended that.
/// </summary>
[Alias("order-index")]
public interface IOrderIndexGrain : IGrainWithStringKey
{
    /// <summary>Notes an order durably. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(RequestId order);

    /// <summary>Forgets an order. Only the order itself asks for it, in a turn of its own: see <see cref="IOrderGrain.Unlist"/>.</summary>
    [Alias("remove")]
    ValueTask Remove(RequestId order);

    /// <summary>Some orders, in the order of their ids, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max);
}

/// <summary>A promise as its order knows it.</summary>
/// <param name="Promise">Which.</param>
/// <param name="Key">The stock where the units are expected.</param>
/// <param name="Left">Units still to come.</param>
/// <param name="Arrived">Units that have come since it was made.</param>
/// <param name="GivenUp">Units that the order gave up.</param>
[GenerateSerializer, Immutable, Alias("known-promise")]
public sealed record KnownPromise(
    [property: Id(0)] RequestId Promise,
    [property: Id(1)] StockKey Key,
    [property: Id(2)] long Left,
    [property: Id(3)] long Arrived,
    [property: Id(4)] long GivenUp);
