using Inventory.Domain.Codec;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Simulator;

/// <summary>An event as it is written instead of the right one.</summary>
internal delegate byte[] WrongWrite(ReadOnlySpan<byte> payload);

/// <summary>Mistakes in what stocks and orders write. Which events they concern the auditor's books tell; how they are found they have no part in.</summary>
internal static class BuggyWrites
{
    /// <summary>What a mistake makes of the events of stocks; null if it is none of theirs.</summary>
    public static WrongWrite? OfStocks(Bug bug, Auditor auditor) => bug switch
    {
        Bug.LotsOfOrdersNotWritten => payload => Written(payload, change => change.Verb == StockVerb.Settle, Bare),
        Bug.ArrivalWithoutItsLot => payload => Written(
            payload, change => change.Verb is StockVerb.Receive or StockVerb.ReceiveHeld && !auditor.IsSent(change.Id), Bare),
        Bug.ReturnOnAnotherLot => payload => Written(
            payload, change => change is { Verb: StockVerb.Return, Lots.IsDefaultOrEmpty: false } && !auditor.IsSent(change.Id), change =>
            {
                var date = change.Lots[0].BestBefore!.Value.AddDays(1);
                change.Lots = [new LotUnits(Shop.LotOf(date), date, change.Units)];
                return change;
            }),
        Bug.ComponentKeptForGivenUpKit => payload => Written(
            payload, change => change.Verb == StockVerb.Release && auditor.Owners.IsOfKit(change.Hold), change =>
            {
                change.Units = 0;
                return change;
            }),
        _ => null,
    };

    /// <summary>What a mistake makes of the events of an order; null if it is none of its.</summary>
    public static WrongWrite? OfOrders(Bug bug, Auditor auditor, string stream) => !stream.StartsWith("order/", StringComparison.Ordinal) ? null : bug switch
    {
        Bug.LateSupplyNotNoted => payload =>
        {
            var order = ((OrderBook)auditor.Owners.Of(stream)).Now;
            return Seen(payload, each => As(each, order.Promises[each.Promise].Word));
        },
        Bug.MovedCapacityNotNoted => payload => Seen(payload, static each => each with { Work = default }),
        _ => null,
    };

    private static byte[] Seen(ReadOnlySpan<byte> payload, Func<SeenPromise, SeenPromise> wrong) => OrderCodec.Encode(
        OrderCodec.Decode(payload) is SupplySeen seen ? seen with { Promises = [.. seen.Promises.Select(wrong)] } : OrderCodec.Decode(payload));

    private static SeenPromise As(SeenPromise seen, PromiseWord word) =>
        seen with { Receipt = word.Receipt, DueMs = word.DueMs, PromisedAtMs = word.PromisedAtMs };

    private static StockEvent Bare(StockEvent change)
    {
        change.Lots = default;
        return change;
    }

    private static byte[] Written(ReadOnlySpan<byte> payload, Func<StockEvent, bool> isConcerned, Func<StockEvent, StockEvent> wrong)
    {
        var change = StockEventCodec.Decode(payload);
        if (!isConcerned(change))
        {
            return payload.ToArray();
        }

        change = wrong(change);
        var bytes = new byte[StockEventCodec.BytesMax(change)];
        return bytes[..StockEventCodec.Encode(change, bytes)];
    }
}

/// <summary>A stream whose events are written otherwise.</summary>
internal sealed class WrongWrites(IJournalStream stream, WrongWrite written) : IJournalStream
{
    public long Version => stream.Version;

    public bool WantsSnapshot => stream.WantsSnapshot;

    public JournalPosition Append(ReadOnlySpan<byte> payload) => stream.Append(written(payload));

    public void AppendSnapshot(ReadOnlySpan<byte> state) => stream.AppendSnapshot(state);

    public ValueTask WhenDurable(JournalPosition position) => stream.WhenDurable(position);

    public void Close() => stream.Close();
}
