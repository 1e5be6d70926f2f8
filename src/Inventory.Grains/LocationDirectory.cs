using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Inventory.Domain;
using Microsoft.Extensions.Hosting;

namespace Inventory.Grains;

/// <summary>This silo's copy of every location, for rules and boards to look at without a call. Safe for any thread.</summary>
/// <remarks>
/// Follows the directory's owner: in the silo where that lives a change arrives before its writer is answered, in the others within
/// <see cref="GrainLimits.DirectoryPollMs"/>. A location that nobody has described counts as open.
/// </remarks>
public sealed class LocationDirectory(TimeProvider time) : BackgroundService
{
    private readonly ConcurrentDictionary<LocationId, LocationView> _locations = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IGrainFactory? _grains;
    private Guid _epoch;
    private long _seen;
    private volatile int _closed;
    private long _revision;

    /// <summary>Rises with each change of this copy.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>Done once every location is known here.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Reads a location.</summary>
    public bool TryGet(LocationId id, [NotNullWhen(true)] out LocationView? location) => _locations.TryGetValue(id, out location);

    /// <summary>True if the location is known and out of business.</summary>
    public bool IsClosed(LocationId id) => _closed > 0 && _locations.TryGetValue(id, out var location) && !location.Open;

    /// <summary>Some locations in the ordinal order of ids.</summary>
    public LocationPage Page(LocationId? after, int max)
    {
        var sorted = _locations.Values
            .Where(location => after is not { } last || string.CompareOrdinal(location.Id.Value, last.Value) > 0)
            .OrderBy(location => location.Id.Value, StringComparer.Ordinal)
            .Take(max + 1)
            .ToList();
        return new LocationPage(sorted.Count > max ? sorted[..max] : sorted, sorted.Count > max);
    }

    internal void Attach(IGrainFactory grains) => _grains = grains;

    internal void Take(LocationView location)
    {
        _locations.AddOrUpdate(
            location.Id, location, (_, known) => known.Version < location.Version ? location : known);
        _closed = _locations.Values.Any(each => !each.Open) ? 1 : 0;
        Interlocked.Increment(ref _revision);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(GrainLimits.DirectoryPollMs);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Refresh();
                _loaded.TrySetResult();
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The owner cannot be reached now: what is known stays, and the next round asks again.
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the owner once for what is new.</summary>
    public async Task Refresh()
    {
        if (_grains is null)
        {
            return;
        }

        var page = await _grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey).Since(_seen);
        if (page.Epoch != _epoch && _seen != 0)
        {
            page = await _grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey).Since(0);
        }

        foreach (var location in page.Locations)
        {
            Take(location);
        }

        (_epoch, _seen) = (page.Epoch, page.Revision);
    }
}
