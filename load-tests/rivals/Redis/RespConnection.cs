using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace Inventory.Rivals.Redis;

/// <summary>
/// One connection that speaks RESP2 and does no more than that: requests are answered in order, any number may be under way, and what several callers
/// ask at the same moment leaves in one write. Safe for use by several threads.
/// </summary>
internal sealed class RespConnection : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Pipe _sending = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly ConcurrentQueue<TaskCompletionSource<RespReply>> _waiting = new();
    private readonly Lock _gate = new();
    private readonly Task _writing;
    private readonly Task _reading;

    private RespConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        _writing = Task.Run(WriteAsync);
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Connects to a port of this machine.</summary>
    public static async Task<RespConnection> ConnectAsync(int port, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, ct);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new RespConnection(socket);
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="IOException">The server answers with an error, or the connection is broken.</exception>
    /// <exception cref="TimeoutException">There is no answer within 15 s.</exception>
    public async Task<RespReply> AskAsync(params IReadOnlyList<string> words)
    {
        // Continues on the thread that reads: what comes after an answer here is short.
        var answer = new TaskCompletionSource<RespReply>();
        var bytes = Encode(words);
        lock (_gate)
        {
            _waiting.Enqueue(answer);
            _sending.Writer.Write(bytes);
            var flushed = _sending.Writer.FlushAsync(); // done at once, for the pipe has no bound: a closed loop bounds what is under way
            Debug.Assert(flushed.IsCompleted, "a pipe without a bound never makes its writer wait");
        }

        var reply = await answer.Task.WaitAsync(s_patience, TimeProvider.System);
        return reply.Error is null ? reply : throw new IOException(reply.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _sending.Writer.CompleteAsync();
        await _stream.DisposeAsync();
        _socket.Dispose();
        await Task.WhenAll(_writing, _reading);
    }

    /// <summary>A request as bytes: a list of bulk strings.</summary>
    internal static byte[] Encode(IReadOnlyList<string> words)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Count}\r\n");
        foreach (var word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task WriteAsync()
    {
        try
        {
            await _sending.Reader.CopyToAsync(_stream);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The reader sees it too, and tells every waiter.
        }
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true));
        Exception end = new IOException("The connection was closed.");
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var buffer = read.Buffer;
                while (RespReader.TryRead(ref buffer, out var reply) && _waiting.TryDequeue(out var waiter))
                {
                    waiter.TrySetResult(reply);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or FormatException)
        {
            end = new IOException(e.Message, e);
        }

        while (_waiting.TryDequeue(out var waiter))
        {
            waiter.TrySetException(end);
        }
    }
}
