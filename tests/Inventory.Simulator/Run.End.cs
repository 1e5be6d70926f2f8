using System.Globalization;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>What must be true once everything is over.</summary>
public sealed partial class Run
{
    private async Task TouchAllAsync()
    {
        foreach (var book in Auditor.Books.All)
        {
            var (told, askedAtMs) = (book.Told, _world.NowMs);
            var view = await _world.Service.Stocks.Get(book.Key, Shop.Channels[0]);
            Auditor.Shown(book.Key, view.Version, view.Sellable, view.Available, Shop.Channels[0], told, askedAtMs, "the owner, in the end,");
        }
    }

    // Whoever looks wakes the owner, which then minds its leases.
    private async Task TouchWorkAsync()
    {
        foreach (var place in Auditor.Work.Places)
        {
            foreach (var load in await _world.Work.Left(place, [.. Auditor.Work.At(place).Select(each => each.Slot)]))
            {
                var book = Auditor.Work.Of(place, load.Slot);
                var (told, held) = (load.Held, book.Now.Held(_world.NowMs));
                for (var look = 0; look < LooksMax && told != held; look++)
                {
                    // Whoever waits goes on by himself: something was taken since it was asked.
                    await Task.Delay(TimeSpan.FromMilliseconds(300), _world.Time);
                    told = (await _world.Work.Left(place, [load.Slot]))[0].Held;
                    held = book.Now.Held(_world.NowMs);
                }

                if (told != held)
                {
                    Auditor.Fail($"{book.Key}: in the end {told} are held, true are {held}");
                }
            }
        }
    }

    // Whoever waits goes on by himself, so a stock may be a moment ahead of its board.
    private async Task CompareBoardsAsync()
    {
        for (var look = 0; look < LooksMax && _plan.BackOrders > 0 && !await AreBoardsCurrentAsync(); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), _world.Time);
        }

        foreach (var group in Auditor.Books.All.Where(book => book.Version > 0).GroupBy(book => book.Key.Sku))
        {
            var rows = (await _world.Service.Get(new BoardQuery(group.Key, Shop.Channels[0], null))).Rows.ToDictionary(row => row.Location);
            foreach (var book in group)
            {
                var row = rows.GetValueOrDefault(book.Key.Location);
                if (row.Version != book.Version || row.OnHand != book.Now.Sellable)
                {
                    Auditor.Fail(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{book.Key}: in the end the board shows version {row.Version} with {row.OnHand}, true are {book.Version} and {book.Now.Sellable}"));
                }

                if (group.Key == _watcher.Sku && _watcher.Rows.GetValueOrDefault(book.Key.Location) != row)
                {
                    Auditor.Fail($"{book.Key}: in the end the watch shows {_watcher.Rows.GetValueOrDefault(book.Key.Location)}, the board {row}");
                }
            }
        }
    }

    private async Task<bool> AreBoardsCurrentAsync()
    {
        foreach (var group in Auditor.Books.All.Where(book => book.Version > 0).GroupBy(book => book.Key.Sku).ToArray())
        {
            var rows = (await _world.Service.Get(new BoardQuery(group.Key, Shop.Channels[0], null))).Rows.ToDictionary(row => row.Location);
            if (group.Any(book => rows.GetValueOrDefault(book.Key.Location).Version != book.Version))
            {
                return false;
            }
        }

        return true;
    }

    private async Task AuditAllAsync()
    {
        await foreach (var progress in _world.Service.Stocks.Audit(null, null, default))
        {
            foreach (var difference in progress.Differences)
            {
                Auditor.Fail($"{difference.Key}: the service's own audit says: {difference.Message}");
            }

            _tally.Add("stock audited", progress.StocksVerified);
        }

        foreach (var place in Auditor.Work.Places)
        {
            foreach (var difference in await _world.Work.Audit(place))
            {
                Auditor.Fail($"work of {place}: the service's own audit says: {difference}");
            }

            _tally.Add("work audited");
        }
    }
}
