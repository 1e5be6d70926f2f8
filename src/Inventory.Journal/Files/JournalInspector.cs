namespace Inventory.Journal.Files;

/// <summary>A record as the inspector finds it.</summary>
/// <param name="File">Path of its segment.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Bytes">Length of the whole record.</param>
/// <param name="IsCopy">True if compaction made it.</param>
/// <param name="Entry">What it says.</param>
public sealed record InspectedRecord(string File, long Offset, int Bytes, bool IsCopy, JournalEntry Entry);

/// <summary>A place that is not as it should be.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="What">What is wrong, for a person.</param>
/// <param name="IsTornTail">True if nobody was told of what stood there: recovery cuts it off. False: the journal refuses to start.</param>
public sealed record JournalDamage(string File, long Offset, string What, bool IsTornTail);

/// <summary>A segment as the inspector finds it.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="FirstPosition">Position of its first record; 0 if its head is damaged.</param>
/// <param name="Records">Whole records in it.</param>
/// <param name="Bytes">Bytes up to the last whole one.</param>
public sealed record SegmentReport(string File, long FirstPosition, long Records, long Bytes);

/// <summary>What a journal looks like from outside.</summary>
/// <param name="Segments">Its files, oldest first.</param>
/// <param name="Damages">What is wrong, in order; empty if nothing is.</param>
/// <param name="LastPosition">Position of the last whole record.</param>
/// <param name="SyncedPosition">Up to here records are proved to have been on the medium.</param>
public sealed record JournalReport(
    IReadOnlyList<SegmentReport> Segments, IReadOnlyList<JournalDamage> Damages, long LastPosition, long SyncedPosition)
{
    /// <summary>True if the journal would start: nothing is damaged but a tail that nobody was told of.</summary>
    public bool WouldStart => Damages.All(damage => damage.IsTornTail);
}

/// <summary>What <see cref="JournalInspector.Cut"/> took away.</summary>
/// <param name="LastPosition">Position of the last record that is left.</param>
/// <param name="Records">Whole records that stood behind it and are gone.</param>
public sealed record JournalCut(long LastPosition, long Records);

/// <summary>Looks into the journal of a directory that no process serves. Changes nothing, unless it is told to cut.</summary>
public sealed class JournalInspector : IDisposable
{
    private readonly IJournalFiles _files;

    /// <summary>Looks at files that the caller brings; disposes them.</summary>
    public JournalInspector(IJournalFiles files) => _files = files;

    /// <summary>Takes the directory, so that nobody serves from it meanwhile.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    /// <exception cref="FileNotFoundException">It holds no journal. Nothing was made in it.</exception>
    /// <exception cref="JournalLockedException">A process serves from it.</exception>
    public static JournalInspector Open(string directory)
    {
        var path = Path.GetFullPath(directory);
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no directory {path}.");
        }

