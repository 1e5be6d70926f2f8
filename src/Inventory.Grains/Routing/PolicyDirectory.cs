using Inventory.Domain.Routing;
using Microsoft.Extensions.Hosting;

namespace Inventory.Grains;

/// <summary>This silo's copy of the policies that are used, so that no order costs a call for them. Safe for any thread.</summary>
/// <remarks>
/// In the silo where the owner lives a change arrives before its writer is answered, in the others within <see cref="GrainLimits.DirectoryPollMs"/>.
/// </remarks>
/// <param name="grains">Where the owner is.</param>
/// <param name="time">The clock.</param>
/// <param name="background">Where work runs that belongs to no grain; the thread pool unless a simulation registers its own.</param>
public sealed class PolicyDirectory(IGrainFactory grains, TimeProvider time, TaskScheduler? background = null) : BackgroundService
{
    private readonly Lock _writing = new();
    private PolicySet? _used;
    private Task? _loading;

    /// <summary>What is used; what is shipped before anything was read.</summary>
    public PolicySet Used => Volatile.Read(ref _used) ?? PolicySet.Shipped;

    /// <summary>Done once the owner's policies are known here; asks it if nobody did yet.</summary>
    public Task WhenLoaded()
    {
        if (Volatile.Read(ref _used) is not null)
        {
            return Task.CompletedTask;
        }

        lock (_writing)
        {
            return _loading is { IsFaulted: false, IsCanceled: false } ? _loading : _loading = Elsewhere();
        }
    }

    internal void Take(PolicySet used)
    {
        lock (_writing)
        {
            if (_used is null || used.Revision > _used.Revision)
            {
                Volatile.Write(ref _used, used);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(GrainLimits.DirectoryPollMs);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await Elsewhere();
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The owner cannot be reached now: what is known stays, and the next round asks again.
            }
        }
    }

    // It belongs to no grain, though a grain may be the first to want it.
    private Task Elsewhere() => Task.Factory.StartNew(
        Read, CancellationToken.None, TaskCreationOptions.DenyChildAttach, background ?? TaskScheduler.Default).Unwrap();

    private async Task Read()
    {
        var known = Volatile.Read(ref _used)?.Revision ?? -1;
        if (await grains.GetGrain<IPolicyGrain>(IPolicyGrain.OnlyKey).Since(known) is { } used)
        {
            Take(used);
        }
    }
}
