using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.Grpc.Streams;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>
/// The reservation service: one line goes straight to its stock (<see cref="IStocks"/>), several to <see cref="IReservations"/>.
/// </summary>
internal sealed partial class ReservationApi(IStocks stocks, IReservations reservations, CallRunners runners)
    : ReservationWire
{
    private readonly CallRunner _calls = runners.For("ReservationService");

    public override Task<ReturnItemsResponse> ReturnItems(ReturnItemsRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Return(ask, call));

    public override Task<GetReservationResponse> GetReservation(GetReservationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListReservationsResponse> ListReservations(ListReservationsRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task ReserveStream(
        IAsyncStreamReader<MessageBytes> requestStream, IServerStreamWriter<StreamReply> responseStream, ServerCallContext context) =>
        _calls.Stream(context, stop =>
        {
            var stream = new ReserveStreamCall(stocks, reservations, runners.Options.StockCallsPerMessageMax);
            return OrderedPipeline.Run(requestStream, responseStream, runners.Options.StreamMessagesInFlightMax, stream.Answer, stop);
        });

    private async ValueTask<ReturnItemsResponse> Return(ReturnItemsRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var command = StockRequests.Read(request, ref violations);
        var key = Fields.Key(request.Key, "key", ref violations);
        var lots = Fields.ReturnedLots(request.Lots, Domain.Limits.KitComponentsMax, ref violations);
        if (!lots.IsEmpty && !command.Lots.IsDefaultOrEmpty)
        {
            violations.Add("lots", "must be empty if lot is named: these are of a kit's components, that is of the SKU itself.");
        }

        if (violations.Any)
        {
            return violations.Answer<ReturnItemsResponse>(context);
        }

        var answer = lots.IsEmpty ? await TakeBack(key, command) : await reservations.ReturnKit(key, command.Id, command.Units, command.Condition, lots);
        return new ReturnItemsResponse { Decision = Decisions.Of(answer) };
    }

    private async ValueTask<StockAnswer> TakeBack(Domain.StockKey key, StockCommand command) =>
        await stocks.Do(key, command) is var answer && (answer.Outcome != StockOutcome.SkuIsKit || !command.Lots.IsDefaultOrEmpty)
            ? answer
            : await reservations.ReturnKit(key, command.Id, command.Units, command.Condition);

    private async ValueTask<GetReservationResponse> Get(GetReservationRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.Reservation(request.ReservationId, ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetReservationResponse>(context);
        }

        return await reservations.Get(id) is { } view
            ? new GetReservationResponse { Reservation = ReservationMapping.Proto(view) }
            : RichStatus.NotFound("Reservation", id.ToString()).Answer<GetReservationResponse>(context);
    }

    private async ValueTask<ListReservationsResponse> List(ListReservationsRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var key = Fields.Key(request.Key, "key", ref violations);
        var size = PageToken.Size(request.PageSize, ref violations);
        var scope = $"reservations of {key}";
        var after = HoldToken.Read(PageToken.Read(scope, request.PageToken, ref violations));
        if (violations.Any)
        {
            return violations.Answer<ListReservationsResponse>(context);
        }

        var page = await stocks.Holds(key, after, size);
        var response = new ListReservationsResponse();
        foreach (var hold in page.Holds)
        {
            response.Reservations.Add(ReservationMapping.Proto(hold, page.Version));
        }

        if (page.More)
        {
            response.NextPageToken = PageToken.Make(scope, HoldToken.Of(page.Holds[^1].Id));
        }

        return response;
    }
}
