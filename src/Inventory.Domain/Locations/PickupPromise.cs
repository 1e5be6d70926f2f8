namespace Inventory.Domain;

/// <summary>When goods ordered now can be collected.</summary>
public static class PickupPromise
{
    private const int DaysAheadMax = 60;

    /// <summary>The first moment at which the location is open and preparation, counted in opening minutes, is done.</summary>
    /// <param name="location">What is known of the location.</param>
    /// <param name="isOpen">Whether it is in business as a whole.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    /// <returns>Unix milliseconds; null if customers cannot collect here or it stays closed for 60 days.</returns>
    /// <remarks>
    /// Hours are local: a period that begins in an hour which a clock change skips begins when the clock resumes, and an ambiguous hour counts as its first.
    /// </remarks>
    public static long? ReadyAtMs(LocationFacts location, bool isOpen, long nowMs)
    {
        if (!isOpen || !location.Capabilities.HasFlag(Capabilities.Collect))
        {
            return null;
        }

        var workMs = location.PreparationMs;
        if (location.WeeklyHours.IsEmpty && location.SpecialDays.IsEmpty)
        {
            return nowMs + workMs;
        }

        var zone = Zone(location.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(nowMs), zone).DateTime);
        for (var day = 0; day <= DaysAheadMax; day++)
        {
            foreach (var (open, close) in Periods(location, today.AddDays(day)))
            {
                var from = Math.Max(nowMs, ToUnixMs(today.AddDays(day), open, zone));
                var until = ToUnixMs(today.AddDays(day), close, zone);
                if (until <= from)
                {
                    continue;
                }

                // Ready in the moment of closing is ready at the next opening.
                if (from + workMs < until)
                {
                    return from + workMs;
                }

                workMs -= until - from;
            }
        }

        return null;
    }

    private static IEnumerable<(int Open, int Close)> Periods(LocationFacts location, DateOnly date)
    {
        foreach (var special in location.SpecialDays)
        {
            if (special.Date == date)
            {
                return special.Closed ? [] : [(special.OpenMinute, special.CloseMinute)];
            }
        }

        if (location.WeeklyHours.IsEmpty)
        {
            return [(0, 1440)];
        }

        return location.WeeklyHours.Where(period => period.Day == date.DayOfWeek).OrderBy(period => period.OpenMinute)
            .Select(period => (period.OpenMinute, period.CloseMinute));
    }

    private static TimeZoneInfo Zone(string id) =>
        id.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    private static long ToUnixMs(DateOnly date, int minute, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }
}
