using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>The calls of one order. Each has an id made of the run, the invoice, the line and the step, and is asked until it is decided.</summary>
/// <param name="caller">Whose hands.</param>
/// <param name="first">The order's first line: names it.</param>
/// <param name="way">Tells the orders of one invoice apart.</param>
internal sealed class OrderSteps(Caller caller, OrderLine first, string way)
{
    private static readonly Google.Protobuf.WellKnownTypes.Duration s_ttl = new() { Seconds = 24 * 3600 };
    private static readonly Actor s_customer = new() { Who = "customer" };

    private OrderService.OrderServiceClient Orders => caller.Client.Orders;

    /// <summary>The id under which the order is placed.</summary>
    public string PlaceId => IdOf("place");

    /// <summary>The order's own id, which follows from that.</summary>
    public string OrderId => new Domain.Orders.OrderId(Domain.RequestId.Parse(PlaceId)).ToString();

    public Task<PlaceOrderResponse> PlaceAsync(OrderContent content)
    {
        content.Ttl = s_ttl; // as long as request ids are remembered, so that a replay that is resumed within that time finds it
        var request = new PlaceOrderRequest { RequestId = PlaceId, Content = content, By = new Actor { Who = "customer", Channel = content.Channel } };
        return caller.DecideAsync(Operation.PlaceOrder, request, Orders.PlaceOrderAsync, answer => answer.Decision);
    }

    /// <summary>The order as it stands; null if it was never placed, or nothing of it was held.</summary>
    public async Task<Order?> FindAsync()
    {
        var call = caller.Client.FindAsync(Operation.GetOrder, new GetOrderRequest { OrderId = OrderId }, Orders.GetOrderAsync, caller.Stop);
        return await call is { Order: { State: not OrderState.Refused } order } ? order : null;
    }

    public async Task<(Decision, Order)> ConfirmAsync()
    {
        var request = new ConfirmOrderRequest { RequestId = IdOf("confirm"), OrderId = OrderId, By = s_customer };
        var answer = await caller.DecideAsync(Operation.ConfirmOrder, request, Orders.ConfirmOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    public async Task<(Decision, Order)> PickAsync()
    {
        var request = new PickOrderRequest { RequestId = IdOf("pick"), OrderId = OrderId };
        var answer = await caller.DecideAsync(Operation.PickOrder, request, Orders.PickOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    public async Task<(Decision, Order)> ReadyAsync()
    {
        var request = new ReadyOrderRequest { RequestId = IdOf("ready"), OrderId = OrderId };
        var answer = await caller.DecideAsync(Operation.ReadyOrder, request, Orders.ReadyOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    public async Task<(Decision, Order)> CollectAsync()
    {
        var request = new CollectOrderRequest { RequestId = IdOf("collect"), OrderId = OrderId, By = s_customer };
        var answer = await caller.DecideAsync(Operation.CollectOrder, request, Orders.CollectOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    public async Task<(Decision, Order)> ShipAsync()
    {
        var request = new ShipOrderRequest { RequestId = IdOf("ship"), OrderId = OrderId };
        var answer = await caller.DecideAsync(Operation.ShipOrder, request, Orders.ShipOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    /// <summary>A location rejects units of its part; none named means all of them.</summary>
    public async Task<(Decision, Order)> RejectAsync(SoldOrder.Part part, IEnumerable<OrderLineUnits> lines)
    {
        var request = new RejectOrderRequest { RequestId = IdOf("reject", part.Number), OrderId = OrderId, Part = part.Number };
        request.Lines.AddRange(lines);
        request.By = new Actor { Who = caller.Stage.World.Stores[part.Store].Id, Why = "not found" };
        var answer = await caller.DecideAsync(Operation.RejectOrder, request, Orders.RejectOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    /// <summary>The customer cancels units; none named means all that have not left.</summary>
    public async Task<(Decision, Order)> CancelAsync(string why, IEnumerable<OrderLineUnits> lines)
    {
        var request = new CancelOrderRequest { RequestId = IdOf("cancel " + why), OrderId = OrderId };
        request.Lines.AddRange(lines);
        request.By = new Actor { Who = "customer", Why = why };
        var answer = await caller.DecideAsync(Operation.CancelOrder, request, Orders.CancelOrderAsync, answer => answer.Decision);
        return (answer.Decision, answer.Order);
    }

    private string IdOf(string step, int attempt = 0) => caller.Stage.Ids.Of(first, $"{way}/{step}", attempt);
}
