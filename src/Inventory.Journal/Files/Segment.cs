using System.Globalization;

namespace Inventory.Journal.Files;

/// <summary>One file of the log. Closed when the log has dropped it and its last reader is done.</summary>
internal sealed class Segment(long number, long firstSequence, IJournalFile file, string path)
{
    private const string Suffix = ".log";
    private int _holders = 1;

    public long Number { get; } = number;

    /// <summary>Sequence of its first record.</summary>
    public long FirstSequence { get; } = firstSequence;

    public IJournalFile File { get; } = file;

    public string Path { get; } = path;

    /// <summary>Where its next record goes. Changes under the journal's lock, and only of the last segment.</summary>
    public long End { get; set; } = RecordFormat.SegmentHeadBytes;

    public static string NameOf(long number) => number.ToString("D12", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParse(string name, out long number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Numbers of all segments in a directory, in order.</summary>
    public static long[] NumbersIn(IJournalFiles files) =>
        [.. files.List().Select(name => TryParse(name, out var number) ? number : 0).Where(number => number > 0).Order()];

    /// <summary>Keeps the file open until <see cref="Release"/>. Only while the log has the segment, under its lock.</summary>
    public void Hold_UnderLock() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            File.Dispose();
        }
    }
}
