namespace Inventory.Domain;

/// <summary>Local wall clocks and the moments that they show.</summary>
/// <remarks>
/// A wall-clock time that a clock change skips is the moment at which the clock resumes; one that comes twice is its first.
/// </remarks>
internal static class LocalTime
{
    /// <summary>A zone by its IANA name; UTC if the name is empty or unknown here.</summary>
    public static TimeZoneInfo Zone(string id) =>
        id.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>What the wall clock shows.</summary>
    public static DateTime At(long unixMs, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone).DateTime;

    /// <summary>The moment at which the wall clock shows so many minutes after midnight; 1440 is the midnight that follows.</summary>
    public static long ToUnixMs(DateOnly date, int minute, TimeZoneInfo zone)
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
