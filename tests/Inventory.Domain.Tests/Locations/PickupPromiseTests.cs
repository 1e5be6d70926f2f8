using System.Globalization;

namespace Inventory.Domain.Tests.Locations;

public sealed class PickupPromiseTests
{
    private static readonly LocationFacts s_shop = new()
    {
        Name = "Shop", TimeZone = "Europe/Berlin", PreparationMs = Minutes(60),
        WeeklyHours =
        [
            new(DayOfWeek.Saturday, 600, 780), new(DayOfWeek.Friday, 840, 1080), new(DayOfWeek.Friday, 540, 720), // in no order
            new(DayOfWeek.Monday, 540, 1080),
        ],
    };

    [Theory]
    [InlineData("2026-06-12T09:00+02:00", "2026-06-12T10:00+02:00", "a Friday at opening")]
    [InlineData("2026-06-12T06:00+02:00", "2026-06-12T10:00+02:00", "before opening")]
    [InlineData("2026-06-12T11:30+02:00", "2026-06-12T14:30+02:00", "half of the work before the lunch break")]
    [InlineData("2026-06-12T11:00+02:00", "2026-06-12T14:00+02:00", "done in the moment of closing")]
    [InlineData("2026-06-12T10:59+02:00", "2026-06-12T11:59+02:00", "done a minute before")]
    [InlineData("2026-06-12T17:45+02:00", "2026-06-13T10:45+02:00", "goes on at the next opening")]
    [InlineData("2026-06-13T12:30+02:00", "2026-06-15T09:30+02:00", "over the Sunday")]
    [InlineData("2026-06-12T18:00+02:00", "2026-06-13T11:00+02:00", "after closing")]
    public void Preparation_counts_in_opening_hours(string now, string ready, string why) => AssertReady(s_shop, now, ready, why);

    [Fact]
    public void A_special_day_replaces_the_weekly_hours()
    {
        var shop = s_shop with { SpecialDays = [new(new(2026, 6, 12), true, 0, 0), new(new(2026, 6, 14), false, 660, 720)] };
        AssertReady(shop, "2026-06-12T09:00+02:00", "2026-06-13T11:00+02:00", "closed on Friday");
        AssertReady(shop, "2026-06-13T12:45+02:00", "2026-06-14T11:45+02:00", "open on this Sunday");
    }

    [Fact]
    public void Without_hours_a_location_never_closes()
    {
        var always = new LocationFacts { Name = "Box", PreparationMs = Minutes(90) };
        AssertReady(always, "2026-06-12T23:30Z", "2026-06-13T01:00Z", "always open");
        var feast = always with { SpecialDays = [new(new(2026, 6, 13), true, 0, 0)] };
        AssertReady(feast, "2026-06-12T23:30Z", "2026-06-14T01:00Z", "but for one day");
        AssertReady(always with { PreparationMs = 0 }, "2026-06-12T23:30Z", "2026-06-12T23:30Z", "at once");
    }

    [Fact]
    public void The_hour_that_a_clock_change_skips_or_repeats_is_counted_as_it_passes()
    {
        var night = s_shop with { PreparationMs = Minutes(240), WeeklyHours = [new(DayOfWeek.Sunday, 0, 360)] };
        AssertReady(night, "2026-03-29T00:00+01:00", "2026-03-29T05:00+02:00", "spring: midnight and four hours are five o'clock");
        AssertReady(night, "2026-10-25T00:00+02:00", "2026-10-25T03:00+01:00", "autumn: they are three o'clock");
        var early = s_shop with { PreparationMs = Minutes(10), WeeklyHours = [new(DayOfWeek.Sunday, 150, 210)] };
        AssertReady(early, "2026-03-29T00:00+01:00", "2026-03-29T03:10+02:00", "half past two does not exist: opens when the clock resumes");
        AssertReady(early, "2026-10-25T00:00+02:00", "2026-10-25T02:40+02:00", "half past two comes twice: the first counts");
    }

    [Fact]
    public void The_day_is_that_of_the_location()
    {
        var tokyo = s_shop with { TimeZone = "Asia/Tokyo", WeeklyHours = [new(DayOfWeek.Monday, 0, 1440)], PreparationMs = 0 };
        AssertReady(tokyo, "2026-06-14T15:00Z", "2026-06-14T15:00Z", "Monday has begun in Tokyo");
        AssertReady(tokyo, "2026-06-15T15:00Z", "2026-06-21T15:00Z", "and is over");
    }

    [Fact]
    public void A_pop_up_promises_nothing_outside_of_its_life()
    {
        var popUp = s_shop with { FirstDate = new(2026, 6, 12), LastDate = new(2026, 6, 13) };
        AssertReady(popUp, "2026-06-08T09:00+02:00", "2026-06-12T10:00+02:00", "not on the Monday before");
        AssertReady(popUp, "2026-06-13T11:00+02:00", "2026-06-13T12:00+02:00", "on its last day");
        Assert.Null(PickupPromise.ReadyAtMs(popUp, isOpen: true, Ms("2026-06-13T12:30+02:00")));
        var box = new LocationFacts { Name = "Box", FirstDate = new(2026, 6, 12) };
        AssertReady(box, "2026-06-01T09:00Z", "2026-06-12T00:00Z", "without hours its life counts too");
    }

    [Fact]
    public void A_life_begins_at_midnight_and_ends_at_midnight_of_the_place()
    {
        var popUp = s_shop with { FirstDate = new(2026, 3, 29), LastDate = new(2026, 3, 29) };
        Assert.Equal((Ms("2026-03-29T00:00+01:00"), Ms("2026-03-30T00:00+02:00")), popUp.LifeSpan());
        Assert.Equal((long.MinValue, long.MaxValue), s_shop.LifeSpan());
        Assert.Equal((long.MinValue, Ms("2026-03-30T00:00+02:00")), (popUp with { FirstDate = null }).LifeSpan());
    }

    [Fact]
    public void Nothing_is_promised_where_nothing_can_be_collected()
    {
        var nowMs = Ms("2026-06-12T09:00+02:00");
        Assert.Null(PickupPromise.ReadyAtMs(s_shop, isOpen: false, nowMs));
        Assert.Null(PickupPromise.ReadyAtMs(s_shop with { Capabilities = Capabilities.Ship | Capabilities.Return }, isOpen: true, nowMs));
        Assert.Null(PickupPromise.ReadyAtMs(s_shop with { PreparationMs = Minutes(60 * 24 * 90) }, isOpen: true, nowMs));
    }

    private static void AssertReady(LocationFacts shop, string now, string ready, string why)
    {
        var actual = PickupPromise.ReadyAtMs(shop, isOpen: true, Ms(now));
        Assert.True(actual == Ms(ready), $"{why}: {(actual is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("u") : "never")}");
    }

    private static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static long Minutes(int minutes) => minutes * 60_000L;
}
