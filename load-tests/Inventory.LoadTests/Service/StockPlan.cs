using Grpc.Core;
using Inventory.V1;

namespace Inventory.LoadTests.Service;

/// <summary>What the records of the service say about the stocks of a plan.</summary>
internal sealed record StockSums(long Stocks, long OnHand, long Held);

/// <summary>Numbered stocks that nobody else uses: stock i is its own SKU, at one of some locations; or, of a wide plan, each SKU is at all of them.</summary>
/// <param name="Prefix">Upper case and unique among all that the service has ever held.</param>
/// <param name="Stocks">How many.</param>
/// <param name="Locations">Over how many locations they are spread.</param>
internal sealed record StockPlan(string Prefix, int Stocks, int Locations)
{
    private const int RowsPerMessage = 5_000;
    private const int MessagesUnderWay = 4;
    private const int PageSize = 1_000;
    private const int AtOnce = 8;

    // Steps that put points evenly over a square, whatever their number: powers of the inverse of the plastic number (Roberts 2018).
    private const double NorthStep = 0.7548776662466927;
    private const double EastStep = 0.5698402909980532;

    /// <summary>True if every location has every SKU: SKU k is stocks k times <see cref="Locations"/> and those that follow, one at each location.</summary>
    public bool Wide { get; init; }

    public string Sku(int stock) => Wide ? $"{Prefix}-{stock / Locations}" : $"{Prefix}-{stock}";

    public string Location(int stock) => $"{LowerPrefix}-{stock % Locations}";

    public StockKey Key(int stock) => new() { Sku = Sku(stock), LocationId = Location(stock) };

    // Location ids are lower case by custom; the service does not care.
    private string LowerPrefix => Prefix.ToLowerInvariant();

    /// <summary>Describes the locations: the service keeps nothing at one that nobody described.</summary>
    public Task DescribeAsync(Target target, CancellationToken ct) => Parallel.ForAsync(
        0,
        Math.Min(Locations, Stocks),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
        async (number, stop) =>
        {
            var location = new Location
            {
                Id = Location(number),
                DisplayName = Location(number),
                Kind = LocationKind.Warehouse,
                Position = PointOf(number),
            };
            var answer = await target.Locations.UpsertLocationAsync(
                new UpsertLocationRequest { RequestId = "describe-" + location.Id, Location = location }, cancellationToken: stop);
            if (!answer.Decision.Accepted)
            {
                throw new ServiceException($"The service refused location {location.Id}: {answer.Decision.RefusalMessage}");
            }
        });

    /// <summary>A point of the square in which the locations lie, about 900 by 400 km; the same for the same number.</summary>
    public static GeoPoint PointOf(long number) =>
        new() { Latitude = 50 + (8 * (number * NorthStep % 1)), Longitude = -5 + (6 * (number * EastStep % 1)) };

    /// <summary>Sets on hand of every stock.</summary>
    /// <param name="target">The service.</param>
    /// <param name="units">On hand of each.</param>
    /// <param name="requestId">The same id with the same units changes nothing.</param>
    /// <param name="told">Told of each message: how many rows it carried, and their results.</param>
    public async Task ImportAsync(Target target, long units, string requestId, CancellationToken ct, Action<ImportStockResponse>? told = null)
    {
        await using var pipe = new Pipe<ImportStockRequest, ImportStockResponse>(target.Stocks.ImportStock(cancellationToken: ct));
        var under = new Queue<Task<ImportStockResponse>>();
        for (var from = 0; from < Stocks; from += RowsPerMessage)
        {
            var message = new ImportStockRequest { RequestId = requestId };
            for (var stock = from; stock < Math.Min(Stocks, from + RowsPerMessage); stock++)
            {
                message.Rows.Add(new ImportRow { Key = Key(stock), OnHandUnits = units });
            }

            under.Enqueue(pipe.AskAsync(message));
            if (under.Count >= MessagesUnderWay)
            {
                Check(await under.Dequeue(), told);
            }
        }

        while (under.TryDequeue(out var answer))
        {
            Check(await answer, told);
        }
    }

    /// <summary>Sums what the service has on record for the stocks of this plan, asking each stock's owner.</summary>
    public async Task<StockSums> SumAsync(Target target, CancellationToken ct)
    {
        long stocks = 0, onHand = 0, held = 0;
        await Parallel.ForAsync(
            0,
            Math.Min(Locations, Stocks),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (location, stop) =>
            {
                var sums = await SumOfAsync(target, Location(location), stop);
                Interlocked.Add(ref stocks, sums.Stocks);
                Interlocked.Add(ref onHand, sums.OnHand);
                Interlocked.Add(ref held, sums.Held);
            });
        return new StockSums(stocks, onHand, held);
    }

    private static async Task<StockSums> SumOfAsync(Target target, string location, CancellationToken ct)
    {
        var sums = new StockSums(0, 0, 0);
        var request = new ListStocksRequest { LocationId = location, PageSize = PageSize };
        do
        {
            var page = await target.Stocks.ListStocksAsync(request, cancellationToken: ct);
            sums = new StockSums(
                sums.Stocks + page.Stocks.Count,
                sums.OnHand + page.Stocks.Sum(stock => stock.OnHandUnits),
                sums.Held + page.Stocks.Sum(stock => stock.HeldUnits));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return sums;
    }

    private static void Check(ImportStockResponse answer, Action<ImportStockResponse>? told)
    {
        if (answer.Problems.Count > 0)
        {
            throw new ServiceException($"The service refused to import row {answer.Problems[0].Row}: {answer.Problems[0].Message}");
        }

        told?.Invoke(answer);
    }
}
