using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Inventory.Domain;
using Microsoft.Extensions.Hosting;

namespace Inventory.Grains;

/// <summary>This silo's copy of every location, for rules and boards to look at without a call. Safe for any thread.</summary>
/// <remarks>
/// Follows the directory's owner: in the silo where that lives a change arrives before its writer is answered, in the others within
/// <see cref="GrainLimits.DirectoryPollMs"/>, or when somebody needs it (<see cref="LookAgain"/>). Once described, a location stays so.
/// </remarks>
/// <param name="grains">Where the owner is.</param>
/// <param name="time">The clock.</param>
/// <param name="background">Where work runs that belongs to no grain; the thread pool unless a simulation registers its own.</param>
public sealed class LocationDirectory(IGrainFactory grains, TimeProvider time, TaskScheduler? background = null) : BackgroundService
{
    private readonly ConcurrentDictionary<LocationId, Known> _locations = new();
    private readonly Lock _writing = new();
    private Task? _loading;
    private TaskCompletionSource _changed = new(); // grains wait for it: they continue in turns of their own
    private readonly SemaphoreSlim _oneReads = new(1);
    private Task? _readingNext;
    private Guid _epoch;
    private long _seen;
    private volatile int _perhapsClosed;
    private long _nextEdgeMs = long.MaxValue;
    private long _revision;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Rises with each change of this copy, and when the life of a location begins or ends.</summary>
    public long Revision
    {
        get
        {
            PassEdges();
            return Interlocked.Read(ref _revision);
        }
    }

    /// <summary>When parcels leave these locations.</summary>
    internal Departures Departures { get; } = new();

    /// <summary>Done at the next change of this copy. Take it before looking, so that no change is missed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Done once every location is known here; asks the owner if nobody did yet.</summary>
    public Task WhenLoaded()
    {
        var loading = Volatile.Read(ref _loading);
        if (loading is { IsCompletedSuccessfully: true })
        {
            return loading;
        }

        lock (_writing)
        {
            return _loading is { IsFaulted: false, IsCanceled: false } ? _loading : _loading = LookAgain();
        }
    }

    /// <summary>Done once this copy has all that the owner knew when this was called. Callers who come together ask once.</summary>
    public Task LookAgain()
    {
        lock (_writing)
        {
            return _readingNext ??= Elsewhere(ReadNext);
        }
    }

    /// <summary>Reads a location.</summary>
    public bool TryGet(LocationId id, [NotNullWhen(true)] out LocationView? location)
    {
        location = _locations.TryGetValue(id, out var known) ? known.View : null;
        return location is not null;
    }

    /// <summary>The text of a location's id as all keep it that know the location, so that it is in memory once; the same text if it is not known.</summary>
    public string SameText(string id) => LocationId.TryParse(id, out var location, out _) ? Same(location).Value : id;

    /// <summary>As <see cref="SameText"/>, of an id.</summary>
    public LocationId Same(LocationId id) => TryGet(id, out var location) ? location.Id : id;

    /// <summary>True if the location is described.</summary>
    public bool Knows(LocationId id) => _locations.ContainsKey(id);

    /// <summary>True if the location is known and out of business: closed as a whole, or outside of its life.</summary>
    public bool IsClosed(LocationId id) => _perhapsClosed > 0 && _locations.TryGetValue(id, out var location) && !location.IsOpenAt(NowMs);

    /// <summary>True if the location is known and in business.</summary>
    public bool IsOpen(LocationId id) => _locations.TryGetValue(id, out var location) && location.IsOpenAt(NowMs);

    /// <summary>Some locations in the ordinal order of ids.</summary>
    public LocationPage Page(LocationId? after, int max)
    {
        var sorted = _locations.Values.Select(known => known.View)
            .Where(location => after is not { } last || string.CompareOrdinal(location.Id.Value, last.Value) > 0)
            .OrderBy(location => location.Id.Value, StringComparer.Ordinal)
            .Take(max + 1)
            .ToList();
        return new LocationPage(sorted.Count > max ? sorted[..max] : sorted, sorted.Count > max);
    }

    internal void Take(LocationView location)
    {
        TaskCompletionSource changed;
        lock (_writing)
        {
            var known = _locations.GetValueOrDefault(location.Id);
            if (known is not null && known.View.Version >= location.Version)
            {
                return;
            }

            var (fromMs, untilMs) = location.Facts.LifeSpan();
            var next = _locations[location.Id] = new Known(location, fromMs, untilMs);
            _perhapsClosed += (next.MayBeClosed ? 1 : 0) - (known is { MayBeClosed: true } ? 1 : 0);
            _nextEdgeMs = Math.Min(_nextEdgeMs, next.NextEdgeMs(NowMs));
            changed = Change();
        }

        changed.TrySetResult();
    }

    /// <summary>Time alone opens and closes those whose life is stated: this is how boards and watchers learn of it.</summary>
    private void PassEdges()
    {
        var nowMs = NowMs;
        if (nowMs >= Interlocked.Read(ref _nextEdgeMs))
        {
            PassEdges(nowMs);
        }
    }

    // Apart from the check, which every query makes: what this method captures would cost each of them an object.
    private void PassEdges(long nowMs)
    {
        TaskCompletionSource changed;
        lock (_writing)
        {
            if (nowMs < _nextEdgeMs)
            {
                return;
            }

            _nextEdgeMs = _locations.Values.Select(known => known.NextEdgeMs(nowMs)).DefaultIfEmpty(long.MaxValue).Min();
            changed = Change();
        }

        changed.TrySetResult();
    }

    // Under the lock. The caller tells those who wait once it has left that.
    private TaskCompletionSource Change()
    {
        Interlocked.Increment(ref _revision);
        var changed = _changed;
        Volatile.Write(ref _changed, new TaskCompletionSource());
        return changed;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(GrainLimits.DirectoryPollMs);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            PassEdges();
            try
            {
                await (_loading is { IsCompletedSuccessfully: true } ? LookAgain() : WhenLoaded());
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The owner cannot be reached now: what is known stays, and the next round asks again.
            }
        }
    }

    // It belongs to no grain, though a grain may be the first to want it.
    private Task Elsewhere(Func<Task> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, background ?? TaskScheduler.Default).Unwrap();

    // One at a time. Who comes before it has begun is served by it, who comes later by the next.
    private async Task ReadNext()
    {
        await _oneReads.WaitAsync();
        try
        {
            lock (_writing)
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

    private async Task Read()
    {
        var owner = grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);
        var page = await owner.Since(_seen);
        if (page.Epoch != _epoch && _seen != 0)
        {
            page = await owner.Since(0);
        }

        foreach (var location in page.Locations)
        {
            Take(location);
        }

        (_epoch, _seen) = (page.Epoch, page.Revision);
    }

    /// <summary>A location and when its life begins and ends, Unix milliseconds.</summary>
    private sealed record Known(LocationView View, long FromMs, long UntilMs)
    {
        public bool MayBeClosed => !View.Open || FromMs != long.MinValue || UntilMs != long.MaxValue;

        public bool IsOpenAt(long nowMs) => View.Open && nowMs >= FromMs && nowMs < UntilMs;

        public long NextEdgeMs(long nowMs) => FromMs > nowMs ? FromMs : UntilMs > nowMs ? UntilMs : long.MaxValue;
    }
}
