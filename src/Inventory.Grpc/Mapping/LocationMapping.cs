using System.Globalization;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.V1;
using LocationKind = Inventory.Domain.LocationKind;
using OpeningPeriod = Inventory.Domain.OpeningPeriod;
using SpecialDay = Inventory.Domain.SpecialDay;

namespace Inventory.Grpc.Mapping;

/// <summary>Locations, from the protos and back.</summary>
internal static class LocationMapping
{
    private static readonly Weekday[] s_weekdays = [.. Enumerable.Range((int)Weekday.Monday, 7).Select(day => (Weekday)day)];

    /// <summary>What is known of a location that passed <see cref="LocationChecks"/>.</summary>
    public static LocationFacts Facts(Location location)
    {
        var violations = default(Errors.Violations);
        return new LocationFacts
        {
            Name = location.DisplayName,
            Kind = (LocationKind)location.Kind,
            Position = Point(location.Position),
            PostalCode = location.PostalCode,
            Town = location.Town,
            Region = location.Region,
            CountryCode = location.CountryCode,
            TimeZone = location.TimeZone,
            WeeklyHours = [.. location.WeeklyHours.Select(Period)],
            SpecialDays = [.. location.SpecialDays.Select(Day)],
            Capabilities = Read(location.Capabilities),
            PreparationMs = Times.Ms(location.PreparationTime, "", 0, Limits.PreparationMsMax, 0, ref violations),
            ParcelsPerDay = location.ParcelsPerDay,
            PicksPerHour = location.PicksPerHour,
            CutOffMinute = location.HasCutOffMinute ? location.CutOffMinute : null,
            CarrierDays = location.CarrierDays.Aggregate(Weekdays.None, (days, day) => days | Bit(day)),
            ParcelCostMinor = location.ParcelCostMinor,
            Handling = (location.HandlesHazardous ? Handling.Hazardous : 0) | (location.HandlesOversized ? Handling.Oversized : 0),
            FirstDate = DateIfAny(location.FirstDate),
            LastDate = DateIfAny(location.LastDate),
        };
    }

    /// <summary>A location as callers see it at a time, Unix milliseconds.</summary>
    public static Location Proto(LocationView view, long nowMs)
    {
        var facts = view.Facts;
        var location = new Location
        {
            Id = view.Id.Value,
            DisplayName = facts.Name,
            Kind = (V1.LocationKind)facts.Kind,
            Position = Proto(facts.Position),
            PostalCode = facts.PostalCode,
            Town = facts.Town,
            Region = facts.Region,
            CountryCode = facts.CountryCode,
            TimeZone = facts.TimeZone,
            PreparationTime = Times.Duration(facts.PreparationMs),
            Open = view.Open,
            State = (V1.LocationState)facts.StateAt(view.Open, nowMs),
            Version = view.Version,
            UpdateTime = Times.Timestamp(view.ChangedAtMs),
            ParcelsPerDay = facts.ParcelsPerDay,
            PicksPerHour = facts.PicksPerHour,
            ParcelCostMinor = facts.ParcelCostMinor,
            HandlesHazardous = facts.Handling.HasFlag(Handling.Hazardous),
            HandlesOversized = facts.Handling.HasFlag(Handling.Oversized),
            FirstDate = Text(facts.FirstDate),
            LastDate = Text(facts.LastDate),
        };
        if (facts.CutOffMinute is { } cutOff)
        {
            location.CutOffMinute = cutOff;
        }

        location.CarrierDays.AddRange(s_weekdays.Where(day => facts.CarrierDays.HasFlag(Bit(day))));
        location.WeeklyHours.AddRange(facts.WeeklyHours.Select(Proto));
        location.SpecialDays.AddRange(facts.SpecialDays.Select(Proto));
        Write(facts.Capabilities, location);
        return location;
    }

    /// <summary>What was decided about a location; absence is a status and never comes here.</summary>
    public static Decision Decision(LocationAnswer answer)
    {
        var reason = Refusals.ReasonOf(answer.Outcome);
        return new Decision
        {
            Accepted = reason == RefusalReason.Unspecified,
            Repeated = answer.Outcome == LocationOutcome.AlreadyAccepted,
            RefusalReason = reason,
            RefusalMessage = Refusals.WordsOf(reason),
            Version = answer.Version,
        };
    }

    /// <summary>A point.</summary>
    public static Position Point(GeoPoint point) => new(point.Latitude, point.Longitude);

    /// <summary>A point.</summary>
    public static GeoPoint Proto(Position position) => new() { Latitude = position.Latitude, Longitude = position.Longitude };

    private static Weekdays Bit(Weekday day) => (Weekdays)(1 << ((int)day % 7));

    private static DateOnly? DateIfAny(string text) => text.Length == 0 ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>How much of a day or hour is taken.</summary>
    public static LocationWorkSlot Proto(in Grains.SlotLoad load, string timeZone) => new()
    {
        Kind = (WorkKind)load.Slot.Kind,
        StartTime = Times.Timestamp(load.Slot.StartMs),
        EndTime = Times.Timestamp(load.Slot.EndMs(timeZone)),
        Capacity = load.Capacity,
        Used = load.Held,
        Left = load.Left,
    };

    // In the protos Monday is 1 and Sunday 7; in the base library Sunday is 0.
    private static OpeningPeriod Period(V1.OpeningPeriod period) =>
        new((DayOfWeek)((int)period.Weekday % 7), period.OpenMinute, period.CloseMinute);

    private static V1.OpeningPeriod Proto(OpeningPeriod period) => new()
    {
        Weekday = period.Day == DayOfWeek.Sunday ? Weekday.Sunday : (Weekday)period.Day,
        OpenMinute = period.OpenMinute,
        CloseMinute = period.CloseMinute,
    };

    private static SpecialDay Day(V1.SpecialDay day)
    {
        var date = DateOnly.ParseExact(day.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return day.Closed ? new SpecialDay(date, true, 0, 0) : new SpecialDay(date, false, day.OpenMinute, day.CloseMinute);
    }

    private static V1.SpecialDay Proto(SpecialDay day) => new()
    {
        Date = day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Closed = day.Closed,
        OpenMinute = day.OpenMinute,
        CloseMinute = day.CloseMinute,
    };

    private static Capabilities Read(IList<Capability> capabilities)
    {
        var read = Capabilities.None;
        foreach (var capability in capabilities)
        {
            read |= capability switch
            {
                Capability.Collect => Capabilities.Collect,
                Capability.Ship => Capabilities.Ship,
                _ => Capabilities.Return,
            };
        }

        return read == Capabilities.None ? Capabilities.All : read;
    }

    private static void Write(Capabilities capabilities, Location location)
    {
        if (capabilities.HasFlag(Capabilities.Collect))
        {
            location.Capabilities.Add(Capability.Collect);
        }

        if (capabilities.HasFlag(Capabilities.Ship))
        {
            location.Capabilities.Add(Capability.Ship);
        }

        if (capabilities.HasFlag(Capabilities.Return))
        {
            location.Capabilities.Add(Capability.Return);
        }
    }
}
