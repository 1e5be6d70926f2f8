using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>What a write asks for.</summary>
internal enum WriteKind
{
    Reserve,
    Confirm,
    Release,
    Ship,
}

/// <summary>What the service said about a write.</summary>
/// <param name="Accepted">It took effect, now or when it was asked first.</param>
/// <param name="Repeated">The service says that it knew the id.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Version">Of the owner after the write.</param>
/// <param name="ReservationId">Of a reserve that was accepted; empty otherwise.</param>
internal readonly record struct WriteAnswer(bool Accepted, bool Repeated, RefusalReason Reason, long Version, string ReservationId)
{
    /// <summary>Whether the other tells of the same outcome. A refusal is judged anew each time, so its version may differ.</summary>
    public bool SameOutcome(WriteAnswer other) =>
        Accepted == other.Accepted && Reason == other.Reason && ReservationId == other.ReservationId && (!Accepted || Version == other.Version);
}

/// <summary>One write with the id that it keeps however often it is asked. Belongs to one caller at a time.</summary>
/// <param name="kind">What it asks for.</param>
/// <param name="id">Its request id.</param>
/// <param name="hold">What it is about.</param>
internal sealed class Write(WriteKind kind, string id, Hold hold)
{
    public WriteKind Kind => kind;

    public string Id => id;

    public Hold Hold => hold;

    /// <summary>The first answer that came; null as long as none did.</summary>
    public WriteAnswer? Answer { get; set; }

    /// <summary>Asks once.</summary>
    /// <exception cref="RpcException">There was no answer, so it may have taken effect or not.</exception>
    public async Task<WriteAnswer> AskAsync(Target target, StockPlan plan, int connection, CallOptions options)
    {
        var client = target.Reservations[connection % target.Reservations.Length];
        switch (kind)
        {
            case WriteKind.Reserve:
                var request = new ReserveRequest { RequestId = id, Ttl = Duration.FromTimeSpan(hold.IsBrief ? Hold.BriefTtl : Hold.LongTtl) };
                request.Lines.Add(new ReservationLine { Key = plan.Key(hold.Stock), Units = hold.Units });
                var reserved = await client.ReserveAsync(request, options);
                return Of(reserved.Decision, reserved.ReservationId);
            case WriteKind.Confirm:
                var confirm = new ConfirmReservationRequest { RequestId = id, ReservationId = hold.ReservationId };
                return Of((await client.ConfirmReservationAsync(confirm, options)).Decision, "");
            case WriteKind.Release:
                var release = new ReleaseReservationRequest { RequestId = id, ReservationId = hold.ReservationId };
                return Of((await client.ReleaseReservationAsync(release, options)).Decision, "");
            case WriteKind.Ship:
                var ship = new ShipReservationRequest { RequestId = id, ReservationId = hold.ReservationId };
                return Of((await client.ShipReservationAsync(ship, options)).Decision, "");
            default:
                throw new InvalidOperationException($"There is no write of kind {kind}.");
        }
    }

    public override string ToString() => $"{kind} {id}";

    private static WriteAnswer Of(Decision decision, string reservationId) =>
        new(decision.Accepted, decision.Repeated, decision.RefusalReason, decision.Version, reservationId);
}
