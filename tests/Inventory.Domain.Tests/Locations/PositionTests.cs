namespace Inventory.Domain.Tests.Locations;

public sealed class PositionTests
{
    [Theory]
    [InlineData(90, 180, true)]
    [InlineData(-90, -180, true)]
    [InlineData(90.000001, 0, false)]
    [InlineData(0, 180.000001, false)]
    [InlineData(double.NaN, 0, false)]
    [InlineData(0, double.NegativeInfinity, false)]
    public void A_position_is_on_the_earth(double latitude, double longitude, bool right) =>
        Assert.Equal(right, new Position(latitude, longitude).IsValid);

    [Fact]
    public void Los_Angeles_and_New_York_are_as_far_apart_as_the_textbook_says()
    {
        // E. Williams, Aviation Formulary: LAX to JFK is 0.623585 radians.
        var (lax, jfk) = (new Position(33 + (57 / 60.0), -118 - (24 / 60.0)), new Position(40 + (38 / 60.0), -73 - (47 / 60.0)));
        Assert.Equal(0.623585, lax.DistanceMetres(jfk) / Position.EarthRadiusMetres, 0.000001);
    }

    [Fact]
    public void Poles_antipodes_and_the_date_line_are_no_exceptions()
    {
        var half = Math.PI * Position.EarthRadiusMetres;
        Assert.Equal(half, new Position(90, 0).DistanceMetres(new Position(-90, 77)), 0.01);
        Assert.Equal(half, new Position(10, 20).DistanceMetres(new Position(-10, -160)), 0.5);
        Assert.Equal(half / 2, new Position(0, 0).DistanceMetres(new Position(90, 0)), 0.01);
        Assert.Equal(half / 90, new Position(0, 179).DistanceMetres(new Position(0, -179)), 0.01);
        Assert.Equal(0, new Position(52.5, 13.4).DistanceMetres(new Position(52.5, 13.4)));
    }

    [Fact]
    public void A_metre_is_a_metre_and_the_way_back_is_as_long()
    {
        var (here, there) = (new Position(52.52, 13.405), new Position(52.520009, 13.405));
        Assert.Equal(1.0, here.DistanceMetres(there), 0.01);
        Assert.Equal(here.DistanceMetres(there), there.DistanceMetres(here), 0.000001);
    }
}
