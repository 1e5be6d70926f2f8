using System.Collections.Immutable;

namespace Inventory.Domain.Routing;

/// <summary>What is told of the candidates of one call: all are counted, few are named.</summary>
internal sealed class RouteThoughts(RoutePricing pricing, IReadOnlyList<RouteCandidate> candidates, RouteTable table, RouteVerdict[] verdicts)
{
    /// <summary>Of those that could take part: the cheapest that could do all of it alone, then the nearest.</summary>
    public const int WorseMax = 16;

    /// <summary>Of those that are out for one reason: the nearest.</summary>
    public const int OutMax = 4;

    private const int Verdicts = (int)RouteVerdict.Beyond + 1;

    /// <summary>Names a candidate that is part of the route.</summary>
    public void Choose(int candidate) => verdicts[candidate] = RouteVerdict.Chosen;

    /// <summary>All of them, by verdict.</summary>
    public ImmutableArray<VerdictCount> Looked()
    {
        Span<int> counts = stackalloc int[Verdicts];
        counts.Clear();
        for (var c = 0; c < candidates.Count; c++)
        {
            counts[(int)verdicts[c]]++;
        }

        counts[(int)RouteVerdict.Beyond] = pricing.Request.Beyond.Count;

        var looked = ImmutableArray.CreateBuilder<VerdictCount>();
        for (var verdict = 0; verdict < Verdicts; verdict++)
        {
            if (counts[verdict] > 0)
            {
                looked.Add(new VerdictCount((RouteVerdict)verdict, counts[verdict]));
            }
        }

        return looked.ToImmutable();
    }

    /// <summary>Those that are worth telling, by id.</summary>
    public ImmutableArray<RouteThought> Told()
    {
        var told = new List<RouteThought>();
        var best = new List<RouteThought>[(int)RouteVerdict.Beyond]; // nobody who was looked at is beyond
        for (var verdict = 0; verdict < best.Length; verdict++)
        {
            best[verdict] = [];
        }

        foreach (ref readonly var option in table.Drawn)
        {
            var verdict = verdicts[option.Candidate];
            Keep(
                best[(int)verdict],
                new RouteThought(candidates[option.Candidate].Location, verdict, option.AloneMinor, option.Metres),
                verdict == RouteVerdict.Chosen ? RoutingPolicy.PartsMax : WorseMax);
        }

        var point = pricing.Request.Wish.Point;
        for (var c = 0; c < candidates.Count; c++)
        {
            if (verdicts[c] is not (RouteVerdict.Worse or RouteVerdict.Chosen))
            {
                var kept = best[(int)verdicts[c]];
                var metres = point is { } at && (kept.Count < OutMax || at.NorthSouthMetres(candidates[c].Position) <= kept[^1].Metres)
                    ? at.DistanceMetres(candidates[c].Position) : point is null ? 0 : double.MaxValue;
                Keep(kept, new RouteThought(candidates[c].Location, verdicts[c], null, metres), OutMax);
            }
        }

        foreach (var kept in best)
        {
            told.AddRange(kept);
        }

        if (pricing.Request.Beyond is { Count: > 0 } beyond)
        {
            told.Add(new RouteThought(beyond.Nearest, RouteVerdict.Beyond, null, beyond.Metres));
        }

        told.Sort(static (a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));
        return [.. told];
    }

    private static void Keep(List<RouteThought> kept, RouteThought thought, int most)
    {
        if (kept.Count == most && Compare(thought, kept[^1]) >= 0)
        {
            return;
        }

        var at = kept.Count;
        while (at > 0 && Compare(thought, kept[at - 1]) < 0)
        {
            at--;
        }

        kept.Insert(at, thought);
        if (kept.Count > most)
        {
            kept.RemoveAt(most);
        }
    }

    private static int Compare(RouteThought a, RouteThought b) =>
        a.AloneMinor != b.AloneMinor ? (a.AloneMinor ?? long.MaxValue).CompareTo(b.AloneMinor ?? long.MaxValue)
        : a.Metres != b.Metres ? a.Metres.CompareTo(b.Metres)
        : string.CompareOrdinal(a.Location.Value, b.Location.Value);
}
