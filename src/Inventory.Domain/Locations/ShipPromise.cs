namespace Inventory.Domain;

/// <summary>When a parcel ordered now leaves.</summary>
public static class ShipPromise
{
    /// <summary>The first cut-off, on a day when the carrier comes, for which preparation, counted in opening minutes, is done in time.</summary>
    /// <param name="location">What is known of the location.</param>
    /// <param name="isOpen">Whether it is in business as a whole.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    /// <returns>Unix milliseconds; null if no parcels leave here, or none does within 60 days and the location's life.</returns>
    /// <remarks>
    /// The carrier comes on days that are open only: nobody hands anything over on a holiday. What is ready in the very moment of the cut-off leaves.
    /// Without a cut-off parcels leave when the location closes for the day. A cut-off that a clock change skips is the moment at which the clock
    /// resumes, one that comes twice is its first.
    /// </remarks>
    public static long? LeavesAtMs(LocationFacts location, bool isOpen, long nowMs)
    {
        if (!isOpen || !location.Capabilities.HasFlag(Capabilities.Ship) || OpeningTimes.DoneAtMs(location, location.PreparationMs, nowMs) is not { } readyMs)
        {
            return null;
        }

        var zone = LocalTime.Zone(location.TimeZone);
        var today = DateOnly.FromDateTime(LocalTime.At(nowMs, zone));
        var first = DateOnly.FromDateTime(LocalTime.At(readyMs, zone));
        return FirstFrom(location, zone, first, today.AddDays(OpeningTimes.DaysAheadMax), readyMs);
    }

    /// <summary>The first cut-off at a time or later, on a day when the carrier comes: of what is prepared by then.</summary>
    /// <param name="location">What is known of the location.</param>
    /// <param name="isOpen">Whether it is in business as a whole.</param>
    /// <param name="fromMs">The time, in Unix milliseconds.</param>
    /// <returns>Unix milliseconds; null if no parcels leave here, or none does within 60 days and the location's life.</returns>
    public static long? NextAtMs(LocationFacts location, bool isOpen, long fromMs)
    {
        if (!isOpen || !location.Capabilities.HasFlag(Capabilities.Ship))
        {
            return null;
        }

        var zone = LocalTime.Zone(location.TimeZone);
        var today = DateOnly.FromDateTime(LocalTime.At(fromMs, zone));
        var first = today.AddDays(-1); // who closes at midnight does so as the next day begins
        return FirstFrom(location, zone, first, today.AddDays(OpeningTimes.DaysAheadMax), fromMs);
    }

    private static long? FirstFrom(LocationFacts location, TimeZoneInfo zone, DateOnly first, DateOnly last, long fromMs)
    {
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            if (LeavesOn(location, date, zone) is { } leavesMs && leavesMs >= fromMs)
            {
                return leavesMs;
            }
        }

        return null;
    }

    private static long? LeavesOn(LocationFacts location, DateOnly date, TimeZoneInfo zone)
    {
        var comes = location.CarrierDays == Weekdays.None || location.CarrierDays.HasFlag((Weekdays)(1 << (int)date.DayOfWeek));
        var closes = comes ? OpeningTimes.On(location, date).Select(period => period.Close).DefaultIfEmpty(-1).Max() : -1;
        return closes < 0 ? null : LocalTime.ToUnixMs(date, location.CutOffMinute ?? closes, zone);
    }
}
