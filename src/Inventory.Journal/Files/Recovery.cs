namespace Inventory.Journal.Files;

/// <summary>What recovery does at a place in the log.</summary>
internal enum Repair
{
    /// <summary>Take the record and go on.</summary>
    Accept,

    /// <summary>The log ends here.</summary>
    End,

    /// <summary>A write was torn here, and nobody was told of it: cut it off.</summary>
    Cut,

    /// <summary>Something that somebody was told of is damaged or missing: a person must look.</summary>
    Refuse,
}

/// <summary>What stands at a place in the log.</summary>
internal enum Found
{
    /// <summary>A whole record with the next sequence.</summary>
    Next,

    /// <summary>A whole record with another sequence.</summary>
    OtherSequence,

    /// <summary>Bytes that are no whole record.</summary>
    Broken,

    /// <summary>Nothing: zeros or the end of the file, and no segment follows.</summary>
    Nothing,
}

/// <summary>How recovery judges, as a table: each combination has exactly one row.</summary>
internal static class RecoveryTable
{
    /// <summary>The rows.</summary>
    public static readonly (Found Found, bool WasSynced, Repair Repair)[] Rows =
    [
        (Found.Next,          true,  Repair.Accept),
        (Found.Next,          false, Repair.Accept), // whole, though nobody was told: to keep it is allowed, and a retry finds it
        (Found.Nothing,       false, Repair.End),
        (Found.Nothing,       true,  Repair.Refuse), // a record is missing that was on the medium
        (Found.Broken,        false, Repair.Cut),    // the torn tail of a batch that was never synced
        (Found.Broken,        true,  Repair.Refuse), // damage
        (Found.OtherSequence, false, Repair.Cut),    // a later page of a torn batch survived an earlier one
        (Found.OtherSequence, true,  Repair.Refuse), // a gap in what was synced
    ];

    /// <param name="found">What stands there.</param>
    /// <param name="wasSynced">True if the record that belongs there was on the medium, as the watermarks prove.</param>
    public static Repair Judge(Found found, bool wasSynced)
    {
        foreach (var row in Rows)
        {
            if (row.Found == found && row.WasSynced == wasSynced)
            {
                return row.Repair;
            }
        }

        throw new InvalidOperationException($"No row for {found}, {wasSynced}.");
    }
}

/// <summary>Reads the whole log once, from its first record to its end, and rebuilds the index.</summary>
internal sealed class Recovery(IJournalFiles files, StreamIndex index, long watermark)
{
    private readonly SortedList<long, Segment> _segments = [];
    private long _sequence;
    private bool _started;

    /// <summary>Bytes of records that a later snapshot made dead.</summary>
    public long DeadBytes { get; private set; }

    /// <summary>Bytes that were cut off as a torn tail.</summary>
    public long CutBytes { get; private set; }

    public long Sequence => _sequence;

    public IEnumerable<Segment> Segments => _segments.Values;

    /// <exception cref="JournalDamagedException">What was promised is damaged.</exception>
    public void Run()
    {
        long[] numbers = [.. files.List().Select(name => Segment.TryParse(name, out var number) ? number : 0).Where(number => number > 0).Order()];
        for (var i = 0; i < numbers.Length; i++)
        {
            var file = files.Open(Segment.NameOf(numbers[i]), 0);
            var path = files.PathOf(Segment.NameOf(numbers[i]));
            if (i > 0 && numbers[i] != numbers[i - 1] + 1)
            {
                throw new JournalDamagedException(path, 0, $"the segment before it, {Segment.NameOf(numbers[i] - 1)}, is missing");
            }

            if (!TryReadHead(file, path, numbers[i], out var first))
            {
                CutFrom(numbers, i, file);
                return;
            }

            var segment = new Segment(numbers[i], first, file, path);
            _segments.Add(numbers[i], segment);
            if (!Scan(segment, last: i == numbers.Length - 1))
            {
                CutFrom(numbers, i + 1, null);
                return;
            }
        }

        if (_sequence < watermark)
        {
            throw new JournalDamagedException(files.PathOf(Watermark.Name), 0, $"records up to {watermark} were synced, but the log ends at {_sequence}");
        }
    }

