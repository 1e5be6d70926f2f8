using System.Threading.Channels;
using Grpc.Core;

namespace Inventory.LoadTests.Service;

/// <summary>
/// A stream of messages that are answered one by one and in order, made to look like calls: several may be under way. Safe for use by several threads.
/// </summary>
internal sealed class Pipe<TAsk, TAnswer> : IAsyncDisposable
    where TAsk : class
    where TAnswer : class
{
    private readonly AsyncDuplexStreamingCall<TAsk, TAnswer> _call;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Channel<TaskCompletionSource<TAnswer>> _waiting = Channel.CreateUnbounded<TaskCompletionSource<TAnswer>>();
    private readonly Task _reading;
    private volatile RpcException _end = new(new Status(StatusCode.Unavailable, "The stream has ended."));

    public Pipe(AsyncDuplexStreamingCall<TAsk, TAnswer> call)
    {
        _call = call;
        _reading = ReadAsync();
    }

    /// <summary>Sends one message and waits for its answer.</summary>
    /// <exception cref="RpcException">The stream is broken; every later call fails too.</exception>
    public async Task<TAnswer> AskAsync(TAsk message)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _writing.WaitAsync();
        try
        {
            // Queued before it is written, so that the answer cannot come first.
            if (!_waiting.Writer.TryWrite(answer))
            {
                throw _end;
            }

            await _call.RequestStream.WriteAsync(message);
        }
        catch (InvalidOperationException)
        {
            // The call ended before the write. The reader knows why, and tells every waiter.
        }
        finally
        {
            _writing.Release();
        }

        return await answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        try
        {
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Broken before; whoever asked was told.
        }

        await _reading;
        _call.Dispose();
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                (await _waiting.Reader.ReadAsync()).TrySetResult(_call.ResponseStream.Current);
            }
        }
        catch (RpcException e)
        {
            _end = e;
        }

        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var unanswered))
        {
            unanswered.TrySetException(_end);
        }
    }
}
