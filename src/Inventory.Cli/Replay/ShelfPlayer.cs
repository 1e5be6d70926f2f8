using System.Globalization;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Plays what is no sale. Where and in which condition is synthetic, drawn from the seed for each line:
/// a return goes to a store that has stocked the SKU (4 of 5) or to any, sellable (85 %), damaged (10 %) or for inspection (5 %);
/// found goods go to a store that has stocked the SKU;
/// a write-off is taken, as damage or shrinkage, at a store that has that many units; if none has, at the one with the most, clipped
/// to what is there; the clipped units are counted, and if there is nothing at all, nothing is done.
/// </summary>
internal sealed class ShelfPlayer(Caller caller)
{
    public Task<LineResult> PlayAsync(int index)
    {
        var line = caller.Stage.World.Lines[index];
        var draw = DrawOf(line);
        return line.Kind switch
        {
            LineKind.Return => ReturnAsync(index, draw),
            LineKind.WriteOff => WriteOffAsync(index, draw),
            LineKind.Found => FoundAsync(index, draw),
            _ => throw new InvalidOperationException($"Line {index} is a {line.Kind}."),
        };
    }

    /// <summary>
    /// The same in a year of orders, in which others sell the SKU at the same time: what a customer has of an order is brought back against it, and
    /// only the rest without one; a write-off of what somebody else has just taken finds nothing there.
    /// </summary>
    public async Task<List<LineResult>> PlayAsync(YearEvent each, OrderYear year)
    {
        var line = caller.Stage.World.Lines[each.First];
        var draw = DrawOf(line);
        if (line.Kind != LineKind.Return)
        {
            return [line.Kind == LineKind.Found ? await FoundAsync(each.First, draw) : await WriteOffWholeAsync(each.First, draw)];
        }

        var (store, condition) = DrawReturn(each.First, ref draw);
        var results = new List<LineResult>();
        var taken = each.SoldAs >= 0 ? caller.Stage.Orders.TakeBack(each.SoldAs, line.Units) : default;
        if (taken.Units > 0)
        {
            results.Add(await ReturnOrderAsync(each.First, year.Events[each.SoldBy].First, taken, store, condition));
        }

        if (taken.Units < line.Units)
        {
            results.Add(await ReturnAsync(each.First, line.Units - taken.Units, store, condition));
        }

        return results;
    }

    private Seeded DrawOf(in OrderLine line) => Seeded.For(
        caller.Stage.World.Settings.Seed, "shelf", $"{line.Invoice}/{line.Line.ToString(CultureInfo.InvariantCulture)}");

    private Task<LineResult> ReturnAsync(int index, Seeded draw)
    {
        var (store, condition) = DrawReturn(index, ref draw);
        return ReturnAsync(index, caller.Stage.World.Lines[index].Units, store, condition);
    }

    private (int Store, Condition Condition) DrawReturn(int index, ref Seeded draw)
    {
        var store = draw.Chance(0.8) ? StockedAt(index, ref draw) : draw.Below(caller.Stage.World.Stores.Length);
        return (store, draw.Unit() switch
        {
            < 0.85 => Condition.Sellable,
            < 0.95 => Condition.Damaged,
            _ => Condition.Quarantine,
        });
    }

    private async Task<LineResult> ReturnAsync(int index, int units, int store, Condition condition)
    {
        var (line, sku) = (caller.Stage.World.Lines[index], caller.Stage.LedgerOf(index));
        var request = new ReturnItemsRequest
        {
            RequestId = caller.Stage.Ids.Of(line, "return"),
            Key = caller.Stage.Key(sku, store),
            Units = units,
            Condition = condition,
        };
        caller.Stage.Room(index, store, condition == Condition.Sellable ? units : 0);
        var answer = await caller.Client.AskAsync(Operation.Return, request, caller.Client.Reservations.ReturnItemsAsync, caller.Stop);
        return Settle(sku, answer.Decision, new LineResult(index, LineOutcome.Returned, (byte)condition, store, units));
    }

