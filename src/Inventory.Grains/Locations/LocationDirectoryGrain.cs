using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The one that knows every location.</summary>
[Reentrant]
internal sealed class LocationDirectoryGrain(IJournal journal, LocationDirectory directory) : Grain, ILocationDirectoryGrain
{
    private readonly NameSet _ids = new();
    private readonly Dictionary<LocationId, (LocationView View, long Revision)> _views = [];
    private readonly Guid _epoch = Guid.NewGuid();
    private long _revision;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _ids.OpenAsync(journal, "directory/", this.GetPrimaryKeyString(), this, cancellationToken);
        foreach (var chunk in _ids.ToArray().Chunk(GrainLimits.BoardRebuildWidth))
        {
            var views = await Task.WhenAll(chunk.Select(id => GrainFactory.GetGrain<ILocationGrain>(id).Get().AsTask()));
            foreach (var view in views)
            {
                if (view is not null)
                {
                    Take(view);
                }
            }
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ids.Close();
        return Task.CompletedTask;
    }

    public ValueTask Register(LocationId location) => _ids.AddAsync([location.Value]);

    public async ValueTask<ImmutableArray<LocationId>> Ids(LocationId? after, int max)
    {
        await _ids.WhenDurable();
        return [.. _ids.After(after?.Value, max).Select(LocationId.Parse)];
    }

    public ValueTask Update(LocationView location)
    {
        Take(location);
        return ValueTask.CompletedTask;
    }

    public ValueTask<DirectoryPage> Since(long revision)
    {
        if (revision == _revision)
        {
            return new(new DirectoryPage(_epoch, _revision, []));
        }

        var changed = _views.Values.Where(each => each.Revision > revision).Select(each => each.View);
        return new(new DirectoryPage(_epoch, _revision, [.. changed]));
    }

    private void Take(LocationView view)
    {
        if (!_views.TryGetValue(view.Id, out var known) || known.View.Version < view.Version)
        {
            _views[view.Id] = (view, ++_revision);
            directory.Take(view);
        }
    }
}
