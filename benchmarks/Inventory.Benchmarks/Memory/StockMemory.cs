using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Journal;
using Inventory.Journal.Files;

namespace Inventory.Benchmarks.Memory;

/// <summary>How much of the managed heap a stock takes: active and idle, and after its owner was collected.</summary>
/// <remarks>Each stock was received once and reserved from once, over the file journal; a thousand SKUs, each at every location.</remarks>
internal static class StockMemory
{
    private const int Skus = 1_000;
    private const int RowsOfMessage = 5_000;
    private const int StocksAtOnce = 1_000;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1);
    private static long s_before;

    public static async Task<int> RunAsync(int stocks)
    {
        var directory = Directory.CreateTempSubdirectory("inventory-memory-").FullName;
        try
        {
            await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory });
            await MeasureAsync(journal, stocks);
            Tell("handles of streams alone", stocks, Hold(() => Handles(journal, stocks)));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MeasureAsync(FileJournal journal, int stocks)
    {
        var time = new CrankedTime();
        await using var world = await World.StartAsync(time, journal);
        var keys = Enumerable.Range(0, stocks).Select(i => new StockKey(World.Sku(i % Skus), World.Location(i / Skus))).ToArray();
        Tell("states alone, without an owner", stocks, Hold(() => States(stocks)));

        await World.DescribeAsync(world.Get<ILocations>(), (stocks / Skus) + 1);
        s_before = Heap();
        var objects = HeapTable.OfThis();
        var index = journal.IndexBytes;
        var begin = s_before;
        foreach (var chunk in keys.Chunk(RowsOfMessage))
        {
            await world.Stocks.Prepare(chunk);
        }

        Tell("names on boards and in assortments", stocks, Step());
        foreach (var chunk in keys.Chunk(StocksAtOnce))
        {
            await Task.WhenAll(chunk.Select(key => world.Stocks.Do(key, StockCommand.Receive(IdOf(key, 0), 100)).AsTask()));
        }

        Tell("owners, states, handles and figures on boards", stocks, Step());
        await ReserveAsync(world, time, keys);
        Tell("after one reservation each, while it is held", stocks, Heap() - begin);
        await LetFallBackAsync(world, time, keys);
        Pass(time, minutes: 5); // some of the engine's sweeps
        Tell("ACTIVE: all of it, once the reservation has fallen back", stocks, Heap() - begin);
        HeapTable.OfThis().TellSince(objects, stocks);
        Pass(time, minutes: 60);
        for (var last = long.MaxValue; Heap() is var now && now < last; last = now)
        {
            await Task.Yield();
        }

        Tell("COLLECTED: what is left of all of it", stocks, Heap() - begin);
        Tell("of that, the journal's index", stocks, journal.IndexBytes - index);
        GC.KeepAlive(keys);
    }

    private static async Task ReserveAsync(World world, CrankedTime time, StockKey[] keys)
    {
        foreach (var chunk in keys.Chunk(StocksAtOnce))
        {
            await Task.WhenAll(chunk.Select(key =>
                world.Stocks.Do(key, StockCommand.Reserve(IdOf(key, 1), 1, Channel.Web, World.TtlMs)).AsTask()));
            time.Advance(s_step);
        }
    }

    // Those that fall back together queue up for the thread pool, which keeps the room for so many: a thousand, not all of them. Then boards are read too.
    private static async Task LetFallBackAsync(World world, CrankedTime time, StockKey[] keys)
    {
        time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, World.TtlMs - (s_step.TotalMilliseconds * (keys.Length / StocksAtOnce)))));
        foreach (var chunk in keys.Chunk(StocksAtOnce))
        {
            time.Advance(s_step);
            foreach (var key in chunk)
            {
                await world.Stocks.Get(key, Channel.Web);
            }
        }

        for (var i = 0; i < Skus; i++)
        {
            await world.Grains.GetGrain<IBoardGrain>(World.Sku(i).Value).View(Channel.Web, [], availableOnly: false);
        }
    }

    private static void Pass(CrankedTime time, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static object States(int stocks) => Enumerable.Range(0, stocks).Select(i => new SteadyStock(stepMs: 2 * World.TtlMs, writes: 1).Stock).ToArray();

    private static object Handles(FileJournal journal, int stocks)
    {
        var streams = new IJournalStream[stocks];
        for (var i = 0; i < stocks; i++)
        {
            var opening = journal.OpenAsync($"stock/{World.Key(i)}", new NoReader());
            streams[i] = opening.IsCompletedSuccessfully ? opening.Result : throw new InvalidOperationException("A new stream needs no disk.");
        }

        return streams;
    }

    private static long Hold(Func<object> make)
    {
        var before = Heap();
        var made = make();
        var bytes = Heap() - before;
        if (made is IJournalStream[] streams)
        {
            Array.ForEach(streams, stream => stream.Close());
        }

        GC.KeepAlive(made);
        return bytes;
    }

    private static long Step()
    {
        var now = Heap();
        var step = now - s_before;
        s_before = now;
        return step;
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static RequestId IdOf(StockKey key, uint write) => RequestId.Parse(key.ToString()).Derive(write);

    private static void Tell(string what, int stocks, long bytes) => Console.WriteLine($"{(double)bytes / stocks,8:N0} bytes a stock: {what}");

    private sealed class NoReader : IStreamReader
    {
        public void Snapshot(long version, ReadOnlySpan<byte> state)
        {
        }

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
        }
    }
}
