namespace Inventory.Journal.Files;

/// <summary>What waits to be written.</summary>
/// <param name="Bytes">Bytes of the group that fills.</param>
/// <param name="AgeUs">Microseconds since its first record came.</param>
internal readonly record struct Pending(long Bytes, long AgeUs);

/// <summary>When a group of records is written and synced while the disk is idle. Pure: it sees figures, no clock and no thread.</summary>
/// <remarks>
/// While the disk is busy nobody asks: the group fills, and the slower the disk the larger it gets. Waiting on an idle disk too makes larger groups at
/// the price of that wait for a lone caller; it pays where a sync costs far more than the wait.
/// </remarks>
/// <param name="bytes">A group of so many bytes waits no longer.</param>
/// <param name="waitUs">Longest wait for company, in microseconds; 0 for none.</param>
internal sealed class CommitPolicy(long bytes, long waitUs)
{
    /// <summary>True if ages matter, so that somebody must read a clock.</summary>
    public bool Waits => waitUs > 0;

    /// <summary>True once a group has the size at which it waits no longer.</summary>
    public bool IsFull(long pendingBytes) => pendingBytes >= bytes;

    /// <summary>Microseconds that the group should go on waiting; 0 to write it now.</summary>
    public long WaitUs(in Pending pending) => IsFull(pending.Bytes) ? 0 : Math.Max(0, waitUs - pending.AgeUs);
}
