using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Takes units of a kit back into the stocks of its components. Key: the token of the request.</summary>
[Alias("kit-return")]
public interface IKitReturnGrain : IGrainWithStringKey
{
    /// <summary>Gives the components back; asked again, goes on where it was cut off, or tells the first answer.</summary>
    [Alias("take-back")]
    ValueTask<StockAnswer> TakeBack(StockKey kit, long units, Condition condition, ImmutableArray<ReturnedLot> lots);
}
