using System.Buffers;

namespace Inventory.Domain.Routing;

/// <summary>What is wrong with a policy: all of it, by the names that the API has for its fields.</summary>
internal static class PolicyProblems
{
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private const long DaysMsMax = 60L * 24 * 60 * 60 * 1000;

    public static IEnumerable<(string Field, string Problem)> Of(RoutingPolicy policy) =>
        Rules(policy).Concat(Zones(policy)).Concat(Weights(policy));

    /// <summary>True for a name that a policy may have.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 32 && !name.AsSpan().ContainsAnyExcept(s_nameCharacters);

    private static IEnumerable<(string Field, string Problem)> Rules(RoutingPolicy policy)
    {
        if (!IsName(policy.Name))
        {
            yield return ("name", "must have 1 to 32 lower-case letters, digits and -");
        }

        if (policy.MaxParts is < 1 or > RoutingPolicy.PartsMax)
        {
            yield return ("max_parts", $"is {policy.MaxParts}; must be 1 to {RoutingPolicy.PartsMax}");
        }

        if (double.IsNaN(policy.MaxMetres) || policy.MaxMetres < 0)
        {
            yield return ("max_metres", "must be 0 or more");
        }

        if (policy.Kinds.Any(kind => !Enum.IsDefined(kind)) || policy.Kinds.Distinct().Count() != policy.Kinds.Length)
        {
            yield return ("kinds", "must name kinds of locations, each once");
        }

        if (policy.Criteria.Any(each => !Enum.IsDefined(each)) || policy.Criteria.Distinct().Count() != policy.Criteria.Length)
        {
            yield return ("criteria", "must name criteria, each once");
        }

        if (policy.Excluded.Length > RoutingPolicy.ExcludedMax)
        {
            yield return ("excluded_location_ids", $"has {policy.Excluded.Length}; must have at most {RoutingPolicy.ExcludedMax}");
        }

        if (policy.PromiseMs is < 0 or > DaysMsMax)
        {
            yield return ("promise_within", "must be 0 to 60 days");
        }

        if (!Enum.IsDefined(policy.Unfillable))
        {
            yield return ("unfillable", "must be cancel, partial, wait or back-order");
        }

        if (policy.Fallback.Length > 0 && (!IsName(policy.Fallback) || policy.Fallback == policy.Name))
        {
            yield return ("fallback", "must be empty or the name of another policy");
        }
    }

    private static IEnumerable<(string Field, string Problem)> Zones(RoutingPolicy policy)
    {
        var zones = policy.Zones.IsDefault ? [] : policy.Zones;
        if (zones.Length is 0 or > RoutingPolicy.ZonesMax || !(zones[^1].MaxMetres >= Math.PI * Position.EarthRadiusMetres)
            || Enumerable.Range(1, zones.Length - 1).Any(i => !(zones[i].MaxMetres > zones[i - 1].MaxMetres)))
        {
            yield return ("zones", $"must be 1 to {RoutingPolicy.ZonesMax}, rise by distance, and the last must reach half around the earth");
        }

        for (var i = 0; i < Math.Min(zones.Length, RoutingPolicy.ZonesMax); i++)
        {
            var zone = zones[i];
            if (!IsAmount(zone.ParcelMinor))
            {
                yield return ($"zones[{i}].parcel_minor", $"is {zone.ParcelMinor}; must be 0 to {Limits.UnitsMax}");
            }

            if (!IsAmount(zone.KilogramMinor))
            {
                yield return ($"zones[{i}].kilogram_minor", $"is {zone.KilogramMinor}; must be 0 to {Limits.UnitsMax}");
            }

            if (zone.TransitMs is < 0 or > DaysMsMax)
            {
                yield return ($"zones[{i}].transit", "must be 0 to 60 days");
            }

            var steps = zone.Steps.IsDefault ? [] : zone.Steps;
            if (steps.Length > RoutingPolicy.StepsMax || steps.Any(step => step.MaxGrams is < 1 or > Limits.UnitsMax || !IsAmount(step.Minor))
                || Enumerable.Range(1, Math.Max(0, steps.Length - 1)).Any(s =>
                    steps[s].MaxGrams <= steps[s - 1].MaxGrams || steps[s].Minor < steps[s - 1].Minor))
            {
                yield return ($"zones[{i}].steps",
                    $"must be at most {RoutingPolicy.StepsMax}, rise by weight from 1 g and not fall in price, 0 to {Limits.UnitsMax}");
            }
        }
    }

    private static IEnumerable<(string Field, string Problem)> Weights(RoutingPolicy policy)
    {
        if (policy.ScarcityUnits < 1)
        {
            yield return ("scarcity_units", $"is {policy.ScarcityUnits}; must be 1 or more");
        }

        if (policy.ScarcityMinor is < -Limits.UnitsMax or > Limits.UnitsMax)
        {
            yield return ("scarcity_minor", $"is {policy.ScarcityMinor}; must be -{Limits.UnitsMax} to {Limits.UnitsMax}");
        }

        if (!Enum.IsDefined(policy.ScarcityBy))
        {
            yield return ("scarcity_by", "must be shelf or demand");
        }
        else if (policy.ScarcityBy == ScarcityBy.Demand && policy.ScarcityMinor < 0)
        {
            yield return ("scarcity_by", "is demand, which cannot clear shelves; scarcity_minor must be 0 or more, or scarcity_by be shelf");
        }

        if (policy.SupplyDays is < 1 or > RoutingPolicy.SupplyDaysMax)
        {
            yield return ("supply_days", $"is {policy.SupplyDays}; must be 1 to {RoutingPolicy.SupplyDaysMax}");
        }

        foreach (var (field, weight) in new[]
        {
            ("split_minor", policy.SplitMinor), ("kilometre_minor", policy.KilometreMinor), ("collect_kilometre_minor", policy.CollectKilometreMinor),
            ("day_minor", policy.DayMinor), ("load_minor", policy.LoadMinor), ("not_found_minor", policy.NotFoundMinor),
            ("min_part_value_minor", policy.MinPartValueMinor), ("money_percent", policy.MoneyPercent),
        })
        {
            if (!IsAmount(weight))
            {
                yield return (field, $"is {weight}; must be 0 to {Limits.UnitsMax}");
            }
        }
    }

    private static bool IsAmount(long minor) => minor is >= 0 and <= Limits.UnitsMax;
}
