using System.Collections.Immutable;
using Inventory.Domain;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Owns one transfer. Key: the token of the request that made it.</summary>
[Alias("transfer")]
public interface ITransferGrain : IGrainWithStringKey
{
    /// <summary>Makes a draft.</summary>
    [Alias("create")]
    ValueTask<TransferAnswer> Create(CreateTransfer transfer);

    /// <summary>Takes a later step.</summary>
    [Alias("step")]
    ValueTask<TransferAnswer> Step(TransferStep step);

    /// <summary>Brings what an earlier call or process left open to its end. Changes nothing if nothing is.</summary>
    [Alias("finish")]
    ValueTask Finish();

    /// <summary>The transfer as it stands; null if there is none. Answers also while a step is under way.</summary>
    [Alias("get"), AlwaysInterleave]
    ValueTask<TransferView?> Get();
}

/// <summary>
/// Transfers that have something in common. Key: <c>open</c> for all that are not over, <c>open/LOCATION</c> and <c>over/LOCATION</c> for those from or
/// to a location. A transfer that has just ended may be named by both for a while.
/// </summary>
[Alias("transfer-index")]
public interface ITransferIndexGrain : IGrainWithStringKey
{
    /// <summary>Key of the index of all that are not over.</summary>
    const string AllOpen = "open";

    /// <summary>Notes a transfer durably. It may be noted again.</summary>
    [Alias("add")]
    ValueTask Add(RequestId transfer);

    /// <summary>Forgets a transfer.</summary>
    [Alias("remove")]
    ValueTask Remove(RequestId transfer);

    /// <summary>Some transfers, in the order of their ids, after one.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max);
}
