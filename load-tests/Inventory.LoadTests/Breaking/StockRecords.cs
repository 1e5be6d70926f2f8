using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>What the owner of each stock of a plan has on record.</summary>
internal sealed class StockRecords
{
    private const int PageSize = 1_000;

    // Reservations fall back by a timer of the service, some time after theirs has passed.
    private static readonly TimeSpan s_expiryPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, StockView> _bySku = new(StringComparer.Ordinal);
    private readonly StockPlan _plan;

    private StockRecords(StockPlan plan) => _plan = plan;

    public long Held { get; private set; }

    public long OnHand { get; private set; }

    public long HeldOf(int stock) => _bySku.TryGetValue(_plan.Sku(stock), out var view) ? view.Held : -1;

    public long OnHandOf(int stock) => _bySku.TryGetValue(_plan.Sku(stock), out var view) ? view.OnHand : -1;

    /// <summary>Reads them all, and again as long as something should still change, for half a minute.</summary>
    public static async Task<StockRecords> ReadAsync(Target target, StockPlan plan, Func<StockRecords, bool> mayStillChange, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var records = await ReadAsync(target, plan, ct);
            if (!mayStillChange(records) || TimeProvider.System.GetElapsedTime(begun) > s_expiryPatience)
            {
                return records;
            }

            await Task.Delay(s_pause, TimeProvider.System, ct);
        }
    }

    private static async Task<StockRecords> ReadAsync(Target target, StockPlan plan, CancellationToken ct)
    {
        var records = new StockRecords(plan);
        for (var location = 0; location < Math.Min(plan.Locations, plan.Stocks); location++)
        {
            var request = new ListStocksRequest { LocationId = plan.Location(location), PageSize = PageSize };
            do
            {
                var page = await target.Stocks.ListStocksAsync(request, cancellationToken: ct);
                foreach (var stock in page.Stocks)
                {
                    records._bySku[stock.Key.Sku] = new StockView(stock.HeldUnits, stock.OnHandUnits);
                    records.Held += stock.HeldUnits;
                    records.OnHand += stock.OnHandUnits;
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }

        return records;
    }

    private readonly record struct StockView(long Held, long OnHand);
}
