using System.Collections.Immutable;
using Grpc.Core;
using Inventory.Domain.Transfers;
using Inventory.Grains;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;
using LossReason = Inventory.Domain.Transfers.LossReason;

namespace Inventory.Grpc.Services;

/// <summary>The later steps of a transfer.</summary>
internal sealed partial class TransferApi
{
    public override Task<ChangeTransferResponse> ChangeTransfer(ChangeTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var parts = TransferMapping.Parts(ask.Lines, mayBeEmpty: false, mayNameLots: false, ref violations);
            var answer = await api.Step(new StepAsk(TransferVerb.Change, ask.RequestId, ask.TransferId, ask.By, parts), violations, call);
            return answer is null ? new ChangeTransferResponse() : new ChangeTransferResponse
            {
                Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer), Refused = { TransferMapping.Proto(answer.Refused) },
            };
        });

    public override Task<ShipTransferResponse> ShipTransfer(ShipTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var parts = TransferMapping.Parts(ask.Lines, mayBeEmpty: true, mayNameLots: true, ref violations);
            var expectedAtMs = TransferMapping.Expected(ask.ExpectedTime, ref violations);
            var step = new StepAsk(TransferVerb.Ship, ask.RequestId, ask.TransferId, ask.By, parts) { ExpectedAtMs = expectedAtMs };
            var answer = await api.Step(step, violations, call);
            return answer is null ? new ShipTransferResponse() : new ShipTransferResponse
            {
                Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer), Refused = { TransferMapping.Proto(answer.Refused) },
                Concerned = { TransferMapping.Proto(answer.Concerned) },
            };
        });

    public override Task<ReceiveTransferResponse> ReceiveTransfer(ReceiveTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var parts = TransferMapping.Parts(ask.Lines, ref violations);
            var step = new StepAsk(TransferVerb.Receive, ask.RequestId, ask.TransferId, ask.By, parts) { Surplus = ask.AcceptSurplus };
            var answer = await api.Step(step, violations, call);
            return answer is null ? new ReceiveTransferResponse() : new ReceiveTransferResponse
            {
                Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer), Refused = { TransferMapping.Proto(answer.Refused) },
                Concerned = { TransferMapping.Proto(answer.Concerned) }, Fulfilled = { TransferMapping.Fulfilled(answer) },
            };
        });

    public override Task<CloseTransferResponse> CloseTransfer(CloseTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var parts = TransferMapping.Parts(ask.Lines, mayBeEmpty: true, mayNameLots: true, ref violations);
            var reason = TransferMapping.Reason(ask.Reason, ref violations);
            var answer = await api.Step(
                new StepAsk(TransferVerb.Close, ask.RequestId, ask.TransferId, ask.By, parts) { Reason = reason }, violations, call);
            return answer is null ? new CloseTransferResponse()
                : new CloseTransferResponse
                {
                    Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer),
                    Concerned = { TransferMapping.Proto(answer.Concerned) },
                };
        });

    public override Task<RescheduleTransferResponse> RescheduleTransfer(RescheduleTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var expectedAtMs = TransferMapping.Expected(ask.ExpectedTime, ref violations);
            var step = new StepAsk(TransferVerb.Reschedule, ask.RequestId, ask.TransferId, ask.By, []) { ExpectedAtMs = expectedAtMs };
            var answer = await api.Step(step, violations, call);
            return answer is null ? new RescheduleTransferResponse()
                : new RescheduleTransferResponse
                {
                    Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer),
                    Concerned = { TransferMapping.Proto(answer.Concerned) },
                };
        });

    public override Task<CancelTransferResponse> CancelTransfer(CancelTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var answer = await api.Step(new StepAsk(TransferVerb.Cancel, ask.RequestId, ask.TransferId, ask.By, []), default, call);
            return answer is null ? new CancelTransferResponse()
                : new CancelTransferResponse { Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer) };
        });

    private async ValueTask<TransferAnswer?> Step(StepAsk ask, Violations violations, ServerCallContext context)
    {
        var id = Fields.RequestId(ask.RequestId, ref violations);
        var transfer = Fields.Transfer(ask.TransferId, ref violations);
        var by = OrderRequests.By(ask.By, ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return null;
        }

        return await transfers.Step(transfer.Request, new TransferStep(id, by, ask.Verb, ask.Parts, ask.Reason, ask.Surplus, ask.ExpectedAtMs));
    }

    /// <summary>What the requests of all steps have in common, and what only some have.</summary>
    private sealed record StepAsk(TransferVerb Verb, string RequestId, string TransferId, Actor? By, ImmutableArray<TransferPart> Parts)
    {
        public LossReason Reason { get; init; }

        public bool Surplus { get; init; }

        public long ExpectedAtMs { get; init; }
    }
}
