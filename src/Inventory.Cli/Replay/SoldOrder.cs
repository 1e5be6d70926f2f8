using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Our own books of one order: what it was placed with, which locations the service chose, and what became of each unit by what we asked and the
/// service granted. Every answer is held against them.
/// </summary>
/// <param name="stage">What callers share.</param>
/// <param name="id">The order's id.</param>
/// <param name="wanted">Index and units of each of its lines, in the order of the order's lines.</param>
internal sealed class SoldOrder(Stage stage, string id, (int Line, int Units)[] wanted)
{
    private readonly List<Part> _parts = [];

    public string Id => id;

    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>Units that are still to leave their locations.</summary>
    public long Left => _parts.Sum(part => part.Lines.Sum(line => line.Left));

    /// <summary>A location's part of it.</summary>
    public sealed record Part(int Number, int Store, PartLine[] Lines, WorkKey[] Work, int[] WorkUnits);

    /// <summary>Units of a line in a part, and where they went.</summary>
    /// <param name="line">Place of the line in the order.</param>
    /// <param name="units">Units that the location promised.</param>
    public sealed class PartLine(int line, int units)
    {
        public int Line => line;

        public int Units => units;

        public int Rejected { get; set; }

        public int Cancelled { get; set; }

        public int Gone { get; set; }

        public int Left => units - Rejected - Cancelled - Gone;
    }

    /// <summary>Index of an order's line among all.</summary>
    public int LineOf(int orderLine) => wanted[orderLine].Line;

    /// <summary>What no location was found for, by lines of all.</summary>
    public IEnumerable<(int Line, int Units)> Unfilled()
    {
        var left = wanted.Select(line => line.Units).ToArray();
        foreach (var line in _parts.SelectMany(part => part.Lines))
        {
            left[line.Line] -= line.Units - line.Rejected;
        }

        return wanted.Zip(left).Where(pair => pair.Second > 0).Select(pair => (pair.First.Line, pair.Second));
    }

    /// <summary>Takes in parts that the service has added, and compares the others.</summary>
    /// <param name="order">The order as an answer shows it.</param>
    /// <param name="isRepeated">The answer repeats an earlier one: the order may be further than these books.</param>
    public void Learn(Order order, bool isRepeated)
    {
        foreach (var part in order.Parts.Skip(_parts.Count))
        {
            Add(part);
        }

        if (!isRepeated)
        {
            Compare(order);
        }
    }

    /// <summary>Holds an answer against the books, to the unit.</summary>
    public void Compare(Order order)
    {
        if (order.Id != id || order.Parts.Count != _parts.Count)
        {
            stage.Differs($"Order {id} is answered as {order.Id} with {order.Parts.Count} parts, by the books {_parts.Count}");
            return;
        }

        foreach (var (known, told) in _parts.Zip(order.Parts))
        {
            foreach (var (line, part) in known.Lines.Zip(told.Lines))
            {
                var gone = part.CollectedUnits + part.ShippedUnits;
                if (known.Lines.Length != told.Lines.Count
                    || (line.Line, line.Units, line.Left, line.Gone, line.Rejected, line.Cancelled)
                        != (part.Line, part.Units, part.LeftUnits, gone, part.RejectedUnits, part.CancelledUnits))
                {
                    stage.Differs($"Order {id} part {known.Number} line {line.Line}: of {part.Units} units {part.LeftUnits} are left, {gone} gone, "
                        + $"{part.RejectedUnits} rejected, {part.CancelledUnits} cancelled; by the books of {line.Units} "
                        + $"{line.Left}, {line.Gone}, {line.Rejected}, {line.Cancelled}");
                }
            }
        }

        var unfilled = order.Unfilled.Select(line => (Line: LineOf(line.Line), Units: (int)line.Units)).Order();
        if (!unfilled.SequenceEqual(Unfilled().Order()))
        {
            stage.Differs($"Order {id} leaves {order.Unfilled.Sum(line => line.Units)} units without a location, by the books "
                + $"{Unfilled().Sum(line => line.Units)}");
        }
    }

    /// <summary>Enters that the service granted a step for units of a part.</summary>
    public static void Take(PartLine line, OrderFate fate, int units)
    {
        (line.Rejected, line.Cancelled, line.Gone) = fate switch
        {
            OrderFate.Rejected => (line.Rejected + units, line.Cancelled, line.Gone),
            OrderFate.Cancelled => (line.Rejected, line.Cancelled + units, line.Gone),
            _ => (line.Rejected, line.Cancelled, line.Gone + units),
        };
    }

    /// <summary>What became of it.</summary>
    /// <param name="isCollected">True if the goods were handed over, false if they were sent.</param>
    public IEnumerable<LineResult> Results(bool isCollected)
    {
        foreach (var part in _parts)
        {
            foreach (var line in part.Lines)
            {
                var index = LineOf(line.Line);
                if (line.Gone > 0)
                {
                    yield return new LineResult(index, isCollected ? LineOutcome.Collected : LineOutcome.Shipped, 0, part.Store, line.Gone, (ushort)line.Line);
                }

                if (line.Rejected > 0)
                {
                    yield return new LineResult(index, LineOutcome.Rejected, 0, part.Store, line.Rejected);
                }

                if (line.Cancelled > 0)
                {
                    yield return new LineResult(index, LineOutcome.Cancelled, 0, -1, line.Cancelled);
                }
            }

            // Work is done for a part of which anything left; else it is given back.
            for (var i = 0; i < part.Work.Length && part.Lines.Any(line => line.Gone > 0); i++)
            {
                var (key, units) = (part.Work[i], part.WorkUnits[i]);
                yield return new LineResult(wanted[0].Line, LineOutcome.Worked, (byte)key.Kind, key.Store, key.Quarter, (ushort)units);
            }
        }
    }

    private void Add(OrderPart told)
    {
        var store = stage.StoreOf(told.LocationId);
        var lines = told.Lines.Where(line => line.Line >= 0 && line.Line < wanted.Length && line.Units is > 0 and <= int.MaxValue).ToArray();
        if (store < 0 || lines.Length < told.Lines.Count || told.Number != _parts.Count)
        {
            throw new ServiceLostException($"Order {id} has a part that cannot be: {told}");
        }

        var work = told.Work.Select(work => new WorkKey(store, work.Kind, (int)(work.StartTime.Seconds / OrderBooks.QuarterSeconds))).ToArray();
        _parts.Add(new Part(
            told.Number, store, [.. lines.Select(line => new PartLine(line.Line, (int)line.Units))], work, [.. told.Work.Select(work => (int)work.Units)]));
        foreach (var line in lines)
        {
            stage.Room(LineOf(line.Line), store, -line.Units);
        }
    }
}

/// <summary>What becomes of units that an order held.</summary>
internal enum OrderFate
{
    /// <summary>Handed over or sent.</summary>
    Gone,

    /// <summary>Not delivered by the location.</summary>
    Rejected,

    /// <summary>Not wanted any more.</summary>
    Cancelled,
}
