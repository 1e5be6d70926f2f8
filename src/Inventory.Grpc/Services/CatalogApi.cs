using Grpc.Core;
using Inventory.Domain;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The catalogue service: translates to <see cref="ICatalog"/>.</summary>
internal sealed class CatalogApi(ICatalog catalog, CallRunners runners) : CatalogService.CatalogServiceBase
{
    private const string ListScope = "catalog items";
    private readonly CallRunner _calls = runners.For("CatalogService");

    public override Task<UpsertItemResponse> UpsertItem(UpsertItemRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Upsert(ask, call));

    public override Task<GetItemResponse> GetItem(GetItemRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Get(ask, call));

    public override Task<ListItemsResponse> ListItems(ListItemsRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.List(ask, call));

    private async ValueTask<UpsertItemResponse> Upsert(UpsertItemRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        if (request.Item is null)
        {
            violations.Add("item", "must be given.");
            return violations.Answer<UpsertItemResponse>(context);
        }

        var sku = Fields.Sku(request.Item.Sku, "item.sku", ref violations);
        var facts = CatalogMapping.Facts(request.Item, sku, ref violations);
        if (violations.Any)
        {
            return violations.Answer<UpsertItemResponse>(context);
        }

        var answer = await catalog.Upsert(id, sku, facts);
        return new UpsertItemResponse
        {
            Decision = Decisions.Of(answer), Item = answer.Item is null ? null : CatalogMapping.Proto(answer.Item),
        };
    }

    private async ValueTask<GetItemResponse> Get(GetItemRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var sku = Fields.Sku(request.Sku, "sku", ref violations);
        if (violations.Any)
        {
            return violations.Answer<GetItemResponse>(context);
        }

        return await catalog.Get(sku) is { } view
            ? new GetItemResponse { Item = CatalogMapping.Proto(view) }
            : RichStatus.NotFound("CatalogItem", sku.Value).Answer<GetItemResponse>(context);
    }

    private async ValueTask<ListItemsResponse> List(ListItemsRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var size = PageToken.Size(request.PageSize, ref violations);
        var after = PageToken.Read(ListScope, request.PageToken, ref violations);
        if (violations.Any)
        {
            return violations.Answer<ListItemsResponse>(context);
        }

        var page = await catalog.List(after is null ? null : Sku.Parse(after), size);
        var response = new ListItemsResponse();
        response.Items.AddRange(page.Items.Select(CatalogMapping.Proto));
        if (page.More)
        {
            response.NextPageToken = PageToken.Make(ListScope, page.Items[^1].Sku.Value);
        }

        return response;
    }
}
