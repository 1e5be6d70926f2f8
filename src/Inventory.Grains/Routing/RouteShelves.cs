using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;

namespace Inventory.Grains;

/// <summary>
/// What boards tell of an order's goods, as far as they were asked, with what the order holds there and less what it takes. Used by one routing.
/// </summary>
/// <param name="grains">Where the boards are.</param>
/// <param name="boards">Asked for all that a SKU has.</param>
/// <param name="channel">Who asks.</param>
/// <param name="recipes">What a unit of each of the order's SKUs is taken from.</param>
internal sealed class RouteShelves(IGrainFactory grains, KitBoards boards, Channel channel, Dictionary<Sku, ImmutableArray<KitComponent>> recipes)
{
    private readonly Dictionary<StockKey, long> _own = [];

    /// <summary>Units by what stocks keep, and by location: of what was loaded last.</summary>
    public Dictionary<Sku, Dictionary<LocationId, long>> Available { get; } = [];

    /// <summary>Units that may be taken beside what the boards show, for the order has them already; below 0 for what it has taken since.</summary>
    /// <param name="key">A stock of one of the order's SKUs, which may be a kit.</param>
    /// <param name="units">How many.</param>
    public void Add(StockKey key, long units)
    {
        foreach (var (sku, each) in recipes[key.Sku])
        {
            var stock = key with { Sku = sku };
            _own[stock] = _own.GetValueOrDefault(stock) + (units * each);
            if (Available.TryGetValue(sku, out var board))
            {
                board[key.Location] = board.GetValueOrDefault(key.Location) + (units * each);
            }
        }
    }

    /// <summary>Asks for all that there is of some SKUs.</summary>
    public async ValueTask LoadAll(IReadOnlyCollection<Sku> skus)
    {
        var told = await Task.WhenAll(skus.Select(sku => boards.View(sku, channel, [], availableOnly: true).AsTask()));
        foreach (var (sku, board) in skus.Zip(told))
        {
            Take(sku, board.Rows);
        }
    }

    /// <summary>Asks for what there is of some SKUs around a point.</summary>
    /// <returns>All that is as near, in metres, is known now; infinite if everything is.</returns>
    public async ValueTask<double> LoadAround(IReadOnlyCollection<Sku> skus, Position point, double metres)
    {
        var told = await Task.WhenAll(skus.Select(sku => grains.GetGrain<IBoardGrain>(sku.Value).Around(channel, point, metres).AsTask()));
        foreach (var (sku, board) in skus.Zip(told))
        {
            Take(sku, board.Rows);
        }

        return told.Min(board => board.WithinMetres);
    }

    private void Take(Sku sku, BoardRow[] rows)
    {
        var board = new Dictionary<LocationId, long>(rows.Length);
        foreach (var row in rows)
        {
            board[row.Location] = row.Available;
        }

        foreach (var (stock, units) in _own)
        {
            if (stock.Sku == sku)
            {
                board[stock.Location] = Math.Max(0, board.GetValueOrDefault(stock.Location)) + units;
            }
        }

        Available[sku] = board;
    }
}
