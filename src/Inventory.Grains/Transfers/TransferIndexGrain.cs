using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Transfers that have something in common.</summary>
[Reentrant]
internal sealed class TransferIndexGrain(IJournal journal) : IndexGrain<RequestId>(journal, "transfers", RequestId.ParseToken), ITransferIndexGrain;
