namespace Inventory.LoadTests.Light;

/// <summary>Bytes that are on their way to or from a socket. For one thread.</summary>
public sealed class LightBuffer
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>What is there and was not taken yet; valid until the next call of another member.</summary>
    public ReadOnlySpan<byte> Content => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Whether nothing is there.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Room for at least so many bytes; <see cref="Added"/> says how many came in.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _end < bytes)
        {
            var content = Content;
            var target = content.Length + bytes > _bytes.Length ? new byte[Math.Max(2 * _bytes.Length, content.Length + bytes)] : _bytes;
            content.CopyTo(target);
            (_bytes, _start, _end) = (target, 0, content.Length);
        }

        return _bytes.AsSpan(_end);
    }

    /// <summary>So many bytes of the room hold content now.</summary>
    public void Added(int bytes) => _end += bytes;

    /// <summary>Adds bytes, and gives them back to be changed; valid until the next call of another member.</summary>
    public Span<byte> Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Added(bytes.Length);
        return _bytes.AsSpan(_end - bytes.Length, bytes.Length);
    }

    /// <summary>So many bytes at the start are done with.</summary>
    public void Taken(int bytes)
    {
        _start += bytes;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
    }
}
