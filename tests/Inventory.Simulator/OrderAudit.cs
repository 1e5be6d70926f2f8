using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>
/// In the end: what stocks hold for orders is what the orders' records say, unit for unit and parcel for parcel, and what came back through orders came in. It
/// knows orders as their readers see them, and the events of stocks; how one leads to the other it does not know.
/// </summary>
internal sealed class OrderAudit(World world, Tally tally)
{
    private readonly Dictionary<RequestId, OrderView> _views = [];

    private Auditor Auditor => world.Auditor;

    public async Task CheckAsync()
    {
        foreach (var told in Auditor.Orders)
        {
            await SeeAsync(told.Id);
            CheckTold(told, _views.GetValueOrDefault(told.Id));
        }

        CheckHeld();
        CheckReturned();
        tally.Add("order audited", _views.Count);
    }

    // Whoever asks an order wakes it, and it brings to an end what a crash has cut off.
    private async Task SeeAsync(RequestId id)
    {
        if (_views.ContainsKey(id))
        {
            return;
        }

        await world.Grain<IOrderGrain>(id.ToString()).HasTaken(id);
        if (await world.Orders.Get(id) is not { } view)
        {
            return; // it was never placed, or its id has redeemed a quote
        }

        _views.Add(id, view);
        if (view.State == OrderState.Routing)
        {
            Auditor.Fail($"order {id}: it is still being routed");
        }

        foreach (var other in view.Steps.Where(step => step.NewOrder is not null))
        {
            tally.Add("order exchanged");
            await SeeAsync(other.NewOrder!.Value);
            if (_views.GetValueOrDefault(other.NewOrder.Value) is not { Parts.IsEmpty: false } exchanged || exchanged.Exchanges != id)
            {
                Auditor.Fail($"order {id}: goods were exchanged for those of {other.NewOrder}, which does not have any");
            }
        }
    }

    private void CheckTold(OrderTold told, OrderView? view)
    {
        if (told.Placed && view is not { Parts.IsEmpty: false })
        {
            Auditor.Fail($"order {told.Id}: the caller was told that it is held, but it has no part");
        }

        if (told.Confirmed && view is null or { State: OrderState.Held or OrderState.Quoted or OrderState.Expired })
        {
            Auditor.Fail($"order {told.Id}: the caller was told that it is firm, but it is {view?.State}");
        }
    }

    private void CheckHeld()
    {
        var nowMs = world.NowMs;
        var many = Auditor.Many.Select(record => record.Order.Id).ToHashSet();
        var live = _views.Values.SelectMany(view => view.Parts.Where(IsLive)
            .SelectMany(part => part.Lines.Select(line => (Key: new StockKey(view.Content.Lines[line.Line].Sku, part.Location), line.Left))));
        var expected = live.GroupBy(each => each.Key).ToDictionary(same => same.Key, same => same.Sum(each => each.Left));
        foreach (var book in Auditor.Books.All)
        {
            var held = Held(book, many, nowMs);
            tally.Add("unit held for orders in the end", held);
            if (held != expected.GetValueOrDefault(book.Key))
            {
                Auditor.Fail($"{book.Key}: {held} are held for orders, by their records {expected.GetValueOrDefault(book.Key)} are");
            }
        }

        var work = _views.Values.SelectMany(view => view.Parts.Where(part => IsLive(part) && part.Lines.Any(line => line.Left > 0)))
            .SelectMany(part => part.Work.Select(each => (part.Location, each.Slot, each.Units)));
        foreach (var slot in work.GroupBy(each => (each.Location, each.Slot)))
        {
            var (held, least) = (Held(Auditor.Work.Of(slot.Key.Location, slot.Key.Slot), many, nowMs), slot.Sum(each => each.Units));
            tally.Add("parcel held for orders in the end", least);
            if (held < least)
            {
                Auditor.Fail($"work of {slot.Key.Location} at {slot.Key.Slot.StartMs}: {held} are held for orders, by their records {least} are");
            }
        }
    }

    // A part that was held when it was looked at may have expired since.
    private bool IsLive(OrderPartView part) => part.State != PartState.Expired && (part.ExpiresAtMs == 0 || part.ExpiresAtMs > world.NowMs);

    private static long Held(StockBook book, HashSet<RequestId> others, long nowMs) => book.Now.Holds
        .Where(hold => hold.Key.Line > 0 && !others.Contains(hold.Key.Reservation) && hold.Value.IsLive(nowMs)).Sum(hold => hold.Value.Units);

    private void CheckReturned()
    {
        foreach (var sku in Shop.Skus)
        {
            var came = Auditor.Books.All.Where(book => book.Key.Sku == sku).Sum(book => book.Events.Where(Auditor.IsOfOrder).Sum(change => change.Units));
            var told = _views.Values.Sum(view => view.Parts.Sum(part => part.Lines.Sum(
                line => view.Content.Lines[line.Line].Sku == sku ? line.Returned : 0)));
            tally.Add("unit returned by an order", told);
            if (came != told)
            {
                Auditor.Fail($"{sku}: {came} came back through orders, by their records {told} did");
            }
        }
    }
}
