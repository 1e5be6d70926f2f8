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

    /// <summary>Takes a later step.</summary>
    [Alias("step")]
    ValueTask<OrderAnswer> Step(OrderStep step);

    /// <summary>The order as it stands; null if there is none. Answers also while a step is under way.</summary>
    [Alias("get"), AlwaysInterleave]
    ValueTask<OrderView?> Get();

    /// <summary>Waits until the order has another version, or some seconds have passed.</summary>
    /// <exception cref="OverloadedException">More calls wait at this order than may.</exception>
    [Alias("changes"), AlwaysInterleave]
    ValueTask<OrderView?> Changes(long sinceVersion);
}

/// <summary>Names of orders that have something in common. Key: <c>customer/REFERENCE</c> or <c>location/ID</c>.</summary>
[Alias("order-index")]
public interface IOrderIndexGrain : IGrainWithStringKey
{
    /// <summary>Notes an order durably. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(RequestId order);

    /// <summary>Some orders, in the order of their ids, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max);
}
