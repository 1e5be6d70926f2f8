using System.Collections.Concurrent;
using System.Diagnostics;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Journal.Files;

namespace Inventory.Benchmarks.Memory;

/// <summary>What an import costs within the service, without the wire: new stocks, each of a SKU of its own, and the same again unchanged.</summary>
internal static class ImportCost
{
    private const int Locations = 100;
    private const int RowsOfMessage = 5_000;
    private const int MessagesUnderWay = 4;
    private static readonly ConcurrentStack<StockBatch> s_spare = new();

    public static async Task<int> RunAsync(int rows)
    {
        var directory = Directory.CreateTempSubdirectory("inventory-import-").FullName;
        try
        {
            await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory });
            await using var world = await World.StartAsync(TimeProvider.System, journal);
            await World.DescribeAsync(world.Get<ILocations>(), Locations);
            await MeasureAsync("new", rows, () => ImportAsync(world.Stocks, rows, salt: 1));
            await MeasureAsync("again", rows, () => ImportAsync(world.Stocks, rows, salt: 2));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ImportAsync(IStocks stocks, int rows, ulong salt)
    {
        var under = new Queue<Task>();
        var import = World.Id(salt);
        for (var from = 0; from < rows; from += RowsOfMessage)
        {
            var batch = s_spare.TryPop(out var spare) ? spare : new StockBatch(RowsOfMessage);
            for (var row = from; row < Math.Min(rows, from + RowsOfMessage); row++)
            {
                var key = new StockKey(Sku.Parse($"IMPORTED-{row}"), World.Location(row % Locations));
                batch.Add(key, StockCommand.Import(import.Derive((uint)row), 7));
            }

            under.Enqueue(Task.Run(() => OneAsync(stocks, batch)));
            if (under.Count >= MessagesUnderWay)
            {
                await under.Dequeue();
            }
        }

        await Task.WhenAll(under);
    }

    private static async Task OneAsync(IStocks stocks, StockBatch batch)
    {
        await batch.Run(stocks, callsInFlightMax: 64);
        batch.Clear();
        s_spare.Push(batch);
    }

    private static async Task MeasureAsync(string what, int rows, Func<Task> import)
    {
        GC.Collect();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        int[] collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        var (allocated, paused) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var begun = Stopwatch.GetTimestamp();
        await import();
        var took = Stopwatch.GetElapsedTime(begun);
        process.Refresh();
        processor = process.TotalProcessorTime - processor;
        Console.WriteLine($"{what}: {took.TotalSeconds:N2} s; of a row: {processor.TotalMicroseconds / rows:N2} us of processor, "
            + $"{(double)(GC.GetTotalAllocatedBytes() - allocated) / rows:N0} bytes allocated; collections "
            + $"{GC.CollectionCount(0) - collections[0]}, {GC.CollectionCount(1) - collections[1]}, {GC.CollectionCount(2) - collections[2]}, "
            + $"paused {(GC.GetTotalPauseDuration() - paused).TotalSeconds:N2} s");
        Console.WriteLine($"    left on the heap: {(double)(GC.GetTotalMemory(forceFullCollection: true) - heap) / rows:N0} bytes a row");
    }
}
