using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>Reservations for people.</summary>
internal static class ReservationPrinter
{
    /// <summary>Prints one reservation with its lines.</summary>
    public static void Print(Reservation reservation)
    {
        var expires = reservation.ExpireTime is null ? "does not expire" : $"expires {Output.Time(reservation.ExpireTime)}";
        var channel = reservation.Channel.Length > 0 ? $"channel {reservation.Channel}, " : "";
        Console.Out.WriteLine($"{reservation.Id}\n{channel}{expires}, version {reservation.Version}\n");
        var table = new TextTable(
            ("Line", true), ("Stock", false), ("State", false), ("Units", true), ("Held", true), ("Collected", true), ("Shipped", true), ("Released", true));
        foreach (var line in reservation.Lines)
        {
            // Of what is over, a stock remembers that it was, not where each unit went.
            var isForgotten = line.HeldUnits + line.CollectedUnits + line.ShippedUnits + line.ReleasedUnits == 0;
            string Figure(long units) => isForgotten ? "-" : $"{units:N0}";
            table.Row(
                $"{line.Line}", $"{line.Key.Sku}@{line.Key.LocationId}", StateOf(line), $"{line.ReservedUnits:N0}", Figure(line.HeldUnits),
                Figure(line.CollectedUnits), Figure(line.ShippedUnits), Figure(line.ReleasedUnits));
        }

        table.Write(Console.Out);
        foreach (var kit in reservation.Lines.Where(line => line.Components.Count > 0))
        {
            var parts = string.Join(", ", kit.Components.Select(part => $"{part.Units:N0} × {part.Sku}"));
            Console.Out.WriteLine($"Line {kit.Line} is a kit (version {kit.KitVersion}): each unit holds {parts}.");
        }
    }

    /// <summary>Prints the reservations of one stock, a line each.</summary>
    public static void Print(ListReservationsResponse answer)
    {
        var table = new TextTable(("Reservation", false), ("State", false), ("Held", true), ("Expires", false));
        foreach (var (reservation, line) in answer.Reservations.SelectMany(each => each.Lines, (each, line) => (each, line)))
        {
            table.Row(reservation.Id, StateOf(line), $"{line.HeldUnits:N0}", Output.Time(reservation.ExpireTime));
        }

        table.Write(Console.Out);
        var more = answer.NextPageToken.Length > 0 ? "; there are more, see --limit" : "";
        Console.Out.WriteLine($"{Output.Count(answer.Reservations.Count, "reservation")}{more}.");
    }

    private static string StateOf(ReservationLineState line) => line.State.ToString().ToLowerInvariant();
}
