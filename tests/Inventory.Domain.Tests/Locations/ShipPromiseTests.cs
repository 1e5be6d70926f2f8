using System.Globalization;

namespace Inventory.Domain.Tests.Locations;

public sealed class ShipPromiseTests
{
    // Open Monday to Saturday; the carrier comes at five, but neither on Wednesday nor on Saturday.
    private static readonly LocationFacts s_shop = new()
    {
        Name = "Shop", TimeZone = "Europe/Berlin", PreparationMs = Minutes(60), CutOffMinute = 17 * 60,
        CarrierDays = Weekdays.Monday | Weekdays.Tuesday | Weekdays.Thursday | Weekdays.Friday | Weekdays.Sunday,
        WeeklyHours = [.. Enumerable.Range(1, 6).Select(day => new OpeningPeriod((DayOfWeek)day, 540, 1140))],
    };

    [Theory]
    [InlineData("2026-06-15T10:00+02:00", "2026-06-15T17:00+02:00", "a Monday morning")]
    [InlineData("2026-06-15T16:00+02:00", "2026-06-15T17:00+02:00", "ready in the moment of the cut-off")]
    [InlineData("2026-06-15T16:01+02:00", "2026-06-16T17:00+02:00", "a minute too late")]
    [InlineData("2026-06-16T18:30+02:00", "2026-06-18T17:00+02:00", "ready on Wednesday, when nobody comes")]
    [InlineData("2026-06-19T16:30+02:00", "2026-06-22T17:00+02:00", "over Saturday without a carrier and Sunday without anybody")]
    [InlineData("2026-06-14T05:00+02:00", "2026-06-15T17:00+02:00", "a Sunday is closed though the carrier would come")]
    public void A_parcel_leaves_at_the_next_cut_off_after_preparation(string now, string leaves, string why) => AssertLeaves(s_shop, now, leaves, why);

    [Fact]
    public void Without_carrier_days_it_comes_on_open_days_and_without_a_cut_off_at_closing()
    {
        var shop = s_shop with { CarrierDays = Weekdays.None };
        AssertLeaves(shop, "2026-06-16T18:30+02:00", "2026-06-17T17:00+02:00", "Wednesday is an open day");
        AssertLeaves(shop with { CutOffMinute = null }, "2026-06-16T17:30+02:00", "2026-06-16T19:00+02:00", "at closing");
        var always = new LocationFacts { Name = "Depot", PreparationMs = Minutes(30) };
        AssertLeaves(always, "2026-06-16T10:00Z", "2026-06-17T00:00Z", "a place that never closes: at midnight");
        AssertLeaves(always with { CutOffMinute = 600 }, "2026-06-16T10:00Z", "2026-06-17T10:00Z", "too late for ten o'clock");
    }

    [Fact]
    public void A_holiday_has_no_carrier_and_a_special_day_its_own_closing()
    {
        var shop = s_shop with
        {
            SpecialDays = [new(new(2026, 6, 15), true, 0, 0), new(new(2026, 6, 16), false, 540, 720)], CutOffMinute = null,
        };
        AssertLeaves(shop, "2026-06-15T09:00+02:00", "2026-06-16T12:00+02:00", "Monday is a holiday, Tuesday short");
    }

    [Fact]
    public void Clock_changes_move_the_cut_off_with_the_wall_clock()
    {
        var night = new LocationFacts { Name = "Depot", TimeZone = "Europe/Berlin", CutOffMinute = 150 };
        AssertLeaves(night, "2026-03-29T00:30+01:00", "2026-03-29T03:00+02:00", "half past two does not exist: when the clock resumes");
        AssertLeaves(night, "2026-10-25T00:30+02:00", "2026-10-25T02:30+02:00", "half past two comes twice: the first");
        AssertLeaves(night, "2026-10-25T02:45+02:00", "2026-10-26T02:30+01:00", "the second is none");
        AssertLeaves(night with { CutOffMinute = 1080 }, "2026-03-29T01:59+01:00", "2026-03-29T18:00+02:00", "summer time in the evening");
    }

    [Theory]
    [InlineData("2026-06-15T00:00+02:00", "2026-06-15T17:00+02:00", "what is prepared needs no more time")]
    [InlineData("2026-06-15T17:00+02:00", "2026-06-15T17:00+02:00", "the moment itself")]
    [InlineData("2026-06-16T17:01+02:00", "2026-06-18T17:00+02:00", "nobody comes on Wednesday")]
    public void What_is_prepared_leaves_at_the_next_cut_off(string from, string leaves, string why)
    {
        AssertNext(s_shop, from, leaves, why);
        AssertNext(s_shop with { PreparationMs = Minutes(60 * 24 * 90) }, from, leaves, why);
    }

    [Fact]
    public void Who_closes_at_midnight_hands_over_each_day()
    {
        var depot = new LocationFacts { Name = "Depot", TimeZone = "Europe/Berlin" };
        AssertNext(depot, "2026-06-16T00:00+02:00", "2026-06-16T00:00+02:00", "the end of Monday");
        AssertNext(depot, "2026-06-16T00:01+02:00", "2026-06-17T00:00+02:00", "the end of Tuesday");
        Assert.Null(ShipPromise.NextAtMs(depot, isOpen: false, Ms("2026-06-16T00:00+02:00")));
        Assert.Null(ShipPromise.NextAtMs(depot with { Capabilities = Capabilities.Collect }, isOpen: true, Ms("2026-06-16T00:00+02:00")));
        Assert.Null(ShipPromise.NextAtMs(depot with { LastDate = new(2026, 6, 14) }, isOpen: true, Ms("2026-06-16T00:00+02:00")));
    }

    [Fact]
    public void Nothing_leaves_where_nothing_can()
    {
        var nowMs = Ms("2026-06-15T10:00+02:00");
        Assert.Null(ShipPromise.LeavesAtMs(s_shop, isOpen: false, nowMs));
        Assert.Null(ShipPromise.LeavesAtMs(s_shop with { Capabilities = Capabilities.Collect }, isOpen: true, nowMs));
        Assert.Null(ShipPromise.LeavesAtMs(s_shop with { PreparationMs = Minutes(60 * 24 * 90) }, isOpen: true, nowMs));
        Assert.Null(ShipPromise.LeavesAtMs(s_shop with { CarrierDays = Weekdays.Sunday }, isOpen: true, nowMs));
        Assert.Null(ShipPromise.LeavesAtMs(s_shop with { LastDate = new(2026, 6, 14) }, isOpen: true, nowMs));
        Assert.Null(ShipPromise.LeavesAtMs(s_shop with { FirstDate = new(2026, 8, 20) }, isOpen: true, nowMs));
        AssertLeaves(s_shop with { FirstDate = new(2026, 6, 18) }, "2026-06-15T10:00+02:00", "2026-06-18T17:00+02:00", "a pop-up that is to come");
    }

    private static void AssertLeaves(LocationFacts shop, string now, string leaves, string why)
    {
        var actual = ShipPromise.LeavesAtMs(shop, isOpen: true, Ms(now));
        Assert.True(actual == Ms(leaves), $"{why}: {(actual is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("u") : "never")}");
    }

    private static void AssertNext(LocationFacts shop, string from, string leaves, string why) =>
        Assert.True(ShipPromise.NextAtMs(shop, isOpen: true, Ms(from)) == Ms(leaves), why);

    private static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static long Minutes(int minutes) => minutes * 60_000L;
}
