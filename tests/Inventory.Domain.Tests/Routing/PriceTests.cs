using Inventory.Domain.Routing;

namespace Inventory.Domain.Tests.Routing;

public sealed class PriceTests
{
    [Fact]
    public void A_location_of_which_nothing_is_known_finds_nineteen_of_twenty() => Assert.Equal(0.95, default(FoundRecord).Probability, 12);

    [Fact]
    public void Rejects_lower_the_chance_and_picks_raise_it_within_bounds()
    {
        var record = default(FoundRecord);
        Assert.Equal(19.0 / 25, record.Rejected(5).Probability, 12);
        Assert.Equal(24.0 / 25, record.Picked(5).Probability, 12);
        Assert.InRange(record.Rejected(Limits.UnitsMax).Probability, double.Epsilon, 0.000_001);
        Assert.InRange(record.Picked(Limits.UnitsMax).Probability, 0.999_999, 1 - double.Epsilon);
    }

    [Fact]
    public void Experience_that_fades_goes_back_to_the_prior()
    {
        var record = default(FoundRecord).Rejected(20);
        var faded = Enumerable.Range(0, 10).Aggregate(record, (each, _) => each.Fade());
        Assert.True(record.Probability < record.Fade().Probability && record.Fade().Probability < faded.Probability);
        Assert.Equal(0.95, faded.Probability, 2);
    }

    [Fact]
    public void Units_below_nothing_are_no_experience()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(FoundRecord).Picked(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(FoundRecord).Rejected(Limits.UnitsMax + 1));
    }

    [Theory]
    [InlineData(0, 1, 7, 1_000)] // nothing there: whoever asks misses it
    [InlineData(1, 1, 1, 632)] // 1 - 1/e
    [InlineData(2, 1, 1, 264)] // 1 - 2/e
    [InlineData(5, 0, 7, 0)] // nobody asks
    [InlineData(5, 1, 0, 0)] // more comes at once
    [InlineData(1_000, 1, 7, 0)]
    [InlineData(1_000, 1_000, 1, 506)] // the normal law takes over
    [InlineData(1, 1_000, 7, 1_000)]
    public void A_unit_is_worth_the_chance_that_it_is_missed(long available, double perDay, double days, long minor) =>
        Assert.InRange(ScarcityPrice.Of(available, perDay, days, 1_000), minor - 1, minor + 1);

    [Fact]
    public void The_price_falls_with_units_and_rises_with_demand()
    {
        foreach (var mean in new[] { 0.5, 3, 40, 499, 501, 5_000 })
        {
            for (var units = 1L; units < 200; units++)
            {
                var price = ScarcityPrice.Of(units, mean, 1, 1_000_000);
                Assert.InRange(price, 0, 1_000_000);
                Assert.True(ScarcityPrice.Of(units + 1, mean, 1, 1_000_000) <= price, $"mean {mean}, {units} units");
                Assert.True(ScarcityPrice.Of(units, mean * 1.1, 1, 1_000_000) >= price - 30, $"mean {mean}, {units} units");
            }
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void A_demand_that_is_no_figure_is_refused(double perDay, double days) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ScarcityPrice.Of(1, perDay, days, 100));
}
