using System.ComponentModel.DataAnnotations;

namespace Inventory.Journal.Files;

/// <summary>How the file journal works.</summary>
public sealed class FileJournalOptions
{
    /// <summary>Smallest segment: below this the files outnumber the records.</summary>
    public const int SegmentBytesMin = 4 * 1024;

    /// <summary>The directory. Made if it is not there.</summary>
    [Required, MinLength(1)]
    public string Directory { get; set; } = "";

    /// <summary>Bytes of one segment. A larger record gets a segment of its own.</summary>
    /// <value>64 MiB: a hundred thousand reservations or so, and quick to compact.</value>
    [Range(SegmentBytesMin, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most bytes that wait for the disk; past it appends are refused.</summary>
    /// <value>256 MiB: a slow disk fills it in seconds, memory does not notice. A snapshot of the largest kind fits.</value>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int PendingBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>Most bytes of one write and sync. The more, the better the rate and the longer the first of them waits.</summary>
    /// <value>4 MiB: about 5 ms of a common SSD's write rate.</value>
    [Range(4 * 1024, 1024 * 1024 * 1024)]
    public int BatchBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Longest that a record waits on an idle disk for company, in microseconds; the clock behind it has steps of a millisecond.</summary>
    /// <value>0: what comes while a sync runs is company enough.</value>
    [Range(0, 1_000_000)]
    public int CommitWaitUs { get; set; }

    /// <summary>A group of so many bytes does not wait for more. Matters only if <see cref="CommitWaitUs"/> is not 0.</summary>
    /// <value>64 KiB: some five hundred reservations.</value>
    [Range(1, 1024 * 1024 * 1024)]
    public int CommitBytes { get; set; } = 64 * 1024;

    /// <summary>Share of dead bytes at which the oldest segments are compacted, in percent.</summary>
    /// <value>50: the disk holds at most about twice what lives.</value>
    [Range(10, 95)]
    public int CompactAtDeadPercent { get; set; } = 50;
}
