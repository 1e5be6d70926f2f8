using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The board of one SKU. What it shows was durable at its stock before it was told.</summary>
[Reentrant]
internal sealed class BoardGrain(IJournal journal, TimeProvider time, LocationDirectory directory) : Grain, IBoardGrain
{
    private readonly NameSet _locations = new();
    private readonly Dictionary<LocationId, BoardEntry> _byLocation = [];
    private readonly List<BoardEntry> _entries = [];
    private TaskCompletionSource? _changed;
    private Sku _sku;
    private bool _sorted = true;
    private long _revision;
    private int _waiting;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _sku = Sku.Parse(this.GetPrimaryKeyString());

        // Later than any revision of an earlier activation, so that whoever watched that one sees everything once more.
        _revision = NowMs << 20;
        await _locations.OpenAsync(journal, "board/" + _sku, cancellationToken);
        await AskStocks(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _locations.Close();
        _changed?.TrySetResult();
        return Task.CompletedTask;
    }

    public async ValueTask Register(ImmutableArray<LocationId> locations)
    {
        try
        {
            await _locations.AddAsync(locations.Select(location => location.Value));
        }
        catch (JournalFailedException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public ValueTask Update(BoardFigure figure)
    {
        if (!_byLocation.TryGetValue(figure.Location, out var entry))
        {
            _byLocation.Add(figure.Location, entry = new BoardEntry(figure.Location));
            _entries.Add(entry);
            _sorted = false;
        }

        if (entry.Take(figure, ++_revision, NowMs))
        {
            var changed = _changed;
            _changed = null;
            changed?.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<BoardRows> View(Channel channel, ImmutableArray<LocationId> only, bool availableOnly) =>
        new(Rows(channel, only, availableOnly, 0));

    public ValueTask<ImmutableArray<LocationId>> Locations() =>
        new([.. _locations.Names.Order(StringComparer.Ordinal).Select(LocationId.Parse)]);

    public ValueTask<NearRows> Near(NearPoint query)
    {
        var nowMs = NowMs;
        var finder = new NearFinder(query, directory);
        foreach (var entry in _entries)
        {
            finder.Look(entry);
        }

        return new(finder.Take(nowMs));
    }

    public async ValueTask<BoardChanges> Changes(Channel channel, ImmutableArray<LocationId> only, long sinceRevision)
    {
        if (_waiting >= GrainLimits.WatchersPerBoardMax)
        {
            throw new OverloadedException($"{_waiting} watchers wait at the board of {_sku}, as many as may.");
        }

        var closings = directory.Revision;
        if (sinceRevision >= _revision)
        {
            _waiting++;
            try
            {
                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _changed.Task.WaitAsync(TimeSpan.FromMilliseconds(GrainLimits.WatchWaitMs), time);
            }
            catch (TimeoutException)
            {
                // Nothing happened: the answer says so, and the caller asks again.
            }
            finally
            {
                _waiting--;
            }
        }

        // Revisions of another activation mean nothing here: show everything. So does a store that opened or closed meanwhile.
        var since = sinceRevision > _revision || directory.Revision != closings ? 0 : sinceRevision;
        return new BoardChanges(_revision, Rows(channel, only, false, since));
    }

    private BoardRows Rows(Channel channel, ImmutableArray<LocationId> only, bool availableOnly, long since)
    {
        var nowMs = NowMs;
        var rows = new List<BoardRow>(only.IsDefaultOrEmpty ? _entries.Count : only.Length);
        var oldest = nowMs;
        if (only.IsDefaultOrEmpty)
        {
            Sort();
            foreach (var entry in _entries)
            {
                Add(entry);
            }
        }
        else
        {
            foreach (var location in only)
            {
                if (_byLocation.TryGetValue(location, out var entry))
                {
                    Add(entry);
                }
            }

            rows.Sort(static (a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));
        }

        return new BoardRows([.. rows], nowMs, Math.Max(0, nowMs - oldest));

        void Add(BoardEntry entry)
        {
            var row = entry.Row(channel, directory.IsClosed(entry.Location));
            if (entry.Revision > since && (!availableOnly || row.Available > 0))
            {
                rows.Add(row);
                oldest = Math.Min(oldest, entry.KnownAtMs);
            }
        }
    }

    private void Sort()
    {
        if (!_sorted)
        {
            _entries.Sort(static (a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));
            _sorted = true;
        }
    }

    // After a restart a board knows its locations but not their figures: it asks each stock, some at a time.
    private async Task AskStocks(CancellationToken cancellation)
    {
        using var width = new SemaphoreSlim(GrainLimits.BoardRebuildWidth);
        var asked = new List<Task>(_locations.Names.Count);
        foreach (var name in _locations.Names.ToArray())
        {
            await width.WaitAsync(cancellation);
            asked.Add(Ask(new StockKey(_sku, LocationId.Parse(name)), width));
        }

        await Task.WhenAll(asked);
    }

    private async Task Ask(StockKey key, SemaphoreSlim width)
    {
        try
        {
            await Update(await GrainFactory.GetGrain<IStockGrain>(key.ToString()).Figure());
        }
        finally
        {
            width.Release();
        }
    }
}
