using Grpc.Core;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The availability service: translates to <see cref="IAvailability"/>.</summary>
internal sealed class AvailabilityApi(IAvailability availability, CallRunners runners) : AvailabilityService.AvailabilityServiceBase
{
    private static readonly RichStatus s_stale = RichStatus.Of(
        StatusCode.Aborted, "VERSION_STALE", "The stock has not reached min_version: it is no version that an answer of this stock gave.");

    private readonly CallRunner _calls = runners.For("AvailabilityService");
    private readonly CallGate _watches = runners.Gate("watches", runners.Options.WatchesMax);

    public override Task<GetAvailabilityResponse> GetAvailability(GetAvailabilityRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<BatchGetAvailabilityResponse> BatchGetAvailability(BatchGetAvailabilityRequest request,
        ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.BatchGet(ask, call));

    public override Task<FindNearbyResponse> FindNearby(FindNearbyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.FindNear(ask, call));

    public override Task WatchAvailability(
        WatchAvailabilityRequest request, IServerStreamWriter<WatchAvailabilityResponse> responseStream, ServerCallContext context) =>
        _calls.Stream(_watches, context, stop => Watch(request, responseStream, context, stop));

    private ValueTask<GetAvailabilityResponse> Get(GetAvailabilityRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var sku = Fields.Sku(request.Sku, "sku", ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var only = Fields.Locations(request.LocationIds, ref violations);
        var minVersion = Fields.Version(request.MinVersion, "min_version", ref violations);
        if (minVersion > 0 && request.LocationIds.Count != 1)
        {
            violations.Add("min_version", "needs exactly one location in location_ids.");
        }

        if (violations.Any)
        {
            return new(violations.Answer<GetAvailabilityResponse>(context));
        }

        var looking = availability.Get(new BoardQuery(sku, channel, only, request.AvailableOnly && minVersion == 0, minVersion));
        return looking.IsCompletedSuccessfully && minVersion == 0
            ? new(AvailabilityMapping.Proto(sku, looking.Result))
            : Finish(looking, sku, request, context);
    }

    private static async ValueTask<GetAvailabilityResponse> Finish(
        ValueTask<BoardView> looking, Sku sku, GetAvailabilityRequest request, ServerCallContext context)
    {
        var response = AvailabilityMapping.Proto(sku, await looking);
        if (request.MinVersion == 0)
        {
            return response;
        }

        // The filter comes after the check here, or a location that sold out could not show its version.
        if (response.Locations.Count == 0 || response.Locations[0].Version < request.MinVersion)
        {
            return s_stale.Answer<GetAvailabilityResponse>(context);
        }

        if (request.AvailableOnly && response.Locations[0].AvailableUnits == 0)
        {
            response.Locations.Clear();
        }

        return response;
    }

    private async ValueTask<BatchGetAvailabilityResponse> BatchGet(BatchGetAvailabilityRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var only = Fields.Locations(request.LocationIds, ref violations);
        var skus = Skus(request.Skus, ref violations);
        if (violations.Any)
        {
            return violations.Answer<BatchGetAvailabilityResponse>(context);
        }

        var looking = new Task<BoardView>[skus.Length];
        for (var i = 0; i < skus.Length; i++)
        {
            looking[i] = availability.Get(new BoardQuery(skus[i], channel, only, request.AvailableOnly)).AsTask();
        }

        var views = await Task.WhenAll(looking);
        var figures = 0;
        var response = new BatchGetAvailabilityResponse();
        for (var i = 0; i < skus.Length; i++)
        {
            figures += views[i].Rows.Count;
            response.Availabilities.Add(AvailabilityMapping.Proto(skus[i], views[i]));
        }

        if (figures <= Limits.BatchLocationsMax)
        {
            return response;
        }

        violations.Add("skus",
            $"the answer would have {figures} location figures, at most {Limits.BatchLocationsMax}: ask for fewer, or name locations.");
        return violations.Answer<BatchGetAvailabilityResponse>(context);
    }

    private async ValueTask<FindNearbyResponse> FindNear(FindNearbyRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var query = Read(request, ref violations);
        if (violations.Any)
        {
            return violations.Answer<FindNearbyResponse>(context);
        }

        return await availability.Near(query) is { } view
            ? AvailabilityMapping.Proto(view)
            : RichStatus.NotFound("Location", request.LocationId).Answer<FindNearbyResponse>(context);
    }

    private async Task Watch(
        WatchAvailabilityRequest request, IServerStreamWriter<WatchAvailabilityResponse> responses, ServerCallContext context,
            CancellationToken stop)
    {
        var violations = default(Violations);
        var sku = Fields.Sku(request.Sku, "sku", ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        var only = Fields.Locations(request.LocationIds, ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return;
        }

        var initial = true;
        await foreach (var view in availability.Watch(new BoardQuery(sku, channel, only), stop))
        {
            await responses.WriteAsync(AvailabilityMapping.Proto(view, initial), stop);
            initial = false;
        }
    }

    private static Sku[] Skus(IList<string> texts, ref Violations violations)
    {
        if (texts.Count is 0 or > Limits.SkusMax)
        {
            violations.Add("skus", $"has {texts.Count}; it must have 1 to {Limits.SkusMax}.");
            return [];
        }

        var skus = new Sku[texts.Count];
        for (var i = 0; i < skus.Length; i++)
        {
            if (!Sku.TryParse(texts[i], out skus[i], out var problem))
            {
                violations.Add($"skus[{i}]", problem);
            }
        }

        return skus;
    }

    private static NearQuery Read(FindNearbyRequest request, ref Violations violations)
    {
        var sku = Fields.Sku(request.Sku, "sku", ref violations);
        var channel = Fields.Channel(request.Channel, ref violations);
        Position? point = null;
        LocationId? near = null;
        switch (request.NearCase)
        {
            case FindNearbyRequest.NearOneofCase.Point:
                LocationChecks.Position(request.Point, "point", ref violations);
                point = LocationMapping.Point(request.Point);
                break;
            case FindNearbyRequest.NearOneofCase.LocationId:
                near = Fields.Location(request.LocationId, "location_id", ref violations);
                break;
            default:
                violations.Add("near", "must be a point or a location_id.");
                break;
        }

        var radius = request.RadiusMetres == 0 ? Limits.RadiusMetresDefault : request.RadiusMetres;
        if (!(radius is >= 1 and <= Limits.RadiusMetresMax))
        {
            violations.Add("radius_metres", $"must be 1 to {Limits.RadiusMetresMax}; 0 means {Limits.RadiusMetresDefault}.");
        }

        if (request.Limit is < 0 or > Limits.NearbyMax)
        {
            violations.Add("limit", $"is {request.Limit}; it must be 1 to {Limits.NearbyMax}; 0 means {Limits.NearbyDefault}.");
        }

        var units = request.Units == 0 ? 1 : Fields.Units(request.Units, "units", 1, ref violations);
        var max = request.Limit == 0 ? Limits.NearbyDefault : request.Limit;
        return new NearQuery(sku, channel, point, near, radius, units, max, request.CollectOnly);
    }
}
