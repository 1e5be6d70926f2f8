using System.Buffers;

namespace Inventory.Journal;

/// <summary>The append-only record of every change; the truth. A journal holds many streams; each stream has one owner at a time.</summary>
/// <remarks>
/// Contract of every adapter. Appending is synchronous and only copies; a writer makes batches durable. Events of one stream become durable in the order
/// in which they were appended, and an event is never durable without those before it in its stream. After a failed write or sync the journal has failed
/// for good: every waiter and every later append gets <see cref="JournalFailedException"/>, and the same bytes are never tried again.
/// Members may be called from any thread, those of one <see cref="IJournalStream"/> from one at a time.
/// </remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Makes the caller the owner of a stream and hands it what is durable or pending of it.</summary>
    /// <param name="stream">Name of the stream, 1 to <see cref="JournalLimits.StreamNameBytesMax"/> bytes of UTF-8. It need not exist.</param>
    /// <param name="reader">Gets the latest snapshot, if there is one, then each later event in order. Spans are valid during the call only.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The handle through which to append. The handle of an earlier owner is fenced: its appends throw, also if this call is given up.</returns>
    /// <exception cref="JournalFailedException">Storage is lost.</exception>
    /// <exception cref="JournalFencedException">Yet another owner opened the stream while this call read it.</exception>
    ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="OpenAsync(string, IStreamReader, CancellationToken)"/> of the stream whose name is both texts, one after the other.</summary>
    ValueTask<IJournalStream> OpenAsync(string prefix, string name, IStreamReader reader, CancellationToken cancellationToken = default) =>
        OpenAsync(prefix + name, reader, cancellationToken);

    /// <summary>As the other opening, for who has very many streams open and no object for each.</summary>
    /// <remarks>
    /// The name is not kept: it is given with each call, the beginning and a text that is there anyway, such as the name of what owns the stream.
    /// </remarks>
    ValueTask<HeldStream> HoldAsync(string prefix, string name, IStreamReader reader, CancellationToken cancellationToken = default) =>
        HeldStream.Of(OpenAsync(prefix, name, reader, cancellationToken));

    /// <summary>Appends the first event of a stream that has no record and no owner, and leaves it so: for who begins very many and needs none now.</summary>
    /// <param name="prefix">The beginning of the stream's name.</param>
    /// <param name="name">The rest of it.</param>
    /// <param name="payload">As for <see cref="IJournalStream.Append"/>.</param>
    /// <returns>
    /// What to pass to <see cref="WhenDurable"/>; null if somebody owns the stream or has written to it, or if this journal begins none so: it is to be opened.
    /// </returns>
    /// <exception cref="JournalFailedException">Storage is lost.</exception>
    /// <exception cref="JournalFullException">More bytes are pending than may be; nothing was appended.</exception>
    JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload) => null;

    /// <summary>Reads a stream without owning it: durable records only.</summary>
    /// <returns>Version of the last event handed over; 0 if there is none.</returns>
    ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default);

    /// <summary>Follows every durable record of every stream, from a position on, then live, until cancelled.</summary>
    /// <remarks>
    /// One who begins at 0 learns of every stream. Where compaction has moved what is left of a stream, its records come in order at their new place, and
    /// younger ones may have come before them: he takes a snapshot if it is not older than what he has, an event if its version is the next, and passes over
    /// the rest. One who goes on from a position gets every later record once.
    /// </remarks>
    /// <param name="fromPosition">0 for the oldest, else one past the position of the last record seen.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="JournalPositionException">Records from that position on were compacted away, or the journal never got so far.</exception>
    IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default);

    /// <summary>Waits until a position of any stream is durable; done at once if it is.</summary>
    /// <exception cref="JournalFailedException">Storage was lost before it was durable.</exception>
    ValueTask WhenDurable(JournalPosition position);

    /// <summary>
    /// As <see cref="WhenDurable"/>, for one whose next step is short and waits for nothing, such as writing one answer: many of them may continue on one
    /// thread, one after the other, which saves each a place in the thread pool's queue.
    /// </summary>
    /// <exception cref="JournalFailedException">Storage was lost before it was durable.</exception>
    ValueTask WhenDurableTogether(JournalPosition position) => WhenDurable(position);

    /// <summary>Every record up to here is durable. Only grows.</summary>
    long DurablePosition { get; }

    /// <summary>Whether the journal serves.</summary>
    JournalHealth Health { get; }
}

/// <summary>Takes the records of one stream.</summary>
public interface IStreamReader
{
    /// <summary>Takes a snapshot: the state after the event with this version. Comes first, if at all.</summary>
    void Snapshot(long version, ReadOnlySpan<byte> state);

    /// <summary>Takes an event.</summary>
    void Event(long version, ReadOnlySpan<byte> payload);
}

/// <summary>An owned stream. Calls come from one thread at a time.</summary>
public interface IJournalStream
{
    /// <summary>Version of the last event appended, durable or not; 0 before the first.</summary>
    long Version { get; }

    /// <summary>True once enough was appended since the last snapshot that the owner should append one.</summary>
    bool WantsSnapshot { get; }

    /// <summary>Appends an event; it gets the next version. Copies the bytes, never waits for storage.</summary>
    /// <param name="payload">1 to <see cref="JournalLimits.PayloadBytesMax"/> bytes.</param>
    /// <returns>What to pass to <see cref="WhenDurable"/>.</returns>
    /// <exception cref="JournalFailedException">Storage is lost.</exception>
    /// <exception cref="JournalFencedException">Another owner has opened the stream.</exception>
    /// <exception cref="JournalFullException">More bytes are pending than may be; nothing was appended.</exception>
    JournalPosition Append(ReadOnlySpan<byte> payload);

    /// <summary>A hint, that any thread may give: an append is to come soon.</summary>
    void Expect()
    {
    }

    /// <summary>Appends the state after <see cref="Version"/>, 1 to <see cref="JournalLimits.SnapshotBytesMax"/> bytes. Nobody needs to wait for it.</summary>
    /// <remarks>Throws as <see cref="Append"/> does.</remarks>
    void AppendSnapshot(ReadOnlySpan<byte> state);

    /// <summary>The same with a state at the start of an array of the shared pool, which is the journal's from then on: it gives it back.</summary>
    void AppendSnapshot(byte[] rented, int length)
    {
        AppendSnapshot(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Waits until a position is durable; done at once if it is.</summary>
    /// <exception cref="JournalFailedException">Storage was lost before it was durable.</exception>
    ValueTask WhenDurable(JournalPosition position);

    /// <summary>Hands the stream back. What was appended still becomes durable. Further calls throw.</summary>
    void Close();
}

/// <summary>A place in the journal: everything before it was appended earlier. The default is before everything and always durable.</summary>
public readonly record struct JournalPosition(long Value);

/// <summary>A durable record as <see cref="IJournal.TailAsync"/> tells it.</summary>
/// <param name="Position">Its place; pass one more to go on after it.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Version of the event, or of the state that the snapshot shows.</param>
/// <param name="IsSnapshot">True of a snapshot.</param>
/// <param name="Payload">Its bytes; the receiver's own copy.</param>
public sealed record JournalEntry(long Position, string Stream, long Version, bool IsSnapshot, ReadOnlyMemory<byte> Payload);

/// <summary>Whether a journal serves.</summary>
/// <param name="IsServing">False after the first lost write, for good.</param>
/// <param name="Reason">Why not, or what is wrong although it serves; null when all is well.</param>
public readonly record struct JournalHealth(bool IsServing, string? Reason)
{
    /// <summary>All is well.</summary>
    public static JournalHealth Serving { get; } = new(true, null);
}
