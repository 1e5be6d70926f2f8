using System.Globalization;

namespace Inventory.Journal.Files;

/// <summary>One file of the log.</summary>
internal sealed class Segment(long number, long firstSequence, IJournalFile file, string path)
{
    private const string Suffix = ".log";

    public long Number { get; } = number;

    /// <summary>Sequence of its first record.</summary>
    public long FirstSequence { get; } = firstSequence;

    public IJournalFile File { get; } = file;

    public string Path { get; } = path;

    /// <summary>Where its next record goes.</summary>
    public long End { get; set; } = RecordFormat.SegmentHeadBytes;

    public static string NameOf(long number) => number.ToString("D12", CultureInfo.InvariantCulture) + Suffix;

    public static bool TryParse(string name, out long number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
