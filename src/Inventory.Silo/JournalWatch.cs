using Inventory.Journal;

namespace Inventory.Silo;

/// <summary>Says once, loudly, that storage is lost. The health service tells orchestrators.</summary>
internal sealed class JournalWatch(IJournal journal, TimeProvider time, ILogger<JournalWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!journal.Health.IsServing)
            {
                SiloLog.StorageLost(logger, journal.Health.Reason ?? "unknown");
                return;
            }

            await Task.Delay(s_pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
