using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>A call with its message types: the four shapes are two ways to ask crossed with two ways to be answered.</summary>
internal sealed class GrpcCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    : GrpcCall(channel, method, options), IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    // A failed call is told through the task, so that it costs the one exception that the caller's await throws.
    private TaskCompletionSource<TResponse>? _response;
    private MessageReader? _reader;
    private TResponse? _current;
    private int _isReading;

    /// <summary>The answer of a unary or client streaming call.</summary>
    public Task<TResponse> Response => _response!.Task;

    public TResponse Current => _current ?? throw new InvalidOperationException("No current element is available.");

    public void StartUnary(TRequest request)
    {
        StartServerStreaming(request);
        ReadResponse();
    }

    public void StartServerStreaming(TRequest request)
    {
        FrameContent? content = null;
        Exception? fault = null;
        try
        {
            content = new FrameContent(Serialize(request, WriteOptions));
        }
        catch (Exception e)
        {
            fault = e;
        }

        Start(content, fault);
    }

    public ClientStreamWriter<TRequest, TResponse> StartClientStreaming()
    {
        var writer = StartDuplexStreaming();
        ReadResponse();
        return writer;
    }

    public ClientStreamWriter<TRequest, TResponse> StartDuplexStreaming()
    {
        var content = new StreamingContent();
        Start(content, fault: null);
        return new ClientStreamWriter<TRequest, TResponse>(this, content) { WriteOptions = WriteOptions };
    }

    /// <summary>Frames a request, compressed if the call is and the write does not decline.</summary>
    public Frame Serialize(TRequest request, WriteOptions? writeOptions) => MessageWriter.Write(
        method.RequestMarshaller,
        request,
        Channel.MaxSendMessageSize,
        CompressesRequests && ((writeOptions?.Flags ?? 0) & WriteFlags.NoCompress) == 0);

    /// <summary>Waits for the answer of a client streaming call; other calls are answered at their reader's pace.</summary>
    public async Task WhenAnsweredAsync()
    {
        if (_response is not null)
        {
            await ((Task)_response.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
        {
            return Task.FromException<bool>(
                new InvalidOperationException("Can't read the next message because the previous read is in progress."));
        }

        return MoveNextAsync(cancellationToken);
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CancelByCaller(), this)
            : default;
        try
        {
            _current = await ReadNextAsync().ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
            Volatile.Write(ref _isReading, 0);
        }

        if (_current is not null)
        {
            return true;
        }

        return GetStatus().StatusCode == StatusCode.OK ? false : throw CreateException();
    }

    /// <summary>The next response; null when the call is over.</summary>
    private async ValueTask<TResponse?> ReadNextAsync()
    {
        try
        {
            if (!await Sent.ConfigureAwait(false) || IsOver)
            {
                return null;
            }

            _reader ??= await OpenReaderAsync().ConfigureAwait(false);
            var message = await _reader.ReadAsync(method.ResponseMarshaller, Ended).ConfigureAwait(false);
            if (message is null)
            {
                FinishByTrailers(hasMessage: false);
            }

            return message;
        }
        catch (Exception e)
        {
            Fail("Error reading next message.", e);
            return null;
        }
        finally
        {
            if (IsOver)
            {
                _reader?.Release();
            }
        }
    }

    private void ReadResponse()
    {
        _response = new TaskCompletionSource<TResponse>();
        _ = ReadResponseAsync();
    }

    private async Task ReadResponseAsync()
    {
        TResponse? message = null;
        MessageReader? reader = null;
        try
        {
            if (await Sent.ConfigureAwait(false))
            {
                reader = await OpenReaderAsync().ConfigureAwait(false);
                message = await reader.ReadAsync(method.ResponseMarshaller, Ended).ConfigureAwait(false);
                if (message is not null)
                {
                    await reader.ExpectEndAsync(Ended).ConfigureAwait(false);
                }

                FinishByTrailers(message is not null);
            }
        }
        catch (Exception e)
        {
            Fail("Error reading the response.", e);
        }

        reader?.Release();
        if (message is not null && GetStatus().StatusCode == StatusCode.OK)
        {
            _response!.SetResult(message);
            return;
        }

        _response!.SetException(CreateException());
        _ = _response.Task.Exception;   // a caller who never looks must not trip the unobserved-exception event
    }
}
