using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The board of one SKU. What it shows was durable at its stock before it was told.</summary>
[Reentrant]
internal sealed class BoardGrain(SiloParts silo) : Grain, IBoardGrain
{
    /// <summary>What the names of boards' streams begin with, before the SKU.</summary>
    public const string StreamPrefix = "board/";

    private const int RevisionBits = 20;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private static long s_latestFirst;
    private readonly Places _places = new(silo.Directory);
    private TaskCompletionSource? _changed;
    private IGrainTimer? _retry;
    private Sku _sku;
    private int _sorted;
    private long _revision;
    private long _directoryRevision;
    private int _waiting;
    private bool _mustCall;

    private ref NamedTable<BoardEntry> Entries => ref _places.Items;

    private long NowMs => silo.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _sku = Sku.Parse(this.GetPrimaryKeyString());

        _revision = FirstRevision(NowMs);
        await silo.Directory.WhenLoaded().WaitAsync(cancellationToken);
        await _places.OpenAsync(silo.Journal, StreamPrefix, _sku.Value, this, cancellationToken);
        await AskStocks(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _places.Close();
        _changed?.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask Register(ImmutableArray<LocationId> locations) => _places.AddAsync(NamesOf(locations));

    public async ValueTask<long> BeginRegister(ImmutableArray<LocationId> locations, Guid journal)
    {
        if (journal == silo.Id)
        {
            return _places.Add(NamesOf(locations)).Value;
        }

        await Register(locations);
        return 0;
    }

    public ValueTask Update(BoardFigure figure)
    {
        var place = Entries.PlaceOf(figure.Location.Value);
        if (place < 0)
        {
            _places.Add([figure.Location.Value]); // its stock has an event and was registered before, so this is a guard only
            place = Entries.PlaceOf(figure.Location.Value);
        }

        var before = Entries[place].AvailableTo(Channel.Web);
        if (Entries[place].Take(figure, _revision + 1, NowMs))
        {
            _revision++;
            CallIfMore(place, before);
            var changed = _changed;
            _changed = null;
            changed?.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask AskAll()
    {
        using var width = new SemaphoreSlim(GrainLimits.BoardRebuildWidth);
        var asked = new List<Task<bool>>();
        foreach (var location in _places.ToArray())
        {
            await width.WaitAsync();
            asked.Add(Ask(new StockKey(_sku, LocationId.Parse(location)), width));
        }

        await Task.WhenAll(asked);
    }

    public ValueTask<BoardRows> View(Channel channel, ImmutableArray<LocationId> only, bool availableOnly)
    {
        FoldClosings();
        return new(Rows(channel, only, availableOnly, 0));
    }

    public ValueTask<BoardAround> Around(Channel channel, Position point, double metres)
    {
        FoldClosings();
        var rows = new List<BoardRow>();
        var near = Near(point, metres);
        for (var i = 0; i < (near?.Count ?? Entries.Count); i++)
        {
            if (PlaceOf(near, i) is >= 0 and var place && Entries[place].AvailableTo(channel) > 0)
            {
                rows.Add(Entries[place].Row(channel));
            }
        }

        return new(new BoardAround([.. rows], near is null ? double.PositiveInfinity : metres));
    }

    public async ValueTask<ImmutableArray<LocationId>> Locations()
    {
        await _places.WhenDurable();
        return [.. _places.ToArray().Order(StringComparer.Ordinal).Select(LocationId.Parse)];
    }

    public ValueTask<NearRows> Near(NearPoint query)
    {
        FoldClosings();
        var finder = new NearFinder(query, silo.Directory);
        var near = Near(query.Point, query.RadiusMetres);
        for (var i = 0; i < (near?.Count ?? Entries.Count); i++)
        {
            if (PlaceOf(near, i) is >= 0 and var place)
            {
                finder.Look(place, Entries[place]);
            }
        }

        return new(finder.Take(NowMs, Entries.All));
    }

    public async ValueTask<BoardChanges> Changes(Channel channel, ImmutableArray<LocationId> only, long sinceRevision)
    {
        if (_waiting >= GrainLimits.WatchersPerBoardMax)
        {
            throw new OverloadedException($"{_waiting} watchers wait at the board of {_sku}, as many as may.");
        }

        var closing = silo.Directory.Changed;
        FoldClosings();
        if (sinceRevision == _revision)
        {
            _waiting++;
            try
            {
                _changed ??= new TaskCompletionSource(); // those who wait continue in turns of their own
                await WaitForNews(_changed.Task, closing);
            }
            finally
            {
                _waiting--;
            }

            FoldClosings();
        }

        // Revisions of another activation mean nothing here: show everything.
        return new BoardChanges(_revision, Rows(channel, only, false, sinceRevision > _revision ? 0 : sinceRevision));
    }

    public ValueTask<long> CallWhenMore()
    {
        FoldClosings();
        _mustCall = true;
        return new(_revision);
    }

    // Who may be near: of a board of many locations those that the map names; null if it costs less to look at all entries.
    private List<LocationId>? Near(in Position point, double metres) =>
        Entries.Count <= GrainLimits.BoardEntriesFew ? null : silo.Directory.Map.Within(point, metres);

    // The entry of one of these; below 0 if there is none.
    private int PlaceOf(List<LocationId>? near, int i) => near is null ? i : Entries.PlaceOf(near[i].Value);

    // Units that a ring-fence lets go of do not show in this channel's figure: so whatever is not less may be more.
    private void CallIfMore(int place, long before)
    {
        if (_mustCall && Entries[place].Row(Channel.Web) is { OnHand: > 0 } row && row.Available >= before)
        {
            _mustCall = false;
            _ = GrainFactory.GetGrain<IWaitListGrain>(_sku.Value).More().AsTask();
        }
    }

    private static IEnumerable<string> NamesOf(ImmutableArray<LocationId> locations) => locations.Select(static location => location.Value);

    // Later than any revision of an earlier activation, even of one in the same millisecond: whoever watched that one sees everything once more.
    private static long FirstRevision(long nowMs)
    {
        long before, first;
        do
        {
            before = Volatile.Read(ref s_latestFirst);
            first = Math.Max(nowMs << RevisionBits, before + (1L << RevisionBits));
        }
        while (Interlocked.CompareExchange(ref s_latestFirst, first, before) != before);

        return first;
    }

    private async Task WaitForNews(Task changed, Task closing)
    {
        using var stop = new CancellationTokenSource();
        await Task.WhenAny(changed, closing, Task.Delay(TimeSpan.FromMilliseconds(GrainLimits.WatchWaitMs), silo.Time, stop.Token));
        stop.Cancel(); // at once: nothing but the delay listens
    }

    // A store that opens or closes changes what is available without a word from its stocks.
    private void FoldClosings()
    {
        var revision = silo.Directory.Revision;
        if (revision == _directoryRevision)
        {
            return;
        }

        _directoryRevision = revision;
        foreach (ref var entry in Entries.All)
        {
            if (entry.Take(!silo.Directory.IsOpen(entry.Location), _revision + 1))
            {
                _revision++;
            }
        }
    }

    private BoardRows Rows(Channel channel, ImmutableArray<LocationId> only, bool availableOnly, long since)
    {
        var nowMs = NowMs;
        var rows = new List<BoardRow>(since > 0 ? 0 : only.IsDefaultOrEmpty ? Entries.Count : only.Length);
        var oldest = nowMs;
        if (only.IsDefaultOrEmpty)
        {
            Sort();
            foreach (ref readonly var entry in Entries.All)
            {
                Add(entry);
            }
        }
        else
        {
            foreach (var location in only)
            {
                if (Entries.PlaceOf(location.Value) is >= 0 and var place)
                {
                    Add(Entries[place]);
                }
            }

            rows.Sort(static (a, b) => string.CompareOrdinal(a.Location.Value, b.Location.Value));
        }

        return new BoardRows([.. rows], nowMs, Math.Max(0, nowMs - oldest));

        void Add(in BoardEntry entry)
        {
            if (entry.Revision > since && (!availableOnly || entry.AvailableTo(channel) > 0))
            {
                rows.Add(entry.Row(channel));
                oldest = Math.Min(oldest, entry.KnownAtMs);
            }
        }
    }

    private void Sort()
    {
        if (_sorted != Entries.Count)
        {
            Entries.Sort();
            _sorted = Entries.Count;
        }
    }

    // After a restart a board knows its locations but not their figures: it asks each stock, some at a time.
    private async Task AskStocks(CancellationToken cancellation)
    {
        if (_places.Count == 0)
        {
            return; // nearly all that begin to live in an import
        }

        using var width = new SemaphoreSlim(GrainLimits.BoardRebuildWidth);
        var unknown = Array.FindAll(_places.ToArray(), location => Entries[Entries.PlaceOf(location)].Revision == 0);
        var asked = new List<Task<bool>>(unknown.Length);
        foreach (var location in unknown)
        {
            await width.WaitAsync(cancellation);
            asked.Add(Ask(new StockKey(_sku, LocationId.Parse(location)), width));
        }

        var answered = await Task.WhenAll(asked);
        _retry?.Dispose();
        _retry = answered.All(told => told)
            ? null
            : this.RegisterGrainTimer(
                AskStocks, new GrainTimerCreationOptions { DueTime = s_retryPause, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }

    private async Task<bool> Ask(StockKey key, SemaphoreSlim width)
    {
        try
        {
            // Not for long: a stock that is ending may itself wait for this board.
            var figure = GrainFactory.GetGrain<IStockGrain>(key.ToString()).Figure().AsTask();
            await Update(await figure.WaitAsync(TimeSpan.FromMilliseconds(GrainLimits.FigureWaitMs), silo.Time));
            return true;
        }
        catch (Exception)
        {
            // One stock that cannot answer must not hide the others; it is asked again.
            return false;
        }
        finally
        {
            width.Release();
        }
    }

    /// <summary>The locations that stock the SKU, on record, with what is shown of each.</summary>
    private sealed class Places(LocationDirectory directory) : NameSet<BoardEntry>
    {
        private protected override BoardEntry Make(string name)
        {
            var location = directory.Same(LocationId.Parse(name)); // its text is in memory once
            return new BoardEntry(location, !directory.IsOpen(location));
        }
    }
}
