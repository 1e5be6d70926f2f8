using System.Globalization;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>What a location can do in a day, in files and for people.</summary>
internal static class LocationWork
{
    /// <summary>The columns, all optional, as a help text lists them.</summary>
    public const string Columns = "parcels_per_day, picks_per_hour, cut_off (HH:MM), carrier_days (such as Mon Tue Fri), parcel_cost_minor, hazardous, "
        + "oversized (yes or no), first_date, last_date (YYYY-MM-DD)";

    private const long CapacityMax = 10_000_000;
    private const long CostMax = 1_000_000_000;

    private static readonly string[] s_days = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>Reads the columns that are there.</summary>
    public static void Read(CsvRow row, Location location)
    {
        location.ParcelsPerDay = (int)Whole(row, "parcels_per_day", CapacityMax);
        location.PicksPerHour = (int)Whole(row, "picks_per_hour", CapacityMax);
        location.ParcelCostMinor = Whole(row, "parcel_cost_minor", CostMax);
        if (row.Optional("cut_off") is { Length: > 0 } cutOff)
        {
            location.CutOffMinute = Minute(cutOff);
        }

        foreach (var day in row.Optional("carrier_days").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            location.CarrierDays.Add(Day(day));
        }

        location.HandlesHazardous = YesOrNo(row, "hazardous");
        location.HandlesOversized = YesOrNo(row, "oversized");
        location.FirstDate = Date(row, "first_date");
        location.LastDate = Date(row, "last_date");
    }

    /// <summary>Whether it is in business, in a word.</summary>
    public static string Open(Location location) => location.State switch
    {
        LocationState.NotBegun => "not yet",
        LocationState.Ended => "ended",
        _ => location.Open ? "yes" : "no",
    };

    /// <summary>What is known, line by line; nothing of what is not stated.</summary>
    public static IEnumerable<(string Name, string Value)> Lines(Location location)
    {
        if (location.ParcelsPerDay > 0)
        {
            yield return ("Parcels a day", $"{location.ParcelsPerDay}");
        }

        if (location.PicksPerHour > 0)
        {
            yield return ("Picks an hour", $"{location.PicksPerHour}");
        }

        if (location.HasCutOffMinute)
        {
            yield return ("Cut-off", $"{location.CutOffMinute / 60:00}:{location.CutOffMinute % 60:00}");
        }

        if (location.CarrierDays.Count > 0)
        {
            yield return ("Carrier comes", string.Join(' ', location.CarrierDays.Order().Select(day => s_days[(int)day])));
        }

        if (location.ParcelCostMinor > 0)
        {
            yield return ("Cost of a parcel", $"{location.ParcelCostMinor} minor units");
        }

        if (location.HandlesHazardous || location.HandlesOversized)
        {
            yield return ("May handle", string.Join(", ", new[] { location.HandlesHazardous ? "hazardous" : "", location.HandlesOversized ? "oversized" : "" }
                .Where(word => word.Length > 0)));
        }

        if (location.FirstDate.Length + location.LastDate.Length > 0)
        {
            yield return ("Life", $"{Or(location.FirstDate, "always")} to {Or(location.LastDate, "further notice")}; closed outside of it");
        }
    }

    /// <summary>How much of each day and hour is promised, a slot a row.</summary>
    public static TextTable Table(GetLocationWorkResponse work)
    {
        var table = new TextTable(("Work", false), ("From", false), ("To", false), ("Capacity", true), ("Used", true), ("Left", true));
        foreach (var slot in work.Slots)
        {
            table.Row(
                slot.Kind == WorkKind.Parcels ? "parcels" : "picks", Output.Time(slot.StartTime), Output.Time(slot.EndTime),
                slot.Capacity == 0 ? "no limit" : $"{slot.Capacity:N0}", $"{slot.Used:N0}", slot.Capacity == 0 ? "" : $"{slot.Left:N0}");
        }

        return table;
    }

    private static string Or(string text, string other) => text.Length > 0 ? text : other;

    private static long Whole(CsvRow row, string column, long max) => row.Optional(column).Length > 0 ? row.Whole(column, 0, max) : 0;

    private static int Minute(string text)
    {
        if (text == "24:00")
        {
            return 24 * 60;
        }

        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (int)time.ToTimeSpan().TotalMinutes
            : throw CsvRow.Wrong("cut_off", text, "must be a local time from 00:00 to 24:00, such as 17:30.");
    }

    private static Weekday Day(string text)
    {
        var day = Array.FindIndex(s_days, 1, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return day > 0 ? (Weekday)day : throw CsvRow.Wrong("carrier_days", text, "must be Mon, Tue, Wed, Thu, Fri, Sat or Sun, with blanks in between.");
    }

    private static bool YesOrNo(CsvRow row, string column) => row.Optional(column).ToLowerInvariant() switch
    {
        "" or "no" => false,
        "yes" => true,
        var other => throw CsvRow.Wrong(column, other, "must be yes, no or empty."),
    };

    private static string Date(CsvRow row, string column)
    {
        var text = row.Optional(column);
        return text.Length == 0 || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : throw CsvRow.Wrong(column, text, "must be a date as YYYY-MM-DD, or empty.");
    }
}
