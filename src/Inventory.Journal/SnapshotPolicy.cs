namespace Inventory.Journal;

/// <summary>When a stream wants a snapshot: once its events since the last one outweigh twice that one's bytes.</summary>
/// <remarks>So snapshots stay a bounded share of what is written.</remarks>
public struct SnapshotPolicy
{
    private long _eventBytes;
    private long _snapshotBytes;

    /// <summary>True once a snapshot pays.</summary>
    public readonly bool IsDue => _eventBytes > Math.Max(JournalLimits.SnapshotAfterBytesMin, 2 * _snapshotBytes);

    /// <summary>Notes an event of so many bytes.</summary>
    public void Appended(int bytes) => _eventBytes += bytes;

    /// <summary>Notes a snapshot of so many bytes.</summary>
    public void Snapshotted(int bytes) => (_eventBytes, _snapshotBytes) = (0, bytes);
}
