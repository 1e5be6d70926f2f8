using System.Runtime.CompilerServices;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>Stocks through their owners.</summary>
internal sealed class Stocks(IGrainFactory grains, SiloParts silo) : IStocks
{
    private const int PageOfAudit = 500;
    private readonly KnownStocks _known = new(grains);
    private readonly NewStocks _new = new(grains, silo);

    public ValueTask<StockAnswer> Do(StockKey key, StockCommand command)
    {
        var begun = Begin(key, command, Registering.Itself);
        if (!begun.IsCompletedSuccessfully)
        {
            return EndLater(key, begun);
        }

        var write = begun.Result;
        var durable = WhenDurableTogether(write.Position);
        return durable.IsCompletedSuccessfully ? new ValueTask<StockAnswer>(write.Answer) : End(key, durable, write.Answer);
    }

    public ValueTask<BegunWrite> Begin(StockKey key, StockCommand command, Registering registering) => Owner(key).Begin(command, silo.Id, registering);

    public KnownStock? Find(ulong hash, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) => _known.Find(hash, sku, location);

    public KnownStock Find(StockKey key) => _known.Find(key);

    public ValueTask<BegunWrite> Begin(KnownStock stock, StockCommand command)
    {
        var begun = stock.Owner!.Begin(command, silo.Id, Registering.Itself);
        if (!begun.IsCompletedSuccessfully)
        {
            return begun;
        }

        var write = begun.Result;
        if (stock.Seat is null && write.By is { } owner)
        {
            stock.Seat = new WeakReference<StockGrain>(owner);
        }

        return new ValueTask<BegunWrite>(write);
    }

    public INearStock? Near(KnownStock stock)
    {
        if (stock.Seat is not { } seat)
        {
            return null;
        }

        if (!seat.TryGetTarget(out var owner))
        {
            stock.Seat = null; // put away: the next write meets another
            return null;
        }

        Ahead.Fetch(stock.Owner, 40);
        return owner;
    }

    public void Expect(ulong hash, int step) => _known.Expect(hash, step);

    public ulong HashOf(ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location) => _known.HashOf(sku, location);

    public ValueTask<BegunWrites> BeginMany(KnownStock stock, StockCommand[] commands) => stock.Owner!.BeginMany(commands, silo.Id);

    public ValueTask WhenDurable(long position) => position == 0 ? ValueTask.CompletedTask : silo.Journal.WhenDurable(new JournalPosition(position));

    public ValueTask WhenDurableTogether(long position) =>
        position == 0 ? ValueTask.CompletedTask : silo.Journal.WhenDurableTogether(new JournalPosition(position));

    public ValueTask<StockAnswer[]> DoMany(StockKey key, StockCommand[] commands) => Owner(key).DoMany(commands);

    public ValueTask<Registering[]> Prepare(IReadOnlyList<StockKey> keys) => _new.Register(keys);

    public ValueTask<StockView> Get(StockKey key, Channel channel) => Owner(key).View(channel);

    public async ValueTask<StockPage> List(LocationId location, Channel channel, Sku? after, int max)
    {
        var skus = await grains.GetGrain<IAssortmentGrain>(location.Value).List(after, max + 1);
        var views = await Task.WhenAll(skus.Take(max).Select(sku => Owner(new StockKey(sku, location)).View(channel).AsTask()));
        if (views.Length == 0 && !silo.Directory.Knows(location))
        {
            await silo.Directory.LookAgain();
        }

        return new StockPage(views, skus.Length > max, !silo.Directory.Knows(location));
    }

