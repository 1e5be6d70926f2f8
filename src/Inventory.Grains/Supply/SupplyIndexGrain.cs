using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Stocks with supply.</summary>
[Reentrant]
internal sealed class SupplyIndexGrain(IJournal journal) : IndexGrain<StockKey>(journal, "supplies", StockKey.Parse), ISupplyIndexGrain;
