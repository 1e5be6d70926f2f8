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
}

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
