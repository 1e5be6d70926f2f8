using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Grains;

/// <summary>Owns one stock: decides, appends, and answers when it is durable. Key: <c>SKU@LOCATION</c>.</summary>
/// <remarks>Throws the journal's exceptions if storage is lost; the next call after its return rebuilds the stock.</remarks>
[Alias("stock")]
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>Judges a command; the answer is durable. Refusals are answers.</summary>
    [Alias("do")]
    ValueTask<StockAnswer> Do(StockCommand command);

    /// <summary>Judges commands in order, in one turn; the answers come when all of them are durable.</summary>
    [Alias("do-many")]
    ValueTask<StockAnswer[]> DoMany([Immutable] StockCommand[] commands);

    /// <summary>Reads the stock as it is, durable.</summary>
    [Alias("view")]
    ValueTask<StockView> View(Channel channel);

    /// <summary>Reads a hold, live or remembered; a page without any if it is not known.</summary>
    [Alias("hold")]
    ValueTask<HoldPage> Hold(HoldId hold);

    /// <summary>Live holds in the order of their ids, after one.</summary>
    [Alias("holds")]
    ValueTask<HoldPage> Holds(HoldId? after, int max);

    /// <summary>The figure that the board shows.</summary>
    [Alias("figure")]
    ValueTask<BoardFigure> Figure();

    /// <summary>Replays the stock's journal and compares it with what is in memory; each difference in words.</summary>
    [Alias("audit")]
    ValueTask<ImmutableArray<string>> Audit();
}
