using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>The hard rules and the prices of one policy for one request, with all that does not depend on a candidate looked up before.</summary>
internal sealed class RoutePricing
{
    private const double DayMs = 86_400_000;
    private const int ScarcityKnownMax = 1_024;

    private readonly RouteRequest _request;
    private readonly RoutingPolicy _policy;
    private readonly Handling _goods;
    private readonly long[] _kilogramMinor; // of a unit, by zone and line
    private readonly long[] _firstMinor; // of the first parcel, by zone
    private readonly long[] _scarcity; // by units there
    private readonly DemandPrices? _byDemand;
    private readonly HashSet<LocationId>? _excluded;
    private readonly long _kilometreMinor;
    private readonly long _latestMs;

    public RoutePricing(RouteRequest request, RoutingPolicy policy, IReadOnlyList<RouteCandidate> candidates)
    {
        (_request, _policy) = (request, policy);
        Lines = request.Lines.Length;
        Ships = request.Wish.Kind is WishKind.Ship or WishKind.DecideLater;
        (_kilogramMinor, _firstMinor) = (new long[policy.Zones.Length * Lines], new long[policy.Zones.Length]);
        for (var z = 0; z < policy.Zones.Length && Ships; z++)
        {
            _firstMinor[z] = policy.Zones[z].ParcelsMinor(0, policy.MoneyPercent);
            for (var i = 0; i < Lines; i++)
            {
                _kilogramMinor[(z * Lines) + i] =
                    Round(policy.Zones[z].KilogramMinor * (request.Lines[i].UnitGrams / 1_000.0) * policy.MoneyPercent / 100);
            }
        }

        foreach (var line in request.Lines)
        {
            _goods |= line.Goods;
        }

        _scarcity = new long[Math.Min(policy.ScarcityUnits, ScarcityKnownMax) + 1];
        for (var units = 0; units < _scarcity.Length; units++)
        {
            _scarcity[units] = policy.ScarcityOf(units);
        }

        _byDemand = policy.ScarcityBy == ScarcityBy.Demand ? DemandPrices.Of(request, policy, candidates) : null;
        _excluded = policy.Excluded.IsDefaultOrEmpty ? null : [.. policy.Excluded];
        _kilometreMinor = Ships ? policy.KilometreMinor : policy.CollectKilometreMinor + policy.KilometreMinor;
        _latestMs = request.PromiseByMs > 0 ? request.PromiseByMs : long.MaxValue;
        _latestMs = policy.PromiseMs > 0 ? Math.Min(_latestMs, request.NowMs + policy.PromiseMs) : _latestMs;
    }

    public RouteRequest Request => _request;

    public RoutingPolicy Policy => _policy;

    public int Lines { get; }

    /// <summary>True if the carrier is paid.</summary>
    public bool Ships { get; }

    /// <summary>Judges a candidate by the hard rules.</summary>
    public RouteVerdict Judge(RouteCandidate candidate, out double metres, out int zone, out long promisedAtMs)
    {
        var wish = _request.Wish;
        metres = wish.Point is { } point ? point.DistanceMetres(candidate.Position) : 0;
        zone = _policy.ZoneAt(metres);
        var readyAtMs = wish.IsCollected ? candidate.ReadyAtMs
            : candidate.LeavesAtMs is long.MaxValue ? long.MaxValue : candidate.LeavesAtMs + _policy.Zones[zone].TransitMs;
        promisedAtMs = readyAtMs ?? 0;

        // A place that the customer names is not a matter of policy.
        var chooses = wish.Location is null;
        return candidate.IsExcluded || (chooses && _excluded is not null && _excluded.Contains(candidate.Location)) ? RouteVerdict.Excluded
            : !candidate.Available.AsSpan().ContainsAnyExcept(0) ? RouteVerdict.NoStock
            : chooses && !_policy.Kinds.IsEmpty && !_policy.Kinds.Contains(candidate.Kind) ? RouteVerdict.KindNotAllowed
            : readyAtMs is null || (candidate.Capabilities & (wish.IsCollected ? Capabilities.Collect : Capabilities.Ship)) == 0 ? RouteVerdict.Incapable
            : (_goods & ~candidate.Handles) != 0 ? RouteVerdict.GoodsNotAllowed
            : candidate.CapacityLeft < 1 || candidate.PicksLeft < 1 || (Ships && candidate.ParcelsLeft < 1) ? RouteVerdict.NoCapacity
            : _policy.MaxMetres > 0 && metres > _policy.MaxMetres ? RouteVerdict.TooFar
            : promisedAtMs > _latestMs ? RouteVerdict.TooLate
            : RouteVerdict.Worse;
    }

    /// <summary>The terms of using a candidate, with one parcel that weighs nothing: without split, further weight and scarcity.</summary>
    public RouteCost Use(RouteCandidate candidate, double metres, int zone, long promisedAtMs) => new(
        _firstMinor[zone],
        candidate.HandlingMinor * _policy.MoneyPercent / 100,
        0,
        Round(_kilometreMinor * metres / 1_000),
        Round(_policy.DayMinor * Math.Max(0, promisedAtMs - _request.NowMs) / DayMs),
        Round(_policy.LoadMinor * Math.Clamp(candidate.Load, 0, 1)),
        Round(_policy.NotFoundMinor * (1 - Math.Clamp(candidate.FoundProbability, 0, 1))),
        0);

    /// <summary>The farthest that so much pays for, in metres; infinite if distance is free, below 0 if it pays for nothing.</summary>
    public double MetresFor(long minor) =>
        minor < 0 ? -1 : _kilometreMinor == 0 ? double.PositiveInfinity : (minor + 1) * 1_000.0 / _kilometreMinor; // half a unit is rounded down at most

    /// <summary>Price of the kilograms of a unit.</summary>
    public long KilogramMinor(int zone, int line) => _kilogramMinor[(zone * Lines) + line];

    /// <summary>Shadow price of a unit.</summary>
    public long ScarcityMinor(RouteCandidate candidate, int line)
    {
        if (_byDemand?.Of(candidate, line) is { } told)
        {
            return told;
        }

        var available = (candidate.Cover ?? candidate.Available)[line];
        return available < _scarcity.Length ? _scarcity[available]
            : available >= _policy.ScarcityUnits ? _scarcity.Length > _policy.ScarcityUnits ? _scarcity[^1] : _policy.ScarcityOf(_policy.ScarcityUnits)
            : _policy.ScarcityOf(available);
    }

    /// <summary>What so many grams cost beyond the first parcel that weighs nothing.</summary>
    public long WeightMinor(int zone, long grams) =>
        Ships ? _policy.Zones[zone].ParcelsMinor(grams, _policy.MoneyPercent) - _firstMinor[zone] : 0;

    /// <summary>Parcels of so many grams; 0 if nothing is sent.</summary>
    public long Parcels(int zone, long grams) => Ships ? _policy.Zones[zone].ParcelsOf(grams) : 0;

    /// <summary>The most that so many parcels may weigh, grams.</summary>
    public long MostGrams(int zone, long parcels)
    {
        var steps = _policy.Zones[zone].Steps;
        return !Ships || steps.IsDefaultOrEmpty || parcels > long.MaxValue / steps[^1].MaxGrams ? long.MaxValue : parcels * steps[^1].MaxGrams;
    }

    private static long Round(double minor) => (long)Math.Round(minor, MidpointRounding.AwayFromZero);
}
