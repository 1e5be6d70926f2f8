using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Tests.Replay;

/// <summary>
/// Orders of the fake: units are taken wherever there are some, by the location's id. Every day and hour is the same one, so capacities are for ever.
/// </summary>
internal sealed partial class FakeInventory
{
    private readonly Dictionary<string, Order> _orders = [];
    private readonly Dictionary<(string Location, WorkKind Kind), long> _work = [];

    /// <summary>Sends one unit less than it says, once.</summary>
    public bool Pockets { get; set; }

    /// <summary>Does not count the work of an order, once.</summary>
    public bool ForgetsWork { get; set; }

    /// <summary>Takes orders for which there is no capacity.</summary>
    public bool Overworks { get; init; }

    /// <summary>Says of one part that more was rejected than was, once.</summary>
    public bool Mumbles { get; set; }

    private object AnswerOrder(object request) => request switch
    {
        PlaceOrderRequest place => Once(place.RequestId, () => Place(place), answer => answer.Decision),
        GetOrderRequest get => new GetOrderResponse { Order = _orders.GetValueOrDefault(get.OrderId)?.Clone() ?? throw NotFound() },
        ConfirmOrderRequest confirm => Once(confirm.RequestId, () => Tell(confirm.OrderId, _ => { }, (decision, order) =>
            new ConfirmOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        PickOrderRequest pick => Once(pick.RequestId, () => Tell(pick.OrderId, _ => { }, (decision, order) =>
            new PickOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        ReadyOrderRequest ready => Once(ready.RequestId, () => Tell(ready.OrderId, _ => { }, (decision, order) =>
            new ReadyOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        CollectOrderRequest collect => Once(collect.RequestId, () => Tell(collect.OrderId, order => Leave(order, true), (decision, order) =>
            new CollectOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        ShipOrderRequest ship => Once(ship.RequestId, () => Tell(ship.OrderId, order => Leave(order, false), (decision, order) =>
            new ShipOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        RejectOrderRequest reject => Once(reject.RequestId, () => Tell(reject.OrderId, order => Reject(order, reject), (decision, order) =>
            new RejectOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        CancelOrderRequest cancel => Once(cancel.RequestId, () => Tell(cancel.OrderId, order => Cancel(order, cancel), (decision, order) =>
            new CancelOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        ReturnOrderRequest back => Once(back.RequestId, () => Tell(back.OrderId, order => Return(order, back), (decision, order) =>
            new ReturnOrderResponse { Decision = decision, Order = order }), answer => answer.Decision),
        GetLocationWorkRequest work => WorkOf(work.Id),
        _ => AnswerTransfer(request),
    };

    private static RpcException NotFound() => new(new Status(StatusCode.NotFound, "no such order"));

    private T Tell<T>(string id, Action<Order> change, Func<Decision, Order, T> answer)
    {
        change(_orders[id]);
        var told = _orders[id].Clone();
        if (Mumbles && told.Parts.Count > 0)
        {
            Mumbles = false;
            told.Parts[0].Lines[0].RejectedUnits++;
        }

        return answer(Accepted(), told);
    }

    private PlaceOrderResponse Place(PlaceOrderRequest request)
    {
        var order = new Order { Id = "ORDER~" + Domain.RequestId.Parse(request.RequestId), Content = request.Content.Clone(), State = OrderState.Held };
        foreach (var line in order.Content.Lines)
        {
            line.Delivery ??= request.Content.Delivery.Clone();
        }

        Route(order, [.. request.Content.Lines.Select((line, i) => new OrderLineUnits { Line = i, Units = line.Units })], "");
        if (order.Parts.Count == 0)
        {
            return new PlaceOrderResponse { Decision = new Decision { RefusalReason = RefusalReason.Insufficient, MayPassLater = true } };
        }

        _orders[order.Id] = order;
        return new PlaceOrderResponse { Decision = Accepted(), Order = order.Clone() };
    }

    private void Route(Order order, IReadOnlyList<OrderLineUnits> wanted, string except)
    {
        var delivery = order.Content.Lines[0].Delivery;
        var parts = new SortedDictionary<string, OrderPart>(StringComparer.Ordinal);
        foreach (var line in wanted)
        {
            var (sku, left) = (order.Content.Lines[line.Line].Sku, line.Units);
            var shelves = _shelves.Where(pair => pair.Key.Sku == sku && pair.Key.Location != except && Suits(pair.Key.Location, delivery, wanted.Count))
                .OrderBy(pair => pair.Key.Location, StringComparer.Ordinal).ToArray();
            foreach (var (key, shelf) in shelves.Where(pair => Oversells || pair.Value.Free > 0))
            {
                var take = Oversells ? left : Math.Min(left, shelf.Free);
                if (take > 0)
                {
                    shelf.Held += take;
                    left -= take;
                    parts.TryAdd(key.Location, new OrderPart { LocationId = key.Location, Kind = delivery.Kind });
                    parts[key.Location].Lines.Add(new OrderPartLine { Line = line.Line, Units = take, LeftUnits = take });
                }
            }

            if (left > 0)
            {
                var known = order.Unfilled.FirstOrDefault(each => each.Line == line.Line);
                if (known is null)
                {
                    order.Unfilled.Add(known = new OrderLineUnits { Line = line.Line });
                }

                known.Units += left;
            }
        }

        foreach (var part in parts.Values)
        {
            part.Number = order.Parts.Count;
            TakeWork(part, delivery.Kind);
            order.Parts.Add(part);
        }
    }

    private bool Suits(string location, Delivery delivery, int lines)
    {
        var place = _locations[location];
        bool Room(WorkKind kind, int capacity, int units) =>
            capacity == 0 || Overworks || _work.GetValueOrDefault((location, kind)) + units <= capacity;
        return (delivery.Kind != DeliveryKind.CollectAt || delivery.LocationId == location)
            && Room(WorkKind.Picks, place.PicksPerHour, lines)
            && (delivery.Kind != DeliveryKind.Ship || Room(WorkKind.Parcels, place.ParcelsPerDay, 1));
    }

    private void TakeWork(OrderPart part, DeliveryKind kind)
    {
        var place = _locations[part.LocationId];
        void Take(WorkKind work, int capacity, long units)
        {
            if (capacity > 0)
            {
                part.Work.Add(new OrderPartWork { Kind = work, StartTime = new Timestamp(), Units = units });
                _work[(part.LocationId, work)] = _work.GetValueOrDefault((part.LocationId, work)) + (ForgetsWork ? 0 : units);
                ForgetsWork = false;
            }
        }

        Take(WorkKind.Picks, place.PicksPerHour, part.Lines.Count);
        Take(WorkKind.Parcels, kind == DeliveryKind.Ship ? place.ParcelsPerDay : 0, 1);
    }

    private void Leave(Order order, bool collect)
    {
        foreach (var (part, line) in order.Parts.SelectMany(part => part.Lines.Select(line => (part, line))).Where(each => each.line.LeftUnits > 0))
        {
            var (shelf, units) = (ShelfOf(order, part, line), line.LeftUnits);
            line.LeftUnits = 0;
            shelf.Held -= units;
            shelf.OnHand -= Pockets ? units - 1 : units;
            Pockets = false;
            (line.CollectedUnits, line.ShippedUnits) = collect ? (units, 0L) : (0L, units);
            (shelf.Collected, shelf.Shipped) = collect ? (shelf.Collected + units, shelf.Shipped) : (shelf.Collected, shelf.Shipped + units);
        }
    }

    private void Reject(Order order, RejectOrderRequest request)
    {
        var part = order.Parts[request.Part];
        var again = new List<OrderLineUnits>();
        foreach (var line in part.Lines.Where(line => request.Lines.Count == 0 || request.Lines.Any(each => each.Line == line.Line)))
        {
            ShelfOf(order, part, line).Held -= line.LeftUnits;
            again.Add(new OrderLineUnits { Line = line.Line, Units = line.LeftUnits });
            (line.RejectedUnits, line.LeftUnits) = (line.RejectedUnits + line.LeftUnits, 0);
        }

        GiveBackWork(part);
        Route(order, again, part.LocationId);
    }

    private void Cancel(Order order, CancelOrderRequest request)
    {
        foreach (var part in order.Parts.Where(part => part.Lines.Any(line => line.LeftUnits > 0)))
        {
            foreach (var line in part.Lines.Where(line => request.Lines.Count == 0 || request.Lines.Any(each => each.Line == line.Line)))
            {
                ShelfOf(order, part, line).Held -= line.LeftUnits;
                (line.CancelledUnits, line.LeftUnits) = (line.CancelledUnits + line.LeftUnits, 0);
            }

            GiveBackWork(part);
        }
    }

    private void GiveBackWork(OrderPart part)
    {
        foreach (var work in part.Work.Where(_ => part.Lines.All(line => line.LeftUnits == 0)))
        {
            _work[(part.LocationId, work.Kind)] -= work.Units;
        }
    }

    private void Return(Order order, ReturnOrderRequest request)
    {
        foreach (var line in request.Lines)
        {
            Return(new ReturnItemsRequest
            {
                Key = new StockKey { Sku = order.Content.Lines[line.Line].Sku, LocationId = request.LocationId },
                Units = line.Units,
                Condition = request.Condition,
            });
        }
    }

    private GetLocationWorkResponse WorkOf(string location)
    {
        var (answer, place) = (new GetLocationWorkResponse(), _locations[location]);
        foreach (var (key, used) in _work.Where(work => work.Key.Location == location))
        {
            var capacity = key.Kind == WorkKind.Parcels ? place.ParcelsPerDay : place.PicksPerHour;
            answer.Slots.Add(new LocationWorkSlot { Kind = key.Kind, StartTime = new Timestamp(), Capacity = capacity, Used = used });
        }

        return answer;
    }

    private Shelf ShelfOf(Order order, OrderPart part, OrderPartLine line) =>
        At(new StockKey { Sku = order.Content.Lines[line.Line].Sku, LocationId = part.LocationId });
}
