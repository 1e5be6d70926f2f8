using Microsoft.Extensions.Hosting;

namespace Inventory.Grains;

/// <summary>A silo's copy of what one owner knows, for rules to look at without a call. Safe for any thread.</summary>
/// <remarks>
/// In the silo where the owner lives a change arrives before its writer is answered, in the others within <see cref="GrainLimits.DirectoryPollMs"/>, or
/// when somebody needs it (<see cref="LookAgain"/>).
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="elsewhere">Where work runs that belongs to no grain; the thread pool unless a simulation registers its own.</param>
public abstract class OwnerCopy(TimeProvider time, TaskScheduler? elsewhere) : BackgroundService
{
    private readonly SemaphoreSlim _oneReads = new(1);
    private readonly Lock _asking = new();
    private Task? _loading;
    private Task? _readingNext;

    private protected TimeProvider Time => time;

    /// <summary>True once everything is known here.</summary>
    public bool IsLoaded => Volatile.Read(ref _loading) is { IsCompletedSuccessfully: true };

    /// <summary>Done once everything is known here; asks the owner if nobody did yet.</summary>
    public Task WhenLoaded()
    {
        var loading = Volatile.Read(ref _loading);
        if (loading is { IsCompletedSuccessfully: true })
        {
            return loading;
        }

        lock (_asking)
        {
            return _loading is { IsFaulted: false, IsCanceled: false } ? _loading : _loading = LookAgain();
        }
    }

    /// <summary>Done once this copy has all that the owner knew when this was called. Callers who come together ask once.</summary>
    public Task LookAgain()
    {
        lock (_asking)
        {
            return _readingNext ??= Elsewhere(ReadNext);
        }
    }

    /// <summary>Asks the owner for what is new. Never called twice at a time.</summary>
    private protected abstract Task Read();

    /// <summary>Called before each look at the owner.</summary>
    private protected virtual void BeforeLook()
    {
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(GrainLimits.DirectoryPollMs);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            BeforeLook();
            try
            {
                await (IsLoaded ? LookAgain() : WhenLoaded());
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The owner cannot be reached now: what is known stays, and the next round asks again.
            }
        }
    }

    // It belongs to no grain, though a grain may be the first to want it.
    private Task Elsewhere(Func<Task> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, elsewhere ?? TaskScheduler.Default).Unwrap();

    // One at a time. Who comes before it has begun is served by it, who comes later by the next.
    private async Task ReadNext()
    {
        await _oneReads.WaitAsync();
        try
        {
            lock (_asking)
            {
                _readingNext = null;
            }

            await Read();
        }
        finally
        {
            _oneReads.Release();
        }
    }
}
