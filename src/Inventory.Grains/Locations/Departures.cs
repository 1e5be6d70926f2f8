using System.Collections.Concurrent;
using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>When parcels leave locations, remembered for a quarter of an hour. Any number of threads may ask.</summary>
/// <remarks>
/// A routing asks for thousands of locations, and calendars are dear. The later an order comes, the later its parcel leaves: so what is the same at the
/// beginning and at the end of a quarter of an hour is the same within it; where it is not, it is worked out each time. One entry for each location.
/// </remarks>
internal sealed class Departures
{
    private const long QuarterMs = 15 * 60_000;
    private readonly ConcurrentDictionary<LocationId, Entry> _known = [];

    /// <summary>As <see cref="ShipPromise.LeavesAtMs"/>.</summary>
    public long? LeavesAtMs(LocationView location, bool isOpen, long nowMs)
    {
        var quarter = nowMs / QuarterMs;
        if (!_known.TryGetValue(location.Id, out var entry) || entry.Quarter != quarter || entry.IsOpen != isOpen
            || !ReferenceEquals(entry.Facts, location.Facts))
        {
            var first = ShipPromise.LeavesAtMs(location.Facts, isOpen, quarter * QuarterMs);
            var last = ShipPromise.LeavesAtMs(location.Facts, isOpen, ((quarter + 1) * QuarterMs) - 1);
            entry = new Entry(location.Facts, isOpen, quarter, first == last, first);
            _known[location.Id] = entry;
        }

        return entry.IsSame ? entry.AtMs : ShipPromise.LeavesAtMs(location.Facts, isOpen, nowMs);
    }

    private sealed record Entry(LocationFacts Facts, bool IsOpen, long Quarter, bool IsSame, long? AtMs);
}
