using System.Collections.Immutable;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>What has to change its place so that parts become as a plan wants them.</summary>
internal static class OrderMoves
{
    /// <summary>The moves from what is held to what is planned.</summary>
    /// <param name="parts">The order's parts.</param>
    /// <param name="units">The units that the plan is about.</param>
    /// <param name="plan">All of them, at their new places.</param>
    /// <param name="staysToo">True if parts that stay are told as well, because they go another way from now on.</param>
    public static ImmutableArray<PartMove> Between(
        IReadOnlyList<OrderPart> parts, ImmutableArray<PartUnits> units, ImmutableArray<LegPart> plan, bool staysToo)
    {
        var moves = ImmutableArray.CreateBuilder<PartMove>();
        var left = units.ToDictionary(each => (each.Part, each.Line), each => each.Units);
        var begun = new bool[plan.Length];
        var wanted = plan.Select(part => part.Lines.ToDictionary(line => line.Line, line => line.Units)).ToArray();
        foreach (var (part, line) in left.Keys.ToArray())
        {
            for (var p = 0; p < plan.Length; p++)
            {
                var stays = plan[p].Location == parts[part].Plan.Location ? Math.Min(left[(part, line)], wanted[p].GetValueOrDefault(line)) : 0;
                if (stays == 0)
                {
                    continue;
                }

                left[(part, line)] -= stays;
                wanted[p][line] -= stays;
                if (staysToo && !moves.Any(move => move.Part == part))
                {
                    moves.Add(new PartMove(part, plan[p]));
                }

                begun[p] = true;
            }
        }

        foreach (var part in left.Keys.Select(key => key.Part).Distinct().ToArray())
        {
            for (var p = 0; p < plan.Length; p++)
            {
                var lines = Taken(part, left, wanted[p]);
                if (!lines.IsEmpty)
                {
                    // The parcel and its price belong to the first that goes there, or to what is there already.
                    moves.Add(new PartMove(part, begun[p]
                        ? plan[p] with { Lines = lines, Work = [], CostMinor = 0 }
                        : plan[p] with { Lines = lines }));
                    begun[p] = true;
                }
            }
        }

        return moves.ToImmutable();
    }

    private static ImmutableArray<LineUnits> Taken(int part, Dictionary<(int Part, int Line), long> left, Dictionary<int, long> wanted)
    {
        var lines = ImmutableArray.CreateBuilder<LineUnits>();
        foreach (var (line, lacks) in wanted.ToArray())
        {
            var take = Math.Min(left.GetValueOrDefault((part, line)), lacks);
            if (take > 0)
            {
                lines.Add(new LineUnits(line, take));
                left[(part, line)] -= take;
                wanted[line] -= take;
            }
        }

        return lines.ToImmutable();
    }
}
