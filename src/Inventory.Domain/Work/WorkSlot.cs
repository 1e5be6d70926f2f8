using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Orleans;

namespace Inventory.Domain.Work;

/// <summary>What work is counted in. Numbers are on disk.</summary>
[GenerateSerializer, Alias("work-kind")]
public enum WorkKind : byte
{
    /// <summary>Parcels of one local day.</summary>
    Parcels = 1,

    /// <summary>Lines picked in one local hour.</summary>
    Picks = 2,
}

/// <summary>A day or an hour of a location, which can do so much work and no more.</summary>
/// <remarks>
/// As text it is the local date or hour: <c>parcels:20261124</c>, <c>picks:2026112413</c>. An hour that a clock change brings twice has its first
/// coming under that name and its second under the name with a <c>b</c> behind; one that is skipped does not exist.
/// </remarks>
/// <param name="Kind">What is counted.</param>
/// <param name="StartMs">When it begins, Unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("work-slot")]
public readonly record struct WorkSlot([property: Id(0)] WorkKind Kind, [property: Id(1)] long StartMs)
{
    private const string Day = "yyyyMMdd";
    private const string Hour = "yyyyMMddHH";
    private const char Again = 'b';
    private const int MinuteMs = 60_000;

    // Longer than any day or hour of any zone, clock changes included: when a slot is forgotten must not depend on what is known of its location.
    private const long DayMsMax = 27L * 60 * MinuteMs;
    private const long HourMsMax = 2L * 60 * MinuteMs;

    /// <summary>When nothing of it is needed any more: it has been over for longer than request ids are remembered.</summary>
    public long ForgottenAtMs => StartMs + (Kind == WorkKind.Parcels ? DayMsMax : HourMsMax) + Limits.RememberMs;

    /// <summary>The slot that a moment belongs to.</summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="unixMs">The moment, Unix milliseconds.</param>
    /// <param name="timeZone">The location's IANA zone; empty means UTC.</param>
    public static WorkSlot At(WorkKind kind, long unixMs, string timeZone) => At(kind, unixMs, LocalTime.Zone(timeZone));

    /// <summary>When the slot is over, Unix milliseconds.</summary>
    public long EndMs(string timeZone)
    {
        var zone = LocalTime.Zone(timeZone);
        if (Kind == WorkKind.Parcels)
        {
            return LocalTime.ToUnixMs(DateOnly.FromDateTime(LocalTime.At(StartMs, zone)).AddDays(1), 0, zone);
        }

        // Clocks change by whole quarters of an hour.
        var endMs = StartMs + (15 * MinuteMs);
        while (At(Kind, endMs, zone).StartMs <= StartMs)
        {
            endMs += 15 * MinuteMs;
        }

        return endMs;
    }

    /// <summary>True if it begins where slots of this kind begin in the zone.</summary>
    public bool IsIn(string timeZone) => At(Kind, StartMs, timeZone) == this;

    /// <summary>As text, in the location's time.</summary>
    public string ToText(string timeZone)
    {
        var zone = LocalTime.Zone(timeZone);
        var local = LocalTime.At(StartMs, zone);
        return Kind == WorkKind.Parcels
            ? "parcels:" + local.ToString(Day, CultureInfo.InvariantCulture)
            : "picks:" + local.ToString(Hour, CultureInfo.InvariantCulture) + (IsSecond(local, StartMs, zone) ? Again : "");
    }

    /// <summary>Reads what <see cref="ToText"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeZone">The location's IANA zone; empty means UTC.</param>
    /// <param name="slot">The slot, if true.</param>
    /// <param name="problem">What is wrong and what would be right, if false.</param>
    public static bool TryParse(string? text, string timeZone, out WorkSlot slot, [NotNullWhen(false)] out string? problem)
    {
        slot = default;
        problem = "must be parcels:YYYYMMDD or picks:YYYYMMDDHH in the location's time";
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var kind = colon < 0 ? 0 : text![..colon] switch
        {
            "parcels" => WorkKind.Parcels,
            "picks" => WorkKind.Picks,
            _ => default,
        };
        if (kind == default)
        {
            return false;
        }

        var value = text.AsSpan(colon + 1);
        var second = kind == WorkKind.Picks && value is [.., Again];
        value = second ? value[..^1] : value;
        if (!DateTime.TryParseExact(value, kind == WorkKind.Parcels ? Day : Hour, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            || local.Year is < 2 or > 9998)
        {
            return false;
        }

        var zone = LocalTime.Zone(timeZone);
        var startMs = LocalTime.ToUnixMs(DateOnly.FromDateTime(local), local.Hour * 60, zone);
        startMs = second && zone.IsAmbiguousTime(local) ? SecondMs(local, zone) : startMs;
        slot = new WorkSlot(kind, startMs);
        problem = slot.ToText(timeZone) == text ? null : "names an hour that does not come on that day";
        return problem is null;
    }

    private static WorkSlot At(WorkKind kind, long unixMs, TimeZoneInfo zone)
    {
        var local = LocalTime.At(unixMs, zone);
        var date = DateOnly.FromDateTime(local);
        if (kind == WorkKind.Parcels)
        {
            return new WorkSlot(kind, LocalTime.ToUnixMs(date, 0, zone));
        }

        var hour = date.ToDateTime(new TimeOnly(local.Hour, 0));
        var again = zone.IsAmbiguousTime(hour) ? SecondMs(hour, zone) : long.MaxValue;
        return new WorkSlot(kind, unixMs >= again ? again : LocalTime.ToUnixMs(date, local.Hour * 60, zone));
    }

    private static bool IsSecond(DateTime local, long unixMs, TimeZoneInfo zone) => zone.IsAmbiguousTime(local) && unixMs >= SecondMs(local, zone);

    private static long SecondMs(DateTime local, TimeZoneInfo zone) =>
        new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Min()).ToUnixTimeMilliseconds();
}
