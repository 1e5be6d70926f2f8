using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>The auditor's book of the catalogue: every definition that a kit ever had.</summary>
internal sealed class CatalogBook(string stream) : OwnerBook<ImmutableList<CatalogEvent>>(stream, [])
{
    /// <summary>What one of a kit has consisted of at one time or another, each once.</summary>
    public IEnumerable<ImmutableArray<KitComponent>> DefinitionsOf(Sku kit)
    {
        var seen = new HashSet<string>();
        return Now.Where(change => change.Sku == kit && change.Facts.IsKit && seen.Add(string.Join(' ', change.Facts.Kit))).Select(change => change.Facts.Kit);
    }

    protected override (ImmutableList<CatalogEvent> After, string? Problem) After(ImmutableList<CatalogEvent> before, ReadOnlySpan<byte> payload)
    {
        var change = CatalogCodec.Decode(payload);
        return (before.Add(change), before.Exists(each => each.Id == change.Id) ? "this was described before" : null);
    }
}

/// <summary>A return of a kit: what was to come back, and whether all of it did.</summary>
internal sealed record KitReturnState(KitReturnIntended? Intent, KitReturnEnded? End);

/// <summary>The auditor's book of one return of a kit.</summary>
internal sealed class KitReturnBook(string stream) : OwnerBook<KitReturnState>(stream, new KitReturnState(null, null))
{
    /// <summary>True of units of a component that come back while it is under way, as it was asked for.</summary>
    public bool Brings(StockKey key, in StockEvent change) => Now is { Intent: { } intent, End: null } && intent.Kit.Location == key.Location
        && intent.Condition == change.Condition && LotChecks.IsOf(intent.Lots, key.Sku, change)
        && IsPart(intent, key.Sku, change.Units);

    private static bool IsPart(KitReturnIntended intent, Sku sku, long units) =>
        intent.Components.Any(part => part.Sku == sku && part.Units * intent.Units == units);

    protected override (KitReturnState After, string? Problem) After(KitReturnState before, ReadOnlySpan<byte> payload) => KitReturnCodec.Decode(payload) switch
    {
        KitReturnIntended intent => (
            new KitReturnState(intent, null),
            before.End is { Answer.Outcome: Domain.Stocks.StockOutcome.Accepted } || (before.Intent is not null && before.End is null)
                ? "it begins a second time" : null),
        KitReturnEnded end => (before with { End = end }, before.Intent is null || before.End is not null ? "it ends a second time" : null),
        _ => (before, "nobody knows this"),
    };
}