        return Directory.EnumerateFiles(path).Any(file => Path.GetFileName(file) is var name && (name == Watermark.Name || Segment.TryParse(name, out _)))
            ? new JournalInspector(new DiskFiles(path))
            : throw new FileNotFoundException($"{path} holds no journal; name the directory that the service has as --data.");
    }

    /// <summary>Every whole record from a position on, in order of the log, damaged places passed over.</summary>
    public IEnumerable<InspectedRecord> Records(long fromPosition = 0)
    {
        foreach (var number in Segment.NumbersIn(_files))
        {
            using var file = _files.Open(Segment.NameOf(number), 0);
            foreach (var place in Places(file, _files.PathOf(Segment.NameOf(number))))
            {
                if (place.Record is { } record && record.Entry.Position >= fromPosition)
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>Reads everything and checks every byte.</summary>
    public JournalReport Verify()
    {
        var segments = new List<SegmentReport>();
        var damages = new List<(JournalDamage Damage, long Sequence)>();
        var last = 0L;
        var synced = Synced();
        long? before = null;
        foreach (var number in Segment.NumbersIn(_files))
        {
            var path = _files.PathOf(Segment.NameOf(number));
            if (before is { } previous && number != previous + 1)
            {
                damages.Add((new JournalDamage(path, 0, $"the segment before it, {Segment.NameOf(number - 1)}, is missing", false), 0));
            }

            using var file = _files.Open(Segment.NameOf(number), 0);
            var first = FirstOf(file, path, number, last, before is not null, damages);
            last = before is null && first > 0 ? first - 1 : last;
            before = number;
            var (records, bytes) = (0L, (long)RecordFormat.SegmentHeadBytes);
            foreach (var place in Places(file, path))
            {
                if (place.Record is not { } record)
                {
                    damages.Add((place.Damage!, last + 1));
                    continue;
                }

                if (record.Entry.Position != last + 1 && place.Follows)
                {
                    damages.Add((new JournalDamage(path, record.Offset, $"record {last + 1} is missing", false), last + 1));
                }

                (last, records, bytes) = (record.Entry.Position, records + 1, record.Offset + record.Bytes);
                synced = Math.Max(synced, place.Synced);
            }

            segments.Add(new SegmentReport(path, first, records, bytes));
        }

        if (last < synced)
        {
            damages.Add((new JournalDamage(_files.PathOf(Watermark.Name), 0, $"records up to {synced} were synced, but the log ends at {last}", false), 0));
        }

        return new JournalReport(
            segments, [.. damages.Select(each => each.Damage with { IsTornTail = each.Sequence > synced })], last, synced);
    }

    /// <summary>
    /// Cuts the log off at its first damage, so that the journal starts again. Everything behind that place is lost, also what callers were told of: only
    /// a person may want this, with a copy of the directory at hand.
    /// </summary>
    public JournalCut Cut()
    {
        var report = Verify();
        if (report.Damages.Count == 0)
        {
            return new JournalCut(report.LastPosition, 0);
        }

        var (last, cutting, lost) = (0L, false, 0L);
        foreach (var number in Segment.NumbersIn(_files))
        {
            var name = Segment.NameOf(number);
            cutting |= report.Damages.Any(damage => damage.File == _files.PathOf(name) && damage.Offset == 0);
            lost += cutting ? report.Segments.First(segment => segment.File == _files.PathOf(name)).Records : 0;
            if (cutting)
            {
                _files.Delete(name);
                continue;
            }

            using var file = _files.Open(name, 0);
            var end = (long)RecordFormat.SegmentHeadBytes;
            foreach (var place in Places(file, _files.PathOf(name)))
            {
                cutting |= place.Record is not { } record || (last > 0 && record.Entry.Position != last + 1);
                if (cutting)
                {
                    lost += place.Record is null ? 0 : 1;
                    continue;
                }

                (last, end) = (place.Record!.Entry.Position, place.Record.Offset + place.Record.Bytes);
            }

            if (cutting)
            {
                Recovery.Zero(file, end);
            }
        }

        _files.SyncNames();
        using var watermark = new Watermark(_files.Open(Watermark.Name, 0));
        watermark.Note(last);
        return new JournalCut(last, lost);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static long FirstOf(
        IJournalFile file, string path, long number, long last, bool follows, List<(JournalDamage Damage, long Sequence)> damages)
    {
        using var reader = new RecordReader(file, 0);
        if (reader.Next(out _, out _) == Found.Nothing)
        {
            return last + 1; // made ahead of need
        }

        var head = new byte[RecordFormat.SegmentHeadBytes];
        file.Read(0, head);
        var problem = RecordFormat.CheckSegmentHead(head, number, out var first);
        if (problem is null && follows && first != last + 1)
        {
            problem = $"it begins with record {first}, but {last + 1} is next";
        }

        if (problem is not null)
        {
            damages.Add((new JournalDamage(path, 0, problem, false), last + 1));
        }

        return problem is null ? first : 0;
    }

    private static IEnumerable<Place> Places(IJournalFile file, string path)
    {
        var at = (long)RecordFormat.SegmentHeadBytes;
        var last = 0L;
        for (var follows = true; ;)
        {
            using var reader = new RecordReader(file, at);
            for (var place = Read(reader, path, follows); place is not null; place = Read(reader, path, true))
            {
                yield return place;
                if (place.Record is { } record)
                {
                    last = record.Entry.Position;
                    continue;
                }

                at = reader.Offset + 1;
                break;
            }

            // Goes on behind a damaged place where the next head of a record stands.
            if (at <= reader.Offset || !Wreck.TryFind(file, ref at, last, out _))
            {
                yield break;
            }

            follows = false;
        }
    }

    private static Place? Read(RecordReader reader, string path, bool follows)
    {
        switch (reader.Next(out var record, out var head))
        {
            case Found.Nothing:
                return null;
            case Found.Next:
                var (name, payload) = (RecordFormat.NameTextOf(record, head), record[head.PayloadOffset..].ToArray());
                var entry = new JournalEntry(head.Sequence, name, head.Version, head.Kind == RecordKind.Snapshot, payload);
                var found = new InspectedRecord(path, reader.Offset, head.Length, head.IsMoved, entry);
                reader.Skip(head.Length);
                return new Place(found, null, head.Synced, follows);
            default:
                return new Place(null, new JournalDamage(path, reader.Offset, "no whole record stands here", false), 0, follows);
        }
    }

    private long Synced()
    {
        if (!_files.List().Contains(Watermark.Name))
        {
            return 0;
        }

        using var watermark = new Watermark(_files.Open(Watermark.Name, 0));
        return watermark.Read();
    }

    private sealed record Place(InspectedRecord? Record, JournalDamage? Damage, long Synced, bool Follows);
}
