using System.Globalization;
using Inventory.Domain.Work;

namespace Inventory.Domain.Tests.Work;

public sealed class WorkSlotTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-11-24T13:37+01:00", "parcels:20261124", "2026-11-24T00:00+01:00", "2026-11-25T00:00+01:00")]
    [InlineData("Europe/Berlin", "2026-11-24T13:37+01:00", "picks:2026112413", "2026-11-24T13:00+01:00", "2026-11-24T14:00+01:00")]
    [InlineData("", "2026-11-24T23:59Z", "parcels:20261124", "2026-11-24T00:00Z", "2026-11-25T00:00Z")]
    [InlineData("Asia/Tokyo", "2026-11-24T15:00Z", "picks:2026112500", "2026-11-25T00:00+09:00", "2026-11-25T01:00+09:00")]
    [InlineData("Europe/Berlin", "2026-03-29T12:00+02:00", "parcels:20260329", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00")]
    [InlineData("Europe/Berlin", "2026-10-25T12:00+01:00", "parcels:20261025", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00")]
    [InlineData("Europe/Berlin", "2026-03-29T01:59+01:00", "picks:2026032901", "2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00")]
    [InlineData("Europe/Berlin", "2026-10-25T02:30+02:00", "picks:2026102502", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00")]
    [InlineData("Europe/Berlin", "2026-10-25T02:30+01:00", "picks:2026102502b", "2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00")]
    [InlineData("Asia/Kolkata", "2026-11-24T13:37+05:30", "picks:2026112413", "2026-11-24T13:00+05:30", "2026-11-24T14:00+05:30")]
    [InlineData("America/Sao_Paulo", "2018-11-04T12:00-02:00", "parcels:20181104", "2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00")]
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:45+10:30", "picks:2026040501", "2026-04-05T01:00+11:00", "2026-04-05T02:00+10:30")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:45+11:00", "picks:2026100402", "2026-10-04T02:30+11:00", "2026-10-04T03:00+11:00")]
    public void A_moment_belongs_to_a_slot_whose_text_reads_as_the_same_slot(string zone, string moment, string text, string start, string end)
    {
        var slot = WorkSlot.At(text.StartsWith("parcels", StringComparison.Ordinal) ? WorkKind.Parcels : WorkKind.Picks, Ms(moment), zone);
        Assert.Equal((Ms(start), text), (slot.StartMs, slot.ToText(zone)));
        Assert.Equal(Ms(end), slot.EndMs(zone));
        Assert.True(WorkSlot.TryParse(text, zone, out var read, out _));
        Assert.Equal(slot, read);
        Assert.True(slot.IsIn(zone));
        Assert.InRange(slot.ForgottenAtMs, slot.EndMs(zone) + Limits.RememberMs, slot.StartMs + (3 * Limits.RememberMs));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("parcels")]
    [InlineData("Parcels:20261124")]
    [InlineData("parcels:20261131")]
    [InlineData("parcels:2026112413")]
    [InlineData("picks:20261124")]
    [InlineData("picks:2026112424")]
    [InlineData("picks:2026032902")]
    [InlineData("picks:2026112413b")]
    [InlineData("parcels:20261025b")]
    [InlineData("picks: 2026112413")]
    [InlineData("work:20261124")]
    public void What_is_no_slot_of_the_place_is_refused_with_words(string? text)
    {
        Assert.False(WorkSlot.TryParse(text, "Europe/Berlin", out _, out var problem));
        Assert.False(string.IsNullOrEmpty(problem));
    }

    [Fact]
    public void Every_quarter_of_an_hour_of_a_year_is_in_the_slot_that_it_says_in_every_zone()
    {
        const long QuarterMs = 900_000;
        foreach (var zone in new[] { "Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu" })
        {
            var (from, until) = (Ms("2026-01-01T12:00Z"), Ms("2027-01-01T12:00Z"));
            var slot = WorkSlot.At(WorkKind.Picks, from, zone);
            for (var ms = from; ms < until; ms += QuarterMs)
            {
                var now = WorkSlot.At(WorkKind.Picks, ms, zone);
                Assert.True(now == slot || (now.StartMs == ms && slot.EndMs(zone) == ms), $"{zone} {ms}");
                slot = now;
            }
        }
    }

    private static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
