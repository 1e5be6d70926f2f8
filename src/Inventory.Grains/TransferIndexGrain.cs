using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Transfers that have something in common.</summary>
[Reentrant]
internal sealed class TransferIndexGrain(IJournal journal) : Grain, ITransferIndexGrain
{
    private readonly NameSet _transfers = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _transfers.OpenAsync(journal, "transfers/" + this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _transfers.Close();
        return Task.CompletedTask;
    }

    public ValueTask Add(RequestId transfer) => OrLose(() => _transfers.AddAsync([transfer.ToString()]));

    public ValueTask Remove(RequestId transfer) => OrLose(() => _transfers.RemoveAsync(transfer.ToString()));

    public async ValueTask<ImmutableArray<RequestId>> List(RequestId? after, int max)
    {
        await _transfers.WhenDurable();
        var found = ImmutableArray.CreateBuilder<RequestId>();
        foreach (var token in _transfers.After(after?.ToString(), max))
        {
            found.Add(RequestId.TryParseToken(token, out var id) ? id : throw new FormatException($"'{token}' is no token of a transfer."));
        }

        return found.ToImmutable();
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
