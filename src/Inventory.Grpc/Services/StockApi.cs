using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The stock service: translates to <see cref="IStocks"/>.</summary>
internal sealed class StockApi(IStocks stocks, CallRunners runners) : StockService.StockServiceBase
{
    private readonly CallRunner _calls = runners.For("StockService");

    public override Task<ReceiveStockResponse> ReceiveStock(ReceiveStockRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = StockRequests.Read(ask, ref violations);
            return new ReceiveStockResponse { Decision = await api.Do(ask.Key, command, violations, call) };
        });

    public override Task<AdjustStockResponse> AdjustStock(AdjustStockRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = StockRequests.Read(ask, ref violations);
            return new AdjustStockResponse { Decision = await api.Do(ask.Key, command, violations, call) };
        });

    public override Task<CountStockResponse> CountStock(CountStockRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Count(ask, call));

    public override Task<MoveStockResponse> MoveStock(MoveStockRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = StockRequests.Read(ask, ref violations);
            return new MoveStockResponse { Decision = await api.Do(ask.Key, command, violations, call) };
        });

    public override Task<SetStockPolicyResponse> SetStockPolicy(SetStockPolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = StockRequests.Read(ask, ref violations);
            return new SetStockPolicyResponse { Decision = await api.Do(ask.Key, command, violations, call) };
        });

    public override Task<GetStockResponse> GetStock(GetStockRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListStocksResponse> ListStocks(ListStocksRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task<ListExpiringLotsResponse> ListExpiringLots(ListExpiringLotsRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.ListExpiring(ask, call));

    public override Task ImportStock(
        IAsyncStreamReader<ImportStockRequest> requestStream, IServerStreamWriter<ImportStockResponse> responseStream,
            ServerCallContext context) =>
        _calls.Stream(context, stop =>
        {
            var import = new ImportCall(stocks, runners.Options.StockCallsPerMessageMax);
            return OrderedPipeline.Run(requestStream, responseStream, runners.Options.StreamMessagesInFlightMax, import.Answer, stop);
        });

    public override Task VerifyStock(
        VerifyStockRequest request, IServerStreamWriter<VerifyStockResponse> responseStream, ServerCallContext context) =>
        _calls.Stream(context, stop => Verify(request, responseStream, context, stop));

    private async ValueTask<Decision?> Do(V1.StockKey? key, StockCommand command, Violations violations, ServerCallContext context)
    {
        var stock = Fields.Key(key, "key", ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return null;
        }

        return Decisions.Of(await stocks.Do(stock, command));
    }

    private async ValueTask<CountStockResponse> Count(CountStockRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var command = StockRequests.Read(request, ref violations);
        var key = Fields.Key(request.Key, "key", ref violations);
        if (violations.Any)
        {
            return violations.Answer<CountStockResponse>(context);
        }

        var answer = await stocks.Do(key, command);
        return new CountStockResponse { Decision = Decisions.Of(answer), ChangedUnits = answer.Outcome.IsAccepted() ? answer.Units : 0 };
    }

    private async ValueTask<GetStockResponse> Get(GetStockRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var key = Fields.Key(request.Key, "key", ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetStockResponse>(context);
        }

        var view = await stocks.Get(key, channel);
        return view is { LocationUnknown: true, Version: 0 }
            ? RichStatus.NotFound("Location", key.Location.Value).Answer<GetStockResponse>(context)
            : new GetStockResponse { Stock = StockMapping.Proto(view) };
    }

    private async ValueTask<ListStocksResponse> List(ListStocksRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var location = Fields.Location(request.LocationId, "location_id", ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var size = PageToken.Size(request.PageSize, ref violations);
        var scope = $"stocks of {location.Value} for {channel.Value}";
        var after = PageToken.Read(scope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListStocksResponse>(context);
        }

        var page = await stocks.List(location, channel, after is null ? null : Sku.Parse(after), size);
        if (page is { LocationUnknown: true, Stocks.Count: 0 })
        {
            return RichStatus.NotFound("Location", location.Value).Answer<ListStocksResponse>(context);
        }

        var response = new ListStocksResponse();
        foreach (var view in page.Stocks)
        {
            response.Stocks.Add(StockMapping.Proto(view));
        }

        if (page.More)
        {
            response.NextPageToken = PageToken.Make(scope, page.Stocks[^1].Key.Sku.Value);
        }

        return response;
    }

    private async ValueTask<ListExpiringLotsResponse> ListExpiring(ListExpiringLotsRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var location = Fields.Location(request.LocationId, "location_id", ref violations);
        if (request.Days is < 0 or > Domain.Limits.ShelfDaysMax)
        {
            violations.Add("days", $"is {request.Days}; it must be 0 to {Domain.Limits.ShelfDaysMax}.");
        }

        var size = PageToken.Size(request.PageSize, ref violations);
        var scope = $"lots of {location.Value} within {request.Days}";
        var after = PageToken.Read(scope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListExpiringLotsResponse>(context);
        }

        var page = await stocks.Expiring(location, request.Days, after is null ? null : Sku.Parse(after), size);
        if (page.LocationUnknown)
        {
            return RichStatus.NotFound("Location", location.Value).Answer<ListExpiringLotsResponse>(context);
        }

        var response = new ListExpiringLotsResponse { Today = StockMapping.DateOf(page.Today) };
        response.Stocks.AddRange(page.Stocks.Select(static view => new ExpiringStock
        {
            Key = StockMapping.Key(view.Key), HeldUnits = view.Held, Lots = { view.Lots.Select(StockMapping.Proto) },
        }));
        response.NextPageToken = page.Next is { } last ? PageToken.Make(scope, last.Value) : "";
        return response;
    }

    private async Task Verify(
        VerifyStockRequest request, IServerStreamWriter<VerifyStockResponse> responses, ServerCallContext context, CancellationToken stop)
    {
        var violations = default(Violations);
        var byKey = request.ScopeCase == VerifyStockRequest.ScopeOneofCase.Key;
        var byLocation = request.ScopeCase == VerifyStockRequest.ScopeOneofCase.LocationId;
        Domain.StockKey? key = byKey ? Fields.Key(request.Key, "key", ref violations) : null;
        LocationId? location = byLocation ? Fields.Location(request.LocationId, "location_id", ref violations) : null;
        if (violations.Any)
        {
            violations.Status().Set(context);
            return;
        }

        // A misspelt location must not look like one whose books balance.
        if ((key?.Location ?? location) is { } where && await IsUnknown(key, where))
        {
            RichStatus.NotFound("Location", where.Value).Set(context);
            return;
        }

        await foreach (var progress in stocks.Audit(key, location, stop))
        {
            var response = new VerifyStockResponse { StocksVerified = progress.StocksVerified };
            foreach (var difference in progress.Differences)
            {
                response.Differences.Add(new StockDifference
                {
                    Key = StockMapping.Key(difference.Key),
                    Message = Text.Cut(difference.Message, Limits.MessageCharsMax),
                });
            }

            await responses.WriteAsync(response, stop);
        }
    }

    private async ValueTask<bool> IsUnknown(Domain.StockKey? key, LocationId location) => key is { } one
        ? await stocks.Get(one, Channel.Web) is { LocationUnknown: true, Version: 0 }
        : await stocks.List(location, Channel.Web, null, 1) is { LocationUnknown: true, Stocks.Count: 0 };
}
