using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Reservations;

/// <summary>
/// How the lines that a coordinator leases belong to the lines that its caller asked for: a kit is one line there and several here. Costs nothing while
/// no line is a kit.
/// </summary>
public readonly struct KitLines
{
    // Places in the number of a hold: far more than lines can be asked for.
    private const int ComponentShift = 12;
    private readonly ImmutableArray<ReservedLine> _lines;
    private readonly int[]? _firstOf; // of each line that was asked for, and one past the last; null if each is itself

    /// <summary>Looks at the lines of an intent.</summary>
    public KitLines(ImmutableArray<ReservedLine> lines)
    {
        _lines = lines;
        foreach (var line in lines)
        {
            if (line.Kit is not null)
            {
                _firstOf = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].Kit is not { Component: > 0 }), lines.Length];
                return;
            }
        }
    }

    /// <summary>Lines that were asked for.</summary>
    public int Asked => _firstOf is null ? (_lines.IsDefault ? 0 : _lines.Length) : _firstOf.Length - 1;

    /// <summary>The first of the lines that stand for one that was asked for.</summary>
    public int First(int asked) => _firstOf is null ? asked : _firstOf[asked];

    /// <summary>How many lines stand for one that was asked for.</summary>
    public int Count(int asked) => _firstOf is null ? 1 : _firstOf[asked + 1] - _firstOf[asked];

    /// <summary>The line that was asked for and that this one stands for, wholly or in part.</summary>
    public int AskedOf(int line)
    {
        if (_firstOf is null)
        {
            return line;
        }

        var found = Array.BinarySearch(_firstOf, line);
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>
    /// The number of the hold that a stock has for a line: 1 and up, in the order asked for; components of one kit differ above the low 12 bits. So
    /// whoever lists the holds of a stock sees the line that its caller knows (<see cref="AskedOfHold"/>).
    /// </summary>
    public int HoldOf(int line) => _firstOf is null ? line + 1 : AskedOf(line) + 1 + ((_lines[line].Kit?.Component ?? 0) << ComponentShift);

    /// <summary>The line of a hold; below 0 if there is none.</summary>
    public int LineOf(int hold)
    {
        var (asked, component) = (AskedOfHold(hold), hold >> ComponentShift);
        return asked < 0 || asked >= Asked || component >= Count(asked) ? -1 : First(asked) + component;
    }

    /// <summary>The line that was asked for, from 0, by the number of a hold; below 0 if it has none.</summary>
    public static int AskedOfHold(int hold) => (hold & ((1 << ComponentShift) - 1)) - 1;

    /// <summary>True if the line is granted: of a kit, every component.</summary>
    public bool IsGranted(ImmutableArray<StockAnswer> answers, int line)
    {
        if (_lines[line].Kit is null)
        {
            return answers[line].Outcome.IsAccepted();
        }

        var asked = AskedOf(line);
        for (var i = First(asked); i < First(asked) + Count(asked); i++)
        {
            if (!answers[i].Outcome.IsAccepted())
            {
                return false;
            }
        }

        return true;
    }
}
