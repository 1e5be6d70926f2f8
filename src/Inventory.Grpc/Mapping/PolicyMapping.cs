using Inventory.Domain.Routing;
using Inventory.Grains;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>Policies as callers see them.</summary>
internal static class PolicyMapping
{
    /// <summary>A version and where it stands.</summary>
    public static PolicyState Proto(PolicyVersionView view) => new()
    {
        Policy = Proto(view.Version.Policy),
        Active = view.IsActive,
        CreateTime = Times.Timestamp(view.Version.AtMs),
        By = view.Version.AtMs == 0 ? null : OrderMapping.Proto(view.Version.By),
    };

    /// <summary>A policy in short.</summary>
    public static PolicySummary Proto(PolicySummaryView view)
    {
        var proto = new PolicySummary { Name = view.Name, ActiveVersion = view.Active };
        proto.Versions.AddRange(view.Versions);
        return proto;
    }

    /// <summary>The rules that choose.</summary>
    public static PolicyRules Proto(PolicyChoice choice)
    {
        var proto = new PolicyRules { UsualPolicy = choice.Usual };
        foreach (var rule in choice.Rules)
        {
            var told = new V1.PolicyRule
            {
                Policy = rule.Policy,
                MinValueMinor = rule.MinValueMinor,
                MaxValueMinor = rule.MaxValueMinor,
                FromTime = Times.Timestamp(rule.FromMs),
                UntilTime = Times.Timestamp(rule.UntilMs),
            };
            told.Channels.AddRange(rule.Channels.Select(each => each.Value));
            told.Tiers.AddRange(rule.Tiers);
            told.Regions.AddRange(rule.Regions);
            proto.Rules.Add(told);
        }

        return proto;
    }

    /// <summary>A policy, every field told.</summary>
    public static Policy Proto(RoutingPolicy policy)
    {
        var proto = new Policy
        {
            Name = policy.Name,
            Version = policy.Version,
            MaxParts = policy.MaxParts,
            MaxMetres = policy.MaxMetres,
            MinPartValueMinor = policy.MinPartValueMinor,
            PromiseWithin = policy.PromiseMs == 0 ? null : Times.Duration(policy.PromiseMs),
            SplitMinor = policy.SplitMinor,
            KilometreMinor = policy.KilometreMinor,
            CollectKilometreMinor = policy.CollectKilometreMinor,
            DayMinor = policy.DayMinor,
            LoadMinor = policy.LoadMinor,
            NotFoundMinor = policy.NotFoundMinor,
            ScarcityMinor = policy.ScarcityMinor,
            ScarcityUnits = policy.ScarcityUnits,
            MoneyPercent = policy.MoneyPercent,
            Unfillable = (UnfillableAction)((int)policy.Unfillable + 1),
            Fallback = policy.Fallback,
            ScarcityBy = (V1.ScarcityBy)((int)policy.ScarcityBy + 1),
            SupplyDays = policy.SupplyDays ?? RoutingPolicy.SupplyDaysUsual,
        };
        proto.Criteria.AddRange(policy.Criteria.Select(each => (V1.RouteCriterion)each));
        proto.Kinds.AddRange(policy.Kinds.Select(each => (V1.LocationKind)each));
        proto.ExcludedLocationIds.AddRange(policy.Excluded.Select(each => each.Value));
        for (var z = 0; z < policy.Zones.Length; z++)
        {
            var zone = policy.Zones[z];
            var told = new V1.ShippingZone
            {
                MaxMetres = z == policy.Zones.Length - 1 ? 0 : zone.MaxMetres,
                ParcelMinor = zone.ParcelMinor,
                KilogramMinor = zone.KilogramMinor,
                Transit = Times.Duration(zone.TransitMs),
            };
            told.Steps.AddRange(zone.Steps.IsDefault ? [] : zone.Steps.Select(step => new V1.WeightStep { MaxGrams = step.MaxGrams, PriceMinor = step.Minor }));
            proto.Zones.Add(told);
        }

        return proto;
    }
}