    private async Task<LineResult> ReturnOrderAsync(int index, int soldBy, BroughtBack goods, int store, Condition condition)
    {
        var stage = caller.Stage;
        var way = goods.Against == OrderBooks.AgainstCollected ? OrderPlayer.Collect : OrderPlayer.Ship;
        var request = new ReturnOrderRequest
        {
            RequestId = stage.Ids.Of(stage.World.Lines[index], "return-order"),
            OrderId = new OrderSteps(caller, stage.World.Lines[soldBy], way).OrderId,
            LocationId = stage.World.Stores[store].Id,
            Condition = condition,
            By = new Actor { Who = "customer" },
        };
        request.Lines.Add(new OrderLineUnits { Line = goods.Place, Units = goods.Units });
        stage.Room(index, store, condition == Condition.Sellable ? goods.Units : 0);
        var answer = await caller.DecideAsync(
            Operation.ReturnOrder, request, caller.Client.Orders.ReturnOrderAsync, answer => answer.Decision);
        var done = new LineResult(index, LineOutcome.Returned, (byte)condition, store, goods.Units, goods.Against);
        return Settle(stage.LedgerOf(index), answer.Decision, done);
    }

    private async Task<LineResult> WriteOffAsync(int index, Seeded draw)
    {
        var (line, sku) = (caller.Stage.World.Lines[index], caller.Stage.LedgerOf(index));
        var start = draw.Below(Math.Max(1, sku.Rows.Count));
        var row = Enumerable.Range(0, sku.Rows.Count)
            .Select(i => sku.Rows[(start + i) % sku.Rows.Count])
            .FirstOrDefault(row => row.Free >= line.Units) ?? sku.Richest();
        var units = (int)Math.Min(line.Units, row?.Free ?? 0);
        if (units == 0)
        {
            return new LineResult(index, LineOutcome.NothingThere, 0, -1, 0);
        }

        var reason = draw.Chance(0.6) ? AdjustReason.Damage : AdjustReason.Shrink;
        var answer = await AdjustAsync(line, caller.Stage.Key(sku, row!.Store), -units, reason);
        return Settle(sku, answer.Decision, new LineResult(index, LineOutcome.WrittenOff, (byte)reason, row.Store, units));
    }

    /// <summary>A write-off at a store that the seed names, of all units or none: so it can be asked again, whatever happened meanwhile.</summary>
    private async Task<LineResult> WriteOffWholeAsync(int index, Seeded draw)
    {
        var line = caller.Stage.World.Lines[index];
        var opening = caller.Stage.World.Opening[caller.Stage.World.SkuOf[index]];
        var start = draw.Below(opening.Length);
        var (store, _) = Enumerable.Range(0, opening.Length).Select(i => opening[(start + i) % opening.Length])
            .FirstOrDefault(row => row.Units >= line.Units, opening.MaxBy(row => row.Units));
        var reason = draw.Chance(0.6) ? AdjustReason.Damage : AdjustReason.Shrink;
        var answer = await AdjustAsync(line, caller.Stage.Key(caller.Stage.LedgerOf(index), store), -line.Units, reason);
        if (!answer.Decision.Accepted)
        {
            return new LineResult(index, LineOutcome.NothingThere, (byte)answer.Decision.RefusalReason, -1, 0);
        }

        caller.Stage.Room(index, store, -line.Units);
        return new LineResult(index, LineOutcome.WrittenOff, (byte)reason, store, line.Units);
    }

    private async Task<LineResult> FoundAsync(int index, Seeded draw)
    {
        var (line, sku) = (caller.Stage.World.Lines[index], caller.Stage.LedgerOf(index));
        var store = StockedAt(index, ref draw);
        caller.Stage.Room(index, store, line.Units);
        var answer = await AdjustAsync(line, caller.Stage.Key(sku, store), line.Units, AdjustReason.Found);
        return Settle(sku, answer.Decision, new LineResult(index, LineOutcome.Found, 0, store, line.Units));
    }

    private Task<AdjustStockResponse> AdjustAsync(in OrderLine line, StockKey key, int units, AdjustReason reason)
    {
        var request = new AdjustStockRequest { RequestId = caller.Stage.Ids.Of(line, "adjust"), Key = key, Units = units, Reason = reason };
        return caller.Client.AskAsync(Operation.Adjust, request, caller.Client.Stock.AdjustStockAsync, caller.Stop);
    }

    private int StockedAt(int index, ref Seeded draw)
    {
        var opening = caller.Stage.World.Opening[caller.Stage.World.SkuOf[index]];
        return opening[draw.Below(opening.Length)].Store;
    }

    private LineResult Settle(SkuLedger sku, Decision decision, in LineResult done)
    {
        Caller.CaughtUp(sku, decision);
        if (decision.Accepted)
        {
            return done;
        }

        caller.Stage.Tally.RefusedUnexpectedly();
        caller.Stage.Differs(
            $"{sku.Sku}: {done.Outcome} of {done.Units} units was refused: {decision.RefusalReason} {decision.RefusalMessage}");
        return new LineResult(done.Line, LineOutcome.Refused, (byte)decision.RefusalReason, -1, done.Units);
    }
}
