using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>Rebuilds a stock from its journal alone and compares it with the one in memory.</summary>
internal static class StockAudit
{
    private const int Tries = 5;

    /// <param name="journal">Where the truth is.</param>
    /// <param name="stream">The stock's stream.</param>
    /// <param name="live">The stock in memory, now.</param>
    /// <returns>Each difference in words.</returns>
    public static async ValueTask<ImmutableArray<string>> RunAsync(IJournal journal, string stream, Func<Stock> live)
    {
        // The stock goes on while the journal is read; read again until nothing happened in between.
        for (var i = 0; i < Tries; i++)
        {
            var version = live().Version;
            var replay = new Replay();
            await journal.ReadAsync(stream, replay);
            if (live().Version != version)
            {
                continue;
            }

            if (replay.Problem is { } problem)
            {
                return [problem];
            }

            replay.Stock.AdvanceTo(live().LastAtMs);
            return Compare(replay.Stock, live());
        }

        return [];
    }

    private static ImmutableArray<string> Compare(Stock journal, Stock memory)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        void Same(string what, long inJournal, long inMemory)
        {
            if (inJournal != inMemory)
            {
                differences.Add($"{what}: the journal says {inJournal}, memory says {inMemory}");
            }
        }

        Same("version", journal.Version, memory.Version);
        Same("sellable", journal.Sellable, memory.Sellable);
        Same("damaged", journal.Damaged, memory.Damaged);
        Same("quarantine", journal.Quarantine, memory.Quarantine);
        Same("display", journal.Display, memory.Display);
        Same("held", journal.Held, memory.Held);
        Same("holds", journal.HoldCount, memory.HoldCount);
        Same("received", journal.Ledger.Received, memory.Ledger.Received);
        Same("returned", journal.Ledger.Returned, memory.Ledger.Returned);
        Same("collected", journal.Ledger.Collected, memory.Ledger.Collected);
        Same("shipped", journal.Ledger.Shipped, memory.Ledger.Shipped);
        Same("counted", journal.Ledger.Counted, memory.Ledger.Counted);
        foreach (var reason in Enum.GetValues<AdjustReason>())
        {
            Same($"adjusted for {reason}", journal.Ledger.Adjusted(reason), memory.Ledger.Adjusted(reason));
        }

        Same("balance of the ledger", memory.Ledger.Balance, memory.Sellable + memory.Damaged + memory.Quarantine + memory.Display);
        Same("sum of the holds", memory.Holds.Sum(hold => hold.Value.Left), memory.Held);
        foreach (var (id, hold) in memory.Holds)
        {
            if (!journal.TryGetHold(id, out var kept) || kept != hold)
            {
                differences.Add($"hold {id.Reservation}/{id.Line}: differs between journal and memory");
            }
        }

        return differences.ToImmutable();
    }

    private sealed class Replay : IStreamReader
    {
        public Stock Stock { get; private set; } = new();

        public string? Problem { get; private set; }

        public void Snapshot(long version, ReadOnlySpan<byte> state)
        {
            try
            {
                Stock = StockSnapshotCodec.Decode(state);
            }
            catch (Exception e) when (e is InvariantBrokenException or FormatException)
            {
                Problem ??= $"snapshot {version}: {e.Message}";
            }
        }

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
            try
            {
                Stock.Apply(StockEventCodec.Decode(payload));
                if (Stock.Version != version)
                {
                    Problem ??= $"event {version} follows version {Stock.Version - 1}";
                }
            }
            catch (Exception e) when (e is InvariantBrokenException or FormatException)
            {
                Problem ??= $"event {version}: {e.Message}";
            }
        }
    }
}
