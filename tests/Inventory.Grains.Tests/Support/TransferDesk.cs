using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Transfers;

namespace Inventory.Grains.Tests;

/// <summary>One transfer from depot to shop.</summary>
internal static class TransferDesk
{
    public static readonly RequestId Transfer = World.Id("transfer");
    private static readonly Actor s_by = new(Channel.Web, "clerk", "");

    /// <summary>Ten MUG and five CUP in the depot; the shop is empty.</summary>
    public static OnPool<World> Stocked() => World.Start(async world =>
    {
        await world.Receive("MUG@depot", 10);
        await world.Receive("CUP@depot", 5);
        await world.Open("shop");
    });

    public static Task<TransferAnswer> Create(World world, bool hold, params (string Sku, long Units)[] lines) => world.Transfers.Create(new CreateTransfer(
        Transfer, s_by, new TransferContent(LocationId.Parse("depot"), LocationId.Parse("shop"), [.. lines.Select(Units)], hold, 5_000_000)))
        .AsTask().WaitAsync(World.Patience);

    public static Task<TransferAnswer> Step(
        World world, string id, TransferVerb verb, TransferPart[] parts, LossReason reason = LossReason.None, bool surplus = false) =>
        world.Transfers.Step(Transfer, new TransferStep(World.Id(id), s_by, verb, [.. parts], reason, surplus)).AsTask().WaitAsync(World.Patience);

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
