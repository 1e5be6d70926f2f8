using System.Collections.Immutable;
using Inventory.Domain.Orders;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>Why locations were chosen for lines that go one way: kept with the order, bounded by what <see cref="RoutePlan"/> tells.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Policy">Name of the policy that chose.</param>
/// <param name="PolicyVersion">Its version.</param>
/// <param name="IsOptimal">True if no better route exists.</param>
/// <param name="CostMinor">Sum of the parts' costs.</param>
/// <param name="BoundMinor">No route costs less; null if nothing is proved.</param>
/// <param name="Parts">The locations chosen.</param>
/// <param name="Looked">All candidates, by what was thought of them.</param>
/// <param name="Thoughts">Those that are worth telling, by id.</param>
[GenerateSerializer, Immutable, Alias("route-explanation")]
public sealed record RouteExplanation(
    [property: Id(0)] WishKind Kind,
    [property: Id(1)] string Policy,
    [property: Id(2)] int PolicyVersion,
    [property: Id(3)] bool IsOptimal,
    [property: Id(4)] long CostMinor,
    [property: Id(5)] long? BoundMinor,
    [property: Id(6)] ImmutableArray<ExplainedPart> Parts,
    [property: Id(7)] ImmutableArray<VerdictCount> Looked,
    [property: Id(8)] ImmutableArray<RouteThought> Thoughts)
{
    /// <summary>Of a plan.</summary>
    public static RouteExplanation Of(WishKind kind, RoutingPolicy policy, RoutePlan plan) => new(
        kind,
        policy.Name,
        policy.Version,
        plan.IsOptimal,
        plan.CostMinor,
        plan.BoundMinor == long.MinValue ? null : plan.BoundMinor,
        [.. plan.Parts.Select(part => new ExplainedPart(part.Location, part.Metres, part.Parcels, part.Cost))],
        plan.Looked,
        plan.Thoughts);

    /// <summary>In words, a line for each part and for each kind of thought.</summary>
    public IEnumerable<string> Lines()
    {
        var optimal = IsOptimal ? "no better way exists" : BoundMinor is { } bound ? $"no way costs less than {bound}" : "not proved";
        yield return $"{Kind} by {Policy} {PolicyVersion}: {Parts.Length} of {Looked.Sum(same => same.Count)} locations, cost {CostMinor}; {optimal}";
        foreach (var part in Parts)
        {
            var cost = part.Cost;
            yield return $"{part.Location}: chosen, {part.Metres / 1_000:0.#} km, cost {cost.Total} = shipping {cost.Shipping} + handling {cost.Handling} "
                + $"+ split {cost.Split} + distance {cost.Distance} + lateness {cost.Lateness} + load {cost.Load} "
                + $"+ not found {cost.NotFound} + scarcity {cost.Scarcity}";
        }

        foreach (var same in Looked.Where(same => same.Verdict != RouteVerdict.Chosen))
        {
            var named = Thoughts.Where(thought => thought.Verdict == same.Verdict)
                .OrderBy(thought => thought.AloneMinor ?? long.MaxValue).ThenBy(thought => thought.Metres).Take(5)
                .Select(thought => thought.AloneMinor is { } alone ? $"{thought.Location} (alone {alone})" : thought.Location.Value).ToArray();
            yield return $"{same.Verdict}: {string.Join(", ", named)}{(same.Count > named.Length ? $" and {same.Count - named.Length} more" : "")}";
        }
    }
}

/// <summary>A location that was chosen, and why it cost what it did.</summary>
/// <param name="Location">Which.</param>
/// <param name="Metres">Distance to the point; 0 if there is none.</param>
/// <param name="Parcels">Parcels that it makes; 0 if it is collected.</param>
/// <param name="Cost">The terms, minor units.</param>
[GenerateSerializer, Immutable, Alias("explained-part")]
public readonly record struct ExplainedPart(
    [property: Id(0)] LocationId Location, [property: Id(1)] double Metres, [property: Id(2)] long Parcels, [property: Id(3)] RouteCost Cost);
