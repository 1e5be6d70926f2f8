using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;

namespace Inventory.Grains;

/// <summary>Quotes that are held. A quote is an order that waits to be redeemed: so its units need not change hands when it is.</summary>
internal sealed partial class OrderGrain
{
    public async ValueTask<OrderAnswer> Redeem(RedeemQuote quote)
    {
        await Finish();
        var hash = ReservationHash.Of(quote);
        if (!_order.MayBePlaced || quote.Quote == _id)
        {
            return Answer(OrderOutcome.IdReused, _order.Version); // an order has this name, or the quote itself
        }

        if (_order.Forwarded?.ContentHash != hash)
        {
            if (await HasForwarded())
            {
                return Answer(OrderOutcome.IdReused, _order.Version);
            }

            await Record(new OrderForwarded(NowMs, quote.Id, hash, quote.Quote));
        }

        return await GrainFactory.GetGrain<IOrderGrain>(quote.Quote.ToString()).Step(new OrderStep(quote.Id, quote.By, OrderVerb.Redeem, null, [])
        {
            QuotedHash = quote.Content is { } content ? OrderCodec.HashOf(content) : null,
        });
    }

    public async ValueTask<bool> HasTaken(RequestId id)
    {
        await Finish();
        return _order.Recall(id) is { } step && step.Outcome.IsAccepted();
    }

    // What a quote has refused had no effect: the id is free for other content.
    private async ValueTask<bool> HasForwarded() =>
        _order.Forwarded is { } earlier && await GrainFactory.GetGrain<IOrderGrain>(earlier.Quote.ToString()).HasTaken(earlier.Id);
}
