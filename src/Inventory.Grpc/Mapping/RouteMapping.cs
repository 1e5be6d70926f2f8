using Inventory.V1;
using Explanation = Inventory.Domain.Routing.RouteExplanation;

namespace Inventory.Grpc.Mapping;

/// <summary>Why locations were chosen, as callers see it.</summary>
internal static class RouteMapping
{
    /// <summary>One explanation.</summary>
    public static RouteExplanation Proto(Explanation why)
    {
        var proto = new RouteExplanation
        {
            Kind = (DeliveryKind)why.Kind,
            Policy = why.Policy,
            PolicyVersion = why.PolicyVersion,
            Optimal = why.IsOptimal,
            CostMinor = why.CostMinor,
        };
        if (why.BoundMinor is { } bound)
        {
            proto.BoundMinor = bound;
        }

        proto.Parts.AddRange(why.Parts.Select(part => new ExplainedPart
        {
            LocationId = part.Location.Value,
            Metres = part.Metres,
            Parcels = part.Parcels,
            ShippingMinor = part.Cost.Shipping,
            HandlingMinor = part.Cost.Handling,
            SplitMinor = part.Cost.Split,
            DistanceMinor = part.Cost.Distance,
            LatenessMinor = part.Cost.Lateness,
            LoadMinor = part.Cost.Load,
            NotFoundMinor = part.Cost.NotFound,
            ScarcityMinor = part.Cost.Scarcity,
        }));
        proto.Looked.AddRange(why.Looked.Select(same => new VerdictCount { Verdict = Proto(same.Verdict), Count = same.Count }));
        foreach (var thought in why.Thoughts)
        {
            var told = new RouteThought { LocationId = thought.Location.Value, Verdict = Proto(thought.Verdict), Metres = thought.Metres };
            if (thought.AloneMinor is { } alone)
            {
                told.AloneMinor = alone;
            }

            proto.Thoughts.Add(told);
        }

        return proto;
    }

    private static RouteVerdict Proto(Domain.Routing.RouteVerdict verdict) => (RouteVerdict)((int)verdict + 1);
}
