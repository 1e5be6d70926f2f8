using Inventory.Domain.Catalog;

namespace Inventory.Domain.Tests.Catalog;

public sealed class CatalogRulesTests
{
    private readonly CatalogRecord _catalog = new();
    private int _ids;

    [Fact]
    public void A_kit_is_described_and_described_anew()
    {
        Assert.Equal((CatalogOutcome.Accepted, 1L), Upsert("SET", Kit(("MUG", 1), ("TEA", 12))));
        Assert.Equal((CatalogOutcome.Accepted, 2L), Upsert("SET", Kit(("MUG", 2))));
        Assert.True(_catalog.IsKit(Sku.Parse("SET")));
        Assert.True(_catalog.IsComponent(Sku.Parse("MUG")));
        Assert.False(_catalog.IsComponent(Sku.Parse("TEA")));
    }

    [Fact]
    public void There_are_no_kits_of_kits_whichever_comes_first()
    {
        Upsert("SET", Kit(("MUG", 1)));
        Assert.Equal((CatalogOutcome.ComponentIsKit, 0L), Upsert("HAMPER", Kit(("SET", 1), ("JAM", 1))));
        Assert.Equal((CatalogOutcome.IsComponent, 0L), Upsert("MUG", Kit(("CLAY", 1))));
        Upsert("SET", Kit(("CUP", 1)));
        Assert.Equal((CatalogOutcome.Accepted, 1L), Upsert("MUG", Kit(("CLAY", 1)))); // no kit needs it any more
    }

    [Fact]
    public void What_has_stock_of_its_own_becomes_no_kit_and_a_kit_stays_one()
    {
        Assert.Equal((CatalogOutcome.HasStock, 0L), Upsert("SET", Kit(("MUG", 1)), isStocked: true));
        Assert.Equal((CatalogOutcome.Accepted, 1L), Upsert("SET", new CatalogFacts { UnitGrams = 5 }));
        Assert.Equal((CatalogOutcome.Accepted, 2L), Upsert("SET", Kit(("MUG", 1))));
        Assert.Equal((CatalogOutcome.KitStaysKit, 2L), Upsert("SET", new CatalogFacts()));
    }

    [Fact]
    public void A_repeated_id_gets_the_first_answer_until_it_is_forgotten()
    {
        var (mug, id) = (Sku.Parse("MUG"), RequestId.Parse("first"));
        var facts = new CatalogFacts { UnitGrams = 5 };
        _catalog.Apply(CatalogRules.Upsert(_catalog, id, mug, facts, false, 7).Change!);
        Assert.Equal(new CatalogDecision(CatalogOutcome.AlreadyAccepted, 1, null), CatalogRules.Upsert(_catalog, id, mug, facts, false, 8));
        Assert.Equal(CatalogOutcome.IdReused, CatalogRules.Upsert(_catalog, id, mug, facts with { UnitGrams = 6 }, false, 8).Outcome);
        for (var i = 0; i < Limits.CatalogWritesRememberedMax; i++)
        {
            Upsert("MUG", new CatalogFacts { UnitGrams = i });
        }

        Assert.Equal(CatalogOutcome.Accepted, CatalogRules.Upsert(_catalog, id, mug, facts, false, 8).Outcome);
    }

    [Fact]
    public void Time_does_not_run_backwards_for_an_item()
    {
        Upsert("MUG", new CatalogFacts { UnitGrams = 5 }, nowMs: 100);
        Upsert("MUG", new CatalogFacts { UnitGrams = 6 }, nowMs: 50);
        Assert.Equal(100, _catalog.Find(Sku.Parse("MUG"))!.Latest.AtMs);
    }

    [Fact]
    public void Facts_that_contradict_each_other_are_refused()
    {
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("SET", Kit(("SET", 1))).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("SET", Kit(("MUG", 1), ("MUG", 2))).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("SET", Kit(("MUG", 0))).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("SET", Kit(("MUG", Limits.KitUnitsMax + 1))).Outcome);
        Assert.Equal(
            CatalogOutcome.FactsInvalid,
            Upsert("SET", Kit([.. Enumerable.Range(0, Limits.KitComponentsMax + 1).Select(i => ($"S{i}", 1))])).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("SET", Kit(("MUG", 1)) with { HasLots = true }).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("MUG", new CatalogFacts { MinShelfDays = 3 }).Outcome);
        Assert.Equal(CatalogOutcome.FactsInvalid, Upsert("MUG", new CatalogFacts { UnitGrams = -1 }).Outcome);
        Assert.Empty(_catalog.Items);
    }

    [Fact]
    public void Components_are_counted_as_they_are_after_any_changes()
    {
        var random = new Random(4711);
        string[] skus = ["A", "B", "C", "D", "E", "F"];
        for (var i = 0; i < 2_000; i++)
        {
            var parts = skus.Where(_ => random.Next(3) == 0).Select(sku => (sku, random.Next(1, 3))).ToArray();
            Upsert(skus[random.Next(skus.Length)], Kit(parts), isStocked: random.Next(8) == 0);
            foreach (var sku in skus.Select(Sku.Parse))
            {
                var isUsed = _catalog.Items.Any(item => item.Facts.Kit.Any(part => part.Sku == sku));
                Assert.Equal(isUsed, _catalog.IsComponent(sku));
                Assert.False(isUsed && _catalog.IsKit(sku), "a kit of a kit");
            }
        }
    }

    private static CatalogFacts Kit(params (string Sku, int Units)[] parts) =>
        new() { Kit = [.. parts.Select(part => new KitComponent(Sku.Parse(part.Sku), part.Units))] };

    private (CatalogOutcome Outcome, long Version) Upsert(string sku, CatalogFacts facts, bool isStocked = false, long nowMs = 1)
    {
        var decision = CatalogRules.Upsert(_catalog, RequestId.Parse($"w{++_ids}"), Sku.Parse(sku), facts, isStocked, nowMs);
        if (decision.Change is { } change)
        {
            _catalog.Apply(change);
        }

        return (decision.Outcome, decision.Version);
    }
}
