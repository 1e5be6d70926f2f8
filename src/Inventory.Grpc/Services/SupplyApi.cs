using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Inventory.Domain;
using Inventory.Domain.Supply;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The supply service: translates to <see cref="ISupply"/>.</summary>
internal sealed class SupplyApi(ISupply supply, CallRunners runners) : SupplyService.SupplyServiceBase
{
    private readonly CallRunner _calls = runners.For("SupplyService");

    public override Task<ExpectSupplyResponse> ExpectSupply(ExpectSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = new SupplyCommand(
                SupplyVerb.Expect,
                Fields.RequestId(ask.RequestId, ref violations),
                OrderRequests.By(ask.By, ref violations),
                Fields.Units(ask.Units, "units", 0, ref violations),
                SupplyMapping.Name(ask.Name, ref violations),
                ask.Units == 0 ? 0 : SupplyMapping.Time(ask.DueTime, "due_time", ref violations),
                SupplyMapping.Percent(ask.ConfidencePercent, "confidence_percent", 1, 100, ref violations));
            var answer = await api.Do(ask.Key, command, violations, call);
            return answer is null ? new ExpectSupplyResponse()
                : new ExpectSupplyResponse { Decision = Decisions.Of(answer), Concerned = { answer.Concerned.Select(SupplyMapping.Proto) } };
        });

    public override Task<ReceiveSupplyResponse> ReceiveSupply(ReceiveSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = new SupplyCommand(
                SupplyVerb.Receive,
                Fields.RequestId(ask.RequestId, ref violations),
                OrderRequests.By(ask.By, ref violations),
                Fields.Units(ask.Units, "units", 1, ref violations),
                SupplyMapping.Name(ask.Name, ref violations),
                Lot: Fields.Lot(ask.Lot, "lot", ref violations));
            command = command with { BestBefore = Fields.LotDate(ask.Lot, ask.BestBefore, ref violations) };
            var key = Fields.Key(ask.Key, "key", ref violations);
            var answer = await api.Do(ask.Key, command, violations, call);
            return answer is null ? new ReceiveSupplyResponse() : new ReceiveSupplyResponse
            {
                Decision = Decisions.Of(answer),
                Fulfilled = { answer.Fulfilled.Select(each => SupplyMapping.Proto(key, each)) },
                FreeUnits = answer.Free,
                Concerned = { answer.Concerned.Select(SupplyMapping.Proto) },
            };
        });

    public override Task<PromiseSupplyResponse> PromiseSupply(PromiseSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = new SupplyCommand(
                SupplyVerb.Promise,
                Fields.RequestId(ask.RequestId, ref violations),
                OrderRequests.By(ask.By, ref violations),
                Fields.Units(ask.Units, "units", 1, ref violations),
                AtMs: SupplyMapping.Time(ask.ByTime, "by_time", ref violations),
                Confidence: SupplyMapping.Percent(ask.MinConfidencePercent, "min_confidence_percent", 0, 0, ref violations),
                Channel: Fields.Channel(ask.Channel, ref violations),
                Reference: SupplyMapping.Reference(ask.Reference, ref violations));
            var answer = await api.Do(ask.Key, command, violations, call);
            return answer is null ? new PromiseSupplyResponse() : new PromiseSupplyResponse
            {
                Decision = Decisions.Of(answer), PromiseId = answer.Outcome.IsAccepted() ? SupplyMapping.NameOf(command.Id) : "",
            };
        });

    public override Task<ReleaseSupplyResponse> ReleaseSupply(ReleaseSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var command = new SupplyCommand(
                SupplyVerb.Release,
                Fields.RequestId(ask.RequestId, ref violations),
                OrderRequests.By(ask.By, ref violations),
                Fields.Units(ask.Units, "units", 0, ref violations),
                Promise: SupplyMapping.Promise(ask.PromiseId, ref violations));
            var answer = await api.Do(ask.Key, command, violations, call);
            return answer is null ? new ReleaseSupplyResponse()
                : new ReleaseSupplyResponse { Decision = Decisions.Of(answer), Concerned = { answer.Concerned.Select(SupplyMapping.Proto) } };
        });

    public override Task<GetSupplyResponse> GetSupply(GetSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var violations = default(Violations);
            var key = Fields.Key(ask.Key, "key", ref violations);
            var look = Look(ask.ByTime, ask.MinConfidencePercent, ask.Channel, ref violations);
            return violations.Any
                ? violations.Answer<GetSupplyResponse>(call)
                : new GetSupplyResponse { Supply = SupplyMapping.Proto(await api.Read(key, look)) };
        });

    public override Task<ListSupplyResponse> ListSupply(ListSupplyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task VerifySupply(
        VerifySupplyRequest request, IServerStreamWriter<VerifySupplyResponse> responseStream, ServerCallContext context) =>
        _calls.Stream(context, stop => Verify(responseStream, stop));

    // A message for each finding, and one with the sum at the end.
    private async Task Verify(IServerStreamWriter<VerifySupplyResponse> responses, CancellationToken stop)
    {
        var verified = 0L;
        await foreach (var progress in supply.Audit(stop))
        {
            verified = progress.Promises;
            if (progress.Differences.Length > 0)
            {
                var response = new VerifySupplyResponse { PromisesVerified = verified };
                response.Differences.AddRange(progress.Differences.Select(static each => new StockDifference
                {
                    Key = StockMapping.Key(each.Key), Message = Text.Cut(each.Message, Limits.MessageCharsMax),
                }));
                await responses.WriteAsync(response, stop);
            }
        }

        await responses.WriteAsync(new VerifySupplyResponse { PromisesVerified = verified }, stop);
    }

    private ValueTask<DatedSupply> Read(Domain.StockKey key, SupplyLook look) => supply.Get(key, look);

    private async ValueTask<SupplyAnswer?> Do(V1.StockKey? key, SupplyCommand command, Violations violations, ServerCallContext context)
    {
        var stock = Fields.Key(key, "key", ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return null;
        }

        return await supply.Do(stock, command);
    }

    private async ValueTask<ListSupplyResponse> List(ListSupplyRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        if ((request.Sku.Length > 0) == (request.LocationId.Length > 0))
        {
            violations.Add("sku", "or location_id must be given, and not both.");
        }

        Sku? sku = request.Sku.Length > 0 ? Fields.Sku(request.Sku, "sku", ref violations) : null;
        LocationId? location = request.LocationId.Length > 0 ? Fields.Location(request.LocationId, "location_id", ref violations) : null;
        var look = Look(request.ByTime, request.MinConfidencePercent, request.Channel, ref violations);
        var size = PageToken.Size(request.PageSize, ref violations, Limits.OrdersPageMax, Limits.OrdersPageDefault);
        var scope = $"supply of {request.Sku} at {request.LocationId}";
        var last = PageToken.Read(scope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListSupplyResponse>(context);
        }

        var page = await supply.List(sku, location, look, last is { Length: > 0 } ? Domain.StockKey.Parse(last) : null, size);
        var response = new ListSupplyResponse();
        response.Supplies.AddRange(page.Supplies.Select(SupplyMapping.Proto));
        response.NextPageToken = page.Next is { } next ? PageToken.Make(scope, next.ToString()) : "";
        return response;
    }

    private static SupplyLook Look(Timestamp? by, int confidence, string channel, ref Violations violations) => new(
        by is null ? long.MaxValue : TransferMapping.Ms(by),
        SupplyMapping.Percent(confidence, "min_confidence_percent", 0, 0, ref violations),
        Fields.Channel(channel, ref violations));
}
