using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>Requests of the reservation service. What is wrong goes to the violations; the result is then not to be used.</summary>
internal static class ReservationRequests
{
    /// <summary>Time to hold; 15 minutes if absent.</summary>
    public static long TtlMs(Duration? ttl, ref Violations violations) =>
        Times.Ms(ttl, "ttl", Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax, Limits.TtlMsDefault, ref violations);

    /// <summary>New time to hold; must be given.</summary>
    public static long ExtendMs(Duration? ttl, ref Violations violations)
    {
        if (ttl is null)
        {
            violations.Add("ttl", "must be given: the new time to hold from now, 1 s to 30 days.");
        }

        return TtlMs(ttl, ref violations);
    }

    /// <summary>The only line of a reservation.</summary>
    public static ReserveLine Line(ReservationLine line, ref Violations violations) =>
        new(Fields.Key(line.Key, "lines[0].key", ref violations), Fields.Units(line.Units, "lines[0].units", 1, ref violations));

    /// <summary>A reservation of one line that a stock refused because it is a kit.</summary>
    public static ReserveMany Kit(in RequestId id, in Domain.StockKey key, in StockCommand command) =>
        new(id, [new ReserveLine(key, command.Units)], command.Channel, command.TimeMs, Partial: false);

    /// <summary>The lines of a reservation with several, or with none, which is wrong.</summary>
    public static ImmutableArray<ReserveLine> Lines(IList<ReservationLine> lines, ref Violations violations)
    {
        if (lines.Count is 0 or > Limits.LinesMax)
        {
            violations.Add("lines", $"has {lines.Count}; it must have 1 to {Limits.LinesMax}.");
            return [];
        }

        var read = ImmutableArray.CreateBuilder<ReserveLine>(lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            read.Add(new ReserveLine(
                Fields.Key(lines[i].Key, $"lines[{i}].key", ref violations),
                Fields.Units(lines[i].Units, $"lines[{i}].units", 1, ref violations)));
        }

        return read.MoveToImmutable();
    }

    /// <summary>Some units of some lines; empty means all that are held.</summary>
    /// <param name="parts">What the request names.</param>
    /// <param name="linesMax">Lines that the reservation can have: 1 if its name says so.</param>
    /// <param name="violations">What is wrong.</param>
    public static ImmutableArray<LinePart> Parts(IList<LineUnits> parts, int linesMax, ref Violations violations)
    {
        if (parts.Count == 0)
        {
            return [];
        }

        if (parts.Count > linesMax)
        {
            violations.Add("lines", $"has {parts.Count}; this reservation can have {linesMax} at most.");
            return [];
        }

        var seen = new HashSet<int>();
        var read = ImmutableArray.CreateBuilder<LinePart>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.Line < 0 || part.Line >= linesMax)
            {
                violations.Add($"lines[{i}].line", $"is {part.Line}; it must be 0 to {linesMax - 1}.");
            }
            else if (!seen.Add(part.Line))
            {
                violations.Add($"lines[{i}].line", "must name each line once.");
            }

            read.Add(new LinePart(part.Line, Fields.Units(part.Units, $"lines[{i}].units", 1, ref violations)));
        }

        return read.MoveToImmutable();
    }
}
