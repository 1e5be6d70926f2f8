using Inventory.Journal;

namespace Inventory.Benchmarks;

/// <summary>A journal that keeps nothing and costs nothing: what is measured over it is everything but the journal.</summary>
internal sealed class NoJournal : IJournal
{
    public long DurablePosition => 0;

    public JournalHealth Health => JournalHealth.Serving;

    public ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IJournalStream>(new Stream());

    public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) => ValueTask.FromResult(0L);

    public IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("There is nothing to follow.");

    public ValueTask WhenDurable(JournalPosition position) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Stream : IJournalStream
    {
        public long Version { get; private set; }

        public bool WantsSnapshot => false;

        public JournalPosition Append(ReadOnlySpan<byte> payload) => new(++Version);

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
        }

        public ValueTask WhenDurable(JournalPosition position) => ValueTask.CompletedTask;

        public void Close()
        {
        }
    }
}
