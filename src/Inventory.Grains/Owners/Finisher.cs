using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Grains;

/// <summary>
/// Brings transfers and arrivals that a crash left in the middle of a step to their end when a silo starts, before it serves; lets those who wait watch for
/// what comes; and lets orders leave locations that are out of business. What cannot be taken up then keeps nothing else waiting, and is tried again.
/// </summary>
/// <remarks>A stock remembers the ids of its writes for a day; this is why nobody waits for a caller to ask again.</remarks>
internal sealed partial class Finisher(
    ITransfers transfers, ISupply supply, IOrders orders, IGrainFactory grains, TimeProvider time, ILogger<Finisher> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private Task _again = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        (string What, Func<CancellationToken, Task> TakeUp)[] all =
        [
            ("Open transfers", async cancellation => await transfers.FinishOpen(cancellation)),
            ("Open arrivals", async cancellation => await supply.FinishOpen(cancellation)),
            ("Orders that wait", async cancellation => await orders.ResumeWaiting(cancellation)),
            ("Closed locations", cancellation =>
                grains.GetGrain<IEvacuatorGrain>(IEvacuatorGrain.OnlyKey).Resume().AsTask().WaitAsync(cancellation)),
        ];
        foreach (var (what, takeUp) in all)
        {
            if (!await TryTakeUp(what, takeUp, cancellationToken))
            {
                var before = _again;
                _again = Task.WhenAll(before, TakeUpAgain(what, takeUp, _stop.Token));
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _again.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    private async Task TakeUpAgain(string what, Func<CancellationToken, Task> takeUp, CancellationToken cancellation)
    {
        do
        {
            await Task.Delay(s_retryPause, time, cancellation);
        }
        while (!await TryTakeUp(what, takeUp, cancellation));
    }

    private async Task<bool> TryTakeUp(string what, Func<CancellationToken, Task> takeUp, CancellationToken cancellation)
    {
        try
        {
            await takeUp(cancellation);
            return true;
        }
        catch (Exception e) when (e is IOException or TimeoutException or OverloadedException)
        {
            NotTakenUp(logger, what, s_retryPause.TotalSeconds, e.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} could not be taken up now, and are tried again in {Seconds} s: {Why}")]
    private static partial void NotTakenUp(ILogger logger, string what, double seconds, string why);
}
