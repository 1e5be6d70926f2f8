using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The requests of a call. Reading consumes the HTTP/2 window, which is the caller's back-pressure.</summary>
internal sealed class RequestStream<T>(ServerCall call, Func<DeserializationContext, T> deserializer) : IAsyncStreamReader<T>
    where T : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        if (call.IsEnded)
        {
            return Task.FromException<bool>(new InvalidOperationException("Can't read messages after the request is complete."));
        }

        _current = null;
        try
        {
            if (call.TryReadNext(deserializer, out var request))
            {
                _current = request;
                return request is null ? False : True;
            }
        }
        catch (Exception failure)
        {
            return Task.FromException<bool>(failure);
        }

        return MoveNextAsync(cancellationToken);
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _current = await call.ReadNextAsync(deserializer, cancellationToken).ConfigureAwait(false);
        return _current is not null;
    }
}
