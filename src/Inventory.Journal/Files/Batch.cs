using System.Buffers;
using System.Diagnostics;

namespace Inventory.Journal.Files;

/// <summary>Records that become durable together. Filled under the journal's lock, then the writer's to read until it is done.</summary>
internal sealed class Batch
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>Few enough that what follows is spread over processors, many enough that a thread's wake-up is worth it.</summary>
    private const int SharersMax = 32;

    private readonly List<Chunk> _chunks = [];
    private byte[] _bytes = new byte[FirstBytes];
    private int _used;
    private List<TaskCompletionSource> _durable = [];
    private TaskCompletionSource? _apart;
    private TaskCompletionSource? _together;
    private int _sharers;

    /// <summary>A run of bytes that go to one place: of the batch's buffer, or an array of its own.</summary>
    internal readonly record struct Chunk(Segment Segment, long Offset, byte[]? Own, int Start, int Length, bool IsRented = false);

    public int Length { get; private set; }

    /// <summary>Sequence of the last record in it.</summary>
    public long LastSequence { get; set; }

    /// <summary>One past the last record in it.</summary>
    public Location End { get; set; }

    /// <summary>When its first record came, in ticks of the clock; 0 if the policy does not care.</summary>
    public long BeganAt { get; set; }

    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <summary>Done when it is durable; fails when storage is lost. Made when the first one asks.</summary>
    public Task Durable_UnderLock(TaskCreationOptions options)
    {
        if (_apart is null)
        {
            _durable.Add(_apart = new TaskCompletionSource(options));
        }

        return _apart.Task;
    }

    /// <summary>The same, shared with others who ask: what they do next may run on one thread, one after the other.</summary>
    public Task DurableTogether_UnderLock()
    {
        if (_together is null || _sharers == SharersMax)
        {
            _sharers = 0;
            _durable.Add(_together = new TaskCompletionSource());
        }

        _sharers++;
        return _together.Task;
    }

    /// <summary>Whom to tell.</summary>
    public List<TaskCompletionSource> TakeDurable_UnderLock()
    {
        var durable = _durable;
        (_durable, _apart, _together) = ([], null, null);
        return durable;
    }

    public ReadOnlySpan<byte> BytesOf(in Chunk chunk) => (chunk.Own ?? _bytes).AsSpan(chunk.Start, chunk.Length);

    /// <summary>Room in the batch's buffer for bytes that go to the end of what is there of a segment.</summary>
    public Span<byte> Take(Segment segment, long offset, int length)
    {
        if (_used + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        }

        if (_chunks.Count > 0 && _chunks[^1] is var last && last.Own is null && last.Segment == segment && last.Offset + last.Length == offset)
        {
            _chunks[^1] = last with { Length = last.Length + length };
        }
        else
        {
            _chunks.Add(new Chunk(segment, offset, null, _used, length));
        }

        _used += length;
        Length += length;
        return _bytes.AsSpan(_used - length, length);
    }

    /// <summary>Takes over an array, so that large bytes are not copied under the lock.</summary>
    public void Take(Segment segment, long offset, ArraySegment<byte> own, bool isRented)
    {
        _chunks.Add(new Chunk(segment, offset, own.Array, own.Offset, own.Count, isRented));
        Length += own.Count;
    }

    /// <summary>Copies bytes of a segment that are in here. False if they are not, or not all.</summary>
    public bool TryRead(Segment segment, long offset, Span<byte> destination)
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.Segment != segment || offset < chunk.Offset || offset >= chunk.Offset + chunk.Length)
            {
                continue;
            }

            var part = BytesOf(chunk)[(int)(offset - chunk.Offset)..];
            part = part[..Math.Min(part.Length, destination.Length)];
            part.CopyTo(destination);
            offset += part.Length;
            destination = destination[part.Length..];
            if (destination.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives rented arrays back, when nobody reads here any more.</summary>
    public void ReturnRented()
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.IsRented)
            {
                ArrayPool<byte>.Shared.Return(chunk.Own!);
            }
        }
    }

    /// <summary>Makes it as new. Large buffers are let go.</summary>
    public void Reset(int bytesKeptMax)
    {
        Poison();
        if (_bytes.Length > bytesKeptMax)
        {
            _bytes = new byte[FirstBytes];
        }

        _chunks.Clear();
        (_used, Length, BeganAt) = (0, 0, 0);
    }

    // Whoever still looks at a buffer that was handed back finds nonsense at once, not someday.
    [Conditional("DEBUG")]
    private void Poison() => _bytes.AsSpan(0, _used).Fill(0xDB);
}
