namespace Inventory.Journal.Files;

/// <summary>The end of the log: takes records under the journal's lock, and writes and syncs them in batches.</summary>
/// <remarks>
/// 1 append: bytes are copied into the youngest batch and get their place in the log.  2 write: the writer takes the oldest batch and writes it.
/// 3 sync.  4 the watermark is noted.  5 waiters are told. 5 before 3 would tell callers of what a crash can still take back; 4 before 3 would make
/// recovery refuse a torn tail that nobody was told of. While the writer is at 2 to 4 the next batch fills: the slower the disk, the larger the batch.
/// A write or sync that fails ends the log for good: the kernel may have dropped the bytes and called them clean.
/// </remarks>
internal sealed class Log(FileJournalOptions options, IJournalFiles files, Watermark watermark)
{
    private readonly Queue<Batch> _waiting = new();
    private readonly Stack<Batch> _spare = new();
    private readonly Dictionary<long, Segment> _segments = [];
    private Batch? _youngest;
    private Batch? _writing;
    private Segment? _current;
    private long _room;
    private long _pendingBytes;
    private bool _closing;
    private bool _writerWaits;

    /// <summary>Guards everything here and the index. Held for the copying of bytes, never for input or output but the making of a segment.</summary>
    public object Gate { get; } = new();

    public long Sequence { get; private set; }

    public long DurableSequence { get; private set; }

    public long DataBytes { get; private set; }

    public string? Failure { get; private set; }

    public IEnumerable<Segment> Segments => _segments.Values;

    public int SegmentCount => _segments.Count;

    public Segment? Current => _current;

    /// <summary>Signals each advance of <see cref="DurableSequence"/>.</summary>
    public TaskCompletionSource Advanced { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        (Sequence, DurableSequence) = (sequence, sequence);
    }

    public Segment SegmentOf_UnderLock(Location location) => _segments[location.Segment];

    /// <summary>Appends a record and tells where it will be.</summary>
    public Location Append_UnderLock(RecordHead head, ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        ThrowIfFailed_UnderLock();
        if (_pendingBytes + head.Length > options.PendingBytesMax)
        {
            throw new JournalFullException(_pendingBytes);
        }

        var batch = Youngest();
        if (_current is null || _current.End + head.Length > _room)
        {
            Roll(batch, head.Length);
        }

        var location = new Location(_current!.Number, _current.End);
        var room = batch.Take(_current, _current.End, head.Length);
        RecordFormat.Write(room, head with { Sequence = Sequence + 1, Synced = DurableSequence }, name, payload);
        Sequence++;
        batch.LastSequence = Sequence;
        _current.End += head.Length;
        _pendingBytes += head.Length;
        DataBytes += head.Length;
        if (_writerWaits)
        {
            _writerWaits = false;
            Monitor.Pulse(Gate);
        }

        return location;
    }

    /// <summary>The batch that makes a sequence durable; null if it is already.</summary>
    public Task? DurableTask_UnderLock(long sequence)
    {
        if (sequence <= DurableSequence)
        {
            return null;
        }

        if (_writing is { } writing && sequence <= writing.LastSequence)
        {
            return writing.Durable.Task;
        }

        foreach (var batch in _waiting)
        {
            if (sequence <= batch.LastSequence)
            {
                return batch.Durable.Task;
            }
        }

        return Task.FromException(new JournalFailedException(Failure ?? "The position is past the end of the journal."));
    }

    /// <summary>Writes batches until the log is closed or has failed.</summary>
    public void Run()
    {
        while (true)
        {
            lock (Gate)
            {
                while (_waiting.Count == 0 && !_closing && Failure is null)
                {
                    _writerWaits = true;
                    Monitor.Wait(Gate);
                }

                if (Failure is not null || (_waiting.Count == 0 && _closing))
                {
                    return;
                }
            }

            WriteOne();
        }
    }

    /// <summary>Writes and syncs the oldest batch. False if there was none.</summary>
    public bool WriteOne()
    {
        Batch batch;
        lock (Gate)
        {
            if (Failure is not null || !_waiting.TryDequeue(out batch!))
            {
                return false;
            }

            _youngest = batch == _youngest ? null : _youngest;
            _writing = batch;
        }

        try
        {
            WriteAndSync(batch);
        }
        catch (Exception e)
        {
            Fail($"The journal has stopped: {e.Message}", e);
            return false;
        }

        TaskCompletionSource durable;
        TaskCompletionSource advanced;
        lock (Gate)
        {
            DurableSequence = batch.LastSequence;
            _pendingBytes -= batch.Length;
            _writing = null;
            (durable, advanced) = (batch.Durable, Advanced);
            Advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            batch.Reset(options.BatchBytesMax * 2);
            _spare.Push(batch);
        }

        durable.SetResult();
        advanced.SetResult();
        return true;
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

    public void Fail(string reason, Exception? cause)
    {
        var lost = new List<TaskCompletionSource>();
        lock (Gate)
        {
            Failure ??= reason;
            if (_writing is { } writing)
            {
                lost.Add(writing.Durable);
            }

            lost.AddRange(_waiting.Select(batch => batch.Durable));
            lost.Add(Advanced);
            _waiting.Clear();
            (_writing, _youngest) = (null, null);
            Monitor.PulseAll(Gate);
        }

        foreach (var each in lost)
        {
            each.TrySetException(new JournalFailedException(reason, cause));
            _ = each.Task.Exception; // nobody may be waiting for this one
        }
    }

    /// <summary>Forgets a segment whose records live elsewhere by now. The caller deletes the file.</summary>
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

    private Batch Youngest()
    {
        if (_youngest is null || _youngest.Length >= options.BatchBytesMax)
        {
            _youngest = _spare.TryPop(out var spare) ? spare : new Batch();
            _waiting.Enqueue(_youngest);
        }

        return _youngest;
    }

    private void Roll(Batch batch, int recordBytes)
    {
        var number = (_current?.Number ?? 0) + 1;
        var room = Math.Max(options.SegmentBytes, RecordFormat.SegmentHeadBytes + recordBytes);
        var name = Segment.NameOf(number);
        try
        {
            _current = new Segment(number, Sequence + 1, files.Open(name, room), files.PathOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail($"The journal has stopped: {e.Message}", e);
            throw new JournalFailedException(Failure!, e);
        }

        _room = room;
        _segments.Add(number, _current);
        DataBytes += RecordFormat.SegmentHeadBytes;
        _pendingBytes += RecordFormat.SegmentHeadBytes;
        RecordFormat.SegmentHead(number, Sequence + 1).CopyTo(batch.Take(_current, 0, RecordFormat.SegmentHeadBytes));
    }

    private void WriteAndSync(Batch batch)
    {
        var made = false;
        Segment? last = null;
        foreach (var chunk in batch.Chunks)
        {
            if (last is not null && last != chunk.Segment)
            {
                last.File.Sync();
            }

            chunk.Segment.File.Write(chunk.Offset, batch.BytesOf(chunk));
            made |= chunk.Offset == 0;
            last = chunk.Segment;
        }

        last?.File.Sync();
        if (made)
        {
            files.SyncNames();
        }

        watermark.Note(batch.LastSequence);
    }
}
