using System.Collections.Immutable;
using Inventory.Domain.Orders;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>The policies that are used now, and what chooses among them. Immutable; safe for any thread.</summary>
/// <param name="Revision">Rises with each change.</param>
/// <param name="Active">The active version of each policy that has one, by name.</param>
/// <param name="Choice">What chooses.</param>
[GenerateSerializer, Immutable, Alias("policy-set")]
public sealed record PolicySet(
    [property: Id(0)] long Revision, [property: Id(1)] ImmutableArray<RoutingPolicy> Active, [property: Id(2)] PolicyChoice Choice)
{
    /// <summary>As shipped: the presets, and lowest cost for all orders.</summary>
    public static PolicySet Shipped { get; } = new(
        0, [.. RoutingPolicy.Presets.OrderBy(policy => policy.Name, StringComparer.Ordinal)], new PolicyChoice([], RoutingPolicy.Presets[0].Name));

    /// <summary>The active version of a policy; null if there is none.</summary>
    public RoutingPolicy? Named(string name)
    {
        foreach (var policy in Active)
        {
            if (policy.Name == name)
            {
                return policy;
            }
        }

        return null;
    }

    /// <summary>The policy of an order: the one that it names, else that of the first rule that is for it, else the usual one.</summary>
    public RoutingPolicy For(OrderContent content, long nowMs)
    {
        if (content.Policy.Length > 0 && Named(content.Policy) is { } named)
        {
            return named;
        }

        var valueMinor = 0L;
        foreach (var line in content.Lines)
        {
            valueMinor += line.Units * line.UnitValueMinor;
        }

        foreach (var rule in Choice.Rules)
        {
            if (rule.IsFor(content, valueMinor, nowMs) && Named(rule.Policy) is { } chosen)
            {
                return chosen;
            }
        }

        return Named(Choice.Usual)!;
    }

    /// <summary>What is asked if the policy fills nothing; null for none.</summary>
    public RoutingPolicy? FallbackOf(RoutingPolicy policy) => policy.Fallback.Length == 0 ? null : Named(policy.Fallback);
}
