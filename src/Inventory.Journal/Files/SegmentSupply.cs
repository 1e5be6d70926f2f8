namespace Inventory.Journal.Files;

/// <summary>Makes files for new segments, ahead of need where it can, so that no appender waits for it.</summary>
internal sealed class SegmentSupply(IJournalFiles files, int bytes)
{
    private const int FillBytes = 64 * 1024;
    private const int FillSyncBytes = 1024 * 1024;
    private static readonly byte[] s_zeros = new byte[FillBytes];
    private readonly Lock _making = new();
    private IJournalFile? _prepared;
    private long _number;

    /// <summary>The file for a segment. Callers may hold the journal's lock; it is never asked for in here.</summary>
    public IJournalFile Take(long number)
    {
        lock (_making)
        {
            var prepared = _prepared;
            _prepared = null;
            if (_number == number && prepared is not null)
            {
                return prepared;
            }

            prepared?.Dispose();
            return files.Open(Segment.NameOf(number), bytes);
        }
    }

    /// <summary>Makes a file that will be needed. If that fails, the need will tell: until then the journal serves.</summary>
    /// <returns>True if there is a new file that it pays to <see cref="Fill"/>.</returns>
    public bool Prepare(long number)
    {
        lock (_making)
        {
            if (_prepared is not null)
            {
                return false;
            }

            try
            {
                (_prepared, _number) = (files.Open(Segment.NameOf(number), bytes), number);
                return files.FillsAhead;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Fills the file that was made last with zeros, until all of it is or somebody takes it.</summary>
    /// <remarks>
    /// 1 it is seen that nobody has taken the file, 2 zeros are written, both under the lock that whoever takes it needs: else zeros could come upon records.
    /// The sync needs no lock. In small steps, so that a sync of the journal waits for little. Zeros that are lost are zeros still.
    /// </remarks>
    public void Fill()
    {
        var file = _prepared;
        try
        {
            for (var offset = 0L; offset < bytes; offset += FillBytes)
            {
                lock (_making)
                {
                    if (_prepared != file)
                    {
                        return;
                    }

                    file?.Write(offset, s_zeros.AsSpan(0, (int)Math.Min(FillBytes, bytes - offset)));
                }

                if (offset % FillSyncBytes == FillSyncBytes - FillBytes)
                {
                    file?.Sync();
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Whoever writes records there will hear of it.
        }
    }

    public void Dispose()
    {
        lock (_making)
        {
            _prepared?.Dispose();
            _prepared = null;
        }
    }
}
