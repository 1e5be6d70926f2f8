using System.Diagnostics;

namespace Inventory.Journal.Files;

/// <summary>The end of the log: takes records under the journal's lock, and writes and syncs them in batches.</summary>
/// <remarks>
/// 1 append: bytes are copied into the youngest batch and get their place in the log.  2 write: the writer takes the oldest batch and writes it.
/// 3 sync.  4 the watermark is noted.  5 waiters are told. 5 before 3 would tell callers of what a crash can still take back; 4 before 3 would make
/// recovery refuse a torn tail that nobody was told of. While the writer is at 2 to 4 the next batch fills: the slower the disk, the larger the batch.
/// A write or sync that fails ends the log for good: the kernel may have dropped the bytes and called them clean.
/// </remarks>
internal sealed partial class Log(FileJournalOptions options, IJournalFiles files, Watermark watermark, JournalPump pump)
{
    private readonly CommitPolicy _policy = new(options.CommitBytes, options.CommitWaitUs);
    private readonly BatchQueue _batches = new(options.BatchBytesMax);
    private readonly SegmentSupply _supply = new(files, options.SegmentBytes);
    private readonly Dictionary<long, Segment> _segments = [];
    private Segment? _current;
    private TaskCompletionSource? _advanced;
    private long _room;
    private long _durable;
    private long _durableEnd;
    private bool _closing;

    /// <summary>Guards everything here and the index. Held while bytes are copied, and at worst while a segment is made.</summary>
    public object Gate { get; } = new();

    public long Sequence { get; private set; }

    /// <summary>Every record up to this sequence is durable. May be read without the lock.</summary>
    public long DurableSequence => Volatile.Read(ref _durable);

    /// <summary>One past the last durable record.</summary>
    public Location DurableEnd
    {
        get => new(Volatile.Read(ref _durableEnd));
        private set => Volatile.Write(ref _durableEnd, value.Value);
    }

    /// <summary>Whether what stands at a place is on the disk; may be asked without the lock, and true stays true.</summary>
    public bool IsDurable(Location place) => place.Value < DurableEnd.Value;

    public long DataBytes { get; private set; }

    public long PendingBytes { get; private set; }

    public string? Failure { get; private set; }

    public bool HasWaiting_UnderLock => _batches.Count > 0 && Failure is null;

    public IEnumerable<Segment> Segments_UnderLock => _segments.Values;

    public int SegmentCount => _segments.Count;

    public JournalPump Pump => pump;

    /// <summary>Takes what recovery found.</summary>
    public void Resume(IEnumerable<Segment> segments, long sequence)
    {
        foreach (var segment in segments)
        {
            _segments.Add(segment.Number, segment);
            DataBytes += segment.End;
            _current = _current is null || segment.Number > _current.Number ? segment : _current;
        }

        _room = _current is null ? 0 : Math.Max(_current.File.Length, options.SegmentBytes);
        (Sequence, _durable) = (sequence, sequence);
        DurableEnd = _current is null ? default : new Location(_current.Number, _current.End);
    }

    /// <summary>The segment, kept open for the caller until it releases it; null if compaction has dropped it.</summary>
    public Segment? Hold_UnderLock(long number)
    {
        if (!_segments.TryGetValue(number, out var segment))
        {
            return null;
        }

        segment.Hold_UnderLock();
        return segment;
    }

    /// <summary>Appends a record and tells where it will be.</summary>
    /// <param name="head">Its head; sequence and watermark are set here.</param>
    /// <param name="name">Name of its stream.</param>
    /// <param name="payload">Its payload; copied if <paramref name="own"/> has no array.</param>
    /// <param name="own">The same payload in an array that the log may keep: for large ones.</param>
    /// <param name="isRented">True if that array is of the shared pool, to which it goes back once it is written.</param>
    public Location Append_UnderLock(
        in RecordHead head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload, ArraySegment<byte> own, bool isRented = false)
    {
        ThrowIfFailed_UnderLock();
        if (PendingBytes > 0 && PendingBytes + head.Length > options.PendingBytesMax)
        {
            throw new JournalFullException(PendingBytes);
        }

        if (_current is null || _current.End + head.Length > _room)
        {
            Roll_UnderLock(head.Length);
        }

        var batch = _batches.Youngest(out var begun);
        batch.BeganAt = begun && (_policy.Waits || pump.Gathers) ? Stopwatch.GetTimestamp() : batch.BeganAt;
        var (current, start) = (_current!, _current!.End);
        var room = batch.Take(current, start, own.Array is null ? head.Length : head.PayloadOffset);
        RecordFormat.Write(room, head with { Sequence = Sequence + 1, Synced = _durable }, name);
        if (own.Array is not null)
        {
            batch.Take(current, start + head.PayloadOffset, own, isRented);
        }
        else
        {
            payload.CopyTo(room[head.PayloadOffset..]);
        }

        Sequence++;
        current.End += head.Length;
        PendingBytes += head.Length;
        DataBytes += head.Length;
        batch.LastSequence = Sequence;
        batch.End = new Location(current.Number, current.End);
        if (begun || (_policy.Waits && _policy.IsFull(batch.Length) && !_policy.IsFull(batch.Length - head.Length)))
        {
            WakeSleeper_UnderLock();
            pump.Wake_UnderLock(this);
        }

        return new Location(current.Number, start);
    }

