using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Catalog;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>
/// In the end: what stocks hold for orders is what the orders' records say, unit for unit and parcel for parcel, and what came back through orders came in. It
/// knows orders as their readers see them, and the events of stocks; how one leads to the other it does not know. And every order is found where it has
/// something left to do.
/// </summary>
internal sealed class OrderAudit(World world, Tally tally)
{
    private const int LooksMax = 40;
    private const int ComponentStep = 1 << 12; // between the numbers of the holds of a kit's components
    private readonly Dictionary<RequestId, OrderView> _views = [];

    private Auditor Auditor => world.Auditor;

    public async Task CheckAsync()
    {
        await SeeAllAsync();
        foreach (var told in Auditor.Orders)
        {
            CheckTold(told, _views.GetValueOrDefault(told.Id));
        }

        CheckHeld();
        new ReturnAudit(Auditor, tally).Check(_views);
        tally.Add("kit moved to another place", _views.Values.Sum(view => view.Parts.Sum(part => part.Lines.Sum(
            line => view.Content.Lines[line.Line].Sku == Shop.Kit ? line.Moved : 0))));
        await CheckListedAsync();
        tally.Add("order audited", _views.Count);
        await CheckPromisesAsync();
    }

    // Those who wait go on by themselves: until all of them are at rest. What should have ended while the process was down ends as soon as it may, so they
    // are looked at once more after that.
    private async Task SeeAllAsync()
    {
        var atRest = 0;
        for (var look = 1; ; look++)
        {
            _views.Clear();
            foreach (var told in Auditor.Orders)
            {
                await SeeAsync(told.Id);
            }

            atRest = _views.Values.All(IsAtRest) ? atRest + 1 : 0;
            if (look >= LooksMax && atRest == 0)
            {
                Auditor.Fail($"these come to no rest: {string.Join(' ', _views.Values.Where(view => !IsAtRest(view)).Select(view => BookOf(view).Stream))}");
            }

            if (atRest == 2 || look >= LooksMax)
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(atRest == 1 ? Limits.TtlMsMin + 1 : 300), world.Time);
        }

