using Inventory.Domain;
using Inventory.Domain.Routing;

namespace Inventory.Cli.WhatIf;

/// <summary>A policy as the service tells it, for the router.</summary>
internal static class PolicyOf
{
    /// <summary>All of it; the service tells every field.</summary>
    public static RoutingPolicy Proto(V1.Policy policy) => new()
    {
        Name = policy.Name,
        Version = policy.Version,
        Criteria = [.. policy.Criteria.Select(each => (RouteCriterion)each)],
        MaxParts = policy.MaxParts,
        MaxMetres = policy.MaxMetres,
        Kinds = [.. policy.Kinds.Select(each => (LocationKind)each)],
        Excluded = [.. policy.ExcludedLocationIds.Select(each => LocationId.Parse(each))],
        MinPartValueMinor = policy.MinPartValueMinor,
        PromiseMs = Ms(policy.PromiseWithin),
        Zones = [.. policy.Zones.Select((zone, i) => Zone(zone, isLast: i == policy.Zones.Count - 1))],
        SplitMinor = policy.SplitMinor,
        KilometreMinor = policy.KilometreMinor,
        CollectKilometreMinor = policy.CollectKilometreMinor,
        DayMinor = policy.DayMinor,
        LoadMinor = policy.LoadMinor,
        NotFoundMinor = policy.NotFoundMinor,
        ScarcityMinor = policy.ScarcityMinor,
        ScarcityUnits = policy.ScarcityUnits,
        ScarcityBy = policy.ScarcityBy == V1.ScarcityBy.Demand ? ScarcityBy.Demand : ScarcityBy.Shelf,
        SupplyDays = policy.SupplyDays,
        MoneyPercent = policy.MoneyPercent,
        Unfillable = (Unfillable)Math.Max(0, (int)policy.Unfillable - 1),
        Fallback = policy.Fallback,
    };

    private static ShippingZone Zone(V1.ShippingZone zone, bool isLast) => new(
        isLast ? double.MaxValue : zone.MaxMetres, zone.ParcelMinor, zone.KilogramMinor, Ms(zone.Transit))
    {
        Steps = [.. zone.Steps.Select(step => new WeightStep(step.MaxGrams, step.PriceMinor))],
    };

    private static long Ms(Google.Protobuf.WellKnownTypes.Duration? duration) => (long)(duration?.ToTimeSpan().TotalMilliseconds ?? 0);
}
