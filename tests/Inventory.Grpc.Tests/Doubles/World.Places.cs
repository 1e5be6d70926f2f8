using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Inventory.Domain;
using Inventory.Domain.Work;
using Inventory.Grains;
using Channel = Inventory.Domain.Channel;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>Locations and boards.</summary>
internal sealed partial class World : ILocations, IAvailability, IWork
{
    private readonly Dictionary<LocationId, LocationView> _locations = [];
    private readonly Dictionary<RequestId, (string Content, LocationAnswer Answer)> _writes = [];
    private readonly List<(Sku Sku, Channel<LocationId> Changes)> _watchers = [];

    public ValueTask<bool> Knows(LocationId location)
    {
        lock (_gate)
        {
            return new(_locations.ContainsKey(location));
        }
    }

    public int Watchers
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    // No location here states a limit, so none keeps a record.
    ValueTask<ImmutableArray<SlotLoad>> IWork.Kept(LocationId location) => ValueTask.FromResult<ImmutableArray<SlotLoad>>([]);

    ValueTask<ImmutableArray<SlotLoad>> IWork.Left(LocationId location, ImmutableArray<WorkSlot> slots) =>
        ValueTask.FromResult<ImmutableArray<SlotLoad>>([.. slots.Select(slot => new SlotLoad(slot, 0, 0, Domain.Limits.UnitsMax))]);

    ValueTask<ImmutableArray<string>> IWork.Audit(LocationId location) => ValueTask.FromResult<ImmutableArray<string>>([]);

    public ValueTask<LocationAnswer> Upsert(RequestId id, LocationId location, LocationFacts facts) =>
        Write(id, $"upsert {location} {facts.Name} {facts.Kind} {facts.Position}", () =>
        {
            var old = _locations.GetValueOrDefault(location);
            return new LocationView(location, facts, old?.Open ?? true, (old?.Version ?? 0) + 1, NowMs);
        });

    public ValueTask<LocationAnswer> SetOpen(RequestId id, LocationId location, bool open) =>
        Write(id, $"{location} {open}", () =>
            _locations.TryGetValue(location, out var old) ? old with { Open = open, Version = old.Version + 1 } : null);

    public ValueTask<LocationView?> Get(LocationId location)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(_locations.GetValueOrDefault(location));
        }
    }

    public ValueTask<LocationPage> List(LocationId? after, int max)
    {
        lock (_gate)
        {
            var views = _locations.Values.Where(view => string.CompareOrdinal(view.Id.Value, after?.Value ?? "") > 0)
                .OrderBy(view => view.Id.Value, StringComparer.Ordinal).ToArray();
            return ValueTask.FromResult(new LocationPage([.. views.Take(max)], views.Length > max));
        }
    }

    public ValueTask<BoardView> Get(BoardQuery query)
    {
        lock (_gate)
        {
            return Failure is not null ? throw Failure : ValueTask.FromResult(Board_UnderLock(query));
        }
    }

    public ValueTask<NearView?> Near(NearQuery query)
    {
        lock (_gate)
        {
            if (query.Near is { } near && !_locations.ContainsKey(near))
            {
                return ValueTask.FromResult<NearView?>(null);
            }

            var from = query.Near is { } id ? _locations[id].Facts.Position : query.Point!.Value;
            var rows = Board_UnderLock(new BoardQuery(query.Sku, query.Channel, null)).Rows
                .Where(row => row.Available >= query.Units && row.Location != query.Near && _locations.ContainsKey(row.Location))
                .Select(row => (Row: row, At: _locations[row.Location]))
                .Select(place => new NearRow(
                    place.Row, place.At.Facts.Name, from.DistanceMetres(place.At.Facts.Position), NowMs, place.At.Facts.Position))
                .Where(row => row.DistanceMetres <= query.RadiusMetres)
                .OrderBy(row => row.DistanceMetres).Take(query.Max);
            return ValueTask.FromResult<NearView?>(new NearView([.. rows], NowMs, 0));
        }
    }

    public async IAsyncEnumerable<BoardView> Watch(BoardQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var changes = System.Threading.Channels.Channel.CreateUnbounded<LocationId>();
        BoardView first;
        lock (_gate)
        {
            first = Board_UnderLock(query);
            _watchers.Add((query.Sku, changes));
        }

        try
        {
            yield return first;
            while (await changes.Reader.WaitToReadAsync(cancellation))
            {
                var changed = new HashSet<LocationId>();
                while (changes.Reader.TryRead(out var location))
                {
                    changed.Add(location);
                }

                BoardView view;
                lock (_gate)
                {
                    view = Board_UnderLock(query);
                }

                yield return view with { Rows = [.. view.Rows.Where(row => changed.Contains(row.Location))] };
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.RemoveAll(watcher => watcher.Changes == changes);
            }
        }
    }

    private void Changed_UnderLock(StockKey key)
    {
        foreach (var watcher in _watchers.Where(watcher => watcher.Sku == key.Sku))
        {
            watcher.Changes.Writer.TryWrite(key.Location);
        }
    }

    private BoardView Board_UnderLock(BoardQuery query)
    {
        var rows = _stocks.Where(stock => stock.Key.Sku == query.Sku && query.Only?.Contains(stock.Key.Location) != false)
            .Select(stock => Row_UnderLock(stock.Key, query.Channel))
            .Where(row => !query.AvailableOnly || row.Available > 0)
            .OrderBy(row => row.Location.Value, StringComparer.Ordinal);
        return new BoardView([.. rows], NowMs, 0);
    }

    private BoardRow Row_UnderLock(StockKey key, Channel channel)
    {
        var stock = Stock_UnderLock(key);
        return new BoardRow(key.Location, Available_UnderLock(key, stock, channel), stock.Sellable, stock.Version);
    }

    private ValueTask<LocationAnswer> Write(RequestId id, string content, Func<LocationView?> change)
    {
        lock (_gate)
        {
            if (_writes.TryGetValue(id, out var earlier))
            {
                return ValueTask.FromResult(earlier.Content == content
                    ? earlier.Answer with { Outcome = LocationOutcome.AlreadyAccepted }
                    : new LocationAnswer(LocationOutcome.IdReused, earlier.Answer.Version, earlier.Answer.Location));
            }

            if (change() is not { } view)
            {
                return ValueTask.FromResult(new LocationAnswer(LocationOutcome.NotFound, 0, null));
            }

            _locations[view.Id] = view;
            var answer = new LocationAnswer(LocationOutcome.Accepted, view.Version, view);
            _writes.Add(id, (content, answer));
            return ValueTask.FromResult(answer);
        }
    }
}
