using System.Diagnostics;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.V1;

namespace Inventory.Grpc.Mapping;

/// <summary>Reservations as callers see them.</summary>
internal static class ReservationMapping
{
    /// <summary>The answer to a reservation with one line. A refused one has no name: "sold out" is common and must be cheap.</summary>
    public static ReserveResponse One(in StockAnswer answer, in Domain.StockKey key, in RequestId id)
    {
        var response = new ReserveResponse { Decision = Decisions.Of(answer) };
        if (response.Decision.Accepted)
        {
            response.ReservationId = new ReservationId(id, key).ToString();
            response.ExpireTime = Times.Timestamp(answer.ExpiresAtMs);
        }

        return response;
    }

    /// <summary>The answer to a reservation with several lines.</summary>
    public static ReserveResponse Many(ReservationAnswer answer, in RequestId id)
    {
        var response = new ReserveResponse { Decision = Decisions.Of(answer) };
        if (response.Decision.Accepted)
        {
            response.ReservationId = new ReservationId(id, null).ToString();
            response.ExpireTime = Times.Timestamp(answer.ExpiresAtMs);
        }

        foreach (var line in answer.Lines)
        {
            response.Lines.Add(new LineDecision { Decision = Decisions.Of(line, answer.Outcome), RefusedComponent = line.Component?.Value ?? "" });
        }

        return response;
    }

    /// <summary>One reservation.</summary>
    public static Reservation Proto(ReservationView view)
    {
        var reservation = new Reservation
        {
            Id = view.Id.ToString(),
            Channel = view.Channel.Value ?? "",   // unknown of one that is over
            ExpireTime = Times.Timestamp(view.ExpiresAtMs),
            Version = view.Version,
        };
        foreach (var line in view.Lines)
        {
            reservation.Lines.Add(Proto(line));
        }

        return reservation;
    }

    /// <summary>A reservation by the one line that a stock holds of it.</summary>
    public static Reservation Proto(HoldView hold, long version) => new()
    {
        Id = new ReservationId(hold.Id.Reservation, hold.OfMany ? null : hold.Line.Key).ToString(),
        Channel = hold.Channel.Value ?? "",
        ExpireTime = Times.Timestamp(hold.ExpiresAtMs),
        Version = version,
        Lines = { Proto(hold.Line) },
    };

    /// <summary>How a line stands; every state has a row.</summary>
    public static ReservationState Proto(LineState state) => state switch
    {
        LineState.Soft => ReservationState.Soft,
        LineState.Firm => ReservationState.Firm,
        LineState.Ended => ReservationState.Ended,
        LineState.Expired => ReservationState.Expired,
        LineState.Refused => ReservationState.Refused,
        LineState.Pending => ReservationState.Pending,
        _ => throw new UnreachableException($"no state for {state}"),
    };

    private static ReservationLineState Proto(LineView line) => new()
    {
        Line = line.Line,
        Key = StockMapping.Key(line.Key),
        State = Proto(line.State),
        ReservedUnits = line.Reserved,
        HeldUnits = line.Held,
        CollectedUnits = line.Collected,
        ShippedUnits = line.Shipped,
        ReleasedUnits = line.Released,
        Components = { line.Components.Select(CatalogMapping.Proto) },
        KitVersion = line.KitVersion,
    };
}
