using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>Availability through the boards.</summary>
internal sealed class Boards(IGrainFactory grains, LocationDirectory directory, CatalogDirectory catalog) : IAvailability
{
    private readonly KitBoards _boards = new(grains, catalog);

    public ValueTask<BoardView> Get(BoardQuery query)
    {
        var rows = _boards.View(query.Sku, query.Channel, Only(query.Only), query.AvailableOnly);
        if (query.MinVersion == 0 && rows.IsCompletedSuccessfully && KnowsAll(query.Only))
        {
            return new ValueTask<BoardView>(ViewOf(rows.Result));
        }

        return GetLater(query, rows);
    }

    public async ValueTask<NearView?> Near(NearQuery query)
    {
        await Task.WhenAll(directory.WhenLoaded(), catalog.WhenLoaded());
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
        var found = catalog.Kit(query.Sku) is { } kit ? await _boards.Near(kit, ask, directory) : await Board(query.Sku).Near(ask);
        return new NearView(found.Rows, found.AsOfMs, found.AgeMs);
    }

    public async IAsyncEnumerable<BoardView> Watch(BoardQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await catalog.WhenLoaded();
        var (only, first, shown) = (Only(query.Only), true, new HashSet<LocationId>());
        for (var revision = 0L; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (catalog.Kit(query.Sku) is { } kit)
            {
                var isNew = true;
                await foreach (var rows in _boards.Watch(kit, query.Channel, only, cancellation))
                {
                    yield return ViewOf(isNew ? rows with { Rows = [.. rows.Rows, .. Gone(shown, rows.Rows)] } : rows);
                    (isNew, first) = (false, false);
                    shown.UnionWith(rows.Rows.Select(row => row.Location));
                }

                continue; // it is defined anew
            }

            var changes = await Board(query.Sku).Changes(query.Channel, only, revision).AsTask().WaitAsync(cancellation);
            revision = changes.Revision;
            if (first || changes.Board.Rows.Length > 0)
            {
                yield return ViewOf(changes.Board);
            }

            first = false;
        }
    }

    // Locations that have nothing of a kit any more, because it is defined anew.
    private static IEnumerable<BoardRow> Gone(HashSet<LocationId> shown, BoardRow[] rows) =>
        shown.Except(rows.Select(row => row.Location)).OrderBy(location => location.Value, StringComparer.Ordinal)
            .Select(location => new BoardRow(location, 0, 0, 0));

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

        BoardRow row;
        if (catalog.Kit(query.Sku) is { } kit)
        {
            row = await _boards.Ask(kit, only[0], query.Channel);
        }
        else
        {
            var stock = await grains.GetGrain<IStockGrain>(new StockKey(query.Sku, only[0]).ToString()).View(query.Channel);
            row = new BoardRow(only[0], stock.Available, stock.Sellable, stock.Version);
        }

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
