namespace Inventory.Domain.Routing;

/// <summary>Shadow prices of the units of each line in each region, from its demand and cover: see <see cref="ScarcityPrice"/>.</summary>
internal sealed class DemandPrices
{
    private readonly Dictionary<int, long[]> _minor = [];
    private readonly bool[] _isKnown;

    private DemandPrices(int lines) => _isKnown = new bool[lines];

    /// <summary>The prices for one request.</summary>
    /// <returns>Null if the demand for no line is known.</returns>
    public static DemandPrices? Of(RouteRequest request, RoutingPolicy policy, IReadOnlyList<RouteCandidate> candidates)
    {
        if (request.Demand.IsDefaultOrEmpty || request.Demand.All(line => line.IsDefaultOrEmpty))
        {
            return null;
        }

        var (lines, prices) = (request.Lines.Length, new DemandPrices(request.Lines.Length));
        for (var c = 0; c < candidates.Count; c++)
        {
            if (!prices._minor.TryGetValue(candidates[c].Region, out var cover))
            {
                prices._minor.Add(candidates[c].Region, cover = new long[lines]);
            }

            for (var i = 0; i < lines; i++)
            {
                cover[i] += (candidates[c].Cover ?? candidates[c].Available)[i];
            }
        }

        for (var i = 0; i < lines; i++)
        {
            prices.Price(i, request.Lines[i].Units, request.Demand[i].AsSpan(), policy);
        }

        return prices;
    }

    /// <summary>The price of a unit at a candidate, minor units; null if the demand for the line is not known.</summary>
    public long? Of(RouteCandidate candidate, int line) => _isKnown[line] ? _minor[candidate.Region][line] : null;

    private void Price(int line, long wanted, ReadOnlySpan<RegionDemand> demand, RoutingPolicy policy)
    {
        _isKnown[line] = demand.Length > 0;
        foreach (var (region, minor) in _minor)
        {
            // The units of one line have one price: that of the middle one.
            var cover = minor[line] - ((Math.Min(wanted, minor[line]) - 1) / 2);
            minor[line] = ScarcityPrice.Of(cover, Find(demand, region), policy.SupplyDays ?? RoutingPolicy.SupplyDaysUsual, policy.ScarcityMinor);
        }
    }

    private static RegionDemand Find(ReadOnlySpan<RegionDemand> demand, int region)
    {
        foreach (ref readonly var each in demand)
        {
            if (each.Region == region)
            {
                return each;
            }
        }

        return new RegionDemand(region, 0, 1);
    }
}
