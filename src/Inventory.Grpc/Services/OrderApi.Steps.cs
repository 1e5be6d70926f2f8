using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Domain.Orders;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The later steps of an order.</summary>
internal sealed partial class OrderApi
{
    public override Task<ConfirmOrderResponse> ConfirmOrder(ConfirmOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Step(new StepAsk(OrderVerb.Confirm, ask.RequestId, ask.OrderId, ask.By), call);
            return new ConfirmOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ExtendOrderResponse> ExtendOrder(ExtendOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Step(new StepAsk(OrderVerb.Extend, ask.RequestId, ask.OrderId, ask.By) { Ttl = ask.Ttl }, call);
            return new ExtendOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<PickOrderResponse> PickOrder(PickOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Step(new StepAsk(OrderVerb.Pick, ask.RequestId, ask.OrderId, ask.By, ask.HasPart ? ask.Part : null), call);
            return new PickOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<RetryOrderResponse> RetryOrder(RetryOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Step(new StepAsk(OrderVerb.Retry, ask.RequestId, ask.OrderId, ask.By), call);
            return new RetryOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ReadyOrderResponse> ReadyOrder(ReadyOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Step(new StepAsk(OrderVerb.Ready, ask.RequestId, ask.OrderId, ask.By, ask.HasPart ? ask.Part : null), call);
            return new ReadyOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<CollectOrderResponse> CollectOrder(CollectOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var part = ask.HasPart ? ask.Part : (int?)null;
            var told = await api.Step(new StepAsk(OrderVerb.Collect, ask.RequestId, ask.OrderId, ask.By, part) { Lines = ask.Lines }, call);
            return new CollectOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ShipOrderResponse> ShipOrder(ShipOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var part = ask.HasPart ? ask.Part : (int?)null;
            var told = await api.Step(new StepAsk(OrderVerb.Ship, ask.RequestId, ask.OrderId, ask.By, part) { Lines = ask.Lines }, call);
            return new ShipOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<RejectOrderResponse> RejectOrder(RejectOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var part = ask.HasPart ? ask.Part : (int?)null;
            var told = await api.Step(new StepAsk(OrderVerb.Reject, ask.RequestId, ask.OrderId, ask.By, part) { Lines = ask.Lines }, call);
            return new RejectOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var part = ask.HasPart ? ask.Part : (int?)null;
            var told = await api.Step(new StepAsk(OrderVerb.Cancel, ask.RequestId, ask.OrderId, ask.By, part) { Lines = ask.Lines }, call);
            return new CancelOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ReturnOrderResponse> ReturnOrder(ReturnOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepAsk(OrderVerb.Return, ask.RequestId, ask.OrderId, ask.By)
            {
                Lines = ask.Lines, To = ask.LocationId, Condition = ask.Condition, Lots = ask.Lots,
            };
            var told = await api.Step(step, call);
            return new ReturnOrderResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ChooseDeliveryResponse> ChooseDelivery(ChooseDeliveryRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepAsk(OrderVerb.Choose, ask.RequestId, ask.OrderId, ask.By, ask.HasPart ? ask.Part : null) { Delivery = ask.Delivery };
            var told = await api.Step(step, call);
            return new ChooseDeliveryResponse { Decision = told.Decision, Order = told.Order };
        });

    public override Task<ExchangeOrderResponse> ExchangeOrder(ExchangeOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var step = new StepAsk(OrderVerb.Exchange, ask.RequestId, ask.OrderId, ask.By)
            {
                Lines = ask.Lines, To = ask.LocationId, Condition = ask.Condition, Content = ask.Content, Lots = ask.Lots,
            };
            var told = await api.Step(step, call);
            var other = told.NewOrder is { } id ? await api.Read(id) : null;
            return new ExchangeOrderResponse { Decision = told.Decision, Order = told.Order, NewOrder = other };
        });

    public override Task<ReoptimizeOrdersResponse> ReoptimizeOrders(ReoptimizeOrdersRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Improve(ask, call));

    private async ValueTask<ReoptimizeOrdersResponse> Improve(ReoptimizeOrdersRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var least = Fields.Units(request.LeastSavingMinor, "least_saving_minor", 0, ref violations);
        var size = PageToken.Size(request.PageSize, ref violations, Domain.Limits.ImprovedMax, Domain.Limits.ImprovedMax / 2);
        var last = PageToken.Read("reoptimize", request.PageToken, ref violations);
        var only = OrderRequests.Only(request, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ReoptimizeOrdersResponse>(context);
        }

        var round = await orders.Improve(id, least, Domain.RequestId.TryParseToken(last, out var after) ? after : null, size, only);
        var response = new ReoptimizeOrdersResponse
        {
            LookedOrders = round.Looked,
            SavedMinor = round.Moved.Sum(order => order.SavedMinor),
            NextPageToken = round.Next is { } next ? PageToken.Make("reoptimize", next.ToString()) : "",
        };
        response.Moved.AddRange(round.Moved.Select(order => new MovedOrder
        {
            OrderId = new OrderId(order.Order).ToString(), Units = order.Units, SavedMinor = order.SavedMinor,
        }));
        return response;
    }

    private async ValueTask<Order?> Read(Domain.RequestId id) => OrderMapping.Proto(await orders.Get(id));

    private async ValueTask<(Decision? Decision, Order? Order, Domain.RequestId? NewOrder)> Step(StepAsk ask, ServerCallContext context)
    {
        var used = await policies.Used();
        var violations = default(Violations);
        var id = Fields.RequestId(ask.RequestId, ref violations);
        var order = Fields.Order(ask.OrderId, ref violations);
        var by = OrderRequests.By(ask.By, ref violations);
        var lines = OrderRequests.Lines(ask.Lines, ref violations);
        if (ask.Part is < 0 || (ask.Part is null && ask.Verb == OrderVerb.Reject))
        {
            violations.Add("part", "must be the number of a part, 0 or more.");
        }

        var ttlMs = ask.Verb == OrderVerb.Extend ? ReservationRequests.ExtendMs(ask.Ttl, ref violations) : 0;
        var isReturn = ask.Verb.BringsBack();
        Wish? wish = ask.Verb == OrderVerb.Choose ? OrderRequests.Choice(ask.Delivery, ref violations) : null;
        var content = ask.Verb == OrderVerb.Exchange ? OrderRequests.Content(ask.Content, used, ref violations) : null;
        Domain.LocationId? to = isReturn ? Fields.Location(ask.To, "location_id", ref violations) : null;
        var condition = Conditions.Read(ask.Condition, "condition", ref violations);
        var lots = Fields.ReturnedLots(ask.Lots, Domain.Limits.OrderLinesMax, ref violations);
        violations = violations.Any ? violations : await Unknown(
        [
            .. to is { } back ? [("location_id", back)] : Array.Empty<(string, Domain.LocationId)>(),
            .. wish?.Location is { } chosen ? [("delivery.location_id", chosen)] : Array.Empty<(string, Domain.LocationId)>(),
            .. content is null ? [] : OrderRequests.Places(ask.Content!, content),
        ]);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return default;
        }

        var answer = await orders.Step(order.Request, new OrderStep(id, by, ask.Verb, ask.Part, lines, ttlMs, to, condition)
        {
            Wish = wish, Content = content, Lots = lots,
        });
        var decision = Decisions.Of(answer.Outcome, answer.Version);
        decision.RefusalMessage = StepWords.Of(answer, ask.Part) ?? decision.RefusalMessage;
        return (decision, OrderMapping.Proto(answer.Order), answer.NewOrder);
    }

    /// <summary>What the requests of all steps have in common, and what only some have.</summary>
    private sealed record StepAsk(OrderVerb Verb, string RequestId, string OrderId, V1.Actor? By, int? Part = null)
    {
        public IList<OrderLineUnits> Lines { get; init; } = [];

        public Duration? Ttl { get; init; }

        public string To { get; init; } = "";

        public Condition Condition { get; init; }

        public Delivery? Delivery { get; init; }

        public V1.OrderContent? Content { get; init; }

        public IList<ReturnedLot> Lots { get; init; } = [];
    }
}
