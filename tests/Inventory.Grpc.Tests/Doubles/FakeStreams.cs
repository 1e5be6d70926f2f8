using System.Threading.Channels;
using Grpc.Core;

namespace Inventory.Grpc.Tests.Doubles;

/// <summary>A stream of requests that a test writes.</summary>
internal sealed class FakeReader<T> : IAsyncStreamReader<T>
{
    private readonly Channel<T> _messages = Channel.CreateUnbounded<T>();

    public T Current { get; private set; } = default!;

    public int Taken { get; private set; }

    public FakeReader<T> Send(params T[] messages)
    {
        foreach (var message in messages)
        {
            _messages.Writer.TryWrite(message);
        }

        return this;
    }

    public FakeReader<T> End()
    {
        _messages.Writer.TryComplete();
        return this;
    }

    /// <summary>Breaks off as a connection does.</summary>
    public FakeReader<T> Break()
    {
        _messages.Writer.TryComplete(new IOException("The client reset the request stream."));
        return this;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await _messages.Reader.WaitToReadAsync(cancellationToken))
        {
            return false;
        }

        Current = await _messages.Reader.ReadAsync(cancellationToken);
        Taken++;
        return true;
    }
}

/// <summary>Collects the responses of a stream.</summary>
internal sealed class FakeWriter<T> : IServerStreamWriter<T>
{
    private readonly Channel<T> _messages = Channel.CreateUnbounded<T>();

    public List<T> Written { get; } = [];

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        Written.Add(message);
        _messages.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    public async Task<T> Next()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _messages.Reader.ReadAsync(patience.Token);
    }
}
