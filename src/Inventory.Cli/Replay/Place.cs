namespace Inventory.Cli.Replay;

/// <summary>A point on the earth (WGS 84, taken as a sphere), ready for many comparisons of distance.</summary>
internal readonly struct Place
{
    private const double EarthRadiusMetres = 6_371_008.8;

    private readonly double _x;
    private readonly double _y;
    private readonly double _z;

    public Place(double latitude, double longitude)
    {
        Latitude = latitude;
        Longitude = longitude;
        var (sinLat, cosLat) = Math.SinCos(latitude * Math.PI / 180);
        var (sinLon, cosLon) = Math.SinCos(longitude * Math.PI / 180);
        (_x, _y, _z) = (cosLat * cosLon, cosLat * sinLon, sinLat);
    }

    /// <summary>Degrees north.</summary>
    public double Latitude { get; }

    /// <summary>Degrees east.</summary>
    public double Longitude { get; }

    /// <summary>The square of the straight line through a sphere of radius 1: it orders places by distance, and costs no sine.</summary>
    public double ChordSquared(in Place other)
    {
        var (dx, dy, dz) = (_x - other._x, _y - other._y, _z - other._z);
        return (dx * dx) + (dy * dy) + (dz * dz);
    }

    /// <summary>Great-circle distance in metres.</summary>
    public double MetresTo(in Place other) => 2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(ChordSquared(other)) / 2));

    /// <summary>The squared chord of a distance, to compare with <see cref="ChordSquared"/>.</summary>
    public static double ChordSquaredOf(double metres)
    {
        var half = Math.Sin(Math.Min(metres / (2 * EarthRadiusMetres), Math.PI / 2));
        return 4 * half * half;
    }
}
