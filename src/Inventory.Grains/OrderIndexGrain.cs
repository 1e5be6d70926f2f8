using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Every order that a customer, or a location, ever had.</summary>
[Reentrant]
internal sealed class OrderIndexGrain(IJournal journal) : Grain, IOrderIndexGrain
{
    private readonly NameSet _orders = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _orders.OpenAsync(journal, "orders/" + this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _orders.Close();
        return Task.CompletedTask;
    }

    public async ValueTask Add(RequestId order)
    {
        try
        {
            await _orders.AddAsync([order.ToString()]);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public async ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max)
    {
        await _orders.WhenDurable();
        var found = ImmutableArray.CreateBuilder<RequestId>();
        foreach (var token in _orders.After(after?.ToString(), max))
        {
            found.Add(RequestId.TryParseToken(token, out var id) ? id : throw new FormatException($"'{token}' is no token of an order."));
        }

        return found.ToImmutable();
    }
}