        Auditor.Owners.Claims.Check(isOver: true);
    }

    // Nothing was written since it was seen, it knows all that came in for it, and what was not paid in time is given back.
    private bool IsAtRest(OrderView view)
    {
        var book = BookOf(view);
        return view.Version == book.Version && book.Now.Open is null && !(view.State == OrderState.Expired && view.Expected.Length > 0)
            && Auditor.Owners.Claims.IsKnown(book)
            && view.Parts.All(part => part.State != PartState.Expired || book.Now.Parts[part.Number] is { Promise: null } or { HasLapsed: true });
    }

    private OrderBook BookOf(OrderView view) => (OrderBook)Auditor.Owners.Of("order/" + view.Id);

    private async Task CheckPromisesAsync()
    {
        tally.Add("unit of an order promised in the end", _views.Values.Sum(view => view.Expected.Sum(each => each.Units)));
        var promised = _views.Values.SelectMany(view => view.Expected, (view, each) => (view.Content.Lines[each.Line].Sku, each.Kind, each.Units)).ToArray();
        tally.Add("kit of an order promised in the end", promised.Sum(each => each.Sku == Shop.Kit ? each.Units : 0));
        tally.Add("unit with lots promised to an order in the end", promised.Sum(each => each.Sku == Shop.Milk ? each.Units : 0));
        tally.Add("unit to be tried on promised in the end", promised.Sum(each => each.Kind == WishKind.Fitting ? each.Units : 0));
        tally.Add("unit to be decided later promised in the end", promised.Sum(each => each.Kind == WishKind.DecideLater ? each.Units : 0));
        foreach (var view in _views.Values)
        {
            TallyArrived(view);
        }

        tally.Add("unit of an order that came in and is held in the end", _views.Values.Sum(
            view => view.Parts.Where(part => IsLive(part) && IsOfSupply(view, part)).Sum(part => part.Lines.Sum(line => line.Left))));
        tally.Add("unit of an order that came in and was delivered", _views.Values.Sum(
            view => view.Parts.Where(part => IsOfSupply(view, part)).Sum(part => part.Lines.Sum(line => line.Collected + line.Shipped))));
        if (world.Plan.BackOrders > 0)
        {
            await foreach (var audit in world.Supply.Audit(default))
            {
                foreach (var difference in audit.Differences)
                {
                    Auditor.Fail($"{difference.Key}: the service's own audit of promises says: {difference.Message}");
                }

                tally.Add("promise audited", audit.Promises);
            }
        }
    }

    private void TallyArrived(OrderView view)
    {
        foreach (var part in view.Parts.Where(part => IsOfSupply(view, part)))
        {
            var (units, moved) = (part.Lines.Sum(line => line.Units), part.Lines.Sum(line => line.Moved));
            tally.Add("kit of an order that came in", part.Lines.Sum(line => view.Content.Lines[line.Line].Sku == Shop.Kit ? line.Units : 0));
            tally.Add("unit that came in to be tried on", part.Kind == WishKind.Fitting ? units : 0);
            tally.Add("unit that came in to be tried on and was not taken", part is { Kind: WishKind.Fitting, State: PartState.Expired } ? units : 0);
            tally.Add("unit that came in to be decided later", BookOf(view).WasLeftOpen(part.Number) ? units : 0);
            tally.Add("unit that came in and changed its place since", moved);
        }
    }

    private bool IsOfSupply(OrderView view, OrderPartView part) => BookOf(view).Now.Parts[part.Number].Promise is not null;

    // Whoever asks an order wakes it, and it brings to an end what a crash has cut off.
    private async Task SeeAsync(RequestId id)
    {
        if (_views.ContainsKey(id))
        {
            return;
        }

        var owner = world.Grain<IOrderGrain>(id.ToString());
        if (world.Plan.BackOrders > 0)
        {
            await owner.Promises();
        }
        else
        {
            await owner.HasTaken(id);
        }

        if (await world.Orders.Get(id) is not { } view)
        {
            return; // it was never placed, or its id has redeemed a quote
        }

        _views.Add(id, view);
        if (BookOf(view).Problem(view) is { } problem)
        {
            Auditor.Fail(problem);
        }

        if (view.State == OrderState.Routing)
        {
            Auditor.Fail($"order {id}: it is still being routed");
        }

        foreach (var other in view.Steps.Where(step => step.NewOrder is not null))
        {
            tally.Add("order exchanged");
            await SeeAsync(other.NewOrder!.Value);
            if (_views.GetValueOrDefault(other.NewOrder.Value) is not { } exchanged || exchanged.Exchanges != id
                || exchanged is { Parts.IsEmpty: true, Unfillable: Unfillable.Cancel })
            {
                Auditor.Fail($"order {id}: goods were exchanged for those of {other.NewOrder}, which does not have any");
            }
        }
    }

    private void CheckTold(OrderTold told, OrderView? view)
    {
        var waits = view is { Unfillable: not Unfillable.Cancel, State: not OrderState.Refused };
        if (told.Placed && !waits && view is not { Parts.IsEmpty: false })
        {
            Auditor.Fail($"order {told.Id}: the caller was told that it is held, but it has no part");
        }

        // What was laid aside and not taken falls back, whoever paid for the rest.
        var isTriedOn = view is { State: OrderState.Expired } && view.Parts.Any(part => part is { Kind: WishKind.Fitting, State: PartState.Expired });
        if (told.Confirmed && !isTriedOn && view is null or { State: OrderState.Held or OrderState.Quoted or OrderState.Expired })
        {
            Auditor.Fail($"order {told.Id}: the caller was told that it is firm, but it is {view?.State}");
        }
    }

    private void CheckHeld()
    {
        var nowMs = world.NowMs;
        var many = Auditor.Many.Select(record => record.Order.Id).ToHashSet();
        var live = _views.Values.SelectMany(view => view.Parts.Where(part => IsLive(part) && !IsOfSupply(view, part))
            .SelectMany(part => part.Lines.Select(line => (Key: new StockKey(view.Content.Lines[line.Line].Sku, part.Location), line.Left))));
        var expected = live.GroupBy(each => each.Key).ToDictionary(same => same.Key, same => same.Sum(each => each.Left));
        var found = HeldForOrders(many, nowMs);
        foreach (var key in expected.Keys.Union(found.Keys))
        {
            var held = found.GetValueOrDefault(key);
            tally.Add(key.Sku == Shop.Kit ? "kit held for orders in the end" : "unit held for orders in the end", held);
            if (held != expected.GetValueOrDefault(key))
            {
                Auditor.Fail($"{key}: {held} are held for orders, by their records {expected.GetValueOrDefault(key)} are");
            }
        }

        foreach (var view in _views.Values)
        {
            Auditor.Owners.Claims.Rooms.CheckEnd(
                BookOf(view), part => view.Parts.Any(each => each.Number == part && each.Lines.Any(line => line.Collected + line.Shipped > 0)));
        }

        var promised = _views.Values.SelectMany(view => view.Expected)
            .SelectMany(part => part.Work.Select(each => (part.Location, each.Slot, each.Units))).ToArray();
        tally.Add("work held for promises in the end", promised.Sum(each => each.Units));
        var work = _views.Values.SelectMany(view => view.Parts.Where(part => IsLive(part) && part.Lines.Any(line => line.Left > 0)))
            .SelectMany(part => part.Work.Select(each => (part.Location, each.Slot, each.Units))).Concat(promised);
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

    // Holds of one line of a reservation at one place with different components are a kit; the low bits of their number are the line's.
    private Dictionary<StockKey, long> HeldForOrders(HashSet<RequestId> others, long nowMs)
    {
        var holds = Auditor.Books.All.SelectMany(book => book.Now.Holds
            .Where(hold => hold.Key.Line > 0 && !others.Contains(hold.Key.Reservation) && hold.Value.IsLive(nowMs))
            .Select(hold => (book.Key.Location, book.Key.Sku, Id: hold.Key, hold.Value.Units)));
        var found = new Dictionary<StockKey, long>();
        foreach (var line in holds.GroupBy(hold => (hold.Location, hold.Id.Reservation, Line: hold.Id.Line & (ComponentStep - 1))))
        {
            var (sku, units) = (line.First().Sku, line.Sum(hold => hold.Units));
            if (line.Any(hold => hold.Id.Line >= ComponentStep))
            {
                var parts = line.ToDictionary(hold => hold.Sku, hold => hold.Units);
                var kits = Auditor.Owners.Catalog.DefinitionsOf(Shop.Kit).Select(definition => KitsOf(definition, parts)).Max();
                (sku, units) = (Shop.Kit, kits);
                if (kits == 0)
                {
                    Auditor.Fail($"reservation {line.Key.Reservation}: line {line.Key.Line} holds {string.Join(' ', parts)}, which no kit is");
                }
            }

            var key = new StockKey(sku, line.Key.Location);
            found[key] = found.GetValueOrDefault(key) + units;
        }

        return found;
    }

    private static long KitsOf(ImmutableArray<KitComponent> definition, Dictionary<Sku, long> parts)
    {
        var kits = parts.GetValueOrDefault(definition[0].Sku) / definition[0].Units;
        return parts.Count == definition.Length && definition.All(part => parts.GetValueOrDefault(part.Sku) == kits * part.Units) ? kits : 0;
    }

    // A part that was held when it was looked at may have expired since.
    private bool IsLive(OrderPartView part) => part.State != PartState.Expired && (part.ExpiresAtMs == 0 || part.ExpiresAtMs > world.NowMs);

    private static long Held(StockBook book, HashSet<RequestId> others, long nowMs) => book.Now.Holds
        .Where(hold => hold.Key.Line > 0 && !others.Contains(hold.Key.Reservation) && hold.Value.IsLive(nowMs)).Sum(hold => hold.Value.Units);

    // Whoever waits, or is asked again to leave a closed place, goes on by himself: then it was listed as something else since.
    private async Task<bool> IsSameAsync(OrderView view) => await world.Orders.Get(view.Id) is { } now && now.Version == view.Version;

    private async Task CheckListedAsync()
    {
        foreach (var place in Shop.Places)
        {
            var listed = await ListedAsync(new OrderQuery("", place, [], null, 50));
            foreach (var view in _views.Values.Where(view => view.Parts.Any(part => part.Location == place && part.State != PartState.Ended && IsLive(part))))
            {
                tally.Add("order found at its location");
                if (!listed.Contains(view.Id) && await IsSameAsync(view))
                {
                    Auditor.Fail($"order {view.Id}: it has something left to do at {place}, and is not listed there");
                }
            }
        }

        var confirmed = await ListedAsync(new OrderQuery("", null, [OrderState.Confirmed], null, 50));
        foreach (var view in _views.Values.Where(view => view.State == OrderState.Confirmed && !confirmed.Contains(view.Id)))
        {
            if (await IsSameAsync(view))
            {
                Auditor.Fail($"order {view.Id}: it is confirmed, and is not listed among those");
            }
        }
    }

    private async Task<HashSet<RequestId>> ListedAsync(OrderQuery query)
    {
        var listed = new HashSet<RequestId>();
        OrderPage page;
        do
        {
            page = await world.Orders.List(query);
            listed.UnionWith(page.Orders.Select(static order => order.Id));
            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        return listed;
    }
}
