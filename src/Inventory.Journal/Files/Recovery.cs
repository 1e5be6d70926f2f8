namespace Inventory.Journal.Files;

/// <summary>Reads the whole log once, from its first record to its end, and rebuilds the index.</summary>
/// <remarks>
/// 1 scan, judging each place by <see cref="RecoveryTable"/>.  2 cut a torn tail off.  3 write and sync again what no watermark proves to be on the
/// medium.  4 note the watermark. Only then may anybody be told of the tail: without 3 a record could be served from the operating system's memory and
/// be gone after the next loss of power; and after a failed sync that memory calls pages clean that never got to the medium, so a sync alone is not enough.
/// </remarks>
internal sealed class Recovery(IJournalFiles files, StreamIndex index, Watermark watermark)
{
    private readonly SortedList<long, Segment> _segments = [];
    private readonly Dictionary<UInt128, (uint Chain, uint Snapshot, ushort BeginsIn)> _moving = [];
    private readonly long _noted = watermark.Read();
    private long _proved;
    private long _sequence;
    private bool _started;

    /// <summary>Bytes of records that nothing reaches any more.</summary>
    public long DeadBytes { get; private set; }

    /// <summary>Bytes that were cut off as a torn tail.</summary>
    public long CutBytes { get; private set; }

    public long Sequence => _sequence;

    public IEnumerable<Segment> Segments => _segments.Values;

    /// <exception cref="JournalDamagedException">What was promised is damaged.</exception>
    public void Run()
    {
        try
        {
            _proved = _noted;
            Scan(Segment.NumbersIn(files));
            DeadBytes += _moving.Values.Sum(each => (long)each.Chain);
            if (_sequence > _proved)
            {
                WriteAgain(_proved + 1);
            }

            watermark.Note(_sequence);
        }
        catch
        {
            foreach (var segment in _segments.Values)
            {
                segment.Release();
            }

            throw;
        }
    }

    private void Scan(long[] numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            var name = Segment.NameOf(numbers[i]);
            if (i > 0 && numbers[i] != numbers[i - 1] + 1)
            {
                // Lost names tear a log as lost sectors do: what follows may be later pages of batches that were never synced.
                Refuse(Found.OtherSequence, numbers[i], $"the segment before it, {Segment.NameOf(numbers[i] - 1)}, is missing");
                CutBytes += RecordFormat.SegmentHeadBytes;
                Delete(numbers.AsSpan(i));
                return;
            }

            var file = files.Open(name, 0);
            var isLast = i == numbers.Length - 1;
            if (!TryBegin(file, files.PathOf(name), numbers[i], isLast, out var segment))
            {
                file.Dispose();
                Delete(numbers.AsSpan(i));
                return;
            }

            _segments.Add(numbers[i], segment);
            if (!Scan(segment, isLast))
            {
                Delete(numbers.AsSpan(i + 1));
                return;
            }
        }

