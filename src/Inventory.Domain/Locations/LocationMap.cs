namespace Inventory.Domain;

/// <summary>A spatial index of locations: those within a distance of a point, without looking at all others. Immutable; safe for any thread.</summary>
/// <remarks>
/// Locations stand in the order of their latitudes, each with its point on the unit sphere. A degree of latitude is equally long everywhere, so a search
/// looks at one band of them, and there at three products each: the square of the chord between two points rises with the way along the sphere.
/// Poles and the date line need no care. For the some thousand locations of a retailer this is less work than the nodes of a tree.
/// </remarks>
public sealed class LocationMap
{
    /// <summary>Looked at beside the distance asked for, in metres: more than this map and <see cref="Position.DistanceMetres"/> differ in.</summary>
    public const double SlackMetres = 1;

    private const double FirstMetres = 10_000;

    private readonly (double North, double X, double Y, double Z)[] _points;
    private readonly LocationId[] _ids;

    /// <param name="locations">Each once, with a valid position.</param>
    public LocationMap(IEnumerable<(LocationId Id, Position Position)> locations)
    {
        var sorted = locations.ToArray();
        Array.Sort(sorted, static (a, b) => a.Position.Latitude != b.Position.Latitude
            ? a.Position.Latitude.CompareTo(b.Position.Latitude) : string.CompareOrdinal(a.Id.Value, b.Id.Value));
        _ids = Array.ConvertAll(sorted, each => each.Id);
        _points = Array.ConvertAll(sorted, each => Point(each.Position));
    }

    /// <summary>How many locations there are.</summary>
    public int Count => _ids.Length;

    /// <summary>All locations within a distance of a point, in no order that means anything, and those that are <see cref="SlackMetres"/> farther.</summary>
    /// <param name="point">The point.</param>
    /// <param name="metres">The distance, 0 or more; infinite for all of them.</param>
    public List<LocationId> Within(in Position point, double metres)
    {
        var (from, to) = Band(point, metres);
        var (centre, most, found) = (Point(point), ChordSquare(metres), new List<LocationId>());
        for (var i = from; i < to; i++)
        {
            if (ChordSquare(centre, _points[i]) <= most)
            {
                found.Add(_ids[i]);
            }
        }

        return found;
    }

    /// <summary>How many are within a distance of a point, as <see cref="Within"/> finds them.</summary>
    public int CountWithin(in Position point, double metres)
    {
        var (from, to) = Band(point, metres);
        var (centre, most, count) = (Point(point), ChordSquare(metres), 0);
        for (var i = from; i < to; i++)
        {
            count += ChordSquare(centre, _points[i]) <= most ? 1 : 0;
        }

        return count;
    }

    /// <summary>A distance within which there are so many locations, or all of them: a power of two times ten kilometres, the least that will do.</summary>
    /// <param name="point">The point.</param>
    /// <param name="count">How many, 0 or more.</param>
    public double MetresFor(in Position point, int count)
    {
        var metres = FirstMetres;
        while (CountWithin(point, metres) < Math.Min(count, Count))
        {
            metres *= 2;
        }

        return metres;
    }

    /// <summary>The nearest of those that <see cref="Within"/> leaves out, the one with the smaller latitude of several; null if it leaves out none.</summary>
    public LocationId? NearestBeyond(in Position point, double metres)
    {
        var (centre, most, nearest, best) = (Point(point), ChordSquare(metres), double.MaxValue, -1);
        for (var i = 0; i < _points.Length; i++)
        {
            var square = ChordSquare(centre, _points[i]);
            if (square > most && square < nearest)
            {
                (nearest, best) = (square, i);
            }
        }

        return best < 0 ? null : _ids[best];
    }

    // The places of those whose latitude alone does not put them farther away.
    private (int From, int To) Band(in Position point, double metres)
    {
        var half = (metres + SlackMetres) / Position.EarthRadiusMetres;
        var north = Position.Radians(point.Latitude);
        return (Place(north - half), Place(Math.BitIncrement(north + half)));
    }

    // Where the first one at a latitude or north of it stands.
    private int Place(double north)
    {
        var (low, high) = (0, _points.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _points[middle].North < north ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static (double North, double X, double Y, double Z) Point(in Position position)
    {
        var (north, east) = (Position.Radians(position.Latitude), Position.Radians(position.Longitude));
        return (north, Math.Cos(north) * Math.Cos(east), Math.Cos(north) * Math.Sin(east), Math.Sin(north));
    }

    // Of a way along the sphere; no chord is longer than 2.
    private static double ChordSquare(double metres)
    {
        var half = (metres + SlackMetres) / (2 * Position.EarthRadiusMetres);
        var sin = half >= Math.PI / 2 ? 2 : Math.Sin(half);
        return 4 * sin * sin;
    }

    private static double ChordSquare(
        in (double North, double X, double Y, double Z) a, in (double North, double X, double Y, double Z) b)
    {
        var (x, y, z) = (a.X - b.X, a.Y - b.Y, a.Z - b.Z);
        return (x * x) + (y * y) + (z * z);
    }
}
