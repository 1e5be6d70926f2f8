using Grpc.Core;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The location service: translates to <see cref="ILocations"/>.</summary>
internal sealed class LocationApi(ILocations locations, IWork work, TimeProvider time, CallRunners runners) : LocationService.LocationServiceBase
{
    private const string ListScope = "locations";
    private readonly CallRunner _calls = runners.For("LocationService");

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task<UpsertLocationResponse> UpsertLocation(UpsertLocationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Upsert(ask, call));

    public override Task<GetLocationResponse> GetLocation(GetLocationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListLocationsResponse> ListLocations(ListLocationsRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    public override Task<OpenLocationResponse> OpenLocation(OpenLocationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
            new OpenLocationResponse { Decision = await api.SetOpen(ask.RequestId, ask.Id, true, call) });

    public override Task<CloseLocationResponse> CloseLocation(CloseLocationRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
            new CloseLocationResponse { Decision = await api.SetOpen(ask.RequestId, ask.Id, false, call) });

    public override Task<GetLocationWorkResponse> GetLocationWork(GetLocationWorkRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.GetWork(ask, call));

    private async ValueTask<UpsertLocationResponse> Upsert(UpsertLocationRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        if (request.Location is null)
        {
            violations.Add("location", "must be given.");
            return violations.Answer<UpsertLocationResponse>(context);
        }

        var location = Fields.Location(request.Location.Id, "location.id", ref violations);
        LocationChecks.Check(request.Location, ref violations);
        if (violations.Any)
        {
            return violations.Answer<UpsertLocationResponse>(context);
        }

        var answer = await locations.Upsert(id, location, LocationMapping.Facts(request.Location));
        return new UpsertLocationResponse
        {
            Decision = LocationMapping.Decision(answer),
            Location = answer.Location is null ? null : LocationMapping.Proto(answer.Location, NowMs),
        };
    }

    private async ValueTask<GetLocationResponse> Get(GetLocationRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.Location(request.Id, "id", ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetLocationResponse>(context);
        }

        return await locations.Get(id) is { } view
            ? new GetLocationResponse { Location = LocationMapping.Proto(view, NowMs) }
            : RichStatus.NotFound("Location", id.Value).Answer<GetLocationResponse>(context);
    }

    private async ValueTask<GetLocationWorkResponse> GetWork(GetLocationWorkRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.Location(request.Id, "id", ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetLocationWorkResponse>(context);
        }

        if (await locations.Get(id) is not { } view)
        {
            return RichStatus.NotFound("Location", id.Value).Answer<GetLocationWorkResponse>(context);
        }

        var response = new GetLocationWorkResponse();
        foreach (var load in await work.Kept(id))
        {
            response.Slots.Add(LocationMapping.Proto(load, view.Facts.TimeZone));
        }

        return response;
    }

    private async ValueTask<ListLocationsResponse> List(ListLocationsRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var size = PageToken.Size(request.PageSize, ref violations);
        var after = PageToken.Read(ListScope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListLocationsResponse>(context);
        }

        var page = await locations.List(after is null ? null : Domain.LocationId.Parse(after), size);
        var (response, nowMs) = (new ListLocationsResponse(), NowMs);
        foreach (var view in page.Locations)
        {
            response.Locations.Add(LocationMapping.Proto(view, nowMs));
        }

        if (page.More)
        {
            response.NextPageToken = PageToken.Make(ListScope, page.Locations[^1].Id.Value);
        }

        return response;
    }

    private async ValueTask<Decision?> SetOpen(string requestId, string location, bool open, ServerCallContext context)
    {
        var violations = default(Violations);
        var write = Fields.RequestId(requestId, ref violations);
        var id = Fields.Location(location, "id", ref violations);
        if (violations.Any)
        {
            violations.Status().Set(context);
            return null;
        }

        var answer = await locations.SetOpen(write, id, open);
        if (answer.Outcome != LocationOutcome.NotFound)
        {
            return LocationMapping.Decision(answer);
        }

        RichStatus.NotFound("Location", id.Value).Set(context);
        return null;
    }
}
