using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>Availability through the boards.</summary>
internal sealed class Boards(IGrainFactory grains, LocationDirectory directory) : IAvailability
{
    public ValueTask<BoardView> Get(BoardQuery query)
    {
        var rows = Board(query.Sku).View(query.Channel, Only(query.Only), query.AvailableOnly);
        if (query.MinVersion == 0 && rows.IsCompletedSuccessfully && KnowsAll(query.Only))
        {
            return new ValueTask<BoardView>(ViewOf(rows.Result));
        }

        return GetLater(query, rows);
    }

    public async ValueTask<NearView?> Near(NearQuery query)
    {
        await directory.WhenLoaded();
        Position point;
        if (query.Near is { } location)
        {
            if (!directory.Knows(location))
            {
                await directory.LookAgain();
            }

            if (!directory.TryGet(location, out var place))
            {
                return null;
            }

            point = place.Facts.Position;
        }
        else
        {
            point = query.Point!.Value;
        }

        var ask = new NearPoint(point, query.RadiusMetres, query.Units, query.Channel, query.Max, query.CollectOnly, query.Near);
        var found = await Board(query.Sku).Near(ask);
        return new NearView(found.Rows, found.AsOfMs, found.AgeMs);
    }

    public async IAsyncEnumerable<BoardView> Watch(BoardQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var board = Board(query.Sku);
        var only = Only(query.Only);
        var first = true;
        for (var revision = 0L; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var changes = await board.Changes(query.Channel, only, revision).AsTask().WaitAsync(cancellation);
            revision = changes.Revision;
            if (first || changes.Board.Rows.Length > 0)
            {
                yield return ViewOf(changes.Board);
            }

            first = false;
        }
    }

    // The board has not heard of a version yet that the caller knows of: its owner has.
    private async ValueTask<BoardView> GetLater(BoardQuery query, ValueTask<BoardRows> rows)
    {
        var board = ViewOf(await rows);
        if (!KnowsAll(query.Only))
        {
            await directory.LookAgain();
            board = board with { Unknown = [.. query.Only!.Where(location => !directory.Knows(location))] };
        }

        if (query.MinVersion == 0 || query.Only is not { Length: 1 } only || (board.Rows.Count == 1 && board.Rows[0].Version >= query.MinVersion))
        {
            return board;
        }

        var stock = await grains.GetGrain<IStockGrain>(new StockKey(query.Sku, only[0]).ToString()).View(query.Channel);
        var row = new BoardRow(only[0], stock.Available, stock.Sellable, stock.Version);
        return board with { Rows = query.AvailableOnly && row.Available == 0 ? [] : [row], AgeMs = 0 };
    }

    private bool KnowsAll(LocationId[]? only)
    {
        foreach (var location in only ?? [])
        {
            if (!directory.Knows(location))
            {
                return false;
            }
        }

        return true;
    }

    private IBoardGrain Board(Sku sku) => grains.GetGrain<IBoardGrain>(sku.Value);

    private static ImmutableArray<LocationId> Only(LocationId[]? only) => only is null ? [] : [.. only];

    private static BoardView ViewOf(BoardRows rows) => new(rows.Rows, rows.AsOfMs, rows.AgeMs);
}
