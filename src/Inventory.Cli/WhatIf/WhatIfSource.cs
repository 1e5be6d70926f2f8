using System.Globalization;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Routing;
using Inventory.V1;

namespace Inventory.Cli.WhatIf;

/// <summary>Copies the state of the service, and reads orders from it. It calls nothing that writes.</summary>
internal sealed class WhatIfSource(ChannelBase channel, Func<DateTime> deadline, CancellationToken stop)
{
    private const int AtOnce = 16;
    private readonly LocationService.LocationServiceClient _locations = new(channel);
    private readonly StockService.StockServiceClient _stocks = new(channel);
    private readonly OrderService.OrderServiceClient _orders = new(channel);
    private readonly PolicyService.PolicyServiceClient _policies = new(channel);

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

    /// <summary>A policy as the service would route by it.</summary>
    /// <param name="text">The name of a preset, a JSON file as <c>policy create</c> takes it, or the name of a policy that the service keeps.</param>
    /// <exception cref="BadInputException">It is none of these, or wrong; the message says what would be right.</exception>
    public async Task<RoutingPolicy> PolicyAsync(string text) =>
        RoutingPolicy.Presets.FirstOrDefault(preset => preset.Name == text) ?? await (File.Exists(text) ? InFileAsync(text) : KeptAsync(text));

    // The service says what is wrong with it, and what it means by fields that are absent.
    private async Task<RoutingPolicy> InFileAsync(string path)
    {
        var request = new ValidatePolicyRequest { Policy = JsonText.Read<Policy>(path) };
        var answer = await _policies.ValidatePolicyAsync(request, null, deadline(), stop);
        return answer.Problems.Count == 0
            ? PolicyOf.Proto(answer.Policy)
            : throw new BadInputException(string.Join('\n', answer.Problems.Select(problem => $"{path}: {problem.Field}: {problem.Description}")));
    }

    // By its name, of which the active version is taken, or NAME@VERSION.
    private async Task<RoutingPolicy> KeptAsync(string text)
    {
        var at = text.LastIndexOf('@');
        var version = 0;
        if (at >= 0 && (!int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version) || version < 1))
        {
            throw new BadInputException($"--policy '{text}' is wrong; write a kept version as NAME@VERSION, such as mine@2.");
        }

        try
        {
            var request = new GetPolicyRequest { Name = at < 0 ? text : text[..at], Version = version };
            var kept = PolicyOf.Proto((await _policies.GetPolicyAsync(request, null, deadline(), stop)).Policy.Policy);
            return kept with { Name = $"{kept.Name}@{kept.Version}" };
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            var names = string.Join(", ", RoutingPolicy.Presets.Select(preset => preset.Name));
            throw new BadInputException(
                $"--policy '{text}' is neither a preset ({names}) nor a file, nor does the service keep "
                + $"{(version > 0 ? "that version" : "such a policy, active")}; inventory policy list shows what it keeps.");
        }
    }

    /// <summary>The recorded orders that are meant, each once: of customers, with something left to do at locations, or, if none is named, all.</summary>
    /// <param name="customers">Customers.</param>
    /// <param name="locations">Locations.</param>
    /// <param name="only">States and times that all of them must fit.</param>
    public async Task<List<WhatIfOrder>> OrdersAsync(string[] customers, string[] locations, ListOrdersRequest only)
    {
        var found = new Dictionary<string, Order>(StringComparer.Ordinal);
        var requests = customers.Select(customer => (Customer: customer, Location: "")).Concat(locations.Select(location => ("", location)))
            .DefaultIfEmpty(("", "")).Select(each => new ListOrdersRequest(only) { Customer = each.Item1, LocationId = each.Item2, PageSize = 50 });
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
