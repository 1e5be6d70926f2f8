using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The SKUs that one location has ever stocked.</summary>
[Reentrant]
internal sealed class AssortmentGrain(IJournal journal) : Grain, IAssortmentGrain
{
    private readonly NameSet _skus = new();
    private LocationId _location;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _location = LocationId.Parse(this.GetPrimaryKeyString());
        await _skus.OpenAsync(journal, "assortment/", _location.Value, this, cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _skus.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Register(ImmutableArray<Sku> skus)
    {
        if (_skus.Count == 0)
        {
            // The directory knows of every location with stock, also of one that nobody has described: or an audit would pass it by.
            await GrainFactory.GetGrain<ILocationDirectoryGrain>(ILocationDirectoryGrain.OnlyKey).Register(_location);
        }

        await _skus.AddAsync(skus.Select(sku => sku.Value));
    }

    public async ValueTask<ImmutableArray<Sku>> List(Sku? after, int max)
    {
        await _skus.WhenDurable();
        return [.. _skus.After(after?.Value, max).Select(Sku.Parse)];
    }
}
