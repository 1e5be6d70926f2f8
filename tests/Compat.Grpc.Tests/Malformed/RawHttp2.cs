using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>HTTP/2 by hand over a socket: sends whatever a test wants, however wrong, and notes what comes back.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4;

    public static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, RawAnswer> _answers = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private Exception? _fault;
    private int _lastStream = -1;

    private RawHttp2(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The error code with which the server gave up the connection; null if it did not.</summary>
    public int? GoAwayCode { get; private set; }

    public bool IsClosed => _closed.Task.IsCompleted;

    /// <summary>A bare connection.</summary>
    public static async Task<RawHttp2> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawHttp2(socket);
    }

    /// <summary>A connection that is ready for requests: no header compression for the answers, and wide windows.</summary>
    public static async Task<RawHttp2> ConnectAsync(int port)
    {
        var connection = await DialAsync(port);
        connection._reading = connection.ReadAsync();
        byte[] settings = [0, 1, 0, 0, 0, 0, 0, 4, 0x3f, 0xff, 0xff, 0xff];
        await connection.SendAsync([.. Preface, .. Frame(Settings, 0, 0, settings), .. Frame(WindowUpdate, 0, 0, [0x3f, 0, 0, 0])]);
        return connection;
    }

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static (string Name, string Value)[] GrpcHeaders(string path, params (string Name, string Value)[] more) =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
        ("content-type", "application/grpc"), ("te", "trailers"), .. more,
    ];

    /// <summary>Opens a stream with these headers; the answer can be awaited at once.</summary>
    public async Task<RawAnswer> OpenAsync((string Name, string Value)[] headers, bool endStream = false)
    {
        var answer = NextStream();
        var flags = (byte)(EndHeaders | (endStream ? EndStream : 0));
        await SendAsync(Frame(Headers, flags, answer.Stream, Hpack.Encode(headers)));
        return answer;
    }

    /// <summary>A whole gRPC request with this body.</summary>
    public async Task<RawAnswer> CallAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        var answer = await OpenAsync(GrpcHeaders(path, headers));
        await DataAsync(answer, body, endStream: true);
        return await answer.WaitAsync();
    }

    /// <summary>Reserves the next stream without sending anything.</summary>
    public RawAnswer NextStream()
    {
        var answer = new RawAnswer(Interlocked.Add(ref _lastStream, 2));
        _answers[answer.Stream] = answer;
        if (IsClosed)
        {
            answer.Close();
        }

        return answer;
    }

    public async Task DataAsync(RawAnswer stream, ReadOnlyMemory<byte> bytes, bool endStream = false)
    {
        const int largest = 16_384;
        while (bytes.Length > largest)
        {
            await SendAsync(Frame(Data, 0, stream.Stream, bytes.Span[..largest]));
            bytes = bytes[largest..];
        }

        await SendAsync(Frame(Data, endStream ? EndStream : (byte)0, stream.Stream, bytes.Span));
    }

    public Task ResetAsync(RawAnswer stream) => SendAsync(Frame(Reset, 0, stream.Stream, [0, 0, 0, 8]));

    /// <summary>Sends bytes as they are. A connection that the server has closed swallows them.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says that nothing more is sent, and reads what the server still says until it closes too.</summary>
    public async Task<byte[]> FinishAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var said = new MemoryStream();
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            await _stream.CopyToAsync(said, patience.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
        }

        return said.ToArray();
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    public Task WhenClosedAsync() => _closed.Task.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        _sending.Dispose();
        Assert.Null(_fault);
    }

    private async Task ReadAsync()
    {
        var head = new byte[9];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(head);
                var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
                await _stream.ReadExactlyAsync(payload);
                await HandleAsync(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            }
        }
        catch (Exception e)
        {
            // The end of the connection is how reading ends; anything else is a fault of this reader and fails the test on disposal.
            _fault = e is IOException or ObjectDisposedException or SocketException ? null : e;
            _closed.TrySetResult();
            foreach (var answer in _answers.Values)
            {
                answer.Close();
            }
        }
    }

    private async Task HandleAsync(byte type, byte flags, int stream, byte[] payload)
    {
        _answers.TryGetValue(stream, out var answer);
        switch (type)
        {
            case Settings when (flags & 1) == 0:
                await SendAsync(Frame(Settings, 1, 0, []));
                break;
            case Ping when (flags & 1) == 0:
                await SendAsync(Frame(Ping, 1, 0, payload));
                break;
            case GoAway:
                GoAwayCode = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4));
                break;
            case Headers or Data:
                answer?.Take(type == Headers, payload, (flags & EndStream) != 0);
                break;
            case Reset:
                answer?.TakeReset(BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
        }
    }
}
