using Inventory.Domain;
using Inventory.Grains;
using Inventory.Journal.Testing;

namespace Inventory.Simulator;

/// <summary>Follows a board: each row must be true, none older than the one before, and in the end it must have seen the end.</summary>
internal sealed class Watcher(World world, Tally tally)
{
    private readonly Dictionary<LocationId, BoardRow> _rows = [];
    private readonly CancellationTokenSource _over = new();

    public Sku Sku { get; } = Shop.Skus[0];

    public Channel Channel { get; } = Shop.Channels[0];

    public IReadOnlyDictionary<LocationId, BoardRow> Rows => _rows;

    public async Task LiveAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await WatchAsync();
            }
            catch (Exception) when (!world.IsUp || world.IsBroken)
            {
                // The process went down; a watcher calls again.
            }
            catch (OperationCanceledException) when (_over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException or Journal.JournalFailedException
                or OperationCanceledException or SimulatedCrashException) // a grain that could not begin in time
            {
                tally.Add("watch ended by a failure");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), world.Time);
        }
    }

    public void Stop() => _over.Cancel();

    private async Task WatchAsync()
    {
        await foreach (var view in world.Service.Availability.Watch(new BoardQuery(Sku, Channel, null), _over.Token))
        {
            foreach (var row in view.Rows)
            {
                tally.Add("row watched");
                var before = _rows.GetValueOrDefault(row.Location).Version;
                world.Auditor.Shown(new StockKey(Sku, row.Location), row.Version, row.OnHand, row.Available, Channel, before, 0, "a watch");
                _rows[row.Location] = row;
            }
        }
    }
}
