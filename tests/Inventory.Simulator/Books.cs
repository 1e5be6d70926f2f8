using System.Diagnostics.CodeAnalysis;
using Inventory.Domain;
using Inventory.Domain.Stocks;

namespace Inventory.Simulator;

/// <summary>What the auditor has seen a stock write, version by version.</summary>
internal sealed class StockBook(StockKey key)
{
    private readonly List<(StockEvent Event, StockState After)> _entries = [];
    private readonly Dictionary<RequestId, long> _versions = [];

    public StockKey Key => key;

    public long Version => _entries.Count;

    /// <summary>Highest version that anybody was told of: it must never be lost.</summary>
    public long Told { get; private set; }

    public StockState Now => At(Version);

    public IEnumerable<StockEvent> Events => _entries.Select(entry => entry.Event);

    public StockState At(long version) => version == 0 ? StockState.Empty : _entries[(int)version - 1].After;

    /// <summary>How it stood at a time, and since then.</summary>
    public IEnumerable<StockState> Since(long sinceMs)
    {
        for (var version = Version; version > 0; version--)
        {
            yield return At(version);
            if (At(version).AtMs < sinceMs)
            {
                yield break;
            }
        }
    }

    public StockEvent EventAt(long version) => _entries[(int)version - 1].Event;

    public bool TryFind(RequestId id, out long version) => _versions.TryGetValue(id, out version);

    public void Tell(long version) => Told = Math.Max(Told, version);

    /// <summary>Adds an event. Returns what is wrong with it by itself; null if nothing is.</summary>
    public string? Append(in StockEvent change)
    {
        var before = Now;
        var after = before.After(change);
        _entries.Add((change, after));
        var problem = after.Problem();
        if (!_versions.TryAdd(change.Id, Version))
        {
            problem = $"the write of version {_versions[change.Id]} was applied again";
        }

        if (change.AtMs < before.AtMs)
        {
            problem = $"time ran backwards from {before.AtMs} to {change.AtMs}";
        }

        return problem is null ? null : $"{key} version {Version}, {change.Verb} {change.Units}: {problem}";
    }

    /// <summary>After a restart: what came later was lost.</summary>
    public void Restore(long version)
    {
        for (var lost = (int)version; lost < _entries.Count; lost++)
        {
            _versions.Remove(_entries[lost].Event.Id);
        }

        _entries.RemoveRange((int)version, _entries.Count - (int)version);
    }
}

/// <summary>The auditor's books of all stocks.</summary>
internal sealed class Books
{
    private readonly SortedDictionary<string, StockBook> _byStream = new(StringComparer.Ordinal);

    public IEnumerable<StockBook> All => _byStream.Values;

    public static string StreamOf(StockKey key) => "stock/" + key;

    public bool TryGet(string stream, [NotNullWhen(true)] out StockBook? book)
    {
        if (!_byStream.TryGetValue(stream, out book) && stream.StartsWith("stock/", StringComparison.Ordinal))
        {
            _byStream.Add(stream, book = new StockBook(StockKey.Parse(stream["stock/".Length..])));
        }

        return book is not null;
    }

    public StockBook Of(StockKey key) => TryGet(StreamOf(key), out var book) ? book : throw new InvalidOperationException("No such stream.");
}
