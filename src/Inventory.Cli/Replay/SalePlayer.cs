using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>Plays one sale: asks what is near the customer, reserves, confirms, and the goods are collected or shipped.</summary>
internal sealed class SalePlayer(Caller caller, Chooser chooser)
{
    private const int StoresTriedMax = 5;

    public async Task<LineResult> PlayAsync(int index)
    {
        var world = caller.Stage.World;
        var line = world.Lines[index];
        var sku = caller.Stage.LedgerOf(index);
        var traits = world.Traits(line);
        var collect = traits.Pickup;
        var search = collect ? Chooser.Pickup(traits, line.Units) : Chooser.Anywhere(traits, line.Units);
        var row = await chooser.NearestAsync(sku, search, traits.Channel);
        if (row is null && collect)
        {
            caller.Stage.Tally.FellBack();
            collect = false;
            search = Chooser.Anywhere(traits, line.Units);
            row = await chooser.NearestAsync(sku, search, traits.Channel);
        }

        return row is null
            ? await InsistAsync(index, traits.Channel)
            : await BuyAsync(index, traits.Channel, search, row, collect);
    }

    /// <summary>
    /// No store has the units, so the customer insists at the one with the most: the service must refuse, and its reason is counted.
    /// </summary>
    public async Task<LineResult> InsistAsync(int index, string channel)
    {
        var line = caller.Stage.World.Lines[index];
        var sku = caller.Stage.LedgerOf(index);
        var row = sku.Richest() ?? sku.Row(0);
        var answer = await caller.ReserveAsync(line, "insist", 0, channel, [Wanted(sku, row, line.Units)]);
        if (answer.Decision.Accepted)
        {
            var store = caller.Stage.World.Stores[row.Store].Id;
            caller.Stage.Differs($"{sku.Sku}: {line.Units} units were promised at {store} where {row.Free} are free");
            await caller.ReleaseAsync(line, answer.ReservationId);
            return Refused(index, RefusalReason.Insufficient);
        }

        return Refused(index, answer.Decision.RefusalReason);
    }

    /// <summary>The result of a refused sale.</summary>
    public LineResult Refused(int index, RefusalReason reason) =>
        new(index, LineOutcome.Refused, (byte)reason, -1, caller.Stage.World.Lines[index].Units);

    /// <summary>One line of a reservation at a store.</summary>
    public ReservationLine Wanted(SkuLedger sku, StockRow row, int units) =>
        new() { Key = caller.Stage.Key(sku, row.Store), Units = units };

    private async Task<LineResult> BuyAsync(int index, string channel, Search search, StockRow first, bool collect)
    {
        var line = caller.Stage.World.Lines[index];
        var sku = caller.Stage.LedgerOf(index);
        var tried = new List<int>();
        var reason = RefusalReason.Unspecified;
        for (var row = first; row is not null && tried.Count < StoresTriedMax; row = sku.Nearest(caller.Stage.World.Stores, search, tried))
        {
            var answer = await caller.ReserveAsync(line, "reserve", tried.Count, channel, [Wanted(sku, row, line.Units)]);
            if (answer.Decision.Accepted)
            {
                Caller.CaughtUp(sku, answer.Decision);
                reason = await caller.FinishAsync(line, answer.ReservationId, collect);
                return reason == RefusalReason.Unspecified
                    ? new LineResult(index, collect ? LineOutcome.Collected : LineOutcome.Shipped, 0, row.Store, line.Units)
                    : Refused(index, reason);
            }

            reason = answer.Decision.RefusalReason;
            tried.Add(row.Store);
            caller.Stage.Tally.RefusedUnexpectedly();
            var store = caller.Stage.World.Stores[row.Store].Id;
            caller.Stage.Differs($"{sku.Sku}: {line.Units} of {row.Free} free units at {store} were refused: {reason}");
        }

        return Refused(index, reason);
    }
}
