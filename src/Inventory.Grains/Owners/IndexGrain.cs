using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>A durable list of who has something in common: ids of orders or of transfers, keys of stocks.</summary>
/// <remarks>
/// What is to be found is listed before it is on record: a list that names too much shows what is so, one that names too little hides something.
/// </remarks>
/// <typeparam name="TId">What is listed; its text is its name.</typeparam>
/// <param name="journal">Where the list is kept.</param>
/// <param name="folder">Before the key in the stream's name.</param>
/// <param name="parse">Reads a name that the list has kept.</param>
internal abstract class IndexGrain<TId>(IJournal journal, string folder, Func<string, TId> parse) : Grain
    where TId : struct
{
    private readonly NameSet _names = new();

    /// <summary>How many names there are, durable or not.</summary>
    protected int Count => _names.Count;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _names.OpenAsync(journal, folder + "/", this.GetPrimaryKeyString(), this, cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _names.Close();
        return Task.CompletedTask;
    }

    public virtual ValueTask Add(TId id) => _names.AddAsync([id.ToString()!]);

    public virtual ValueTask Remove(TId id) => _names.RemoveAsync(id.ToString()!);

    public async ValueTask<ImmutableArray<TId>> List(TId? after, int max)
    {
        await _names.WhenDurable();
        return [.. _names.After(after?.ToString(), max).Select(parse)];
    }
}
