using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Grpc.Tests.Doubles;
using Inventory.V1;

namespace Inventory.Grpc.Tests.Services;

/// <summary>Orders that want to be promised by a time.</summary>
public sealed class OrderTimesTests
{
    [Fact]
    public async Task A_promise_by_a_time_that_is_past_is_refused_before_anything_is_on_record()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 0, far: 0);
        var past = By(shop, TimeSpan.Zero);
        await Failed.Fields(() => Place(shop, "p", past), "content.promise_by_time");
        await Failed.Fields(() => Quote(shop, "", past, null), "content.promise_by_time");
        await Failed.Fields(() => Quote(shop, "q", past, TimeSpan.FromSeconds(30)), "content.promise_by_time");
        past.PromiseByTime = new Timestamp(); // 1970 is a time too
        var refused = await Failed.With(StatusCode.InvalidArgument, () => Place(shop, "p", past));
        var now = $"{shop.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}";
        Assert.Contains($"is past: it must be later than now, {now}, or absent.", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal((0, 5), await shop.Sums());
        Assert.True((await Place(shop, "p", By(shop, TimeSpan.FromDays(9)))).Decision.Accepted); // the id is free
    }

    [Fact]
    public async Task What_was_accepted_in_time_is_told_again_and_a_quote_is_redeemed_once_that_time_is_past()
    {
        await using var shop = await OrderShop.Start(near: 5, middle: 0, far: 0);
        var content = By(shop, TimeSpan.FromDays(9));
        var placed = await Place(shop, "p", content);
        var quoted = await Quote(shop, "q", content, TimeSpan.FromDays(20));
        Assert.True(placed.Decision.Accepted && quoted.Decision.Accepted);
        shop.Time.Advance(TimeSpan.FromDays(10));
        var again = await Place(shop, "p", content);
        Assert.True(again.Decision is { Accepted: true, Repeated: true });
        Assert.Equal((placed.Order.Id, placed.Decision.Version), (again.Order.Id, again.Decision.Version));
        var other = content.Clone();
        other.Lines[0].Units = 2;
        Assert.Equal(RefusalReason.IdReused, (await Place(shop, "p", other)).Decision.RefusalReason);
        Assert.Equal(quoted.QuoteId, (await Quote(shop, "q", content, TimeSpan.FromDays(20))).QuoteId);
        Assert.True((await shop.Redeem(quoted.QuoteId, "r", content)).Decision.Accepted);
        Assert.True((await shop.Redeem(quoted.QuoteId, "r", content)).Decision.Repeated);
    }

    private static OrderContent By(OrderShop shop, TimeSpan wait)
    {
        var content = OrderShop.Shipped(1);
        content.PromiseByTime = Timestamp.FromDateTimeOffset(shop.Time.GetUtcNow() + wait);
        return content;
    }

    private static async Task<PlaceOrderResponse> Place(OrderShop shop, string id, OrderContent content) =>
        await shop.Web.PlaceOrderAsync(new PlaceOrderRequest { RequestId = id, Content = content });

    private static async Task<QuoteOrderResponse> Quote(OrderShop shop, string id, OrderContent content, TimeSpan? hold) =>
        await shop.Web.QuoteOrderAsync(new QuoteOrderRequest
        {
            RequestId = id, Content = content, Hold = hold is { } time ? Duration.FromTimeSpan(time) : null,
        });
}