    public async ValueTask<ExpiringPage> Expiring(LocationId location, int days, Sku? after, int max)
    {
        if (!silo.Directory.Knows(location))
        {
            await silo.Directory.LookAgain();
        }

        if (!silo.Directory.TryGet(location, out var place))
        {
            return new ExpiringPage([], default, null, LocationUnknown: true);
        }

        var today = place.Facts.DateAt(silo.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var until = today.DayNumber + days;
        var found = new List<StockView>();
        var assortment = grains.GetGrain<IAssortmentGrain>(location.Value);
        while (await assortment.List(after, PageOfAudit) is { IsEmpty: false } skus)
        {
            foreach (var chunk in skus.Where(sku => silo.Catalog.WithLots(sku) is not null).Chunk(GrainLimits.BoardRebuildWidth))
            {
                foreach (var view in await Task.WhenAll(chunk.Select(sku => Owner(new StockKey(sku, location)).View(Channel.Web).AsTask())))
                {
                    var lots = view.Lots.RemoveAll(lot => lot.BestBefore is not { } date || date.DayNumber > until);
                    if (!lots.IsEmpty)
                    {
                        found.Add(view with { Lots = lots });
                    }

                    if (found.Count == max)
                    {
                        return new ExpiringPage(found, today, view.Key.Sku);
                    }
                }
            }

            after = skus[^1];
        }

        return new ExpiringPage(found, today, null);
    }

    public ValueTask<HoldPage> Holds(StockKey key, HoldId? after, int max) => Owner(key).Holds(after, max);

    public async IAsyncEnumerable<AuditProgress> Audit(
        StockKey? key, LocationId? location, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var verified = 0L;
        if (key is { } one)
        {
            yield return new AuditProgress(1, await AuditAll([one], cancellation));
            yield break;
        }

        await foreach (var page in location is { } only ? StocksOf(only) : AllStocks())
        {
            var differences = await AuditAll(page, cancellation);
            verified += page.Length;
            yield return new AuditProgress(verified, differences);
        }

        yield return new AuditProgress(verified, []);
    }

    private async IAsyncEnumerable<StockKey[]> AllStocks()
    {
        var directory = grains.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey);
        for (LocationId? after = null; await directory.Ids(after, PageOfAudit) is { IsEmpty: false } ids; after = ids[^1])
        {
            foreach (var location in ids)
            {
                await foreach (var page in StocksOf(location))
                {
                    yield return page;
                }
            }
        }
    }

    private async IAsyncEnumerable<StockKey[]> StocksOf(LocationId location)
    {
        var assortment = grains.GetGrain<IAssortmentGrain>(location.Value);
        for (Sku? after = null; await assortment.List(after, PageOfAudit) is { IsEmpty: false } skus; after = skus[^1])
        {
            yield return [.. skus.Select(sku => new StockKey(sku, location))];
        }
    }

    private async Task<List<AuditDifference>> AuditAll(StockKey[] keys, CancellationToken cancellation)
    {
        var found = new List<AuditDifference>();
        foreach (var chunk in keys.Chunk(GrainLimits.BoardRebuildWidth))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var audit in await Task.WhenAll(chunk.Select(AuditOne)))
            {
                found.AddRange(audit);
            }
        }

        return found;
    }

    private async Task<IEnumerable<AuditDifference>> AuditOne(StockKey key)
    {
        try
        {
            var messages = await Owner(key).Audit();
            return messages.Select(message => new AuditDifference(key, message));
        }
        catch (Exception e) when (e is InvariantBrokenException or FormatException)
        {
            return [new AuditDifference(key, $"cannot be rebuilt from its journal: {e.Message}")];
        }
    }

    private async ValueTask<StockAnswer> EndLater(StockKey key, ValueTask<BegunWrite> begun)
    {
        var write = await begun;
        return await End(key, WhenDurableTogether(write.Position), write.Answer);
    }

    private async ValueTask<StockAnswer> End(StockKey key, ValueTask durable, StockAnswer answer)
    {
        try
        {
            await durable;
        }
        catch (JournalFailedException)
        {
            await Owner(key).Lost();
            throw;
        }

        return answer;
    }

    private IStockGrain Owner(in StockKey key) => grains.GetGrain<IStockGrain>(key.ToString());
}
