using Inventory.Domain;
using Inventory.Domain.Work;

namespace Inventory.Cli.WhatIf;

/// <summary>When a location can serve an order, and with which capacity.</summary>
/// <param name="AtMs">When goods are ready or leave, Unix milliseconds; null if never.</param>
/// <param name="IsFull">It states a capacity and has none left within the days and hours that are looked at.</param>
/// <param name="Day">The day whose parcels are used; null if no limit is stated.</param>
/// <param name="Hour">The hour whose picks are used; likewise.</param>
/// <param name="DayLeft">Parcels left of the day.</param>
/// <param name="HourLeft">Picks left of the hour.</param>
/// <param name="Load">The larger share that is taken, 0 to 1.</param>
internal readonly record struct Service(
    long? AtMs, bool IsFull, WorkSlot? Day, WorkSlot? Hour, long DayLeft = long.MaxValue, long HourLeft = long.MaxValue, double Load = 0);

/// <summary>
/// The copies' days and hours: as the service does, the first of three departures whose day has room, and the first of eight hours. All
/// begin unused at the time of the first order.
/// </summary>
internal sealed class WhatIfWork(WhatIfLocation[] locations)
{
    private const long BucketMs = 15 * 60_000;
    private const int DaysLookedAt = 3;
    private const int HoursLookedAt = 8;
    private const long HourMs = 3_600_000;

    private readonly Dictionary<(int Location, WorkSlot Slot), long> _used = [];
    private readonly (long Bucket, long? AtMs)[] _leaves = new (long, long?)[locations.Length];
    private readonly (long Bucket, WorkSlot[] Days, WorkSlot[] Hours)[] _slots = new (long, WorkSlot[], WorkSlot[])[locations.Length];

    /// <summary>The largest share of a capacity that was used, and how many slots were used up.</summary>
    public (double Peak, int Full) Peaks()
    {
        var shares = _used.Select(used => used.Value / (double)Capacity(locations[used.Key.Location].Facts, used.Key.Slot.Kind)).ToArray();
        return (shares.DefaultIfEmpty(0).Max(), shares.Count(share => share >= 1));
    }

    /// <summary>Whether and when a location can serve an order that comes now.</summary>
    public Service Find(int index, bool isCollected, int lines, long nowMs)
    {
        var (facts, isOpen) = (locations[index].Facts, locations[index].IsOpen);
        var atMs = isCollected ? PickupPromise.ReadyAtMs(facts, isOpen, nowMs) : LeavesAtMs(index, nowMs);
        var needsDay = facts.ParcelsPerDay > 0 && !isCollected;
        if (atMs is null || (!needsDay && facts.PicksPerHour == 0))
        {
            return new Service(atMs, false, null, null);
        }

        var (days, hours) = Slots(index, isCollected, atMs.Value, nowMs);
        var day = needsDay ? Array.FindIndex(days, slot => Left(index, slot) > 0) : -1;
        var hour = facts.PicksPerHour > 0 ? Array.FindIndex(hours, slot => Left(index, slot) >= Math.Min(lines, facts.PicksPerHour)) : -1;
        if ((needsDay && day < 0) || (facts.PicksPerHour > 0 && hour < 0))
        {
            return new Service(null, true, null, null, 0, 0, 1);
        }

        var (parcels, picks) = (day < 0 ? long.MaxValue : Left(index, days[day]), hour < 0 ? long.MaxValue : Left(index, hours[hour]));
        var load = Math.Max(day < 0 ? 0 : 1 - (parcels / (double)facts.ParcelsPerDay), hour < 0 ? 0 : 1 - (picks / (double)facts.PicksPerHour));
        var later = Math.Max(day <= 0 ? 0 : days[day].StartMs, hour <= 0 ? 0 : hours[hour].StartMs);
        return new Service(
            Math.Max(atMs.Value, later), false, day < 0 ? null : days[day], hour < 0 ? null : hours[hour], parcels, picks, load);
    }

    /// <summary>Takes the work of a part.</summary>
    public void Take(int index, in Service service, long parcels, int lines)
    {
        if (service.Day is { } day && parcels > 0)
        {
            _used[(index, day)] = _used.GetValueOrDefault((index, day)) + parcels;
        }

        if (service.Hour is { } hour)
        {
            _used[(index, hour)] = _used.GetValueOrDefault((index, hour)) + lines;
        }
    }

    private static int Capacity(LocationFacts facts, WorkKind kind) => kind == WorkKind.Parcels ? facts.ParcelsPerDay : facts.PicksPerHour;

    private long Left(int index, WorkSlot slot) => Capacity(locations[index].Facts, slot.Kind) - _used.GetValueOrDefault((index, slot));

    // The later an order, the later its parcel leaves: what is the same at both ends of a quarter of an hour is the same within it.
    private long? LeavesAtMs(int index, long nowMs)
    {
        var bucket = nowMs / BucketMs;
        if (_leaves[index].Bucket != bucket)
        {
            var (facts, isOpen) = (locations[index].Facts, locations[index].IsOpen);
            var first = ShipPromise.LeavesAtMs(facts, isOpen, bucket * BucketMs);
            var last = ShipPromise.LeavesAtMs(facts, isOpen, ((bucket + 1) * BucketMs) - 1);
            _leaves[index] = (bucket, first == last ? first : long.MinValue);
        }

        return _leaves[index].AtMs == long.MinValue
            ? ShipPromise.LeavesAtMs(locations[index].Facts, locations[index].IsOpen, nowMs)
            : _leaves[index].AtMs;
    }

    private (WorkSlot[] Days, WorkSlot[] Hours) Slots(int index, bool isCollected, long atMs, long nowMs)
    {
        var bucket = ((nowMs / BucketMs) * 2) + (isCollected ? 1 : 0);
        if (_slots[index].Bucket != bucket || _slots[index].Days is null)
        {
            var facts = locations[index].Facts;
            _slots[index] = (bucket, isCollected ? [] : Days(index, atMs), facts.PicksPerHour == 0 ? [] : Hours(facts, nowMs));
        }

        return (_slots[index].Days, _slots[index].Hours);
    }

    private WorkSlot[] Days(int index, long firstMs)
    {
        var (facts, isOpen) = (locations[index].Facts, locations[index].IsOpen);
        var days = new List<WorkSlot> { WorkSlot.At(WorkKind.Parcels, firstMs, facts.TimeZone) };
        while (days.Count < DaysLookedAt && ShipPromise.NextAtMs(facts, isOpen, days[^1].EndMs(facts.TimeZone)) is { } next)
        {
            days.Add(WorkSlot.At(WorkKind.Parcels, next, facts.TimeZone));
        }

        return [.. days];
    }

    private static WorkSlot[] Hours(LocationFacts facts, long nowMs)
    {
        var fromMs = OpeningTimes.DoneAtMs(facts, 0, nowMs) ?? nowMs;
        return [.. Enumerable.Range(0, HoursLookedAt).Select(hour => WorkSlot.At(WorkKind.Picks, fromMs + (hour * HourMs), facts.TimeZone)).Distinct()];
    }
}
