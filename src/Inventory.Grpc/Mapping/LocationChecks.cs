using System.Globalization;
using Inventory.Grpc.Errors;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>What a location must be like before it is taken in. Checks every field, so that one answer names everything.</summary>
internal static class LocationChecks
{
    private const int MinutesPerDay = 24 * 60;

    /// <summary>Names what is wrong with a location; its id is checked where it is parsed.</summary>
    public static void Check(Location location, ref Violations violations)
    {
        Label(location.DisplayName, "location.display_name", 1, Limits.DisplayNameCharsMax, ref violations);
        Label(location.PostalCode, "location.postal_code", 0, Limits.PostalCodeCharsMax, ref violations);
        Label(location.Town, "location.town", 0, Limits.TownCharsMax, ref violations);
        Label(location.Region, "location.region", 0, Limits.TownCharsMax, ref violations);
        if (location.Kind == LocationKind.Unspecified || !Enum.IsDefined(location.Kind))
        {
            violations.Add("location.kind", "must be a store, a warehouse, a dark store or a pop-up.");
        }

        if (location.Position is null)
        {
            violations.Add("location.position", "must be given: degrees north and east, WGS 84.");
        }
        else
        {
            Position(location.Position, "location.position", ref violations);
        }

        Country(location.CountryCode, ref violations);
        Zone(location.TimeZone, ref violations);
        WeeklyHours(location, ref violations);
        SpecialDays(location, ref violations);
        Capabilities(location, ref violations);
        Times.Ms(location.PreparationTime, "location.preparation_time", 0, Limits.PreparationMsMax, 0, ref violations);
        WorkChecks.Check(location, ref violations);
    }

    /// <summary>Checks that a point is on the earth.</summary>
    public static void Position(GeoPoint point, string field, ref Violations violations)
    {
        if (!(point.Latitude is >= -90 and <= 90))
        {
            violations.Add(field + ".latitude", "must be -90 to 90 degrees.");
        }

        if (!(point.Longitude is >= -180 and <= 180))
        {
            violations.Add(field + ".longitude", "must be -180 to 180 degrees.");
        }
    }

    private static void Label(string text, string field, int min, int max, ref Violations violations)
    {
        if (text.Length < min || text.Length > max || !Text.IsPlain(text) || (min > 0 && string.IsNullOrWhiteSpace(text)))
        {
            violations.Add(field, min > 0
                ? $"must be {min} to {max} characters without control characters, not only blanks."
                : $"must be at most {max} characters without control characters.");
        }
    }

    private static void Country(string code, ref Violations violations)
    {
        if (code.Length != 0 && !(code.Length == 2 && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1])))
        {
            violations.Add("location.country_code", "must be two capital letters (ISO 3166 alpha-2) such as \"GB\", or empty.");
        }
    }

    private static void Zone(string zone, ref Violations violations)
    {
        if (zone.Length != 0 && (zone.Length > Limits.TimeZoneCharsMax || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            violations.Add("location.time_zone", "must be an IANA time zone such as \"Europe/London\", or empty for UTC.");
        }
    }

    private static void WeeklyHours(Location location, ref Violations violations)
    {
        Span<int> perDay = stackalloc int[8];
        Span<(Weekday Day, int Open, int Close)> seen = new (Weekday, int,
            int)[Math.Min(location.WeeklyHours.Count, 7 * Limits.PeriodsPerDayMax)];
        if (location.WeeklyHours.Count > seen.Length)
        {
            violations.Add("location.weekly_hours", $"must be at most {seen.Length} periods.");
            return;
        }

        for (var i = 0; i < location.WeeklyHours.Count; i++)
        {
            var period = location.WeeklyHours[i];
            var field = $"location.weekly_hours[{i}]";
            seen[i] = (period.Weekday, period.OpenMinute, period.CloseMinute);
            if (period.Weekday is < Weekday.Monday or > Weekday.Sunday)
            {
                violations.Add(field + ".weekday", "must be Monday to Sunday.");
                continue;
            }

            if (++perDay[(int)period.Weekday] == Limits.PeriodsPerDayMax + 1)
            {
                violations.Add("location.weekly_hours", $"must be at most {Limits.PeriodsPerDayMax} periods on one day.");
            }

            Minutes(period.OpenMinute, period.CloseMinute, field, ref violations);
            foreach (var other in seen[..i])
            {
                if (other.Day == period.Weekday && other.Open < period.CloseMinute && period.OpenMinute < other.Close)
                {
                    violations.Add(field, "must not overlap another period of the same day.");
                    break;
                }
            }
        }
    }

    private static void SpecialDays(Location location, ref Violations violations)
    {
        if (location.SpecialDays.Count > Limits.SpecialDaysMax)
        {
            violations.Add("location.special_days", $"must be at most {Limits.SpecialDaysMax} days.");
            return;
        }

        var dates = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < location.SpecialDays.Count; i++)
        {
            var day = location.SpecialDays[i];
            var field = $"location.special_days[{i}]";
            if (!DateOnly.TryParseExact(day.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                violations.Add(field + ".date", "must be a date as YYYY-MM-DD.");
            }
            else if (!dates.Add(day.Date))
            {
                violations.Add(field + ".date", "must name each date once.");
            }

            if (!day.Closed)
            {
                Minutes(day.OpenMinute, day.CloseMinute, field, ref violations);
            }
        }
    }

    private static void Minutes(int open, int close, string field, ref Violations violations)
    {
        if (open is < 0 or >= MinutesPerDay)
        {
            violations.Add(field + ".open_minute", "must be 0 to 1439.");
        }

        if (close <= open || close > MinutesPerDay)
        {
            violations.Add(field + ".close_minute", "must be greater than open_minute and at most 1440.");
        }
    }

    private static void Capabilities(Location location, ref Violations violations)
    {
        for (var i = 0; i < location.Capabilities.Count; i++)
        {
            if (location.Capabilities[i] is < Capability.Collect or > Capability.Return)
            {
                violations.Add($"location.capabilities[{i}]", "must be collect, ship or return.");
            }
        }
    }
}
