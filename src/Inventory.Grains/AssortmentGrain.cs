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
    private string[]? _sorted;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _skus.OpenAsync(journal, "assortment/" + this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _skus.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Register(ImmutableArray<Sku> skus)
    {
        try
        {
            if (await _skus.AddAsync(skus.Select(sku => sku.Value)))
            {
                _sorted = null;
            }
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public async ValueTask<ImmutableArray<Sku>> List(Sku? after, int max)
    {
        await _skus.WhenDurable();
        _sorted ??= [.. _skus.Names.Order(StringComparer.Ordinal)];
        var first = 0;
        if (after is { } last)
        {
            var at = Array.BinarySearch(_sorted, last.Value, StringComparer.Ordinal);
            first = at < 0 ? ~at : at + 1;
        }

        return [.. _sorted.Skip(first).Take(max).Select(Sku.Parse)];
    }
}
