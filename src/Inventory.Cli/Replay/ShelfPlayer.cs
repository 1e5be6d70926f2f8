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
        var draw = Seeded.For(caller.Stage.World.Settings.Seed, "shelf",
            $"{line.Invoice}/{line.Line.ToString(CultureInfo.InvariantCulture)}");
        return line.Kind switch
        {
            LineKind.Return => ReturnAsync(index, draw),
            LineKind.WriteOff => WriteOffAsync(index, draw),
            LineKind.Found => FoundAsync(index, draw),
            _ => throw new InvalidOperationException($"Line {index} is a {line.Kind}."),
        };
    }

    private async Task<LineResult> ReturnAsync(int index, Seeded draw)
    {
        var (line, sku) = (caller.Stage.World.Lines[index], caller.Stage.LedgerOf(index));
        var store = draw.Chance(0.8) ? StockedAt(index, ref draw) : draw.Below(caller.Stage.World.Stores.Length);
        var condition = draw.Unit() switch
        {
            < 0.85 => Condition.Sellable,
            < 0.95 => Condition.Damaged,
            _ => Condition.Quarantine,
        };
        var request = new ReturnItemsRequest
        {
            RequestId = caller.Stage.Ids.Of(line, "return"),
            Key = caller.Stage.Key(sku, store),
            Units = line.Units,
            Condition = condition,
        };
        var answer = await caller.Client.AskAsync(Operation.Return, request, caller.Client.Reservations.ReturnItemsAsync, caller.Stop);
        return Settle(sku, answer.Decision, new LineResult(index, LineOutcome.Returned, (byte)condition, store, line.Units));
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

    private async Task<LineResult> FoundAsync(int index, Seeded draw)
    {
        var (line, sku) = (caller.Stage.World.Lines[index], caller.Stage.LedgerOf(index));
        var store = StockedAt(index, ref draw);
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
