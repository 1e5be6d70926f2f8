using System.Collections.Immutable;

namespace Inventory.Domain.Routing;

/// <summary>Units that a location was asked for, and whether they were there.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Location">Where.</param>
/// <param name="Found">Units that left for a customer, 0 to <see cref="Limits.UnitsMax"/>.</param>
/// <param name="Missed">Units that it rejected, 0 to <see cref="Limits.UnitsMax"/>.</param>
public readonly record struct FoundNoted(long AtMs, LocationId Location, long Found, long Missed);

/// <summary>What is known of every location's shelves. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class FoundBook
{
    /// <summary>Experience of this age counts half, in milliseconds: 30 days, in which a store can be put in order, or fall out of it.</summary>
    public const long HalfLifeMs = 30L * 24 * 60 * 60 * 1000;

    private readonly Dictionary<LocationId, (FoundRecord Record, long AtMs)> _places = [];

    /// <summary>Of a location of which nothing is known.</summary>
    public static double UnknownProbability => default(FoundRecord).Probability;

    /// <summary>What is known, by location: the record, and until when it has faded, Unix milliseconds.</summary>
    public IReadOnlyDictionary<LocationId, (FoundRecord Record, long AtMs)> Places => _places;

    /// <summary>Makes an event true; it cannot refuse.</summary>
    public void Apply(in FoundNoted noted)
    {
        var (record, atMs) = _places.TryGetValue(noted.Location, out var known) ? known : (default, noted.AtMs);
        for (var halves = Math.Min(64, (noted.AtMs - atMs) / HalfLifeMs); halves > 0; halves--)
        {
            record = record.Fade();
            atMs += HalfLifeMs;
        }

        _places[noted.Location] = (record.Picked(noted.Found).Rejected(noted.Missed), atMs);
    }

    /// <summary>How likely each location that is known finds the next unit.</summary>
    public ImmutableDictionary<LocationId, double> Probabilities() =>
        _places.ToImmutableDictionary(each => each.Key, each => each.Value.Record.Probability);

    internal void Restore(LocationId location, FoundRecord record, long atMs) => _places[location] = (record, atMs);
}
