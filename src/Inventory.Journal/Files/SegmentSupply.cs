namespace Inventory.Journal.Files;

/// <summary>Makes files for new segments, ahead of need where it can, so that no appender waits for it.</summary>
internal sealed class SegmentSupply(IJournalFiles files, int bytes)
{
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
    public void Prepare(long number)
    {
        lock (_making)
        {
            if (_prepared is not null)
            {
                return;
            }

            try
            {
                (_prepared, _number) = (files.Open(Segment.NameOf(number), bytes), number);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
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
