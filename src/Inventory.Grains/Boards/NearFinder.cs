using Inventory.Domain;

namespace Inventory.Grains;

/// <summary>Finds the nearest of a board's locations that have enough, in one pass with a bounded heap.</summary>
internal sealed class NearFinder(NearPoint query, LocationDirectory directory)
{
    // The farthest found so far is on top, to be pushed out by a nearer one. Ties go to the smaller id.
    private readonly PriorityQueue<(int Entry, LocationView Place), (double Metres, string Id)> _found =
        new(Comparer<(double Metres, string Id)>.Create(static (a, b) =>
            a.Metres != b.Metres ? b.Metres.CompareTo(a.Metres) : string.CompareOrdinal(b.Id, a.Id)));

    private long _oldest = long.MaxValue;

    /// <param name="at">Where the entry stands among its board's.</param>
    /// <param name="entry">The entry.</param>
    public void Look(int at, in BoardEntry entry)
    {
        if (entry.Revision == 0 || entry.AvailableTo(query.Channel) < query.Units || entry.Location == query.Except
            || !directory.TryGet(entry.Location, out var place) || !directory.IsOpen(entry.Location)
            || (query.CollectOnly && !place.Facts.Capabilities.HasFlag(Capabilities.Collect)))
        {
            return;
        }

        // Most places are out by that alone.
        if (query.Point.NorthSouthMetres(place.Facts.Position) > query.RadiusMetres)
        {
            return;
        }

        var metres = query.Point.DistanceMetres(place.Facts.Position);
        if (metres > query.RadiusMetres)
        {
            return;
        }

        _oldest = Math.Min(_oldest, entry.KnownAtMs);
        var rank = (metres, entry.Location.Value);
        if (_found.Count < query.Max)
        {
            _found.Enqueue((at, place), rank);
        }
        else
        {
            _found.EnqueueDequeue((at, place), rank);
        }
    }

    /// <summary>What was found, nearest first.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="entries">The board's entries.</param>
    public NearRows Take(long nowMs, ReadOnlySpan<BoardEntry> entries)
    {
        var rows = new NearRow[_found.Count];
        for (var i = rows.Length - 1; i >= 0; i--)
        {
            _found.TryDequeue(out var found, out var rank);
            var place = found.Place;
            var ready = PickupPromise.ReadyAtMs(place.Facts, place.Open, nowMs);
            rows[i] = new NearRow(entries[found.Entry].Row(query.Channel), place.Facts.Name, rank.Metres, ready ?? 0, place.Facts.Position);
        }

        return new NearRows(rows, nowMs, _oldest == long.MaxValue ? 0 : Math.Max(0, nowMs - _oldest));
    }
}
