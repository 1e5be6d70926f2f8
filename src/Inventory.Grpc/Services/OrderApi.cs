using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;
using OrderState = Inventory.Domain.Orders.OrderState;

namespace Inventory.Grpc.Services;

/// <summary>The order service: translates to <see cref="IOrders"/>.</summary>
internal sealed partial class OrderApi(IOrders orders, IPolicies policies, ILocations locations, TimeProvider time, CallRunners runners)
    : OrderService.OrderServiceBase
{
    private readonly CallRunner _calls = runners.For("OrderService");
    private readonly CallGate _watches = runners.Gate("order watches", runners.Options.WatchesMax);

    public override Task<QuoteOrderResponse> QuoteOrder(QuoteOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Quote(ask, call));

    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Place(ask, call));

    public override Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListOrdersResponse> ListOrders(ListOrdersRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task WatchOrder(WatchOrderRequest request, IServerStreamWriter<WatchOrderResponse> responseStream, ServerCallContext context) =>
        _calls.Stream(_watches, context, stop => Watch(request, responseStream, context, stop));

    private async ValueTask<QuoteOrderResponse> Quote(QuoteOrderRequest request, ServerCallContext context)
    {
        var used = await policies.Used();
        var violations = default(Violations);
        var content = OrderRequests.Content(request.Content, used, ref violations);
        if (request.Hold is null)
        {
            if (request.RequestId.Length > 0)
            {
                violations.Add("request_id", "must be empty unless hold is given: a quote that is not held writes nothing.");
            }

            violations = violations.Any ? violations : await Impossible(request.Content!, content, null);
            return violations.Any ? violations.Answer<QuoteOrderResponse>(context) : OrderMapping.Proto(await orders.Quote(content));
        }

        var id = Fields.RequestId(request.RequestId, ref violations);
        var by = OrderRequests.By(request.By, ref violations);
        var holdMs = Times.Ms(request.Hold, "hold", Domain.Limits.TtlMsMin, Domain.Limits.TtlMsMax, 0, ref violations);
        violations = violations.Any ? violations : await Impossible(request.Content!, content, id);
        return violations.Any
            ? violations.Answer<QuoteOrderResponse>(context)
            : OrderMapping.Proto(await orders.Place(new PlaceOrder(id, by, content) { QuoteMs = holdMs }));
    }

    private async ValueTask<PlaceOrderResponse> Place(PlaceOrderRequest request, ServerCallContext context)
    {
        var used = await policies.Used();
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var isQuoted = request.QuoteId.Length > 0;
        var content = isQuoted && request.Content is null ? null : OrderRequests.Content(request.Content, used, ref violations);
        var quote = isQuoted ? Fields.Order(request.QuoteId, ref violations, "quote_id") : default;
        var by = OrderRequests.By(request.By, ref violations);
        violations = violations.Any || content is null ? violations
            : isQuoted ? await Unknown(OrderRequests.Places(request.Content!, content))
            : await Impossible(request.Content!, content, id);
        if (violations.Any)
        {
            return violations.Answer<PlaceOrderResponse>(context);
        }

        var answer = isQuoted
            ? await orders.Redeem(new RedeemQuote(id, by, quote.Request, content))
            : await orders.Place(new PlaceOrder(id, by, content!));
        return new PlaceOrderResponse { Decision = Decisions.Of(answer.Outcome, answer.Version), Order = OrderMapping.Proto(answer.Order) };
    }

    // What no order could come of, whatever is on the shelves. Of an order that is on record the first answer is told, also once its time has passed.
    private async ValueTask<Violations> Impossible(V1.OrderContent asked, Domain.Orders.OrderContent content, RequestId? id)
    {
        var violations = await Unknown(OrderRequests.Places(asked, content));
        var now = time.GetUtcNow();
        if (asked.PromiseByTime is not null && content.PromiseByMs <= now.ToUnixTimeMilliseconds()
            && !(id is { } known && await orders.Get(known) is { State: not OrderState.Refused }))
        {
            violations.Add("content.promise_by_time", $"is past: it must be later than now, {now:yyyy-MM-dd'T'HH:mm:ss'Z'}, or absent.");
        }

        return violations;
    }

    // A location that nobody has described has no shelves and takes nothing: mostly its id is a misspelling.
    private async ValueTask<Violations> Unknown(IEnumerable<(string Field, LocationId Location)> named)
    {
        var violations = default(Violations);
        foreach (var same in named.GroupBy(each => each.Location))
        {
            if (!await locations.Knows(same.Key))
            {
                violations.Add(same.First().Field, $"is {same.Key}; there is no such location. UpsertLocation describes one.");
            }
        }

        return violations;
    }

    private async ValueTask<GetOrderResponse> Get(GetOrderRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.Order(request.OrderId, ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetOrderResponse>(context);
        }

        var unused = request.ExplainSupply ? await orders.UnusedSupply(id.Request) : [];
        if (await orders.Get(id.Request) is not { } view)
        {
            return RichStatus.NotFound("Order", id.ToString()).Answer<GetOrderResponse>(context);
        }

        var order = OrderMapping.Proto(view)!;
        order.UnusedSupply.AddRange(unused.Select(static each => OrderMapping.Proto(each)));
        return new GetOrderResponse { Order = order };
    }

    private async ValueTask<ListOrdersResponse> List(ListOrdersRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        if (request.Customer.Length > 0 && request.LocationId.Length > 0)
        {
            violations.Add("customer", "and location_id must not both be given.");
        }

        LocationId? location = request.LocationId.Length > 0 ? Fields.Location(request.LocationId, "location_id", ref violations) : null;
        var size = PageToken.Size(request.PageSize, ref violations, Limits.OrdersPageMax, Limits.OrdersPageDefault);
        var placed = OrderRequests.Placed(request.PlacedFromTime, request.PlacedUntilTime, ref violations);
        var scope = $"orders of {request.Customer} at {request.LocationId}";
        var last = PageToken.Read(scope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListOrdersResponse>(context);
        }

        RequestId? after = RequestId.TryParseToken(last, out var id) ? id : null;
        var states = request.States.Select(state => (OrderState)state).ToArray();
        var page = await orders.List(new OrderQuery(request.Customer, location, [.. states], after, size) { Placed = placed });
        var response = new ListOrdersResponse();
        response.Orders.AddRange(page.Orders.Select(order => OrderMapping.Proto(order, isListed: true)));
        response.NextPageToken = page.Next is { } next ? PageToken.Make(scope, next.ToString()) : "";
        return response;
    }

    private async Task Watch(
        WatchOrderRequest request, IServerStreamWriter<WatchOrderResponse> responses, ServerCallContext context, CancellationToken stop)
    {
        var violations = default(Violations);
        var id = Fields.Order(request.OrderId, ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return;
        }

        var found = false;
        await foreach (var view in orders.Watch(id.Request, stop))
        {
            found = true;
            await responses.WriteAsync(new WatchOrderResponse { Order = OrderMapping.Proto(view) }, stop);
        }

        if (!found)
        {
            RichStatus.NotFound("Order", id.ToString()).Set(context);
        }
    }
}
