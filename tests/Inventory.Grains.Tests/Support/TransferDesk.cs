using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Supply;
using Inventory.Domain.Transfers;

namespace Inventory.Grains.Tests;

/// <summary>One transfer from depot to shop.</summary>
internal static class TransferDesk
{
    public static readonly RequestId Transfer = World.Id("transfer");

    /// <summary>When the transfer is expected at first, Unix milliseconds; and a day.</summary>
    public const long ExpectedMs = 4_000_000_000_000, DayMs = 86_400_000;

    private static readonly Actor s_by = new(Channel.Web, "clerk", "");

    /// <summary>Ten MUG and five CUP in the depot; the shop is empty.</summary>
    public static OnPool<World> Stocked() => World.Start(async world =>
    {
        await world.Receive("MUG@depot", 10);
        await world.Receive("CUP@depot", 5);
        await world.Open("shop");
    });

    public static Task<TransferAnswer> Create(World world, bool hold, params (string Sku, long Units)[] lines) => world.Transfers.Create(new CreateTransfer(
        Transfer, s_by, new TransferContent(LocationId.Parse("depot"), LocationId.Parse("shop"), [.. lines.Select(Units)], hold, ExpectedMs)))
        .AsTask().WaitAsync(World.Patience);

    public static Task<TransferAnswer> Step(
        World world, string id, TransferVerb verb, TransferPart[] parts, LossReason reason = LossReason.None, bool surplus = false, long expectedAtMs = 0) =>
        world.Transfers.Step(Transfer, new TransferStep(World.Id(id), s_by, verb, [.. parts], reason, surplus, expectedAtMs))
            .AsTask().WaitAsync(World.Patience);

    /// <summary>Names another day of arrival, counted from the first; null says that nobody knows.</summary>
    public static Task<TransferAnswer> Reschedule(World world, string id, int? day) =>
        Step(world, id, TransferVerb.Reschedule, [], expectedAtMs: day is { } at ? ExpectedMs + (at * DayMs) : 0);

    /// <summary>Promises units of the shop by a day counted from the first expected one.</summary>
    public static Task<SupplyAnswer> Promise(World world, string key, string id, long units, int day) => world.Supply.Do(
        World.Key(key), new SupplyCommand(SupplyVerb.Promise, World.Id(id), s_by, units, AtMs: ExpectedMs + (day * DayMs), Channel: Channel.Web, Reference: id))
        .AsTask().WaitAsync(World.Patience);

    public static Task<TransferAnswer> Step(World world, string id, TransferVerb verb, params (string Sku, long Units)[] parts) =>
        Step(
            world, id, verb, [.. parts.Select(part => new TransferPart(Sku.Parse(part.Sku), part.Units))],
            verb == TransferVerb.Close ? LossReason.Lost : default);

    /// <summary>What a ledger says in five words: <c>MUG@depot 10 held 0</c>.</summary>
    public static async Task<string> Shelf(World world, string key)
    {
        var view = await world.View(key);
        return $"{view.Sellable} held {view.Held}{(view.Damaged > 0 ? $" damaged {view.Damaged}" : "")}";
    }

    /// <summary>What the shop's supply expects of the transfer: <c>6 on day 2</c>, or nothing.</summary>
    public static async Task<string> Announced(World world, string key)
    {
        var receipt = (await Supply(world, key)).Receipts.SingleOrDefault(each => each.Name == new TransferId(Transfer).ToString());
        Assert.True(receipt is null or { IsInTransit: true, Confidence: TransferRules.InTransitConfidence });
        return receipt is null ? "" : $"{receipt.Left} on day {(receipt.DueMs - ExpectedMs) / DayMs}";
    }

    public static async Task<SupplyView> Supply(World world, string key, long byMs = long.MaxValue) =>
        (await world.Supply.Get(World.Key(key), new SupplyLook(byMs, 0, Channel.Web)).AsTask().WaitAsync(World.Patience)).Supply;

    /// <summary>The shop expects what is in transit, as soon as there is a day for it, and nothing else of the transfer.</summary>
    public static async Task AssertAnnounced(World world, string why = "")
    {
        var view = await world.Transfers.Get(Transfer).AsTask().WaitAsync(World.Patience);
        foreach (var sku in new[] { "MUG", "CUP" })
        {
            var line = view?.Lines.SingleOrDefault(line => line.Sku.Value == sku) ?? default;
            var right = line.InTransit > 0 && view!.ExpectedAtMs > 0 ? $"{line.InTransit} on day {(view.ExpectedAtMs - ExpectedMs) / DayMs}" : "";
            var told = await Announced(world, sku + "@shop");
            Assert.True(right == told, $"{why}: the shop expects '{told}' of {sku}, in transit is '{right}'");
            Assert.Equal(right.Length > 0 ? line.InTransit : 0, line.Announced);
        }
    }

    public static async Task<TransferView> Get(World world) => (await world.Transfers.Get(Transfer).AsTask().WaitAsync(World.Patience))!;

    public static string Line(TransferView view, string sku)
    {
        var line = view.Lines.Single(line => line.Sku.Value == sku);
        return $"{line.Planned} held {line.Held} shipped {line.Shipped} transit {line.InTransit} received {line.Received} "
            + $"lost {line.Lost + line.Damaged} over {line.Over}";
    }

    /// <summary>No unit is missing: ledgers and transfers agree, and so do journals.</summary>
    public static async Task<TransferSums> AssertBalanced(World world, string why = "")
    {
        TransferSums sums = default;
        await foreach (var progress in world.Transfers.Audit(CancellationToken.None))
        {
            Assert.True(progress.Differences.IsEmpty, $"{why}: {string.Join(", ", progress.Differences)}");
            sums = progress.Sums;
        }

        Assert.True(sums.Balance, $"{why}: {sums}");
        await world.AssertAuditIsClean();
        return sums;
    }

    private static SkuUnits Units((string Sku, long Units) line) => new(Sku.Parse(line.Sku), line.Units);
}