        if (numbers.Length == 0 && _noted > 0)
        {
            throw new JournalDamagedException(files.PathOf(Watermark.Name), 0, $"records up to {_noted} were synced, but there is no segment");
        }
    }

    private void Refuse(Found found, long number, string what)
    {
        if (RecoveryTable.Judge(found, IsProved(found, number, 0)) == Repair.Refuse)
        {
            throw new JournalDamagedException(files.PathOf(Segment.NameOf(number)), 0, what);
        }
    }

    /// <summary>Reads the head of a segment. False if the log ended before it.</summary>
    private bool TryBegin(IJournalFile file, string path, long number, bool isLast, out Segment segment)
    {
        var head = new byte[RecordFormat.SegmentHeadBytes];
        file.Read(0, head);
        var problem = RecordFormat.CheckSegmentHead(head, number, out var first);
        var found = problem is not null ? Found.Broken : _started && first != _sequence + 1 ? Found.OtherSequence : Found.Next;
        if (found == Found.Broken && isLast && IsEmpty(file))
        {
            found = Found.Nothing; // made ahead of need
        }

        segment = new Segment(number, first, file, path);
        var repair = RecoveryTable.Judge(found, found != Found.Next && IsProved(found, number, 0));
        switch (repair)
        {
            case Repair.Accept:
                _sequence = first - 1;
                _started = true;
                return true;
            case Repair.Refuse:
                throw new JournalDamagedException(path, 0, problem ?? $"it begins with record {first}, but {_sequence + 1} is next");
            default:
                CutBytes += repair == Repair.Cut ? RecordFormat.SegmentHeadBytes : 0;
                return false;
        }
    }

    /// <summary>Reads the records of a segment. False if the log was cut in it.</summary>
    private bool Scan(Segment segment, bool isLast)
    {
        using var reader = new RecordReader(segment.File, RecordFormat.SegmentHeadBytes);
        while (true)
        {
            var found = reader.Next(out var record, out var head);
            if (found == Found.Next && head.Sequence == _sequence + 1)
            {
                Take(segment, reader.Offset, head, RecordFormat.NameOf(record, head));
                reader.Skip(head.Length);
                continue;
            }

            segment.End = reader.Offset;
            if (found == Found.Nothing && !isLast)
            {
                return true; // the next segment's head says whether anything is missing
            }

            return Judge(segment, found == Found.Next ? Found.OtherSequence : found);
        }
    }

    private bool Judge(Segment segment, Found found)
    {
        switch (RecoveryTable.Judge(found, IsProved(found, segment.Number, segment.End)))
        {
            case Repair.End:
                return true;
            case Repair.Cut:
                CutBytes += Zero(segment.File, segment.End);
                return false;
            default:
                var what = found == Found.Broken ? $"record {_sequence + 1} is damaged" : $"record {_sequence + 1} is missing";
                throw new JournalDamagedException(segment.Path, segment.End, what);
        }
    }

    /// <summary>Whether the next record is proved to have been synced: by a watermark, or by what stands behind the place.</summary>
    private bool IsProved(Found found, long number, long offset)
    {
        var next = _sequence + 1;
        if (next <= _proved || found == Found.Nothing)
        {
            return next <= _proved;
        }

        foreach (var each in Segment.NumbersIn(files).Where(each => each >= number))
        {
            using var file = files.Open(Segment.NameOf(each), 0);
            _proved = Math.Max(_proved, Wreck.HighestSynced(file, each == number ? offset : 0, _sequence));
        }

        return next <= _proved;
    }

    private void Take(Segment segment, long offset, in RecordHead head, ReadOnlySpan<byte> name)
    {
        _sequence = head.Sequence;
        _proved = Math.Max(_proved, head.Synced);
        segment.End = offset + head.Length;
        var key = index.KeyOf(name);
        var (chain, snapshot, beginsIn) = ((uint)head.Length, head.Kind == RecordKind.Snapshot ? (uint)head.Length : 0u, (ushort)segment.Number);
        if (head.IsMoved && _moving.Remove(key, out var moved))
        {
            DeadBytes += head.Previous.IsNone ? moved.Chain : 0; // an earlier copy that was given up
            (chain, snapshot, beginsIn) = head.Previous.IsNone
                ? (chain, snapshot, beginsIn)
                : (moved.Chain + chain, moved.Snapshot + snapshot, moved.BeginsIn);
        }

        if (!head.IsChainEnd)
        {
            _moving[key] = (chain, snapshot, beginsIn); // until the whole chain is copied the stream stands where it stood: the copy may end here
            return;
        }

        ref var entry = ref index.Of(key);
        if (head.IsMoved || head.Kind == RecordKind.Snapshot)
        {
            DeadBytes += entry.ChainBytes;
            (entry.ChainBytes, entry.SnapshotBytes, entry.BeginsIn) = (0, snapshot, beginsIn);
        }
        else if (entry.Last.IsNone)
        {
            entry.BeginsIn = beginsIn;
        }

        entry.Last = new Location(segment.Number, offset);
        entry.ChainBytes += chain;
    }

    private void Delete(ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            files.Delete(Segment.NameOf(number));
        }

        files.SyncNames();
    }

    /// <summary>Clears a file from a place on, so that what stood there is never taken for a record. Synced when this returns.</summary>
    /// <returns>Bytes that were not zero.</returns>
    internal static long Zero(IJournalFile file, long from)
    {
        var cleared = 0L;
        var zeros = new byte[1024 * 1024];
        var current = new byte[zeros.Length];
        for (var offset = from; offset < file.Length; offset += zeros.Length)
        {
            var count = file.Read(offset, current);
            var used = current.AsSpan(0, count).LastIndexOfAnyExcept((byte)0) + 1;
            if (used > 0)
            {
                file.Write(offset, zeros.AsSpan(0, used));
                cleared += used;
            }
        }

        file.Sync();
        return cleared;
    }

    private void WriteAgain(long sequence)
    {
        var first = _segments.Values.Last(segment => segment.FirstSequence <= sequence || segment == _segments.Values[0]);
        var offset = OffsetOf(first, sequence);
        foreach (var segment in _segments.Values.Where(segment => segment.Number >= first.Number))
        {
            var piece = new byte[1024 * 1024];
            for (var at = segment == first ? offset : 0; at < segment.End;)
            {
                var count = segment.File.Read(at, piece.AsSpan(0, (int)Math.Min(piece.Length, segment.End - at)));
                segment.File.Write(at, piece.AsSpan(0, count));
                at += count;
            }

            segment.File.Sync();
        }

        files.SyncNames();
    }

    private static long OffsetOf(Segment segment, long sequence)
    {
        using var reader = new RecordReader(segment.File, RecordFormat.SegmentHeadBytes, segment.End);
        while (reader.Offset < segment.End && reader.Next(out _, out var head) == Found.Next && head.Sequence < sequence)
        {
            reader.Skip(head.Length);
        }

        return segment.FirstSequence >= sequence ? 0 : reader.Offset;
    }

    private static bool IsEmpty(IJournalFile file)
    {
        using var reader = new RecordReader(file, 0);
        return reader.Next(out _, out _) == Found.Nothing;
    }
}
