namespace Inventory.Domain.Tests.Locations;

/// <summary>The spatial index, against looking at every location.</summary>
public sealed class LocationMapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_finds_whoever_is_within_a_distance_anywhere_on_earth(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var places = Draw(random, random.Next(0, 120));
            var map = new LocationMap(places);
            var point = Point(random);
            var metres = Distance(random);
            var found = map.Within(point, metres).ToHashSet();
            Assert.Equal(found.Count, map.CountWithin(point, metres));
            foreach (var (id, position) in places)
            {
                var away = point.DistanceMetres(position);
                var told = $"seed {seed}, round {round}: {id} at {position}, {away} m from {point}, asked for {metres}";
                Assert.True(away > metres || found.Contains(id), told);
                Assert.True(away <= metres + 2 || !found.Contains(id), told);
            }
        }
    }

    [Fact]
    public void The_nearest_beyond_a_distance_is_the_first_that_is_left_out()
    {
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var places = Draw(random, 60);
            var map = new LocationMap(places);
            var (point, metres) = (Point(random), Distance(random));
            var within = map.Within(point, metres).ToHashSet();
            var left = places.Where(place => !within.Contains(place.Id)).ToArray();
            var nearest = map.NearestBeyond(point, metres);
            Assert.Equal(left.Length == 0, nearest is null);
            if (nearest is { } told)
            {
                var least = left.Min(place => point.DistanceMetres(place.Position));
                var away = point.DistanceMetres(left.Single(place => place.Id == told).Position);
                Assert.True(away <= least + 1, $"round {round}: {told} is {away} m away, another only {least}");
            }
        }
    }

    [Fact]
    public void A_distance_holds_as_many_as_were_asked_for_or_all()
    {
        var random = new Random(5);
        for (var round = 0; round < 100; round++)
        {
            var map = new LocationMap(Draw(random, random.Next(0, 50)));
            var (point, count) = (Point(random), random.Next(0, 80));
            var metres = map.MetresFor(point, count);
            Assert.True(map.CountWithin(point, metres) >= Math.Min(count, map.Count));
            Assert.True(metres == 10_000 || map.CountWithin(point, metres / 2) < Math.Min(count, map.Count), $"round {round}: {metres} m is too far");
        }
    }

    [Fact]
    public void Without_bounds_all_are_found_and_none_is_beyond()
    {
        var map = new LocationMap(Draw(new Random(6), 30));
        Assert.Equal(30, map.Within(new Position(90, 0), double.PositiveInfinity).Count);
        Assert.Null(map.NearestBeyond(new Position(90, 0), double.PositiveInfinity));
        Assert.Empty(new LocationMap([]).Within(default, double.PositiveInfinity));
    }

    // Some at the poles, some on both sides of the date line, some in the same place.
    private static (LocationId Id, Position Position)[] Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (LocationId.Parse($"L{i}"), Point(random)))];

    private static Position Point(Random random) => random.Next(8) switch
    {
        0 => new Position(90, (random.NextDouble() * 360) - 180),
        1 => new Position(-90 + (random.NextDouble() * 0.1), (random.NextDouble() * 360) - 180),
        2 => new Position((random.NextDouble() * 2) - 1, 180 - (random.NextDouble() * 0.5)),
        3 => new Position((random.NextDouble() * 2) - 1, -180 + (random.NextDouble() * 0.5)),
        4 => new Position(52, 13),
        _ => new Position((random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180),
    };

    private static double Distance(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.NextDouble() * 100,
        2 => random.NextDouble() * 500_000,
        _ => random.NextDouble() * 21_000_000,
    };
}
