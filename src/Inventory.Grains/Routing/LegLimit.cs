using System.Collections.Immutable;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>A leg is one reservation, and that has at most <see cref="GrainLimits.LinesMax"/> lines, those of work included.</summary>
/// <remarks>
/// Only an order of nearly as many lines as an order may have, divided among locations, comes near. A leg that its coordinator cannot take would leave
/// the order in the middle of being held for ever.
/// </remarks>
internal static class LegLimit
{
    /// <summary>Takes what is too much from the last parts, and counts it as unfilled.</summary>
    public static void Cut(ImmutableArray<LegPart>.Builder parts, long[] unfilled)
    {
        var surplus = parts.Sum(part => part.Lines.Length + part.Work.Length) - GrainLimits.LinesMax;
        while (surplus > 0)
        {
            var last = parts[^1];
            var cut = Math.Min(surplus, last.Lines.Length);
            foreach (var line in last.Lines.AsSpan()[^cut..])
            {
                unfilled[line.Line] += line.Units;
            }

            parts.RemoveAt(parts.Count - 1);
            if (cut < last.Lines.Length)
            {
                parts.Add(last with { Lines = last.Lines[..^cut] }); // it keeps its work, though fewer lines are picked
            }

            surplus = parts.Sum(part => part.Lines.Length + part.Work.Length) - GrainLimits.LinesMax;
        }
    }
}
