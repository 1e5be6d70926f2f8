using Inventory.Domain;
using Inventory.Domain.Routing;

namespace Inventory.RouteQuality;

/// <summary>The rules of thumb that routing is compared with. Each takes what it can get from one location after the other.</summary>
internal static class Rules
{
    /// <summary>The nearest that has anything that is still wanted, then the next.</summary>
    public static long[][] Nearest(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy) =>
        InTurn(request, candidates.OrderBy(each => each.Position.DistanceMetres(request.Wish.Point!.Value)), candidates, policy.MaxParts);

    /// <summary>
    /// The nearest that has the whole order; if there is none, for each line the nearest that has all of it; if there is none, its units nearest first.
    /// Splits are not limited: what there is anywhere is sent.
    /// </summary>
    public static long[][] NearestWhole(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy)
    {
        var (given, left) = Begin(request, candidates);
        int[] near = [.. Enumerable.Range(0, candidates.Length).OrderBy(c => candidates[c].Position.DistanceMetres(request.Wish.Point!.Value))];
        foreach (var c in near)
        {
            if (Enumerable.Range(0, left.Length).All(i => candidates[c].Available[i] >= left[i]))
            {
                Take(given[c], left, candidates[c]);
                return given;
            }
        }

        for (var i = 0; i < left.Length; i++)
        {
            var whole = WholeAt(near, candidates, i, left[i]);
            foreach (var c in whole >= 0 ? [whole] : near)
            {
                given[c][i] = Math.Min(left[i], candidates[c].Available[i]);
                left[i] -= given[c][i];
            }
        }

        return given;
    }

    /// <summary>A fixed order: warehouses first, then by id.</summary>
    public static long[][] Priority(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy) =>
        InTurn(request, candidates.OrderBy(each => each.Kind != LocationKind.Warehouse), candidates, policy.MaxParts);

    /// <summary>Whoever fills most of what is still wanted, the nearest of several.</summary>
    public static long[][] FewestSplits(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy) =>
        Step(request, candidates, policy, static (units, metres, _) => (-units, metres));

    /// <summary>Whoever sends it for the least money a unit.</summary>
    public static long[][] Greedy(RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy) =>
        Step(request, candidates, policy, static (units, metres, money) => (money / (double)units, metres));

    private static int WholeAt(int[] near, RouteCandidate[] candidates, int line, long units)
    {
        foreach (var c in near)
        {
            if (candidates[c].Available[line] >= units)
            {
                return c;
            }
        }

        return -1;
    }

    private static long[][] InTurn(RouteRequest request, IEnumerable<RouteCandidate> order, RouteCandidate[] candidates, int parts)
    {
        var (given, left) = Begin(request, candidates);
        foreach (var candidate in order)
        {
            if (parts > 0 && left.Any(units => units > 0) && CanGive(candidate, left) > 0)
            {
                Take(given[Array.IndexOf(candidates, candidate)], left, candidate);
                parts--;
            }
        }

        return given;
    }

    private static long[][] Step(
        RouteRequest request, RouteCandidate[] candidates, RoutingPolicy policy, Func<long, double, long, (double First, double Then)> score)
    {
        var (given, left) = Begin(request, candidates);
        var used = new bool[candidates.Length];
        for (var part = 0; part < policy.MaxParts; part++)
        {
            var (best, bestScore) = (-1, (double.MaxValue, double.MaxValue));
            for (var i = 0; i < candidates.Length; i++)
            {
                if (!used[i] && CanGive(candidates[i], left) is var units and > 0)
                {
                    var metres = candidates[i].Position.DistanceMetres(request.Wish.Point!.Value);
                    var could = left.Select((need, line) => Math.Min(need, candidates[i].Available[line])).ToArray();
                    var next = score(units, metres, Books.PaidMinor(request, candidates[i], could, policy));
                    (best, bestScore) = next.CompareTo(bestScore) < 0 ? (i, next) : (best, bestScore);
                }
            }

            if (best < 0)
            {
                break;
            }

            used[best] = true;
            Take(given[best], left, candidates[best]);
        }

        return given;
    }

    private static (long[][] Given, long[] Left) Begin(RouteRequest request, RouteCandidate[] candidates) =>
        ([.. candidates.Select(_ => new long[request.Lines.Length])], [.. request.Lines.Select(line => line.Units)]);

    private static long CanGive(RouteCandidate candidate, long[] left)
    {
        var sum = 0L;
        for (var i = 0; i < left.Length; i++)
        {
            sum += Math.Min(left[i], candidate.Available[i]);
        }

        return sum;
    }

    private static void Take(long[] given, long[] left, RouteCandidate candidate)
    {
        for (var i = 0; i < left.Length; i++)
        {
            given[i] = Math.Min(left[i], candidate.Available[i]);
            left[i] -= given[i];
        }
    }
}
