using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>
/// In the end: what came back through orders came in, once, where it was taken back, in the condition and of the lot that was named. Of kits every component
/// did, by one of the definitions that there ever were: which one an order was held by is not known here.
/// </summary>
internal sealed class ReturnAudit(Auditor auditor, Tally tally)
{
    private ImmutableArray<KitComponent>[] Definitions => [.. auditor.Owners.Catalog.DefinitionsOf(Shop.Kit)];

    public void Check(IReadOnlyDictionary<RequestId, OrderView> orders)
    {
        var told = orders.Values.SelectMany(view => ((OrderBook)auditor.Owners.Of("order/" + view.Id)).Returned.Select(
            back => (view.Content.Lines[back.Line].Sku, back.Units, back.Step))).ToArray();
        var shown = orders.Values.Sum(view => view.Parts.Sum(part => part.Lines.Sum(line => line.Returned)));
        if (shown != told.Sum(back => back.Units))
        {
            auditor.Fail($"{shown} came back by what orders show, {told.Sum(back => back.Units)} by their records");
        }

        tally.Add("unit returned by an order", told.Where(back => back.Sku != Shop.Kit).Sum(back => back.Units));
        tally.Add("kit returned by an order", told.Where(back => back.Sku == Shop.Kit).Sum(back => back.Units));
        foreach (var place in Shop.Places)
        {
            foreach (var condition in Enum.GetValues<Condition>())
            {
                var here = told.Where(back => back.Step.To == place && back.Step.Condition == condition)
                    .Select(back => (back.Sku, back.Units, Lot: LotOf(back.Step.Lots))).ToArray();
                CheckUnits(place, condition, here);
                CheckLots(new StockKey(Shop.Milk, place), condition, here);
            }
        }
    }

    private void CheckUnits(LocationId place, Condition condition, (Sku Sku, long Units, LotName Lot)[] told)
    {
        var came = Shop.Goods.Select(sku => Came(new StockKey(sku, place), condition).Sum(change => change.Units)
            - auditor.Owners.UnitsOfKitReturns(sku, place, condition)).ToArray();
        var plain = Shop.Goods.Select(sku => told.Where(back => back.Sku == sku).Sum(back => back.Units)).ToArray();
        var kits = told.Where(back => back.Sku == Shop.Kit).Sum(back => back.Units);
        if (!IsOfKits([.. came.Zip(plain, (all, each) => all - each)], Definitions, kits))
        {
            var right = string.Join('/', plain);
            auditor.Fail($"{string.Join('/', came)} came back {condition} to {place} through orders, by their records {right} and {kits} kits did");
        }
    }

    private void CheckLots(StockKey milk, Condition condition, (Sku Sku, long Units, LotName Lot)[] told)
    {
        var most = Definitions.SelectMany(definition => definition).Where(part => part.Sku == Shop.Milk).Select(part => part.Units).DefaultIfEmpty().Max();
        var came = Came(milk, condition).GroupBy(change => change.Lots.IsDefaultOrEmpty ? default : change.Lots[0].Name)
            .ToDictionary(lot => lot.Key, lot => lot.Sum(change => change.Units));
        foreach (var lot in came.Keys.Union(told.Select(back => back.Lot)))
        {
            var units = came.GetValueOrDefault(lot) - auditor.Owners.UnitsOfKitReturns(milk.Sku, milk.Location, condition, lot);
            var plain = told.Where(back => back.Sku == milk.Sku && back.Lot == lot).Sum(back => back.Units);
            var kits = told.Where(back => back.Sku == Shop.Kit && back.Lot == lot).Sum(back => back.Units);
            tally.Add("unit of a lot returned by an order", lot.Value is null ? 0 : units);
            if (units < plain || units > plain + (kits * most))
            {
                auditor.Fail($"{milk}: {units} of lot {lot} came back {condition} through orders, by their records {plain} and {kits} kits did");
            }
        }
    }

    private static LotName LotOf(ImmutableArray<ReturnedLot> lots) => (lots.IsDefault ? [] : lots).FirstOrDefault(lot => lot.Sku == Shop.Milk).Lot;

    private IEnumerable<StockEvent> Came(StockKey key, Condition condition) => auditor.Books.Of(key).Events.Where(
        change => change.Verb == StockVerb.Return && change.Condition == condition && !auditor.IsSent(change.Id));

    // Whether so many kits, each by any of the definitions that there ever were, make these units of the components.
    private static bool IsOfKits(long[] units, ReadOnlySpan<ImmutableArray<KitComponent>> definitions, long kits)
    {
        if (definitions.IsEmpty || Array.Exists(units, each => each < 0))
        {
            return kits == 0 && !Array.Exists(units, each => each != 0);
        }

        for (var some = definitions.Length == 1 ? kits : 0; some <= kits; some++)
        {
            var (first, many) = (definitions[0], some);
            var rest = units.Select((each, i) => each - (many * first.Where(part => part.Sku == Shop.Goods[i]).Sum(part => (long)part.Units))).ToArray();
            if (definitions.Length == 1 ? !Array.Exists(rest, each => each != 0) : IsOfKits(rest, definitions[1..], kits - some))
            {
                return true;
            }
        }

        return false;
    }
}
