using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Breaking;

/// <summary>How a call over a <see cref="CheapConnection"/> ended.</summary>
/// <param name="Status">Of gRPC; -1 when the connection or the stream broke.</param>
/// <param name="Message">The answer; empty when there was none.</param>
/// <param name="Details">The trailer with details; empty when there was none.</param>
internal readonly record struct CheapAnswer(int Status, ReadOnlyMemory<byte> Message, byte[] Details);

/// <summary>
/// Unary gRPC calls over one connection for a fraction of what a whole client costs, so that a client can ask for more than a service on the same machine can
/// do. Knows only what that takes: short messages, no compression of headers, no end of the connection but the last. Safe for use by several threads.
/// </summary>
internal sealed class CheapConnection : IAsyncDisposable
{
    /// <summary>Calls under way at once: somewhat less than the streams that the service permits on a connection.</summary>
    public const int CallsMax = 1_000;

    private const int HeadBytes = 9;
    private const int GrpcHeadBytes = 5;
    private const int ReadBytes = 256 * 1024;
    private const int HeaderTableSize = 1;
    private static readonly byte[] s_status = Encoding.ASCII.GetBytes("grpc-status");
    private static readonly byte[] s_details = Encoding.ASCII.GetBytes("grpc-status-details-bin");

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ConcurrentDictionary<int, Call> _calls = new();
    private readonly Lock _gate = new();
    private readonly byte[] _headers;
    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _spare = new();
    private Task _reading = Task.CompletedTask;
    private bool _isFlushing;
    private bool _isBroken;
    private int _stream = -1;
    private int _under;

    private CheapConnection(string path)
    {
        // The stream's number is set for each call.
        _headers = Http2.Open(0, path);
    }

    /// <summary>Calls under way.</summary>
    public int Under => Volatile.Read(ref _under);

    /// <summary>A connection for calls of one method.</summary>
    public static async Task<CheapConnection> OpenAsync(Uri address, string path, CancellationToken ct)
    {
        var connection = new CheapConnection(path);
        await connection._socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port, ct);

        // No table for compressed headers, and as good as no end to what the service may send.
        byte[] settings = [0, HeaderTableSize, 0, 0, 0, 0];
        connection.Send((byte[])[
            .. Http2.Preface, .. Http2.Frame(Http2.Settings, 0, 0, settings), .. Http2.Frame(Http2.WindowUpdate, 0, 0, [0x7f, 0, 0, 0]),
        ]);
        connection._reading = Task.Run(connection.ReadAsync, CancellationToken.None);
        return connection;
    }

    /// <summary>Sends one message and waits for the end of the call.</summary>
    public Task<CheapAnswer> AskAsync(ReadOnlySpan<byte> message)
    {
        var call = new Call();
        lock (_gate)
        {
            if (_isBroken)
            {
                return Task.FromResult(Call.Broken);
            }

            var stream = _stream += 2;
            _calls[stream] = call;
            _under++;
            var start = _pending.GetSpan(_headers.Length);
            _headers.CopyTo(start);
            BinaryPrimitives.WriteInt32BigEndian(start[5..], stream);
            _pending.Advance(_headers.Length);
            _pending.Write(Http2.Message(stream, message, isLast: true));
            Flush();
        }

        return call.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _pending.Write(bytes);
            Flush();
        }
    }

    // Under the lock. What comes while bytes are on their way goes with the next ones.
    private void Flush()
    {
        if (!_isFlushing)
        {
            _isFlushing = true;
            _ = Task.Run(FlushAsync, CancellationToken.None);
        }
    }

    private async Task FlushAsync()
    {
        while (true)
        {
            ArrayBufferWriter<byte> full;
            lock (_gate)
            {
                if (_pending.WrittenCount == 0)
                {
                    _isFlushing = false;
                    return;
                }

                (full, _pending, _spare) = (_pending, _spare, _pending);
            }

            try
            {
                for (var left = full.WrittenMemory; !left.IsEmpty;)
                {
                    left = left[await _socket.SendAsync(left)..];
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Break();
            }

            full.ResetWrittenCount();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[ReadBytes];
        var filled = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(filled)) is > 0 and var got)
            {
                filled += got;
                var used = 0;
                while (filled - used >= HeadBytes && LengthOf(buffer.AsSpan(used)) is var length && filled - used >= HeadBytes + length)
                {
                    Take(buffer.AsSpan(used, HeadBytes + length));
                    used += HeadBytes + length;
                }

                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the connection is how reading ends.
        }

        Break();
    }

    private static int LengthOf(ReadOnlySpan<byte> head) => (head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head[1..]);

    private void Take(ReadOnlySpan<byte> frame)
    {
        var (type, flags, stream) = (frame[3], frame[4], BinaryPrimitives.ReadInt32BigEndian(frame[5..]));
        var payload = frame[HeadBytes..];
        switch (type)
        {
            case Http2.Settings or Http2.Ping when (flags & Http2.Ack) == 0:
                Send(Http2.Frame(type, Http2.Ack, 0, type == Http2.Ping ? payload : []));
                break;
            case Http2.Data when _calls.TryGetValue(stream, out var call):
                call.Message = payload.Length > GrpcHeadBytes ? payload[GrpcHeadBytes..].ToArray() : [];
                break;
            case Http2.Headers when (flags & Http2.EndStream) != 0:
                End(stream, payload);
                break;
            case Http2.Reset:
                End(stream, []);
                break;
        }
    }

    private void End(int stream, ReadOnlySpan<byte> trailers)
    {
        if (_calls.TryRemove(stream, out var call))
        {
            Interlocked.Decrement(ref _under);
            var status = int.TryParse(Encoding.ASCII.GetString(ValueOf(trailers, s_status)), out var number) ? number : -1;
            call.Answer.TrySetResult(new CheapAnswer(status, call.Message, Details(trailers)));
        }
    }

    private static byte[] Details(ReadOnlySpan<byte> trailers)
    {
        var text = Encoding.ASCII.GetString(ValueOf(trailers, s_details));
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var written) ? bytes[..written] : [];
    }

    // A literal without an index: the length of the name, the name, the length of the value in seven bits or more, the value.
    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name)
    {
        for (var at = 1; at + name.Length < block.Length; at++)
        {
            if (block[at - 1] != name.Length || !block[at..].StartsWith(name))
            {
                continue;
            }

            at += name.Length;
            int length = block[at++];
            for (var shift = 0; length >= 127 && at < block.Length; shift += 7)
            {
                length += (block[at] & 127) << shift;
                if (block[at++] < 128)
                {
                    break;
                }
            }

            return block.Slice(at, Math.Min(length, block.Length - at));
        }

        return [];
    }

    private void Break()
    {
        lock (_gate)
        {
            _isBroken = true;
        }

        foreach (var stream in _calls.Keys)
        {
            End(stream, []);
        }
    }

    private sealed class Call
    {
        public static readonly CheapAnswer Broken = new(-1, default, []);

        public TaskCompletionSource<CheapAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Message { get; set; } = [];
    }
}
