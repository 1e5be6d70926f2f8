using System.ComponentModel.DataAnnotations;

namespace Inventory.Journal.Files;

/// <summary>How the file journal works.</summary>
public sealed class FileJournalOptions
{
    /// <summary>The directory. Made if it is not there.</summary>
    [Required, MinLength(1)]
    public string Directory { get; set; } = "";

    /// <summary>Bytes of one segment. A larger record gets a segment of its own.</summary>
    /// <value>64 MiB: a hundred thousand reservations or so, and quick to compact.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most bytes that wait for the disk; past it appends are refused.</summary>
    /// <value>256 MiB: a slow disk fills it in seconds, memory does not notice. A snapshot of the largest kind fits.</value>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int PendingBytesMax { get; set; } = 256 * 1024 * 1024;

    /// <summary>Most bytes of one write and sync. The more, the better the rate and the longer the first of them waits.</summary>
    /// <value>4 MiB: about 5 ms of a common SSD's write rate.</value>
    [Range(4 * 1024, 1024 * 1024 * 1024)]
    public int BatchBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Share of dead bytes at which the oldest segments are compacted, in percent.</summary>
    /// <value>50: the disk holds at most about twice what lives.</value>
    [Range(10, 95)]
    public int CompactAtDeadPercent { get; set; } = 50;

    /// <summary>False for tests that turn the crank themselves: no thread is started.</summary>
    /// <value>true.</value>
    public bool OwnThread { get; set; } = true;
}