    private bool TryReadHead(IJournalFile file, string path, long number, out long first)
    {
        var head = new byte[RecordFormat.SegmentHeadBytes];
        file.Read(0, head);
        var problem = RecordFormat.CheckSegmentHead(head, number, out first);
        problem ??= _started && first != _sequence + 1 ? $"it begins with record {first}, but {_sequence + 1} is next" : null;
        if (problem is null)
        {
            _sequence = first - 1;
            _started = true;
            return true;
        }

        return RecoveryTable.Judge(Found.Broken, _sequence + 1 <= Proof(number, 0)) == Repair.Cut
            ? false
            : throw new JournalDamagedException(path, 0, problem);
    }

    /// <summary>Reads a segment. False if the log was cut in it.</summary>
    private bool Scan(Segment segment, bool last)
    {
        using var reader = new RecordReader(segment.File, RecordFormat.SegmentHeadBytes);
        while (true)
        {
            var record = reader.Next(out var broken);
            var found = broken ? Found.Broken : record.IsEmpty ? Found.Nothing : Found.Next;
            RecordHead head = default;
            if (found == Found.Next && RecordFormat.TryRead(record, out head))
            {
                found = head.Sequence == _sequence + 1 ? Found.Next : Found.OtherSequence;
            }
            else if (found == Found.Next)
            {
                found = Found.Broken;
            }

            if (found == Found.Next)
            {
                Take(segment, reader.Offset, head, record);
                reader.Skip(head.Length);
                continue;
            }

            segment.End = reader.Offset;
            if (found == Found.Nothing && !last)
            {
                return true; // the next segment's head says whether anything is missing
            }

            return Judge(segment, found);
        }
    }

    private bool Judge(Segment segment, Found found)
    {
        switch (RecoveryTable.Judge(found, _sequence + 1 <= Proof(segment.Number, segment.End)))
        {
            case Repair.End:
                return true;
            case Repair.Cut:
                Zero(segment.File, segment.End);
                return false;
            default:
                var what = found == Found.OtherSequence ? $"record {_sequence + 1} is missing" : $"record {_sequence + 1} is damaged";
                throw new JournalDamagedException(segment.Path, segment.End, what);
        }
    }

    /// <summary>Highest sequence that is proved to have been synced: by the watermark, or by whole records after a broken place.</summary>
    private long Proof(long segment, long offset)
    {
        if (watermark > _sequence)
        {
            return watermark;
        }

        var proof = watermark;
        foreach (var name in files.List())
        {
            if (Segment.TryParse(name, out var number) && number >= segment)
            {
                using var file = files.Open(name, 0);
                proof = Math.Max(proof, Wreck.HighestSynced(file, number == segment ? offset : 0, _sequence));
            }
        }

        return proof;
    }

    private void Take(Segment segment, long offset, in RecordHead head, ReadOnlySpan<byte> record)
    {
        _sequence = head.Sequence;
        segment.End = offset + head.Length;
        ref var entry = ref index.Of(index.KeyOf(record.Slice(RecordFormat.HeadBytes, head.NameLength)));
        if (head.Kind == RecordKind.Snapshot)
        {
            DeadBytes += entry.ChainBytes;
            (entry.ChainBytes, entry.SnapshotBytes) = (0, (uint)head.Length);
        }
        else if (head.Previous.IsNone)
        {
            DeadBytes += entry.ChainBytes;
            entry.ChainBytes = 0;
        }

        entry.Last = new Location(segment.Number, offset);
        entry.Version = head.Version;
        entry.ChainBytes += (uint)head.Length;
    }

    private void CutFrom(long[] numbers, int first, IJournalFile? opened)
    {
        opened?.Dispose();
        for (var i = first; i < numbers.Length; i++)
        {
            CutBytes += RecordFormat.SegmentHeadBytes;
            files.Delete(Segment.NameOf(numbers[i]));
        }

        files.SyncNames();
    }

    private void Zero(IJournalFile file, long from)
    {
        var zeros = new byte[1024 * 1024];
        var current = new byte[zeros.Length];
        for (var offset = from; offset < file.Length; offset += zeros.Length)
        {
            var count = file.Read(offset, current);
            var used = current.AsSpan(0, count).LastIndexOfAnyExcept((byte)0) + 1;
            if (used > 0)
            {
                file.Write(offset, zeros.AsSpan(0, used));
                CutBytes += used;
            }
        }

        file.Sync();
    }
}
