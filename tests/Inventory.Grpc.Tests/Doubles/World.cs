using System.Text;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>
/// What stands behind the services, in one lock: real rules for stocks, plain dictionaries for the rest. It lets a test hold calls back,
/// fail
/// them, and see how stocks were called. Time stands still until a test moves it.
/// </summary>
internal sealed partial class World : IStocks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StockKey, Stock> _stocks = [];
    private readonly Dictionary<string, KnownStock> _known = [];

    public long NowMs { get; set; } = 1_800_000_000_000;

    /// <summary>Thrown by every call to a stock while set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Awaited by every call to a stock while set.</summary>
    public Task? Wait { get; set; }

    /// <summary>Calls to stocks so far, whatever the number of writes in each.</summary>
    public int StockCalls { get; private set; }

    public int Prepared { get; private set; }

    public async ValueTask<StockAnswer> Do(StockKey key, StockCommand command) => (await DoMany(key, [command]))[0];

    public async ValueTask<BegunWrite> Begin(StockKey key, StockCommand command, Registering registering)
    {
        bool isUnknown;
        lock (_gate)
        {
            isUnknown = registering == Registering.Caller && Stock_UnderLock(key).Version == 0;
        }

        return isUnknown ? new BegunWrite(default, 0) { IsUnknown = true } : new BegunWrite(await Do(key, command), 0);
    }

    public KnownStock? Find(ulong hash, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> location)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault($"{Encoding.ASCII.GetString(sku)}@{Encoding.ASCII.GetString(location)}");
        }
    }

    public KnownStock Find(StockKey key)
    {
        lock (_gate)
        {
            return _known.TryGetValue(key.ToString(), out var known) ? known : _known[key.ToString()] = new KnownStock(key);
        }
    }

    public async ValueTask<BegunWrite> Begin(KnownStock stock, StockCommand command) => new(await Do(stock.Key, command), 0);

    public async ValueTask<BegunWrites> BeginMany(KnownStock stock, StockCommand[] commands) => new(await DoMany(stock.Key, commands), 0);

    public ValueTask WhenDurable(long position) => ValueTask.CompletedTask;

    public async ValueTask<StockAnswer[]> DoMany(StockKey key, StockCommand[] commands)
    {
        StockAnswer[] answers;
        lock (_gate)
        {
            StockCalls++;
            if (Failure is not null)
            {
                throw Failure;
            }

            answers = Array.ConvertAll(commands, command => Do_UnderLock(key, command));
        }

        if (Wait is not null)
        {
            await Wait;
        }

        return answers;
    }

    public ValueTask<Registering[]> Prepare(IReadOnlyList<StockKey> keys)
    {
        lock (_gate)
        {
            Prepared += keys.Count;
        }

        return ValueTask.FromResult(Enumerable.Repeat(Registering.Done, keys.Count).ToArray());
    }

    public ValueTask<StockView> Get(StockKey key, Channel channel)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(View_UnderLock(key, channel));
        }
    }

    public ValueTask<StockPage> List(LocationId location, Channel channel, Sku? after, int max)
    {
        lock (_gate)
        {
            var keys = _stocks.Keys.Where(key => key.Location == location && string.CompareOrdinal(key.Sku.Value, after?.Value ?? "") > 0)
                .OrderBy(key => key.Sku.Value, StringComparer.Ordinal).ToArray();
            return ValueTask.FromResult(new StockPage([.. keys.Take(max).Select(key => View_UnderLock(key, channel))], keys.Length > max));
        }
    }

    public ValueTask<ExpiringPage> Expiring(LocationId location, int days, Sku? after, int max) =>
        throw new NotSupportedException("The double has no catalogue and so no lots: lots are tested over the real owners.");

    public ValueTask<HoldPage> Holds(StockKey key, HoldId? after, int max)
    {
        lock (_gate)
        {
            var stock = Stock_UnderLock(key);
            var last = after is { } id ? Order(id) : "";
            var holds = stock.Holds.Where(hold => string.CompareOrdinal(Order(hold.Key), last) > 0)
                .OrderBy(hold => Order(hold.Key), StringComparer.Ordinal).ToArray();
            return ValueTask.FromResult(new HoldPage(
                [.. holds.Take(max).Select(hold => View(key, hold.Key, hold.Value))], stock.Version, holds.Length > max));
        }
    }

    public async IAsyncEnumerable<AuditProgress> Audit(
        StockKey? key, LocationId? location, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        StockKey[] keys;
        lock (_gate)
        {
            keys = [.. _stocks.Keys.Where(each => (key is null || each == key) && (location is null || each.Location == location))];
        }

        await Task.Yield();
        yield return new AuditProgress(keys.Length, [.. keys.Where(each => each.Sku.Value == "CROOKED").Select(each =>
            new AuditDifference(each, "on hand 5, journal 4"))]);
    }

    private static string Order(HoldId id) => $"{id.Reservation}/{id.Line:D4}";

    private static HoldView View(StockKey key, HoldId id, Hold hold) => new(
        id,
        id.Line > 0,
        new LineView
        {
            Line = Math.Max(0, id.Line - 1),
            Key = key,
            State = hold.IsFirm ? LineState.Firm : LineState.Soft,
            Reserved = hold.Reserved,
            Held = hold.Left,
            Collected = hold.Collected,
            Shipped = hold.Shipped,
            Released = hold.Released,
        },
        hold.Channel,
        hold.IsFirm ? 0 : hold.ExpiresAtMs);

    private StockAnswer Do_UnderLock(StockKey key, StockCommand command)
    {
        var stock = Stock_UnderLock(key);
        var closed = _locations.TryGetValue(key.Location, out var location) && !location.Open;
        var decision = StockRules.Decide(stock, command with { LocationClosed = closed }, NowMs, out var change);
        if (decision.Changes)
        {
            stock.Apply(change);
            Changed_UnderLock(key);
        }

        return decision.Answer;
    }

    private Stock Stock_UnderLock(StockKey key)
    {
        if (!_stocks.TryGetValue(key, out var stock))
        {
            _stocks.Add(key, stock = new Stock());
        }

        stock.AdvanceTo(NowMs);
        return stock;
    }

    private StockView View_UnderLock(StockKey key, Channel channel)
    {
        var stock = Stock_UnderLock(key);
        return new StockView
        {
            Key = key,
            Sellable = stock.Sellable,
            Held = stock.Held,
            Damaged = stock.Damaged,
            Quarantine = stock.Quarantine,
            Display = stock.Display,
            Available = Available_UnderLock(key, stock, channel),
            Holds = stock.HoldCount,
            Policy = stock.Policy,
            Ledger = stock.Ledger,
            Version = stock.Version,
            ChangedAtMs = stock.ChangedAtMs,
        };
    }

    private long Available_UnderLock(StockKey key, Stock stock, Channel channel) =>
        _locations.TryGetValue(key.Location, out var location) && !location.Open ? 0 : Math.Max(0, stock.Atp(channel));
}
