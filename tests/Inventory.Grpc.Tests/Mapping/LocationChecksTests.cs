using Google.Protobuf.WellKnownTypes;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Mapping;

public sealed class LocationChecksTests
{
    [Fact]
    public void A_location_with_everything_is_fine() => Assert.Empty(Wrong(_ => { }));

    [Fact]
    public void A_location_with_the_least_is_fine()
    {
        var violations = default(Violations);
        LocationChecks.Check(new Location { DisplayName = "A", Kind = LocationKind.Store, Position = new GeoPoint() }, ref violations);
        Assert.False(violations.Any);
    }

    [Fact]
    public void Each_wrong_field_is_named()
    {
        Check("location.display_name", location => location.DisplayName = "");
        Check("location.display_name", location => location.DisplayName = "   ");
        Check("location.display_name", location => location.DisplayName = new string('x', 129));
        Check("location.display_name", location => location.DisplayName = "two\nlines");
        Check("location.kind", location => location.Kind = LocationKind.Unspecified);
        Check("location.kind", location => location.Kind = (LocationKind)99);
        Check("location.position", location => location.Position = null);
        Check("location.position.latitude", location => location.Position.Latitude = 90.1);
        Check("location.position.latitude", location => location.Position.Latitude = double.NaN);
        Check("location.position.longitude", location => location.Position.Longitude = -180.1);
        Check("location.position.longitude", location => location.Position.Longitude = double.PositiveInfinity);
        Check("location.postal_code", location => location.PostalCode = new string('1', 17));
        Check("location.town", location => location.Town = new string('t', 65));
        Check("location.region", location => location.Region = "\t");
        Check("location.country_code", location => location.CountryCode = "gb");
        Check("location.country_code", location => location.CountryCode = "GBR");
        Check("location.time_zone", location => location.TimeZone = "Mars/Olympus");
        Check("location.preparation_time", location => location.PreparationTime = new Duration { Seconds = -1 });
        Check("location.preparation_time", location => location.PreparationTime = new Duration { Seconds = (14 * 86_400) + 1 });
        Check("location.capabilities[1]", location => location.Capabilities.Add(Capability.Unspecified));
        Check("location.capabilities[1]", location => location.Capabilities.Add((Capability)77));
    }

    [Fact]
    public void What_it_can_do_is_checked_field_by_field()
    {
        Check("location.parcels_per_day", location => location.ParcelsPerDay = -1);
        Check("location.parcels_per_day", location => location.ParcelsPerDay = 10_000_001);
        Check("location.picks_per_hour", location => location.PicksPerHour = -1);
        Check("location.parcel_cost_minor", location => location.ParcelCostMinor = 1_000_000_001);
        Check("location.cut_off_minute", location => location.CutOffMinute = 1441);
        Check("location.cut_off_minute", location => location.CutOffMinute = -1);
        Check("location.carrier_days[0]", location => location.CarrierDays.Add(Weekday.Unspecified));
        Check("location.carrier_days[1]", location => location.CarrierDays.AddRange([Weekday.Monday, Weekday.Monday]));
        Check("location.first_date", location => location.FirstDate = "1999-12-31");
        Check("location.first_date", location => location.FirstDate = "soon");
        Check("location.last_date", location => location.LastDate = "3000-01-01");
        Check("location.last_date", location => (location.FirstDate, location.LastDate) = ("2026-06-02", "2026-06-01"));
        Assert.Empty(Wrong(location => (location.FirstDate, location.LastDate) = ("2026-06-02", "2026-06-02")));
        Assert.Empty(Wrong(location => (location.ParcelsPerDay, location.CutOffMinute) = (10_000_000, 1440)));
    }

    [Fact]
    public void Hours_are_checked_one_by_one()
    {
        Check("location.weekly_hours[1].weekday", location => Period(location, Weekday.Unspecified, 1, 2));
        Check("location.weekly_hours[1].weekday", location => Period(location, (Weekday)8, 1, 2));
        Check("location.weekly_hours[1].open_minute", location => Period(location, Weekday.Friday, -1, 2));
        Check("location.weekly_hours[1].close_minute", location => Period(location, Weekday.Friday, 600, 600));
        Check("location.weekly_hours[1].close_minute", location => Period(location, Weekday.Friday, 600, 1441));
        Check("location.weekly_hours[1]", location => Period(location, Weekday.Monday, 1079, 1100));
        Check("location.weekly_hours", location =>
        {
            for (var hour = 0; hour < 5; hour++)
            {
                Period(location, Weekday.Friday, hour * 60, (hour * 60) + 60);
            }
        });
        Check("location.weekly_hours", location =>
        {
            for (var i = 0; i < 28; i++)
            {
                Period(location, Weekday.Friday, i, i + 1);
            }
        });
    }

    [Fact]
    public void Special_days_are_checked_one_by_one()
    {
        Check("location.special_days[1].date", location => Special(location, "2026-02-30"));
        Check("location.special_days[1].date", location => Special(location, "26-2-3"));
        Check("location.special_days[1].date", location => Special(location, "2026-12-25"));
        Check("location.special_days[1].open_minute", location =>
            location.SpecialDays.Add(new SpecialDay { Date = "2026-12-26", OpenMinute = 1440, CloseMinute = 1441 }), more: true);
        Check("location.special_days", location =>
        {
            for (var i = 0; i < 64; i++)
            {
                Special(location, new DateOnly(2027, 1, 1).AddDays(i).ToString("yyyy-MM-dd",
                    System.Globalization.CultureInfo.InvariantCulture));
            }
        });
    }

    [Fact]
    public void Everything_wrong_is_named_at_once_up_to_a_limit()
    {
        var wrong = Wrong(location =>
        {
            location.DisplayName = "";
            location.Kind = LocationKind.Unspecified;
            location.Position = null;
        });
        Assert.Equal(["location.display_name", "location.kind", "location.position"], wrong);
        Assert.Equal(Limits.ViolationsMax,
            Wrong(location => location.Capabilities.Add(Enumerable.Repeat(Capability.Unspecified, 500))).Length);
    }

    private static void Check(string field, Action<Location> spoil, bool more = false)
    {
        var wrong = Wrong(spoil);
        Assert.Contains(field, wrong);
        Assert.True(more || wrong.Length == 1, string.Join(", ", wrong));
    }

    private static string[] Wrong(Action<Location> spoil)
    {
        var location = new Location
        {
            DisplayName = "Oxford Street",
            Kind = LocationKind.Store,
            Position = new GeoPoint { Latitude = 51.515, Longitude = -0.142 },
            PostalCode = "W1D 1BS",
            Town = "London",
            Region = "England",
            CountryCode = "GB",
            TimeZone = "Europe/London",
            PreparationTime = new Duration { Seconds = 14 * 86_400 },
            Capabilities = { Capability.Collect },
        };
        Period(location, Weekday.Monday, 540, 1080);
        Special(location, "2026-12-25");
        spoil(location);
        var violations = default(Violations);
        LocationChecks.Check(location, ref violations);
        if (!violations.Any)
        {
            return [];
        }

        var context = new FakeContext();
        violations.Status().Set(context);
        return context.Fields();
    }

    private static void Period(Location location, Weekday day, int open, int close) =>
        location.WeeklyHours.Add(new OpeningPeriod { Weekday = day, OpenMinute = open, CloseMinute = close });

    private static void Special(Location location, string date) => location.SpecialDays.Add(new SpecialDay { Date = date, Closed = true });
}
