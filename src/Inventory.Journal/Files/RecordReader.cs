using System.Buffers;

namespace Inventory.Journal.Files;

/// <summary>Reads a segment forward in large pieces.</summary>
/// <param name="file">The segment's file.</param>
/// <param name="offset">Where to begin.</param>
/// <param name="end">Where the data ends, if that is known; else zeros end it.</param>
internal sealed class RecordReader(IJournalFile file, long offset, long end = long.MaxValue) : IDisposable
{
    private const int PieceBytes = 1024 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
    private int _first;
    private int _count;

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Where the data ends. May be moved on.</summary>
    public long End { get; set; } = end;

    /// <summary>Judges what begins at <see cref="Offset"/>. Of a whole record the sequence is not judged: it is told as <see cref="Found.Next"/>.</summary>
    /// <param name="record">Its bytes, if it is whole; good until the next call.</param>
    /// <param name="head">Its head, if it is whole.</param>
    public Found Next(out ReadOnlySpan<byte> record, out RecordHead head)
    {
        record = default;
        head = default;
        if (!Fill(RecordFormat.LengthEndsAt))
        {
            return _buffer.AsSpan(_first, _count).ContainsAnyExcept((byte)0) ? Found.Broken : Found.Nothing;
        }

        var length = RecordFormat.LengthOf(_buffer.AsSpan(_first, _count));
        if (length == 0)
        {
            // Zeros where a length belongs end the data, unless something stands behind them: then pages were lost.
            return RestIsZero() ? Found.Nothing : Found.Broken;
        }

        // The head is checked first: a length that nothing vouches for reads no hundred megabytes.
        if (length < 0 || !Fill(Math.Min(length, RecordFormat.HeadBytes + byte.MaxValue))
            || !RecordFormat.TryReadHead(_buffer.AsSpan(_first, Math.Min(_count, length)), out head) || !Fill(length))
        {
            return Found.Broken;
        }

        record = _buffer.AsSpan(_first, length);
        return RecordFormat.TryRead(record, out head) ? Found.Next : Found.Broken;
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
        var room = (int)Math.Min(_buffer.Length - _count, End - Offset - _count);
        _count += file.Read(Offset + _count, _buffer.AsSpan(_count, room));
        return _count >= bytes;
    }

    private bool RestIsZero()
    {
        if (_buffer.AsSpan(_first, _count).ContainsAnyExcept((byte)0))
        {
            return false;
        }

        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
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
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
