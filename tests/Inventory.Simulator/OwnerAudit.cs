using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Domain.Transfers;
using Inventory.Grains;

namespace Inventory.Simulator;

/// <summary>In the end, once nothing goes wrong any more: transfers, supply and kits show what the books say, and are found in their lists.</summary>
internal sealed class OwnerAudit(World world, Plan plan, Tally tally)
{
    private const int PageSize = 50;
    private const int LooksMax = 20;

    private Auditor Auditor => world.Auditor;

    public async Task CheckAsync()
    {
        if (plan.Transfers + plan.Supply + plan.BackOrders > 0)
        {
            await world.FinishAsync();
            await CheckTransfersAsync();
            await CheckSupplyAsync();
        }

        if (plan.Kits > 0)
        {
            await CheckKitReturnsAsync();
        }
    }

    private async Task CheckTransfersAsync()
    {
        foreach (var told in Auditor.Transfers)
        {
            var (id, content) = (told.Transfer.Id, told.Transfer.Content);
            var book = (TransferBook)Auditor.Owners.Of(OwnerBooks.StreamOf(id));
            var view = await world.Transfers.Get(id);
            if (view is null ? told.Made || book.Now.Exists : view.IsInDoubt || view.Version != book.Version)
            {
                Auditor.Fail($"transfer {id}: in the end it is {view?.State} at version {view?.Version}, in doubt {view?.IsInDoubt}; true is {book.Version}");
            }
            else if (view is not null)
            {
                tally.Add($"transfer in the end {view.State}");
                tally.Add("unit in transit in the end", view.Lines.Sum(line => line.InTransit));
                Fail(book.Problem(view));
                await FindAsync(content.From, view);
                await FindAsync(content.To, view);
            }
        }

        Auditor.Owners.CheckTransit(isOver: true);
        Auditor.Owners.CheckAnnounced();
        await CheckLotsInTransitAsync();
        await foreach (var audit in world.Transfers.Audit(default))
        {
            foreach (var difference in audit.Differences)
            {
                Auditor.Fail($"{difference.Key}: the service's own audit of transfers says: {difference.Message}");
            }

            if (audit.Differences.IsEmpty && !audit.Sums.Balance)
            {
                Auditor.Fail($"the service's own sums of transfers do not balance: {audit.Sums}");
            }

            tally.Add("transfer audited", audit.Transfers);
        }
    }

    // Each unit of a lot that left a shelf is in transit in that lot, on another shelf in it, or written off.
    private async Task CheckLotsInTransitAsync()
    {
        var lots = new Dictionary<(Sku Sku, LotName Lot), (long Left, long Told)>();
        foreach (var book in Auditor.Books.All)
        {
            foreach (var change in book.Events.Where(each => each.Verb is StockVerb.TransferOut or StockVerb.TransferIn or StockVerb.TransferInHeld))
            {
                Add(book.Key.Sku, change.Lots, change.Verb == StockVerb.TransferOut ? 1 : -1, 0);
            }
        }

        foreach (var told in Auditor.Transfers)
        {
            var view = await world.Transfers.Get(told.Transfer.Id);
            foreach (var line in view?.Lines ?? [])
            {
                Add(line.Sku, line.Lots, 0, 1);
            }

            foreach (var (sku, gone) in ((TransferBook)Auditor.Owners.Of(OwnerBooks.StreamOf(told.Transfer.Id))).LotsWrittenOff)
            {
                Add(sku, gone, 0, 1);
            }
        }

        foreach (var (lot, (left, known)) in lots)
        {
            tally.Add("unit of a lot on its way in the end", left);
            if (left != known)
            {
                Auditor.Fail($"{lot}: {left} are on their way or gone by the stocks, by the transfers {known}");
            }
        }

        void Add(Sku sku, ImmutableArray<LotUnits> parts, int left, int known)
        {
            foreach (var part in parts.IsDefault ? [] : parts)
            {
                var sum = lots.GetValueOrDefault((sku, part.Name));
                lots[(sku, part.Name)] = (sum.Left + (left * Math.Abs(part.Units)), sum.Told + (known * part.Units));
            }
        }
    }

    // Each is in a list of both its locations, over or not.
    private async Task FindAsync(LocationId location, TransferView view)
    {
        TransferPage page;
        var query = new TransferQuery(location, [], null, PageSize);
        do
        {
            page = await world.Transfers.List(query);
            query = query with { After = page.Next };
        }
        while (page.Next is not null && !page.Transfers.Any(each => each.Id == view.Id));
        if (!page.Transfers.Any(each => each.Id == view.Id && each.State == view.State))
        {
            Auditor.Fail($"transfer {view.Id}: it is {view.State}, but not in a list of {location}");
        }
    }

