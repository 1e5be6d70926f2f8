using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Stocks with supply.</summary>
[Reentrant]
internal sealed class SupplyIndexGrain(IJournal journal) : Grain, ISupplyIndexGrain
{
    private readonly NameSet _stocks = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _stocks.OpenAsync(journal, "supplies/" + this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stocks.Close();
        return Task.CompletedTask;
    }

    public ValueTask Add(StockKey stock) => OrLose(() => _stocks.AddAsync([stock.ToString()]));

    public ValueTask Remove(StockKey stock) => OrLose(() => _stocks.RemoveAsync(stock.ToString()));

    public async ValueTask<ImmutableArray<StockKey>> List(StockKey? after, int max)
    {
        await _stocks.WhenDurable();
        return [.. _stocks.After(after?.ToString(), max).Select(StockKey.Parse)];
    }

    private async ValueTask OrLose(Func<ValueTask> write)
    {
        try
        {
            await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
