using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The orders of a customer, or of a location.</summary>
[Reentrant]
internal sealed class OrderIndexGrain(IJournal journal) : IndexGrain<RequestId>(journal, "orders", RequestId.ParseToken), IOrderIndexGrain;
