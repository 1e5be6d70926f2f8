using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>What an owner holds of its stock at one version, so that the stock can go on while its journal is read.</summary>
internal sealed class StockPicture(Stock stock)
{
    public long Version { get; } = stock.Version;

    public long LastAtMs { get; } = stock.LastAtMs;

    public ImmutableArray<long> OnHand { get; } = StockSums.OnHandOf(stock);

    public long Held { get; } = stock.Held;

    public StockLedger Ledger { get; } = stock.Ledger;

    public ImmutableArray<LotView> Lots { get; } = stock.Lots;

    public ulong PolicyHash { get; } = stock.Policy.ContentHash();

    public Dictionary<HoldId, Hold> Holds { get; } = new(stock.Holds);
}

/// <summary>Rebuilds a stock from its journal alone, twice: by its rules and by plain sums; compares both with what its owner holds.</summary>
internal static class StockAudit
{
    private const int Tries = 5;

    /// <param name="journal">Where the truth is.</param>
    /// <param name="stream">The stock's stream.</param>
    /// <param name="memory">The stock in memory; durable.</param>
    /// <returns>Each difference in words.</returns>
    public static async ValueTask<ImmutableArray<string>> RunAsync(IJournal journal, string stream, StockPicture memory)
    {
        for (var i = 0; i < Tries; i++)
        {
            var replay = new Replay(memory.Version);
            await journal.ReadAsync(stream, replay);
            if (replay.Problem is { } problem)
            {
                return [problem];
            }

            if (!replay.IsPast)
            {
                return Compare(replay, memory);
            }
        }

        return ["could not be read at one version: ask again"];
    }

    private static ImmutableArray<string> Compare(Replay replay, StockPicture memory)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        void Same(string what, long inJournal, long inMemory)
        {
            if (inJournal != inMemory)
            {
                differences.Add($"{what}: the journal says {inJournal}, memory says {inMemory}");
            }
        }

        var journal = replay.Stock;
        journal.AdvanceTo(memory.LastAtMs);
        Same("version", journal.Version, memory.Version);
        foreach (var condition in Enum.GetValues<Condition>())
        {
            Same($"{condition}", journal.OnHand(condition), memory.OnHand[(int)condition]);
            Same($"{condition} by plain sums", replay.Sums.OnHand[(int)condition], memory.OnHand[(int)condition]);
        }

        Same("held", journal.Held, memory.Held);
        Same("sum of the holds", memory.Holds.Sum(hold => hold.Value.Left), memory.Held);
        Same("balance of the ledger", memory.Ledger.Balance, memory.OnHand.Sum());
        foreach (var (what, sum, ledger) in replay.Sums.Against(memory.Ledger))
        {
            Same(what, sum, ledger);
        }

        foreach (var (what, sum, lots) in replay.Sums.AgainstLots(memory.Lots))
        {
            Same(what, sum, lots);
        }

        foreach (var condition in memory.Lots.IsEmpty ? [] : Enum.GetValues<Condition>())
        {
            Same($"lots {condition}, those without included", memory.Lots.Sum(lot => StockSums.UnitsOf(lot, condition)), memory.OnHand[(int)condition]);
        }

        if (journal.Policy.ContentHash() != memory.PolicyHash)
        {
            differences.Add("policy: differs between journal and memory");
        }

        foreach (var id in memory.Holds.Keys.Union(journal.Holds.Select(hold => hold.Key)))
        {
            if (!journal.TryGetHold(id, out var kept) || !memory.Holds.TryGetValue(id, out var held) || kept != held)
            {
                differences.Add($"hold {id.Reservation}/{id.Line}: differs between journal and memory");
            }
        }

        return differences.ToImmutable();
    }

    /// <summary>Takes the journal's records up to a version.</summary>
    private sealed class Replay(long version) : IStreamReader
    {
        public Stock Stock { get; private set; } = new();

        public StockSums Sums { get; private set; } = new();

        public string? Problem { get; private set; }

        /// <summary>True if the journal's snapshot is newer than the picture: it cannot be compared.</summary>
        public bool IsPast { get; private set; }

        public void Snapshot(long snapshotVersion, ReadOnlySpan<byte> state)
        {
            try
            {
                Stock = StockSnapshotCodec.Decode(state);
                Sums = new StockSums(Stock);
                IsPast = snapshotVersion > version;
                Check(snapshotVersion);
            }
            catch (Exception e) when (e is InvariantBrokenException or FormatException)
            {
                Problem ??= $"snapshot {snapshotVersion}: {e.Message}";
            }
        }

        public void Event(long eventVersion, ReadOnlySpan<byte> payload)
        {
            if (eventVersion > version || Problem is not null)
            {
                return;
            }

            try
            {
                var change = StockEventCodec.Decode(payload);
                Stock.Apply(change);
                Sums.Add(change);
                Check(eventVersion);
            }
            catch (Exception e) when (e is InvariantBrokenException or FormatException)
            {
                Problem ??= $"event {eventVersion}: {e.Message}";
            }
        }

        private void Check(long recordVersion)
        {
            if (Stock.Version != recordVersion)
            {
                Problem ??= $"record {recordVersion} makes version {Stock.Version}";
            }
        }
    }
}
