using System.Collections.Immutable;

namespace Inventory.Domain.Routing;

/// <summary>Parts of the earth of about 110 km by 110 km, in which locations stand in for each other.</summary>
public static class DemandRegion
{
    private const int Around = 360;

    /// <summary>The region of a place: a band of one degree of latitude, cut into pieces as wide as it is high.</summary>
    /// <returns>A number, 0 or more; the same for the same place in every version of the program, for it is on record.</returns>
    public static int Of(in Position place)
    {
        var band = Math.Clamp((int)Math.Floor(place.Latitude) + 90, 0, 179);
        var pieces = Math.Max(1, (int)Math.Round(Around * Math.Cos((band - 89.5) * Math.PI / 180)));
        var turned = (place.Longitude + 180) / Around;
        return (band * Around) + Math.Clamp((int)Math.Floor(turned * pieces), 0, pieces - 1);
    }
}

/// <summary>Units that a customer in a region wanted, whoever sent them and whether there were any.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Region">Where: see <see cref="DemandRegion"/>.</param>
/// <param name="Units">How many, 1 to <see cref="Limits.OnHandMax"/>.</param>
public readonly record struct DemandNoted(long AtMs, int Region, long Units);

/// <summary>How fast a SKU is wanted in a region.</summary>
/// <param name="Region">Where.</param>
/// <param name="UnitsPerDay">Units a day, above 0.</param>
/// <param name="UnitsPerOrder">Units of a usual order, 1 or more.</param>
[Orleans.GenerateSerializer, Orleans.Immutable, Orleans.Alias("region-demand")]
public readonly record struct RegionDemand(
    [property: Orleans.Id(0)] int Region, [property: Orleans.Id(1)] double UnitsPerDay, [property: Orleans.Id(2)] double UnitsPerOrder);

/// <summary>
/// What is known of the demand for one SKU, by region. What counts is where units are wanted, not who sent them: so a region whose shelves are empty
/// keeps its demand. Changed only by <see cref="Apply"/>. Belongs to one owner.
/// </summary>
public sealed class DemandBook
{
    /// <summary>What was seen so long ago counts half, in milliseconds: four weeks, so that a season is followed and a quiet day is not.</summary>
    public const long HalfLifeMs = 28 * DayMs;

    /// <summary>Most regions of one SKU; beyond it the one with the least demand is forgotten. A country has some dozens.</summary>
    public const int RegionsMax = 256;

    private const long DayMs = 24L * 60 * 60 * 1000;

    // A first order says that there is some demand, not that there is one every minute.
    private const double WatchedDaysMin = 7;

    private readonly Dictionary<int, RegionRecord> _regions = [];

    /// <summary>What is known, by region: units and orders as they counted at that time.</summary>
    public IReadOnlyDictionary<int, RegionRecord> Regions => _regions;

    /// <summary>When the first was noted, Unix milliseconds; 0 if none was.</summary>
    public long FirstMs { get; private set; }

    /// <summary>Makes an event true; it cannot refuse.</summary>
    public void Apply(in DemandNoted noted)
    {
        FirstMs = FirstMs == 0 ? noted.AtMs : FirstMs;
        var known = _regions.GetValueOrDefault(noted.Region);
        var faded = known.At(noted.AtMs);
        _regions[noted.Region] = new RegionRecord(faded.Units + noted.Units, faded.Orders + 1, Math.Max(noted.AtMs, known.AtMs));
        if (_regions.Count > RegionsMax)
        {
            var (atMs, region) = (noted.AtMs, noted.Region);
            _regions.Remove(_regions.Where(each => each.Key != region).MinBy(each => (each.Value.At(atMs).Units, each.Key)).Key);
        }
    }

    /// <summary>Demand now, by rising region; empty if nothing was ever noted.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public ImmutableArray<RegionDemand> At(long nowMs)
    {
        // The weights of all days since the first, an infinite row cut off at its beginning.
        var mean = HalfLifeMs / Math.Log(2) / DayMs;
        var days = mean * (1 - Math.Exp(-Math.Max(0, nowMs - FirstMs) / (mean * DayMs)));
        var demand = ImmutableArray.CreateBuilder<RegionDemand>(_regions.Count);
        foreach (var (region, record) in _regions.OrderBy(each => each.Key))
        {
            demand.Add(new RegionDemand(region, record.At(nowMs).Units / Math.Max(WatchedDaysMin, days), Math.Max(1, record.Units / record.Orders)));
        }

        return demand.MoveToImmutable();
    }

    internal void Restore(long firstMs, int region, RegionRecord record)
    {
        FirstMs = firstMs;
        _regions[region] = record;
    }
}

/// <summary>What counts of the demand in a region at a moment.</summary>
/// <param name="Units">Units, faded.</param>
/// <param name="Orders">Orders, faded alike.</param>
/// <param name="AtMs">The moment, Unix milliseconds.</param>
public readonly record struct RegionRecord(double Units, double Orders, long AtMs)
{
    /// <summary>The same later; earlier moments count as this one.</summary>
    public RegionRecord At(long atMs)
    {
        var weight = Math.Exp(-Math.Log(2) * Math.Max(0, atMs - AtMs) / DemandBook.HalfLifeMs);
        return new RegionRecord(Units * weight, Orders * weight, Math.Max(AtMs, atMs));
    }
}
