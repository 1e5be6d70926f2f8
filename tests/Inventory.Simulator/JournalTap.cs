using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Journal;

namespace Inventory.Simulator;

/// <summary>Stands next to the journal and shows the auditor every event of stocks, work and other owners that have a book, as it is appended.</summary>
internal sealed class JournalTap(IJournal journal, Auditor auditor, Tally tally) : IJournal
{
    public long DurablePosition => journal.DurablePosition;

    public JournalHealth Health => journal.Health;

    public async ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var opened = await journal.OpenAsync(stream, reader, cancellationToken);
        if (stream.StartsWith("work/", StringComparison.Ordinal))
        {
            return new TappedWork(opened, LocationId.Parse(stream["work/".Length..]), auditor, tally);
        }

        return auditor.Books.TryGet(stream, out var book) ? new Tapped(opened, book, auditor, tally)
            : auditor.Owners.TryGet(stream, out var owner) ? new TappedOwner(opened, owner, auditor)
            : opened;
    }

    // Of boards, which have no book.
    public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload)
    {
        var begun = journal.TryBegin(prefix, name, payload);
        tally.Add(begun is null ? "board told in memory" : "board begun out of memory");
        return begun;
    }

    public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
        journal.ReadAsync(stream, reader, cancellationToken);

    public IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default) =>
        journal.TailAsync(fromPosition, cancellationToken);

    public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private sealed class TappedWork(IJournalStream stream, LocationId place, Auditor auditor, Tally tally) : IJournalStream
    {
        public long Version => stream.Version;

        public bool WantsSnapshot => stream.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            var position = stream.Append(payload);
            auditor.Written(place, stream.Version, WorkCodec.DecodeEvent(payload));
            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            tally.Add("snapshot of work written");
            stream.AppendSnapshot(state);
        }

        public ValueTask WhenDurable(JournalPosition position) => stream.WhenDurable(position);

        public void Close() => stream.Close();
    }

    private sealed class TappedOwner(IJournalStream stream, OwnerBook book, Auditor auditor) : IJournalStream
    {
        public long Version => stream.Version;

        public bool WantsSnapshot => stream.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            var position = stream.Append(payload);
            auditor.Owners.Written(book, payload);
            if (stream.Version != book.Version)
            {
                auditor.Fail($"{book.Stream}: the journal is at version {stream.Version}, the books at {book.Version}");
            }

            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state) => stream.AppendSnapshot(state);

        public ValueTask WhenDurable(JournalPosition position) => stream.WhenDurable(position);

        public void Close() => stream.Close();
    }

    private sealed class Tapped(IJournalStream stream, StockBook book, Auditor auditor, Tally tally) : IJournalStream
    {
        public long Version => stream.Version;

        public bool WantsSnapshot => stream.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload)
        {
            var position = stream.Append(payload);
            auditor.Written(book, StockEventCodec.Decode(payload));
            if (stream.Version != book.Version)
            {
                auditor.Fail($"{book.Key}: the journal is at version {stream.Version}, the books at {book.Version}");
            }

            return position;
        }

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            tally.Add("snapshot written");
            stream.AppendSnapshot(state);
        }

        public ValueTask WhenDurable(JournalPosition position) => stream.WhenDurable(position);

        public void Close() => stream.Close();
    }
}
