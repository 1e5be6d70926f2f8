using Inventory.Domain;
using Inventory.Grains;

namespace Inventory.Silo;

/// <summary>
/// Goes over all confirmed orders again and again and moves what nobody picks yet to better locations, if that was asked for. Says after each round what it
/// has saved. A round that fails is left to the next: whatever it has moved stays moved, and nothing is moved by halves.
/// </summary>
/// <param name="orders">The orders.</param>
/// <param name="time">The clock.</param>
/// <param name="options">How often, and from which saving on.</param>
/// <param name="logger">Where it says so.</param>
internal sealed class OrderImprover(IOrders orders, TimeProvider time, SiloOptions options, ILogger<OrderImprover> logger) : BackgroundService
{
    private const int OrdersAtATime = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMinutes(options.ReoptimizeMinutes);
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SiloLog.RoundFailed(logger, e.Message);
            }
        }
    }

    private async Task RoundAsync(CancellationToken stop)
    {
        var (id, looked, moved, saved) = (RequestId.Parse(Guid.NewGuid().ToString()), 0L, 0L, 0L);
        RequestId? after = null;
        do
        {
            var some = await orders.Improve(id, options.ReoptimizeSaving, after, OrdersAtATime);
            (looked, moved, saved) = (looked + some.Looked, moved + some.Moved.Length, saved + some.Moved.Sum(order => order.SavedMinor));
            after = some.Next;
        }
        while (after is not null && !stop.IsCancellationRequested);
        SiloLog.RoundDone(logger, looked, moved, saved);
    }
}
