using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Inventory.Domain;
using Inventory.Domain.Routing;
using Inventory.Grpc.Errors;
using Inventory.V1;
using LocationKind = Inventory.Domain.LocationKind;
using PolicyRule = Inventory.Domain.Routing.PolicyRule;
using RouteCriterion = Inventory.Domain.Routing.RouteCriterion;
using ShippingZone = Inventory.Domain.Routing.ShippingZone;
using WeightStep = Inventory.Domain.Routing.WeightStep;

namespace Inventory.Grpc.Mapping;

/// <summary>Requests of the policy service. What cannot be read goes to the violations; what a policy may say, the rules judge.</summary>
internal static class PolicyRequests
{
    private const long TransitMsMax = 60L * 24 * 3600 * 1000;

    /// <summary>A policy, with the defaults of what is absent.</summary>
    public static RoutingPolicy Policy(Policy? policy, string under, ref Violations violations)
    {
        policy ??= new Policy();
        var usual = new RoutingPolicy { Name = policy.Name };
        var excluded = ImmutableArray.CreateBuilder<LocationId>();
        for (var i = 0; i < policy.ExcludedLocationIds.Count && i <= RoutingPolicy.ExcludedMax; i++)
        {
            excluded.Add(Fields.Location(policy.ExcludedLocationIds[i], $"{under}excluded_location_ids[{i}]", ref violations));
        }

        return usual with
        {
            Criteria = [.. policy.Criteria.Select(each => (RouteCriterion)each)],
            MaxParts = policy.HasMaxParts ? policy.MaxParts : usual.MaxParts,
            MaxMetres = policy.MaxMetres,
            Kinds = [.. policy.Kinds.Select(each => (LocationKind)each)],
            Excluded = excluded.ToImmutable(),
            MinPartValueMinor = policy.MinPartValueMinor,
            PromiseMs = Times.Ms(policy.PromiseWithin, $"{under}promise_within", 0, TransitMsMax, 0, ref violations),
            Zones = policy.Zones.Count == 0 ? usual.Zones : Zones(policy, under, ref violations),
            SplitMinor = policy.HasSplitMinor ? policy.SplitMinor : usual.SplitMinor,
            KilometreMinor = policy.KilometreMinor,
            CollectKilometreMinor = policy.HasCollectKilometreMinor ? policy.CollectKilometreMinor : usual.CollectKilometreMinor,
            DayMinor = policy.HasDayMinor ? policy.DayMinor : usual.DayMinor,
            LoadMinor = policy.HasLoadMinor ? policy.LoadMinor : usual.LoadMinor,
            NotFoundMinor = policy.HasNotFoundMinor ? policy.NotFoundMinor : usual.NotFoundMinor,
            ScarcityMinor = policy.HasScarcityMinor ? policy.ScarcityMinor : usual.ScarcityMinor,
            ScarcityUnits = policy.HasScarcityUnits ? policy.ScarcityUnits : usual.ScarcityUnits,
            ScarcityBy = policy.ScarcityBy == V1.ScarcityBy.Unspecified ? Domain.Routing.ScarcityBy.Shelf : (Domain.Routing.ScarcityBy)(policy.ScarcityBy - 1),
            SupplyDays = policy.HasSupplyDays ? policy.SupplyDays : null,
            MoneyPercent = policy.HasMoneyPercent ? policy.MoneyPercent : usual.MoneyPercent,
            Unfillable = policy.Unfillable == UnfillableAction.Unspecified ? Unfillable.Cancel : (Unfillable)(policy.Unfillable - 1),
            Fallback = policy.Fallback,
        };
    }

    /// <summary>The rules that choose.</summary>
    public static PolicyChoice Choice(PolicyRules? rules, ref Violations violations)
    {
        rules ??= new PolicyRules();
        var read = ImmutableArray.CreateBuilder<PolicyRule>();
        for (var i = 0; i < rules.Rules.Count && i <= Domain.Limits.PolicyRulesMax; i++)
        {
            var (rule, channels) = (rules.Rules[i], ImmutableArray.CreateBuilder<Channel>());
            for (var c = 0; c < rule.Channels.Count && c <= Domain.Limits.PolicyConditionsMax; c++)
            {
                if (Channel.TryParse(rule.Channels[c], out var channel, out var problem))
                {
                    channels.Add(channel);
                }
                else
                {
                    violations.Add($"rules.rules[{i}].channels[{c}]", problem);
                }
            }

            read.Add(new PolicyRule(
                rule.Policy, channels.ToImmutable(), [.. rule.Tiers], [.. rule.Regions], rule.MinValueMinor, rule.MaxValueMinor,
                Ms(rule.FromTime), Ms(rule.UntilTime)));
        }

        return new PolicyChoice(read.ToImmutable(), rules.UsualPolicy);
    }

    private static ImmutableArray<ShippingZone> Zones(Policy policy, string under, ref Violations violations)
    {
        var zones = ImmutableArray.CreateBuilder<ShippingZone>();
        for (var z = 0; z < policy.Zones.Count && z <= RoutingPolicy.ZonesMax; z++)
        {
            var zone = policy.Zones[z];
            var metres = zone.MaxMetres == 0 && z == policy.Zones.Count - 1 ? double.MaxValue : zone.MaxMetres;
            var transit = Times.Ms(zone.Transit, $"{under}zones[{z}].transit", 0, TransitMsMax, 0, ref violations);
            zones.Add(new ShippingZone(metres, zone.ParcelMinor, zone.KilogramMinor, transit)
            {
                Steps = [.. zone.Steps.Take(RoutingPolicy.StepsMax + 1).Select(step => new WeightStep(step.MaxGrams, step.PriceMinor))],
            });
        }

        return zones.ToImmutable();
    }

    private static long Ms(Timestamp? time) => time is null ? 0 : (time.Seconds * 1_000) + (time.Nanos / 1_000_000);
}
