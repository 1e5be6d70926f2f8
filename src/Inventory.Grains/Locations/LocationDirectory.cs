using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>This silo's copy of every location, for rules and boards to look at without a call. Safe for any thread.</summary>
/// <remarks>
/// Follows the directory's owner. Once described, a location stays so.
/// </remarks>
/// <param name="grains">Where the owner is.</param>
/// <param name="time">The clock.</param>
/// <param name="background">Where work runs that belongs to no grain; the thread pool unless a simulation registers its own.</param>
public sealed class LocationDirectory(IGrainFactory grains, TimeProvider time, TaskScheduler? background = null) : OwnerCopy(time, background)
{
    private readonly ConcurrentDictionary<LocationId, Known> _locations = new();
    private readonly Lock _writing = new();
    private TaskCompletionSource _changed = new(); // grains wait for it: they continue in turns of their own
    private Guid _epoch;
    private long _seen;
    private volatile int _perhapsClosed;
    private long _nextEdgeMs = long.MaxValue;
    private long _revision;
    private MapOfRevision? _places;

    private long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Rises with each change of this copy, and when the life of a location begins or ends.</summary>
    public long Revision
    {
        get
        {
            PassEdges();
            return Interlocked.Read(ref _revision);
        }
    }

    /// <summary>Where all locations of this copy lie. Made anew when it is asked for after a change.</summary>
    internal LocationMap Map => Places.Map;

    /// <summary>The least that any location asks for handling a parcel, minor units.</summary>
    internal long LeastHandlingMinor => Places.LeastHandlingMinor;

    // Two threads may make it at the same time: both are right, and one is kept.
    private MapOfRevision Places
    {
        get
        {
            var revision = Interlocked.Read(ref _revision);
            if (Volatile.Read(ref _places) is { } known && known.Revision == revision)
            {
                return known;
            }

            var views = _locations.Values.Select(each => each.View).ToArray();
            var made = new MapOfRevision(
                revision,
                new LocationMap(views.Select(view => (view.Id, view.Facts.Position))),
                views.Select(view => view.Facts.ParcelCostMinor).DefaultIfEmpty(0).Min());
            Volatile.Write(ref _places, made);
            return made;
        }
    }

    /// <summary>When parcels leave these locations.</summary>
    internal Departures Departures { get; } = new();

    /// <summary>Done at the next change of this copy. Take it before looking, so that no change is missed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Reads a location.</summary>
    public bool TryGet(LocationId id, [NotNullWhen(true)] out LocationView? location)
    {
        location = _locations.TryGetValue(id, out var known) ? known.View : null;
        return location is not null;
    }

    /// <summary>A location's id with the text of all others who know the location, so that it is in memory once; as it is if nobody does.</summary>
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

    private protected override void BeforeLook() => PassEdges();

    private protected override async Task Read()
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

    private sealed record MapOfRevision(long Revision, LocationMap Map, long LeastHandlingMinor);

    /// <summary>A location and when its life begins and ends, Unix milliseconds.</summary>
    private sealed record Known(LocationView View, long FromMs, long UntilMs)
    {
        public bool MayBeClosed => !View.Open || FromMs != long.MinValue || UntilMs != long.MaxValue;

        public bool IsOpenAt(long nowMs) => View.Open && nowMs >= FromMs && nowMs < UntilMs;

        public long NextEdgeMs(long nowMs) => FromMs > nowMs ? FromMs : UntilMs > nowMs ? UntilMs : long.MaxValue;
    }
}
