using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>How a promise stands by what its stocks say, in units of the order's line.</summary>
/// <param name="Arrived">Units that have come, all since it was made; of kits those whose components all have.</param>
/// <param name="Came">Of kits: units of each component that have come, all since it was made; default of others.</param>
/// <param name="Lacking">Of those to come: units that nothing is expected for.</param>
/// <param name="Receipt">The announcement that brings the last of the others; empty if nothing is expected.</param>
/// <param name="DueMs">When that is due, Unix milliseconds.</param>
internal readonly record struct PromiseLook(long Arrived, ImmutableArray<long> Came, long Lacking, string Receipt, long DueMs)
{
    /// <summary>Puts together what the stocks say.</summary>
    /// <param name="record">The order.</param>
    /// <param name="part">The promise.</param>
    /// <param name="standing">What they say, by the promise's name at each. Nobody says anything of what is over, or of a promise that is lost.</param>
    public static PromiseLook Of(OrderRecord record, ExpectedPart part, IReadOnlyDictionary<RequestId, ClaimStanding> standing)
    {
        var (whole, lacking, last) = (long.MaxValue, 0L, (Receipt: "", DueMs: long.MinValue));
        var came = new long[part.Components.Count];
        foreach (var claim in OrderClaim.Of(record, part))
        {
            var (arrived, lacks) = (claim.Came, claim.Left);
            if (standing.TryGetValue(claim.Promise, out var now))
            {
                (arrived, lacks) = (now.Arrived, now.Lacking);
                var isExpected = claim.Units - arrived - claim.GivenUp > lacks;
                last = isExpected && now.DueMs > last.DueMs ? (now.Receipt, now.DueMs) : last;
            }

            var kept = claim.Place < 0 ? arrived - claim.Came : part.Components[claim.Place].Kept + arrived - claim.Came;
            whole = Math.Min(whole, kept / claim.PerUnit);
            lacking = Math.Max(lacking, (lacks + claim.PerUnit - 1) / claim.PerUnit);
            if (claim.Place >= 0)
            {
                came[claim.Place] = arrived;
            }
        }

        var left = part.Left - whole;
        return new PromiseLook(
            part.Arrived + whole, came.Length == 0 ? default : [.. came], Math.Min(left, lacking), last.Receipt, last.DueMs > 0 ? last.DueMs : 0);
    }

    /// <summary>True if more has come than the order knows.</summary>
    public bool IsNews(ExpectedPart part)
    {
        var came = Came;
        return Arrived > part.Arrived || part.Components.Any(component => came[component.Place] > component.Came);
    }
}
