using Grpc.Core;
using Inventory.Domain;
using Inventory.V1;

namespace Inventory.Cli.WhatIf;

/// <summary>Copies the state of the service, and reads orders from it. It calls nothing that writes.</summary>
internal sealed class WhatIfSource(ChannelBase channel, Func<DateTime> deadline, CancellationToken stop)
{
    private const int AtOnce = 16;
    private readonly LocationService.LocationServiceClient _locations = new(channel);
    private readonly StockService.StockServiceClient _stocks = new(channel);
    private readonly OrderService.OrderServiceClient _orders = new(channel);

    /// <summary>Every location, with its facts.</summary>
    public async Task<WhatIfLocation[]> LocationsAsync()
    {
        var found = new List<WhatIfLocation>();
        var request = new ListLocationsRequest { PageSize = 1_000 };
        do
        {
            var page = await _locations.ListLocationsAsync(request, null, deadline(), stop);
            found.AddRange(page.Locations.Select(location =>
                new WhatIfLocation(LocationId.Parse(location.Id), LocationFactsOf.Proto(location), location.Open)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return found.Count > 0 ? [.. found] : throw new BadInputException("The service knows no locations: import some, or name another --address.");
    }

    /// <summary>What is available at each location, for the channel "web".</summary>
    public async Task<Dictionary<Sku, Dictionary<int, long>>> StockAsync(WhatIfLocation[] locations, Action<long> tick)
    {
        var stock = new Dictionary<Sku, Dictionary<int, long>>();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(locations.Index(), limits, async (each, token) =>
        {
            var request = new ListStocksRequest { LocationId = each.Item.Id.Value, PageSize = 1_000 };
            do
            {
                var page = await _stocks.ListStocksAsync(request, null, deadline(), token);
                lock (stock)
                {
                    foreach (var row in page.Stocks.Where(row => row.AvailableUnits > 0))
                    {
                        var sku = Sku.Parse(row.Key.Sku);
                        if (!stock.TryGetValue(sku, out var rows))
                        {
                            stock.Add(sku, rows = []);
                        }

                        rows[each.Index] = row.AvailableUnits;
                    }
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            tick(1);
        });
        return stock;
    }

    /// <summary>The orders of customers, or with something left to do at locations: each once.</summary>
    public async Task<List<WhatIfOrder>> OrdersAsync(IEnumerable<string> customers, IEnumerable<string> locations)
    {
        var found = new Dictionary<string, Order>(StringComparer.Ordinal);
        var requests = customers.Select(customer => new ListOrdersRequest { Customer = customer, PageSize = 50 })
            .Concat(locations.Select(location => new ListOrdersRequest { LocationId = location, PageSize = 50 }));
        foreach (var request in requests)
        {
            do
            {
                var page = await _orders.ListOrdersAsync(request, null, deadline(), stop);
                foreach (var order in page.Orders.Where(order => !found.ContainsKey(order.Id)))
                {
                    // A list has no notes, and without them nobody knows when the order was placed.
                    found[order.Id] = (await _orders.GetOrderAsync(new GetOrderRequest { OrderId = order.Id }, null, deadline(), stop)).Order;
                }

                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }

        return WhatIfFiles.InOrder(found.Values.Where(order => order.Content.Lines.Count > 0).Select(WhatIfFiles.Of));
    }
}
