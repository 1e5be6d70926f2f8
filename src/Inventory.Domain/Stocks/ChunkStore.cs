namespace Inventory.Domain.Stocks;

/// <summary>Room for some entries, one beside the other, in an array that others use too.</summary>
/// <param name="Array">The array; null of no chunk.</param>
/// <param name="Place">Which of its chunks, from 0.</param>
internal readonly record struct EntryChunk(RememberedEntry[]? Array, int Place)
{
    /// <summary>Entries of a chunk: a power of two.</summary>
    public const int Length = 16;

    public Span<RememberedEntry> Entries => Array.AsSpan(Place * Length, Length);
}

/// <summary>Where stocks get their chunks from: arrays for many of them, so large that .NET's collector leaves them where they are.</summary>
/// <remarks>
/// What a stock remembers lives for a day. In arrays of its own the collector moved each entry twice, and paused everybody for it; here it looks at none,
/// because there is no reference in them. What was given back serves again, the latest first. Nothing is ever given up: .NET keeps the memory of a
/// peak too. Calls may come from any thread; who rents a chunk owns it until it is given back, and must not touch it after.
/// </remarks>
internal sealed class ChunkStore
{
    /// <summary>Chunks of an array: it is of 98,304 bytes, and from 85,000 on .NET takes an object for large.</summary>
    public const int ChunksPerArray = 128;

    private readonly Lock _gate = new();
    private readonly Stack<EntryChunk> _free = new();
    private RememberedEntry[] _latest = [];
    private int _taken = ChunksPerArray;

    /// <summary>That of all stocks of this process.</summary>
    public static ChunkStore Shared { get; } = new();

    /// <summary>Chunks that were ever made.</summary>
    public long Made { get; private set; }

    /// <summary>A chunk; what stands in it may be of its former owner.</summary>
    public EntryChunk Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var free))
            {
                return free;
            }

            if (_taken == ChunksPerArray)
            {
                (_latest, _taken) = (new RememberedEntry[ChunksPerArray * EntryChunk.Length], 0);
            }

            Made++;
            return new EntryChunk(_latest, _taken++);
        }
    }

    /// <summary>Takes chunks back; those without an array are none.</summary>
    public void Return(params ReadOnlySpan<EntryChunk> chunks)
    {
        lock (_gate)
        {
            foreach (var chunk in chunks)
            {
                if (chunk.Array is not null)
                {
                    _free.Push(chunk);
                }
            }
        }
    }
}
