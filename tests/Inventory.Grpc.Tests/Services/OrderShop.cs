using Grpc.Net.Client;
using Inventory.Grains.Tests;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>A server over the real owners with three stores, and two clients with a connection each.</summary>
internal sealed class OrderShop : IAsyncDisposable
{
    private static readonly GeoPoint s_home = new() { Latitude = 52, Longitude = 0 };
    private readonly TestServer _server;
    private readonly GrpcChannel _second;
    private int _ids;

    private OrderShop(TestServer server, FakeTime time)
    {
        (_server, Time) = (server, time);
        _second = GrpcChannel.ForAddress("http://" + server.Channel.Target);
        Others = new OrderService.OrderServiceClient(_second);
    }

    public FakeTime Time { get; }

    public TestServer Server => _server;

    /// <summary>The web shop.</summary>
    public OrderService.OrderServiceClient Web => _server.Orders;

    /// <summary>The stores' staff, on a connection of their own.</summary>
    public OrderService.OrderServiceClient Others { get; }

    /// <summary>Stores near, middle and far, 10, 100 and 300 km from the customers, each with so many units of MUG.</summary>
    public static async Task<OrderShop> Start(int near, int middle, int far)
    {
        var time = new FakeTime();
        var shop = new OrderShop(await TestServer.StartOverGrains(time), time);
        foreach (var (id, kilometres, units) in new[] { ("near", 10, near), ("middle", 100, middle), ("far", 300, far) })
        {
            await shop._server.Locations.UpsertLocationAsync(new UpsertLocationRequest
            {
                RequestId = shop.NewId(),
                Location = new Location
                {
                    Id = id,
                    DisplayName = id,
                    Kind = LocationKind.Store,
                    Position = new GeoPoint { Latitude = 52 + (kilometres / 111.195), Longitude = 0 },
                    Capabilities = { Capability.Collect, Capability.Ship, Capability.Return },
                },
            });
            if (units > 0)
            {
                await shop.Receive(id, units);
            }
        }

        return shop;
    }

    public string NewId() => $"id-{Interlocked.Increment(ref _ids)}";

    /// <summary>Puts units on a shelf and waits until the board shows them.</summary>
    public async Task Receive(string store, int units)
    {
        var decision = await _server.Receive("MUG", store, units);
        Assert.True(decision.Accepted, decision.RefusalMessage);
        await Eventually.Is(async () => (await OnBoard(store)).Version >= decision.Version, "the board shows what was received");
    }

    public static OrderContent Shipped(int units) => new()
    {
        Customer = "c-1",
        Delivery = new Delivery { Kind = DeliveryKind.Ship, Point = s_home },
        Lines = { new OrderLine { Sku = "MUG", Units = units } },
    };

    public async Task<PlaceOrderResponse> Place(int units, OrderService.OrderServiceClient? client = null, string? id = null) =>
        await (client ?? Web).PlaceOrderAsync(new PlaceOrderRequest { RequestId = id ?? NewId(), Content = Shipped(units) });

    /// <summary>A quote that is held for 30 s.</summary>
    public async Task<QuoteOrderResponse> Quote(int units, string id) => await Web.QuoteOrderAsync(new QuoteOrderRequest
    {
        RequestId = id, Content = Shipped(units), Hold = new Google.Protobuf.WellKnownTypes.Duration { Seconds = 30 },
    });

    public async Task<PlaceOrderResponse> Redeem(string quote, string id, OrderContent? content = null, OrderService.OrderServiceClient? client = null) =>
        await (client ?? Web).PlaceOrderAsync(new PlaceOrderRequest { RequestId = id, QuoteId = quote, Content = content });

    public async Task<Decision> Confirm(string order, string? id = null) =>
        (await Web.ConfirmOrderAsync(new ConfirmOrderRequest { RequestId = id ?? NewId(), OrderId = order })).Decision;

    public async Task<ShipOrderResponse> Ship(string order, string? id = null, params OrderLineUnits[] lines) =>
        await Others.ShipOrderAsync(new ShipOrderRequest { RequestId = id ?? NewId(), OrderId = order, Lines = { lines } });

    public async Task<RejectOrderResponse> Reject(string order, int part, string? id = null) =>
        await Others.RejectOrderAsync(new RejectOrderRequest { RequestId = id ?? NewId(), OrderId = order, Part = part });

    public async Task<Order> Get(string order) => (await Web.GetOrderAsync(new GetOrderRequest { OrderId = order })).Order;

    public async Task<Stock> Shelf(string store) => (await _server.Stocks.GetStockAsync(
        new GetStockRequest { Key = new StockKey { Sku = "MUG", LocationId = store } })).Stock;

    /// <summary>Held and on hand of all stores together.</summary>
    public async Task<(long Held, long OnHand)> Sums()
    {
        var shelves = await Task.WhenAll(new[] { "near", "middle", "far" }.Select(Shelf));
        return (shelves.Sum(shelf => shelf.HeldUnits), shelves.Sum(shelf => shelf.OnHandUnits));
    }

    public static string Parts(Order order) =>
        string.Join(", ", order.Parts.Select(part => $"{part.LocationId} {part.State} {part.Lines.Sum(line => line.LeftUnits)}"));

    public async ValueTask DisposeAsync()
    {
        _second.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<LocationAvailability> OnBoard(string store)
    {
        var board = await _server.Availability.GetAvailabilityAsync(new GetAvailabilityRequest { Sku = "MUG", LocationIds = { store } });
        return board.Locations.Count == 0 ? new LocationAvailability() : board.Locations[0];
    }
}
