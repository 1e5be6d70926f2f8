using Grpc.Core;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Orders that name a location which nobody has described: the answer names it, and nothing happens.</summary>
public sealed class OrderPlacesTests
{
    private const string Nowhere = "nowhere-17";
    private static readonly Delivery s_there = new() { Kind = DeliveryKind.CollectAt, LocationId = Nowhere };

    [Fact]
    public async Task A_location_that_is_not_described_is_named_where_it_stands()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 0, far: 0);
        var usual = new OrderContent { Delivery = s_there, Lines = { new OrderLine { Sku = "MUG", Units = 1 } } };
        var byLine = OrderShop.Shipped(1);
        byLine.Lines.Add(new OrderLine { Sku = "MUG", Units = 1, Delivery = new Delivery { Kind = DeliveryKind.Fitting, LocationId = Nowhere } });
        await Refused(() => shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p", Content = usual }), "content.delivery.location_id");
        await Refused(() => shop.Web.QuoteOrderAsync(new QuoteOrderRequest { Content = usual }), "content.delivery.location_id");
        await Refused(() => shop.Web.QuoteOrderAsync(
            new QuoteOrderRequest { RequestId = "q", Content = byLine, Hold = new() { Seconds = 30 } }), "content.lines[1].delivery.location_id");

        var later = OrderShop.Shipped(1);
        later.Delivery = new Delivery { Kind = DeliveryKind.DecideLater };
        var open = (await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "later", Content = later })).Order.Id;
        await Refused(() => shop.Web.ChooseDeliveryAsync(
            new ChooseDeliveryRequest { RequestId = "c", OrderId = open, Delivery = s_there }), "delivery.location_id");

        var order = (await shop.Place(1)).Order.Id;
        await shop.Confirm(order);
        await shop.Ship(order);
        await Refused(() => shop.Others.ReturnOrderAsync(
            new ReturnOrderRequest { RequestId = "r", OrderId = order, LocationId = Nowhere }), "location_id");
        await Refused(() => shop.Others.ExchangeOrderAsync(
            new ExchangeOrderRequest { RequestId = "x", OrderId = order, LocationId = "near", Content = usual }), "content.delivery.location_id");
        Assert.Equal((1, 4), await shop.Sums()); // what waits for its choice is held, nothing else

        // Once it is described it is a location without units: that is another matter, and the same ids serve for it.
        await shop.Server.Locations.UpsertLocationAsync(new UpsertLocationRequest
        {
            RequestId = shop.NewId(),
            Location = new Location
            {
                Id = Nowhere, DisplayName = "Now here", Kind = LocationKind.Store, Position = new GeoPoint { Latitude = 52, Longitude = 0 },
                Capabilities = { Capability.Collect, Capability.Return },
            },
        });
        var placed = await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = "p", Content = usual });
        Assert.Equal(RefusalReason.Insufficient, placed.Decision.RefusalReason);
        var back = await shop.Others.ReturnOrderAsync(new ReturnOrderRequest { RequestId = "r", OrderId = order, LocationId = Nowhere });
        Assert.True(back.Decision.Accepted);
    }

    private static async Task Refused<T>(Func<AsyncUnaryCall<T>> call, string field)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains(field, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains($"is {Nowhere}; there is no such location", refused.Status.Detail, StringComparison.Ordinal);
    }
}
