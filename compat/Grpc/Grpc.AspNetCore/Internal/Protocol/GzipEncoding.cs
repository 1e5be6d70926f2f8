using System.Buffers;
using System.IO.Compression;

namespace Grpc.AspNetCore.Server.Internal;

internal enum DecompressResult
{
    Done,
    TooLarge,
    Damaged,
}

/// <summary>The encoding <c>gzip</c> of single messages.</summary>
internal static class GzipEncoding
{
    public const string Name = "gzip";
    private const int ChunkBytes = 16 * 1024;

    /// <summary>Stops as soon as more than <paramref name="lengthMax"/> bytes come out, however few went in.</summary>
    public static DecompressResult Decompress(in ReadOnlySequence<byte> compressed, int lengthMax, PooledBuffer output)
    {
        var length = checked((int)compressed.Length);
        var input = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            compressed.CopyTo(input);
            using var gzip = new GZipStream(new MemoryStream(input, 0, length, writable: false), CompressionMode.Decompress);
            while (true)
            {
                var read = gzip.Read(output.GetSpan(ChunkBytes));
                if (read == 0)
                {
                    return DecompressResult.Done;
                }

                output.Advance(read);
                if (output.Length > lengthMax)
                {
                    return DecompressResult.TooLarge;
                }
            }
        }
        catch (InvalidDataException)
        {
            return DecompressResult.Damaged;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    public static void Compress(ReadOnlySpan<byte> plain, CompressionLevel level, PooledBuffer output)
    {
        using var gzip = new GZipStream(new BufferStream(output), level);
        gzip.Write(plain);
    }

    /// <summary>The write-only face that GZipStream needs.</summary>
    private sealed class BufferStream(PooledBuffer output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