    /// <summary>Reads bytes of the log that are still on their way to the disk. False if they have got there.</summary>
    public bool TryReadPending_UnderLock(Segment segment, long offset, Span<byte> destination) =>
        new Location(segment.Number, offset).Value >= DurableEnd.Value && _batches.TryRead(segment, offset, destination);

    /// <summary>When a sequence is durable; null if it is already.</summary>
    public Task? WhenDurable_UnderLock(long sequence) => sequence <= _durable ? null : WhenDurable(_batches.WithSequence(sequence));

    /// <summary>The same for one whose next step is short.</summary>
    public Task? WhenDurableTogether_UnderLock(long sequence) => sequence <= _durable ? null
        : _batches.WithSequence(sequence)?.DurableTogether_UnderLock() ?? WhenDurable(null);

    /// <summary>When the record at a place is durable; null if it is already.</summary>
    public Task? WhenDurable_UnderLock(Location record) =>
        record.Value < DurableEnd.Value ? null : WhenDurable(_batches.WithRecord(record));

    /// <summary>The next time that <see cref="DurableSequence"/> grows.</summary>
    public Task WhenAdvanced_UnderLock()
    {
        if (Failure is { } reason)
        {
            return Task.FromException(new JournalFailedException(reason));
        }

        return (_advanced ??= new TaskCompletionSource(pump.PromiseOptions)).Task;
    }

    /// <summary>Lets the writer finish what is waiting, then end.</summary>
    public void Close()
    {
        lock (Gate)
        {
            _closing = true;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Stops for good. A batch that is being written meanwhile still gets its chance, unless it is the one that was lost.</summary>
    public void Fail(string reason, Exception? cause, Batch? written = null)
    {
        lock (Gate)
        {
            if (written is not null)
            {
                _batches.End(reuse: false);
            }

            Fail_UnderLock(reason, cause, written);
        }
    }

    /// <summary>Forgets a segment whose records live elsewhere by now. The caller releases it and deletes the file.</summary>
    public void Drop_UnderLock(Segment segment)
    {
        _segments.Remove(segment.Number);
        DataBytes -= segment.End;
    }

    public void ThrowIfFailed_UnderLock()
    {
        if (Failure is { } reason)
        {
            throw new JournalFailedException(reason);
        }

        if (_closing)
        {
            throw new JournalFailedException("The journal is closed.");
        }
    }

    /// <summary>Closes the files; after the writer has ended.</summary>
    public void DisposeFiles()
    {
        lock (Gate)
        {
            foreach (var segment in _segments.Values)
            {
                segment.Release();
            }

            _segments.Clear();
            _supply.Dispose();
        }
    }

    private Task WhenDurable(Batch? batch) =>
        batch?.Durable_UnderLock(pump.PromiseOptions) ?? Task.FromException(new JournalFailedException(Failure ?? "That is past the end of the journal."));

    private void Fail_UnderLock(string reason, Exception? cause, Batch? written)
    {
        Failure ??= reason;
        var error = new JournalFailedException(reason, cause);
        List<TaskCompletionSource?> lost =
            [_advanced, .. written?.TakeDurable_UnderLock() ?? [], .. _batches.Abandon().SelectMany(batch => batch.TakeDurable_UnderLock())];
        _advanced = null;
        foreach (var each in lost.OfType<TaskCompletionSource>())
        {
            pump.Post(new Told(each, error));
        }

        Monitor.PulseAll(Gate);
    }

    private void Roll_UnderLock(int recordBytes)
    {
        var number = (_current?.Number ?? 0) + 1;
        try
        {
            _current = new Segment(number, Sequence + 1, _supply.Take(number), files.PathOf(Segment.NameOf(number)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail_UnderLock($"The journal has stopped: {e.Message}", e, null);
            throw new JournalFailedException(Failure!, e);
        }

        _room = Math.Max(options.SegmentBytes, RecordFormat.SegmentHeadBytes + recordBytes);
        _segments.Add(number, _current);
        DataBytes += RecordFormat.SegmentHeadBytes;
        PendingBytes += RecordFormat.SegmentHeadBytes;
        var batch = _batches.Youngest(out var begun);
        RecordFormat.SegmentHead(number, Sequence + 1).CopyTo(batch.Take(_current, 0, RecordFormat.SegmentHeadBytes));
        batch.LastSequence = Sequence;
        batch.End = new Location(number, RecordFormat.SegmentHeadBytes);
        if (begun)
        {
            WakeSleeper_UnderLock();
            pump.Wake_UnderLock(this);
        }
    }
}
