namespace Inventory.Journal.Files;

/// <summary>Records that become durable together. Filled under the journal's lock, then the writer's alone until it is done.</summary>
internal sealed class Batch
{
    private const int FirstBytes = 64 * 1024;
    private readonly List<Chunk> _chunks = [];
    private byte[] _bytes = new byte[FirstBytes];

    /// <summary>A run of bytes that go to one place.</summary>
    internal readonly record struct Chunk(Segment Segment, long Offset, int Start, int Length);

    public int Length { get; private set; }

    /// <summary>Sequence of the last record in it.</summary>
    public long LastSequence { get; set; }

    /// <summary>Done when it is durable; fails when storage is lost. Continuations never run on the writer's thread.</summary>
    public TaskCompletionSource Durable { get; private set; } = New();

    public IReadOnlyList<Chunk> Chunks => _chunks;

    public ReadOnlySpan<byte> BytesOf(in Chunk chunk) => _bytes.AsSpan(chunk.Start, chunk.Length);

    /// <summary>Room for bytes that go to the end of what is there of a segment.</summary>
    public Span<byte> Take(Segment segment, long offset, int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }

        if (_chunks.Count > 0 && _chunks[^1] is var last && last.Segment == segment && last.Offset + last.Length == offset)
        {
            _chunks[^1] = last with { Length = last.Length + length };
        }
        else
        {
            _chunks.Add(new Chunk(segment, offset, Length, length));
        }

        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }

    /// <summary>Makes it as new. Large buffers are let go.</summary>
    public void Reset(int bytesKeptMax)
    {
        if (_bytes.Length > bytesKeptMax)
        {
            _bytes = new byte[FirstBytes];
        }

        _chunks.Clear();
        Length = 0;
        Durable = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
