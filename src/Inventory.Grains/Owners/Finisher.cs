using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Grains;

/// <summary>
/// Brings transfers and arrivals that a crash left in the middle of a step to their end when a silo starts, before it serves; lets those who wait watch for
/// what comes; and lets orders leave locations that are out of business.
/// </summary>
/// <remarks>A stock remembers the ids of its writes for a day; this is why nobody waits for a caller to ask again.</remarks>
internal sealed partial class Finisher(ITransfers transfers, ISupply supply, IOrders orders, IGrainFactory grains, ILogger<Finisher> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await transfers.FinishOpen(cancellationToken);
            await supply.FinishOpen(cancellationToken);
            await orders.ResumeWaiting(cancellationToken);
            await grains.GetGrain<IEvacuatorGrain>(IEvacuatorGrain.OnlyKey).Resume().AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException or OverloadedException)
        {
            NotFinished(logger, e.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Open transfers, arrivals, orders that wait and closed locations could not be taken up now; each is by whoever asks for it next: {Why}")]
    private static partial void NotFinished(ILogger logger, string why);
}