    private async Task CheckSupplyAsync()
    {
        foreach (var book in Auditor.Owners.Supplies.Where(book => book.Version > 0).ToArray())
        {
            var look = new SupplyLook(long.MaxValue, 0, Shop.Channels[0]);
            var view = (await world.Supply.Get(book.Key, look)).Supply;
            for (var again = 0; again < LooksMax && (view.Version != book.Version || book.Now.Arrival is not null); again++)
            {
                view = (await world.Supply.Get(book.Key, look)).Supply; // orders that wait go on by themselves
            }

            Fail(book.Problem(view, look, 0));
            Auditor.Owners.CheckArrived(book);
            if (view.Version != book.Version || book.Now.Arrival is not null)
            {
                Auditor.Fail($"{book.Stream}: in the end version {view.Version} is shown; true is {book.Version}, an arrival is open: {book.Now.Arrival}");
            }

            tally.Add("supply audited");
            tally.Add("unit promised in the end", view.Promises.Sum(each => each.Promise.Left));
            tally.Add("unit that came in for a promise", book.Now.Held);
            tally.Add("unit that came in for nobody", book.Now.Free);
            tally.Add("unit of a transfer that came in for a promise", book.Now.Carried.Held);
            tally.Add("unit of a transfer expected in the end", view.Receipts.Where(each => each.IsInTransit).Sum(each => each.Left));
            var page = await world.Supply.List(book.Key.Sku, null, look, null, PageSize);
            if ((view.Receipts.Length > 0 || view.Promises.Length > 0) && !page.Supplies.Any(each => each.Supply.Key == book.Key))
            {
                Auditor.Fail($"{book.Stream}: something is expected, but the list of {book.Key.Sku} does not say so");
            }
        }
    }

    // What a crash has cut off is done when the same is asked again. Then every component is back as often as its kits are.
    private async Task CheckKitReturnsAsync()
    {
        foreach (var told in Auditor.KitReturns)
        {
            var answer = await told.AskAsync(world);
            tally.Add($"kit back in the end {answer.Outcome}");
            if (told.Done && !answer.Outcome.IsAccepted())
            {
                Auditor.Fail($"return {told.Id}: its sender was told that it is done, now it is {answer.Outcome}");
            }
        }

        if (plan.Orders + plan.BackOrders > 0)
        {
            return; // orders bring back too: see there
        }

        foreach (var book in Auditor.Books.All)
        {
            foreach (var condition in Enum.GetValues<Condition>())
            {
                var came = book.Events.Where(change => change.Verb == StockVerb.Return && change.Condition == condition && !Auditor.IsSent(change.Id))
                    .Sum(change => change.Units);
                var told = Auditor.Owners.UnitsOfKitReturns(book.Key.Sku, book.Key.Location, condition);
                tally.Add("unit returned in a kit", came);
                if (came != told)
                {
                    Auditor.Fail($"{book.Key}: {came} {condition} came back in kits, by the records of returns {told} did");
                }
            }
        }
    }

    /// <summary>Boards of the kit, once all others are right: the least of what its components make.</summary>
    public async Task CheckKitBoardAsync()
    {
        if (plan.Kits == 0)
        {
            return;
        }

        var channel = Shop.Channels[0];
        var definition = Auditor.Owners.Catalog.Now.Last(change => change.Sku == Shop.Kit).Facts.Kit;
        var rows = (await world.Service.Get(new BoardQuery(Shop.Kit, channel, null))).Rows.ToDictionary(row => row.Location);
        var boards = new Dictionary<Sku, Dictionary<LocationId, BoardRow>>();
        foreach (var component in definition)
        {
            boards[component.Sku] = (await world.Service.Get(new BoardQuery(component.Sku, channel, null))).Rows.ToDictionary(row => row.Location);
        }

        foreach (var place in Shop.Places)
        {
            var all = definition.All(component => boards[component.Sku].ContainsKey(place));
            var right = all ? definition.Min(component => boards[component.Sku][place].Available / component.Units) : 0;
            tally.Add("board of a kit compared");
            if (rows.ContainsKey(place) != all || (all && rows[place].Available != right))
            {
                Auditor.Fail($"{Shop.Kit}@{place}: in the end the board shows {rows.GetValueOrDefault(place)}; its components make {right}");
            }
        }
    }

    private void Fail(string? problem)
    {
        if (problem is not null)
        {
            Auditor.Fail(problem);
        }
    }
}
