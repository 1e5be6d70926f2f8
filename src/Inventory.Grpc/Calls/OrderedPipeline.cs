using System.Threading.Channels;
using Grpc.Core;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Calls;

/// <summary>Answers the messages of a stream in order while several of them are worked on.</summary>
internal static class OrderedPipeline
{
    /// <summary>
    /// Reads a message, starts its work, and reads on, until <paramref name="inFlightMax"/> messages are unanswered: then the rest stays
    /// with the sender, by the flow control of HTTP/2. Work starts in the order of messages and never two at a time. Work that fails ends the
    /// stream after the answers of the messages before it; what was started by then is waited for, so nothing runs on after the call.
    /// </summary>
    public static async Task Run<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, int inFlightMax,
        Func<TRequest, Task<TResponse>> work, CancellationToken cancellation)
    {
        // The writer holds one more than the channel.
        var started = Channel.CreateBounded<Task<TResponse>>(new BoundedChannelOptions(Math.Max(1, inFlightMax - 1))
        {
            SingleReader = true,
            SingleWriter = true,
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = Read(requests, started.Writer, work, stop.Token);
        try
        {
            await foreach (var one in started.Reader.ReadAllAsync(CancellationToken.None))
            {
                await responses.WriteAsync(await one, CancellationToken.None);
            }

            await reading;
        }
        catch
        {
            await stop.CancelAsync();
            await Quiet(reading);
            while (started.Reader.TryRead(out var left))
            {
                await Quiet(left);
            }

            throw;
        }
    }

    private static async Task Read<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, ChannelWriter<Task<TResponse>> started, Func<TRequest, Task<TResponse>> work,
            CancellationToken stop)
    {
        try
        {
            while (await requests.MoveNext(stop))
            {
                await started.WaitToWriteAsync(stop);
                started.TryWrite(work(requests.Current));
            }
        }
        catch (IOException)
        {
            // The sender is gone; the wire may say so before the call counts as cancelled. No fault of ours, so not for the log.
            throw new CallRefusedException(FailureMap.Cancelled);
        }
        finally
        {
            // Completed without the failure: what was read before it is still answered, and awaiting this task tells the failure.
            started.Complete();
        }
    }

    private static async Task Quiet(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
