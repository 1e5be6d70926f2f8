using System.Buffers;

namespace Inventory.Journal.Files;

/// <summary>Reads a segment forward in large pieces.</summary>
internal sealed class RecordReader(IJournalFile file, long offset) : IDisposable
{
    private const int PieceBytes = 1024 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private int _first;
    private int _count;

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The bytes of the record that begins at <see cref="Offset"/>, unchecked; empty if nothing does. Valid until the next call.</summary>
    /// <param name="broken">True if what begins there cannot be a record or runs past the end of the file.</param>
    public ReadOnlySpan<byte> Next(out bool broken)
    {
        broken = false;
        if (!Fill(sizeof(int)))
        {
            broken = _buffer.AsSpan(_first, _count).ContainsAnyExcept((byte)0);
            return default;
        }

        var length = RecordFormat.LengthOf(_buffer.AsSpan(_first, _count));
        if (length <= 0)
        {
            // Zeros where a length belongs end the data, unless something stands behind them: then pages were lost.
            broken = length < 0 || !RestIsZero();
            return default;
        }

        if (!Fill(length))
        {
            broken = true;
            return default;
        }

        return _buffer.AsSpan(_first, length);
    }

    public void Skip(int bytes)
    {
        _first += bytes;
        _count -= bytes;
        Offset += bytes;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Fill(int bytes)
    {
        if (_count >= bytes)
        {
            return true;
        }

        if (bytes > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes);
            _buffer.AsSpan(_first, _count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_first, _count).CopyTo(_buffer);
        }

        _first = 0;
        _count += file.Read(Offset + _count, _buffer.AsSpan(_count));
        return _count >= bytes;
    }

    // What a torn batch leaves lies within one batch of the end; the rest of a segment was never written.
    private bool RestIsZero()
    {
        if (_buffer.AsSpan(_first, _count).ContainsAnyExcept((byte)0))
        {
            return false;
        }

        var piece = new byte[PieceBytes];
        for (var at = Offset + _count; ; at += piece.Length)
        {
            var count = file.Read(at, piece);
            if (piece.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                return false;
            }

            if (count < piece.Length)
            {
                return true;
            }
        }
    }
}
