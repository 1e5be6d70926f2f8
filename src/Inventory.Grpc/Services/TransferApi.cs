using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Transfers;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;
using TransferState = Inventory.Domain.Transfers.TransferState;

namespace Inventory.Grpc.Services;

/// <summary>The transfer service: translates to <see cref="ITransfers"/>.</summary>
internal sealed partial class TransferApi(ITransfers transfers, CallRunners runners) : TransferService.TransferServiceBase
{
    private readonly CallRunner _calls = runners.For("TransferService");

    public override Task<CreateTransferResponse> CreateTransfer(CreateTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Create(ask, call));

    public override Task<GetTransferResponse> GetTransfer(GetTransferRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListTransfersResponse> ListTransfers(ListTransfersRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task VerifyTransfers(
        VerifyTransfersRequest request, IServerStreamWriter<VerifyTransfersResponse> responseStream, ServerCallContext context) =>
        _calls.Stream(context, stop => Verify(responseStream, stop));

    private async ValueTask<CreateTransferResponse> Create(CreateTransferRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var content = TransferMapping.Content(request, ref violations);
        var by = OrderRequests.By(request.By, ref violations);
        if (violations.Any)
        {
            return violations.Answer<CreateTransferResponse>(context);
        }

        var answer = await transfers.Create(new CreateTransfer(id, by, content));
        return new CreateTransferResponse
        {
            Decision = Decisions.Of(answer), Transfer = TransferMapping.Proto(answer.Transfer), Refused = { TransferMapping.Proto(answer.Refused) },
        };
    }

    private async ValueTask<GetTransferResponse> Get(GetTransferRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.Transfer(request.TransferId, ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetTransferResponse>(context);
        }

        return await transfers.Get(id.Request) is { } view
            ? new GetTransferResponse { Transfer = TransferMapping.Proto(view) }
            : RichStatus.NotFound("Transfer", id.ToString()).Answer<GetTransferResponse>(context);
    }

    private async ValueTask<ListTransfersResponse> List(ListTransfersRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        LocationId? location = request.LocationId.Length > 0 ? Fields.Location(request.LocationId, "location_id", ref violations) : null;
        var size = PageToken.Size(request.PageSize, ref violations, Limits.OrdersPageMax, Limits.OrdersPageDefault);
        var scope = $"transfers of {request.LocationId} in {string.Join(',', request.States.Select(static state => (int)state))}";
        var last = PageToken.Read(scope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListTransfersResponse>(context);
        }

        var states = request.States.Select(static state => (TransferState)state).ToArray();
        var page = await transfers.List(new TransferQuery(location, [.. states], Cursor(last), size));
        var response = new ListTransfersResponse();
        response.Transfers.AddRange(page.Transfers.Select(static view => TransferMapping.Proto(view, isListed: true)));
        response.NextPageToken = page.Next is { } next ? PageToken.Make(scope, $"{(next.IsOver ? 'x' : 'o')}{next.Id}") : "";
        return response;
    }

    private static TransferCursor? Cursor(string? last) => last is null or { Length: 0 } ? null
        : new TransferCursor(last[0] == 'x', RequestId.TryParseToken(last.AsSpan(1), out var id) ? id : null);

    private async Task Verify(IServerStreamWriter<VerifyTransfersResponse> responses, CancellationToken stop)
    {
        await foreach (var progress in transfers.Audit(stop))
        {
            var sums = progress.Sums;
            var response = new VerifyTransfersResponse
            {
                TransfersVerified = progress.Transfers,
                TransferredOutUnits = sums.Out,
                TransferredInUnits = sums.In,
                InTransitUnits = sums.InTransit,
                LostUnits = sums.Lost,
                DamagedUnits = sums.Damaged,
                OverDeliveredUnits = sums.Over,
            };
            response.Differences.AddRange(progress.Differences.Select(static each => new StockDifference
            {
                Key = StockMapping.Key(each.Key), Message = Text.Cut(each.Message, Limits.MessageCharsMax),
            }));
            await responses.WriteAsync(response, stop);
        }
    }
}
