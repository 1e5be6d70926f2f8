using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>What is available of a SKU, whether it is a kit or not: a kit's figures are derived from the boards of its components.</summary>
/// <remarks>
/// Of a kit a location has as many units as the scarcest component allows, and is shown if it ever stocked all of them. The boards are asked one by one,
/// so a figure may be put together from moments that are a little apart: what is promised is decided by the stocks alone.
/// </remarks>
internal sealed class KitBoards(IGrainFactory grains, CatalogDirectory catalog)
{
    /// <summary>As <see cref="IBoardGrain.View"/>, of a kit too.</summary>
    public ValueTask<BoardRows> View(Sku sku, Channel channel, ImmutableArray<LocationId> only, bool availableOnly)
    {
        if (!catalog.IsLoaded)
        {
            return ViewLater(sku, channel, only, availableOnly);
        }

        return catalog.Kit(sku) is { } kit ? ViewKit(kit, channel, only, availableOnly) : Board(sku).View(channel, only, availableOnly);
    }

    /// <summary>Units of a kit at one location as the owners of its components see it.</summary>
    public async ValueTask<BoardRow> Ask(CatalogView kit, LocationId location, Channel channel)
    {
        var stocks = await Task.WhenAll(kit.Facts.Kit.Select(part =>
            grains.GetGrain<IStockGrain>(new StockKey(part.Sku, location).ToString()).View(channel).AsTask()));
        var rows = stocks.Select(stock => new BoardRow(location, stock.Available, stock.Sellable, stock.Version));
        return Combine(location, kit, [.. rows]);
    }

    /// <summary>Places with enough of a kit, as <see cref="IBoardGrain.Near"/> tells of other SKUs.</summary>
    public async ValueTask<NearRows> Near(CatalogView kit, NearPoint query, LocationDirectory directory)
    {
        var board = await ViewKit(kit, query.Channel, [], availableOnly: true);
        var places =
            from row in board.Rows
            where row.Available >= query.Units && row.Location != query.Except && directory.IsOpen(row.Location)
            let place = directory.TryGet(row.Location, out var found) ? found : null
            where place is not null && (!query.CollectOnly || place.Facts.Capabilities.HasFlag(Capabilities.Collect))
            let metres = query.Point.DistanceMetres(place.Facts.Position)
            where metres <= query.RadiusMetres
            select (Row: row, Place: place, Metres: metres);
        var nearest = places.OrderBy(each => each.Metres).ThenBy(each => each.Row.Location.Value, StringComparer.Ordinal).Take(query.Max)
            .Select(each => new NearRow(
                each.Row, each.Place.Facts.Name, each.Metres,
                PickupPromise.ReadyAtMs(each.Place.Facts, each.Place.Open, board.AsOfMs) ?? 0, each.Place.Facts.Position));
        return new NearRows([.. nearest], board.AsOfMs, board.AgeMs);
    }

    /// <summary>First the state of a kit, then each change of it, for as long as its definition stays.</summary>
    public async IAsyncEnumerable<BoardRows> Watch(
        CatalogView kit, Channel channel, ImmutableArray<LocationId> only, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = new Dictionary<LocationId, BoardRow>[kit.Facts.Kit.Length];
        var revisions = new long[seen.Length];
        var asked = new Task<BoardChanges>?[seen.Length];
        var shown = new Dictionary<LocationId, BoardRow>();
        for (var isFirst = true; ReferenceEquals(catalog.Kit(kit.Sku), kit); isFirst = false)
        {
            var redefined = catalog.Changed;
            for (var i = 0; i < seen.Length; i++)
            {
                asked[i] ??= Board(kit.Facts.Kit[i].Sku).Changes(channel, only, revisions[i]).AsTask();
            }

            // The first time of all of them, later of any.
            Task[] calls = [.. asked.Select(task => task!)];
            await (isFirst ? Task.WhenAll(calls) : Task.WhenAny([.. calls, redefined])).WaitAsync(cancellation);
            var (asOfMs, ageMs) = (0L, 0L);
            for (var i = 0; i < seen.Length; i++)
            {
                if (asked[i] is { IsCompleted: true } answered)
                {
                    var changes = await answered;
                    (asked[i], revisions[i]) = (null, changes.Revision);
                    (asOfMs, ageMs) = (Math.Max(asOfMs, changes.Board.AsOfMs), Math.Max(ageMs, changes.Board.AgeMs));
                    seen[i] ??= [];
                    foreach (var row in changes.Board.Rows)
                    {
                        seen[i][row.Location] = row;
                    }
                }
            }

            var news = Rows(kit, seen).Where(row => !shown.TryGetValue(row.Location, out var before) || before != row).ToArray();
            if (isFirst || news.Length > 0)
            {
                yield return new BoardRows(news, asOfMs, ageMs);
            }

            foreach (var row in news)
            {
                shown[row.Location] = row;
            }
        }
    }

    private async ValueTask<BoardRows> ViewLater(Sku sku, Channel channel, ImmutableArray<LocationId> only, bool availableOnly)
    {
        await catalog.WhenLoaded();
        return await View(sku, channel, only, availableOnly);
    }

    private async ValueTask<BoardRows> ViewKit(CatalogView kit, Channel channel, ImmutableArray<LocationId> only, bool availableOnly)
    {
        var boards = await Task.WhenAll(kit.Facts.Kit.Select(part => Board(part.Sku).View(channel, only, availableOnly).AsTask()));
        var seen = boards.Select(board => board.Rows.ToDictionary(row => row.Location)).ToArray();
        var rows = Rows(kit, seen).Where(row => !availableOnly || row.Available > 0);
        return new BoardRows([.. rows], boards.Max(board => board.AsOfMs), boards.Max(board => board.AgeMs));
    }

    private static IEnumerable<BoardRow> Rows(CatalogView kit, Dictionary<LocationId, BoardRow>[] seen) =>
        seen.MinBy(rows => rows.Count)!.Keys
            .Where(location => Array.TrueForAll(seen, rows => rows.ContainsKey(location)))
            .OrderBy(location => location.Value, StringComparer.Ordinal)
            .Select(location => Combine(location, kit, Array.ConvertAll(seen, rows => rows[location])));

    // The version of a kit's stock is the sum of its components': it rises with each change of any.
    private static BoardRow Combine(LocationId location, CatalogView kit, BoardRow[] components)
    {
        var (available, onHand, version) = (long.MaxValue, long.MaxValue, 0L);
        for (var i = 0; i < components.Length; i++)
        {
            available = Math.Min(available, components[i].Available / kit.Facts.Kit[i].Units);
            onHand = Math.Min(onHand, components[i].OnHand / kit.Facts.Kit[i].Units);
            version += components[i].Version;
        }

        return new BoardRow(location, available, onHand, version);
    }

    private IBoardGrain Board(Sku sku) => grains.GetGrain<IBoardGrain>(sku.Value);
}
