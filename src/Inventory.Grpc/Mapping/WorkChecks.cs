using System.Globalization;
using Inventory.Grpc.Errors;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>What is said of the work that a location does: part of <see cref="LocationChecks"/>.</summary>
internal static class WorkChecks
{
    /// <summary>Names what is wrong.</summary>
    public static void Check(Location location, ref Violations violations)
    {
        Number(location.ParcelsPerDay, Domain.Limits.CapacityMax, "location.parcels_per_day", ref violations);
        Number(location.PicksPerHour, Domain.Limits.CapacityMax, "location.picks_per_hour", ref violations);
        Number(location.ParcelCostMinor, Domain.Limits.UnitsMax, "location.parcel_cost_minor", ref violations);
        Number(location.CutOffMinute, 24 * 60, "location.cut_off_minute", ref violations);
        CarrierDays(location, ref violations);
        var first = Date(location.FirstDate, "location.first_date", ref violations);
        var last = Date(location.LastDate, "location.last_date", ref violations);
        if (last < first)
        {
            violations.Add("location.last_date", "must not be before first_date.");
        }
    }

    private static void Number(long value, long max, string field, ref Violations violations)
    {
        if (value < 0 || value > max)
        {
            violations.Add(field, $"must be 0 to {max.ToString("N0", CultureInfo.InvariantCulture)}.");
        }
    }

    private static void CarrierDays(Location location, ref Violations violations)
    {
        for (var i = 0; i < location.CarrierDays.Count; i++)
        {
            var day = location.CarrierDays[i];
            if (day is < Weekday.Monday or > Weekday.Sunday)
            {
                violations.Add($"location.carrier_days[{i}]", "must be Monday to Sunday.");
            }
            else if (location.CarrierDays.IndexOf(day) < i)
            {
                violations.Add($"location.carrier_days[{i}]", "must name each day once.");
            }
        }
    }

    // Null if none is stated, or none that can be read.
    private static DateOnly? Date(string text, string field, ref Violations violations)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= Limits.YearMin and <= Limits.YearMax)
        {
            return date;
        }

        violations.Add(field, $"must be a date as YYYY-MM-DD from {Limits.YearMin}-01-01 to {Limits.YearMax}-12-31, or empty.");
        return null;
    }
}
