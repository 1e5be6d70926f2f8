using System.Diagnostics;
using Google.Protobuf;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.Grpc.Services;
using Inventory.Journal.Files;
using Inventory.V1;

namespace Inventory.Benchmarks.Memory;

/// <summary>
/// What an import costs within the service, from the bytes of its messages to the answers, without the wire: new stocks, each of a SKU of its own, and the same
/// again unchanged; and beside it what no import can do without (<see cref="ImportFloor"/>).
/// </summary>
internal static class ImportCost
{
    private const int Locations = 100;
    private const int RowsOfMessage = 5_000;
    private const int MessagesUnderWay = 4;
    private const int CallsInFlight = 64;
    private const int UnitsEach = 7;

    public static async Task<int> RunAsync(int rows)
    {
        var directory = Directory.CreateTempSubdirectory("inventory-import-").FullName;
        try
        {
            byte[][][] imports = [Messages("first", rows), Messages("again", rows)];
            double[] floors;
            using (var floor = new ImportFloor(Path.Combine(directory, "floor")))
            {
                floors = [await FloorAsync(floor, "floor, new", imports[0], rows), await FloorAsync(floor, "floor, again", imports[1], rows)];
            }

            await using var journal = FileJournal.Open(new FileJournalOptions { Directory = directory });
            await using var world = await World.StartAsync(TimeProvider.System, journal);
            await World.DescribeAsync(world.Get<ILocations>(), Locations);
            var taken = new double[imports.Length];
            for (var i = 0; i < imports.Length; i++)
            {
                var import = imports[i];
                taken[i] = await MeasureAsync(i == 0 ? "new" : "again", rows, () => Task.Run(() => ImportAsync(world.Stocks, import)));
            }

            Console.WriteLine($"times the floor, by processor: new {taken[0] / floors[0]:N1}, again {taken[1] / floors[1]:N1}");
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static byte[][] Messages(string id, int rows) =>
    [
        .. Enumerable.Range(0, rows).Chunk(RowsOfMessage).Select(chunk => new ImportStockRequest
        {
            RequestId = id,
            Rows =
            {
                chunk.Select(row => new ImportRow
                {
                    Key = new V1.StockKey { Sku = $"IMPORTED-{row}", LocationId = World.Location(row % Locations).Value }, OnHandUnits = UnitsEach,
                }),
            },
        }.ToByteArray()),
    ];

    private static Task<double> FloorAsync(ImportFloor floor, string what, byte[][] messages, int rows) => MeasureAsync(what, rows, () =>
    {
        var (import, row) = (World.Id((ulong)what.Length), 0U);
        Array.ForEach(messages, message => floor.Import(message, import, ref row));
        return Task.CompletedTask;
    });

    private static async Task ImportAsync(IStocks stocks, byte[][] messages)
    {
        var call = new ImportCall(stocks, CallsInFlight);
        var under = new Queue<Task<ImportStockResponse>>();
        foreach (var message in messages)
        {
            under.Enqueue(call.Answer(ImportStockRequest.Parser.ParseFrom(message)));
            if (under.Count >= MessagesUnderWay)
            {
                Check(await under.Dequeue());
            }
        }

        Array.ForEach(await Task.WhenAll(under), Check);
    }

    private static void Check(ImportStockResponse response)
    {
        if (response.Problems.Count > 0)
        {
            throw new InvalidOperationException($"Row {response.Problems[0].Row}: {response.Problems[0].Message}");
        }
    }

    private static async Task<double> MeasureAsync(string what, int rows, Func<Task> import)
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
        return processor.TotalMicroseconds / rows;
    }
}
