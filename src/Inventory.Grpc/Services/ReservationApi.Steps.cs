using System.Collections.Immutable;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The later steps of a reservation.</summary>
internal sealed partial class ReservationApi
{
    public override Task<ConfirmReservationResponse> ConfirmReservation(ConfirmReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepRequest(StockVerb.Confirm, ask.RequestId, ask.ReservationId, []);
            return new ConfirmReservationResponse { Decision = (await api.Step(step, 0, default, call)).Decision };
        });

    public override Task<ExtendReservationResponse> ExtendReservation(ExtendReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var ttlMs = ReservationRequests.ExtendMs(ask.Ttl, ref violations);
            var told = await api.Step(new StepRequest(StockVerb.Extend, ask.RequestId, ask.ReservationId, []), ttlMs, violations, call);
            return new ExtendReservationResponse { Decision = told.Decision, ExpireTime = Times.Timestamp(told.ExpiresAtMs) };
        });

    public override Task<ReleaseReservationResponse> ReleaseReservation(ReleaseReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepRequest(StockVerb.Release, ask.RequestId, ask.ReservationId, ask.Lines);
            return new ReleaseReservationResponse { Decision = (await api.Step(step, 0, default, call)).Decision };
        });

    public override Task<CollectReservationResponse> CollectReservation(CollectReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepRequest(StockVerb.Collect, ask.RequestId, ask.ReservationId, ask.Lines, ask.Lot);
            return new CollectReservationResponse { Decision = (await api.Step(step, 0, default, call)).Decision };
        });

    public override Task<ShipReservationResponse> ShipReservation(ShipReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepRequest(StockVerb.Ship, ask.RequestId, ask.ReservationId, ask.Lines, ask.Lot);
            return new ShipReservationResponse { Decision = (await api.Step(step, 0, default, call)).Decision };
        });

    private async ValueTask<(Decision? Decision, long ExpiresAtMs)> Step(
        StepRequest request, long ttlMs, Violations violations, ServerCallContext context)
    {
        var id = Fields.RequestId(request.RequestId, ref violations);
        var reservation = Fields.Reservation(request.ReservationId, ref violations);
        var parts = ReservationRequests.Parts(request.Lines, reservation.Stock is null ? Limits.LinesMax : 1, ref violations);
        var lot = Fields.Lot(request.Lot, "lot", ref violations);
        if (lot.Value is not null && reservation.Stock is null)
        {
            violations.Add("lot", "can be named of a reservation with one line only; of others the earliest lots are taken.");
        }

        if (violations.Any)
        {
            violations.Status().Set(context);
            return default;
        }

        if (reservation.Stock is { } key)
        {
            var command = Command(request.Verb, id, new HoldId(reservation.Request, 0), parts, ttlMs);
            var told = await stocks.Do(key, lot.Value is null ? command : command.Of(lot));
            return (Decisions.Of(told), told.Outcome.IsAccepted() ? told.ExpiresAtMs : 0);
        }

        var answer = await reservations.Step(reservation.Request, new ReservationStep(id, request.Verb, parts, ttlMs));
        return (Decisions.Of(answer), answer.Outcome.IsAccepted() ? answer.ExpiresAtMs : 0);
    }

    private static StockCommand Command(StockVerb verb, RequestId id, HoldId hold, ImmutableArray<LinePart> parts, long ttlMs)
    {
        var units = parts.Length == 0 ? 0 : parts[0].Units;
        return verb switch
        {
            StockVerb.Confirm => StockCommand.Confirm(id, hold),
            StockVerb.Extend => StockCommand.Extend(id, hold, ttlMs),
            StockVerb.Release => StockCommand.Release(id, hold, units),
            StockVerb.Collect => StockCommand.Collect(id, hold, units),
            _ => StockCommand.Ship(id, hold, units),
        };
    }

    /// <summary>What the requests of all steps have in common.</summary>
    private readonly record struct StepRequest(StockVerb Verb, string RequestId, string ReservationId, IList<LineUnits> Lines, string Lot = "");
}
