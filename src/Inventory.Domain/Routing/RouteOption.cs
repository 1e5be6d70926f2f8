using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>A candidate that may take part, with what that costs: a fixed part for being used at all, and a price for each unit.</summary>
internal sealed class RouteOption
{
    private const double DayMs = 86_400_000;

    private RouteOption(RouteCandidate candidate, double metres, long promisedAtMs, RouteCost use, long[] unitMinor)
    {
        (Candidate, Metres, PromisedAtMs, Use, UnitMinor) = (candidate, metres, promisedAtMs, use, unitMinor);
        FixedMinor = use.Total;
    }

    public RouteCandidate Candidate { get; }

    public double Metres { get; }

    public long PromisedAtMs { get; }

    /// <summary>The terms of its use, without split and scarcity.</summary>
    public RouteCost Use { get; }

    public long FixedMinor { get; }

    /// <summary>Price of a unit of each line of the request.</summary>
    public long[] UnitMinor { get; }

    /// <summary>Units of each line that it could give.</summary>
    public long[] Available => Candidate.Available;

    /// <summary>Judges a candidate by the hard rules, and prices it.</summary>
    public static RouteVerdict Judge(RouteRequest request, RouteCandidate candidate, RoutingPolicy policy, out RouteOption? option)
    {
        option = null;
        var verdict = JudgeRules(request, candidate, policy, out var metres, out var promisedAtMs, out var zone);
        if (verdict != RouteVerdict.Worse)
        {
            return verdict;
        }

        var ships = request.Wish.Kind is WishKind.Ship or WishKind.DecideLater;
        var kilometre = ships ? policy.KilometreMinor : policy.CollectKilometreMinor + policy.KilometreMinor;
        var use = new RouteCost(
            ships ? zone.ParcelMinor * policy.MoneyPercent / 100 : 0,
            candidate.HandlingMinor * policy.MoneyPercent / 100,
            0,
            Round(kilometre * metres / 1_000),
            Round(policy.DayMinor * Math.Max(0, promisedAtMs - request.NowMs) / DayMs),
            Round(policy.LoadMinor * Math.Clamp(candidate.Load, 0, 1)),
            Round(policy.NotFoundMinor * (1 - Math.Clamp(candidate.FoundProbability, 0, 1))),
            0);
        var unit = new long[request.Lines.Length];
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = KilogramMinor(request.Lines[i], ships, zone, policy) + policy.ScarcityOf(candidate.Available[i]);
        }

        option = new RouteOption(candidate, metres, promisedAtMs, use, unit);
        return verdict;
    }

    /// <summary>The terms of taking some units.</summary>
    public RouteCost CostOf(RouteRequest request, RoutingPolicy policy, ReadOnlySpan<long> units, bool isFurther)
    {
        var ships = request.Wish.Kind is WishKind.Ship or WishKind.DecideLater;
        var (kilograms, scarcity) = (0L, 0L);
        for (var i = 0; i < units.Length; i++)
        {
            kilograms += units[i] * KilogramMinor(request.Lines[i], ships, policy.ZoneOf(Metres), policy);
            scarcity += units[i] * policy.ScarcityOf(Available[i]);
        }

        return Use with { Shipping = Use.Shipping + kilograms, Scarcity = scarcity, Split = isFurther ? policy.SplitMinor : 0 };
    }

    private static RouteVerdict JudgeRules(
        RouteRequest request, RouteCandidate candidate, RoutingPolicy policy, out double metres, out long promisedAtMs, out ShippingZone zone)
    {
        var (wish, goods) = (request.Wish, request.Lines.Aggregate(Handling.None, (all, line) => all | line.Goods));
        metres = wish.Point is { } point ? point.DistanceMetres(candidate.Position) : 0;
        zone = policy.ZoneOf(metres);
        var readyAtMs = wish.IsCollected ? candidate.ReadyAtMs : candidate.LeavesAtMs is long.MaxValue ? long.MaxValue : candidate.LeavesAtMs + zone.TransitMs;
        promisedAtMs = readyAtMs ?? 0;
        if (candidate.IsExcluded)
        {
            return RouteVerdict.Excluded;
        }

        if (!candidate.Available.AsSpan().ContainsAnyExcept(0))
        {
            return RouteVerdict.NoStock;
        }

        // A place that the customer names is not a matter of policy.
        if (wish.Location is null && !policy.Kinds.IsEmpty && !policy.Kinds.Contains(candidate.Kind))
        {
            return RouteVerdict.KindNotAllowed;
        }

        if (readyAtMs is null || !candidate.Capabilities.HasFlag(wish.IsCollected ? Capabilities.Collect : Capabilities.Ship))
        {
            return RouteVerdict.Incapable;
        }

        if ((goods & ~candidate.Handles) != 0)
        {
            return RouteVerdict.GoodsNotAllowed;
        }

        if (candidate.CapacityLeft < 1)
        {
            return RouteVerdict.NoCapacity;
        }

        if (policy.MaxMetres > 0 && metres > policy.MaxMetres)
        {
            return RouteVerdict.TooFar;
        }

        return request.PromiseByMs > 0 && promisedAtMs > request.PromiseByMs ? RouteVerdict.TooLate : RouteVerdict.Worse;
    }

    private static long KilogramMinor(in RouteLine line, bool ships, in ShippingZone zone, RoutingPolicy policy) =>
        ships ? Round(zone.KilogramMinor * (line.UnitGrams / 1_000.0) * policy.MoneyPercent / 100) : 0;

    private static long Round(double minor) => (long)Math.Round(minor, MidpointRounding.AwayFromZero);
}
