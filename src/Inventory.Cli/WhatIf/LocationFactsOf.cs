using System.Collections.Immutable;
using System.Globalization;
using Inventory.Domain;

namespace Inventory.Cli.WhatIf;

/// <summary>What the API says of a location, as the rules want it.</summary>
internal static class LocationFactsOf
{
    public static LocationFacts Proto(V1.Location location) => new()
    {
        Name = location.DisplayName,
        Kind = (LocationKind)location.Kind,
        Position = new Position(location.Position?.Latitude ?? 0, location.Position?.Longitude ?? 0),
        TimeZone = location.TimeZone,
        WeeklyHours =
        [
            .. location.WeeklyHours.Select(period => new OpeningPeriod((DayOfWeek)((int)period.Weekday % 7), period.OpenMinute, period.CloseMinute)),
        ],
        SpecialDays = [.. location.SpecialDays.Select(day => new SpecialDay(DateOf(day.Date)!.Value, day.Closed, day.OpenMinute, day.CloseMinute))],
        Capabilities = location.Capabilities.Count == 0
            ? Capabilities.All
            : location.Capabilities.Aggregate(Capabilities.None, (all, one) => all | CapabilityOf(one)),
        PreparationMs = (long)(location.PreparationTime?.ToTimeSpan().TotalMilliseconds ?? 0),
        ParcelsPerDay = location.ParcelsPerDay,
        PicksPerHour = location.PicksPerHour,
        CutOffMinute = location.HasCutOffMinute ? location.CutOffMinute : null,
        CarrierDays = location.CarrierDays.Aggregate(Weekdays.None, (days, day) => days | (Weekdays)(1 << ((int)day % 7))),
        ParcelCostMinor = location.ParcelCostMinor,
        Handling = (location.HandlesHazardous ? Handling.Hazardous : 0) | (location.HandlesOversized ? Handling.Oversized : 0),
        FirstDate = DateOf(location.FirstDate),
        LastDate = DateOf(location.LastDate),
    };

    private static Capabilities CapabilityOf(V1.Capability capability) => capability switch
    {
        V1.Capability.Collect => Capabilities.Collect,
        V1.Capability.Ship => Capabilities.Ship,
        _ => Capabilities.Return,
    };

    private static DateOnly? DateOf(string text) =>
        text.Length == 0 ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
