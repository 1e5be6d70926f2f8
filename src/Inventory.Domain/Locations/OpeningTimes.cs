namespace Inventory.Domain;

/// <summary>When a location is open, and what can be done in that time.</summary>
public static class OpeningTimes
{
    /// <summary>How far promises look ahead, in days.</summary>
    public const int DaysAheadMax = 60;

    /// <summary>The opening periods of one local date in order, as minutes after midnight; none outside of the location's life.</summary>
    public static IEnumerable<(int Open, int Close)> On(LocationFacts location, DateOnly date)
    {
        if (date < location.FirstDate || date > location.LastDate)
        {
            return [];
        }

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

    /// <summary>The first moment at which the location is open and work that goes on in opening minutes alone is done.</summary>
    /// <param name="location">What is known of the location.</param>
    /// <param name="workMs">The work, in milliseconds.</param>
    /// <param name="nowMs">When it begins, Unix milliseconds.</param>
    /// <returns>Unix milliseconds; null if it is not done within <see cref="DaysAheadMax"/> days.</returns>
    public static long? DoneAtMs(LocationFacts location, long workMs, long nowMs)
    {
        if (location is { WeeklyHours.IsEmpty: true, SpecialDays.IsEmpty: true, FirstDate: null, LastDate: null })
        {
            return nowMs + workMs;
        }

        var zone = LocalTime.Zone(location.TimeZone);
        var today = DateOnly.FromDateTime(LocalTime.At(nowMs, zone));
        for (var day = 0; day <= DaysAheadMax; day++)
        {
            foreach (var (open, close) in On(location, today.AddDays(day)))
            {
                var from = Math.Max(nowMs, LocalTime.ToUnixMs(today.AddDays(day), open, zone));
                var until = LocalTime.ToUnixMs(today.AddDays(day), close, zone);
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
}
