using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call from its start to its final status. The first to end it wins (server, caller's token, deadline, disposal, fault), and
/// everything that the call holds is let go at that moment.
/// </summary>
internal abstract class GrpcCall : IDisposable
{
    private static readonly MediaTypeHeaderValue GrpcContentType = new("application/grpc");
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private static readonly TimeSpan FirstConnectDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestConnectDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _cancel = new();
    private readonly CallOptions _options;
    private readonly IMethod _method;
    private FinalStatus? _final;
    private ITimer? _deadlineTimer;
    private CancellationTokenRegistration _callerCancels;
    private Metadata? _headers;
    private Metadata? _trailers;
    private bool _hasTrailers;
    private bool _isTrailersOnly;
    private HttpContent? _content;
    private HttpResponseMessage? _response;

    protected GrpcCall(GrpcChannel channel, IMethod method, CallOptions options)
    {
        Channel = channel;
        _method = method;
        _options = options;
        Sent = Task.FromResult(false);
        RequestEncoding = options.Headers?.GetValue(WireMetadata.RequestEncoding);
        if (options.Deadline is { Kind: not DateTimeKind.Utc } deadline && deadline != DateTime.MaxValue && deadline != DateTime.MinValue)
        {
            throw new InvalidOperationException(
                "Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");
        }
    }

    /// <summary>Links of the channel's list of active calls; guarded by that list.</summary>
    internal GrpcCall? NextInList { get; set; }

    internal GrpcCall? PreviousInList { get; set; }

    internal bool IsInList { get; set; }

    public bool IsOver => Volatile.Read(ref _final) is not null;

    public GrpcChannel Channel { get; }

    /// <summary>Fires when the call has ended, other than by a complete response.</summary>
    public CancellationToken Ended => _cancel.Token;

    /// <summary>True once the response headers are there and a body follows; false when the call was over before that.</summary>
    protected Task<bool> Sent { get; private set; }

    protected bool CompressesRequests => RequestEncoding == "gzip";

    protected WriteOptions? WriteOptions => _options.WriteOptions;

    private string? RequestEncoding { get; }

    private bool ExpectsOneMessage => _method.Type is MethodType.Unary or MethodType.ClientStreaming;

    public Status GetStatus() =>
        Volatile.Read(ref _final)?.Status
        ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers()
    {
        if (!IsOver || !_hasTrailers)
        {
            throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");
        }

        return _trailers ??= WireMetadata.Read(_isTrailersOnly ? _response!.Headers : _response!.TrailingHeaders);
    }

    public async Task<Metadata> GetResponseHeadersAsync()
    {
        await Sent.ConfigureAwait(false);
        return _response is null ? throw CreateException() : _headers ??= WireMetadata.Read(_response.Headers);
    }

    public void Dispose() => Cancel(new Status(StatusCode.Cancelled, "gRPC call disposed."));

    public void CancelByCaller() => Cancel(new Status(StatusCode.Cancelled, "Call canceled by the client."));

    /// <summary>Ends the call from this side, unless it is over.</summary>
    public void Cancel(Status status) => Finish(status, isLocal: true, isComplete: false);

    /// <summary>The exception that tells a caller how the call ended.</summary>
    public Exception CreateException()
    {
        var final = Volatile.Read(ref _final) ?? throw new InvalidOperationException("The call is not over.");
        var isCancellation = final.Status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded;
        return final.IsLocal && isCancellation && Channel.ThrowOperationCanceledOnCancellation
            ? new OperationCanceledException(final.Status.Detail, final.Status.DebugException, _options.CancellationToken)
            : new RpcException(final.Status, _hasTrailers ? GetTrailers() : Metadata.Empty);
    }

    public void Fail(string doing, Exception exception)
    {
        var status = StatusMapping.FromException(doing, exception);
        if (status.StatusCode == StatusCode.Cancelled && IsPastDeadline())
        {
            // The server saw the deadline pass before our timer did, and reset the stream.
            status = new Status(StatusCode.DeadlineExceeded, "", exception);
        }

        Finish(status, isLocal: false, isComplete: false);
    }

    /// <summary>Makes the call known to its channel, arms deadline and token, and sends the request in the background.</summary>
    /// <param name="content">The request's body.</param>
    /// <param name="fault">Why there is no body; it becomes the call's status.</param>
    protected void Start(HttpContent? content, Exception? fault)
    {
        _content = content;
        Channel.Add(this);
        ArmDeadline();
        if (_options.CancellationToken.CanBeCanceled)
        {
            _callerCancels = _options.CancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CancelByCaller(), this);
        }

        if (RequestEncoding is not (null or "identity" or "gzip"))
        {
            var status = new Status(StatusCode.Internal, $"Unsupported request encoding '{RequestEncoding}'.");
            Finish(status, isLocal: false, isComplete: false);
        }

        if (fault is not null)
        {
            Fail("Error starting gRPC call.", fault);
        }

        if (!IsOver)
        {
            Sent = SendAsync();
        }

        if (IsOver)
        {
            // Whoever ended the call in the meantime may have run before these were set.
            LetGo(isComplete: false);
        }
    }

    /// <summary>A reader of the response's body; only after <see cref="Sent"/> said true.</summary>
    protected async ValueTask<MessageReader> OpenReaderAsync()
    {
        var stream = await _response!.Content.ReadAsStreamAsync(_cancel.Token).ConfigureAwait(false);
        return new MessageReader(
            stream, WireMetadata.Find(_response.Headers, WireMetadata.Encoding), Channel.MaxReceiveMessageSize);
    }

    /// <summary>Ends the call by the trailers, after the body was read to its end.</summary>
    protected void FinishByTrailers(bool hasMessage)
    {
        _hasTrailers = true;
        FinishByServer(StatusMapping.FromTrailers(_response!), hasMessage);
    }

    private async Task<bool> SendAsync()
    {
        try
        {
            var headers = await AddCredentialsAsync().ConfigureAwait(false);
            _response = await ConnectAndSendAsync(headers).ConfigureAwait(false);
            (_content as FrameContent)?.ReleaseIfSent();
            if (IsOver)
            {
                _response.Dispose();
                return false;
            }

            if (StatusMapping.FromHeaders(_response) is { } status)
            {
                _isTrailersOnly = _hasTrailers = true;
                FinishByServer(status, hasMessage: false);
                return false;
            }

            return true;
        }
        catch (Exception e)
        {
            Fail("Error starting gRPC call.", e);
            return false;
        }
    }

    private async ValueTask<HttpResponseMessage> ConnectAndSendAsync(Metadata? headers)
    {
        var delay = FirstConnectDelay;
        while (true)
        {
            try
            {
                return await Channel.SendAsync(CreateRequest(headers), _cancel.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (_options.IsWaitForReady && !IsOver && StatusMapping.IsNotConnected(e))
            {
                // Nothing has been sent, so asking again is no retry of the call.
                await Task.Delay(delay, Channel.TimeProvider, _cancel.Token).ConfigureAwait(false);
                delay = delay * 2 < LongestConnectDelay ? delay * 2 : LongestConnectDelay;
            }
        }
    }

    private HttpRequestMessage CreateRequest(Metadata? headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Channel.UriOf(_method))
        {
            Version = Channel.HttpVersion,
            VersionPolicy = Channel.HttpVersionPolicy,
            Content = _content,
        };
        _content!.Headers.ContentType = GrpcContentType;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("user-agent", "grpc-dotnet-inventory/0.1");
        request.Headers.TryAddWithoutValidation(WireMetadata.AcceptEncoding, "identity,gzip");
        if (CompressesRequests)
        {
            request.Headers.TryAddWithoutValidation(WireMetadata.Encoding, "gzip");
        }

        if (TimeLeft() is { } left)
        {
            request.Headers.TryAddWithoutValidation(WireMetadata.Timeout, WireMetadata.FormatTimeout(left));
        }

        if (headers is { Count: > 0 })
        {
            WireMetadata.Write(headers, request.Headers);
        }

        return request;
    }

    private ValueTask<Metadata?> AddCredentialsAsync()
    {
        if (!Channel.SendsCallCredentials || (Channel.CallCredentials ?? _options.Credentials) is null)
        {
            return new ValueTask<Metadata?>(_options.Headers);
        }

        return AskCredentialsAsync();
    }

    private async ValueTask<Metadata?> AskCredentialsAsync()
    {
        var service = new Uri(Channel.Address, "/" + _method.ServiceName).GetComponents(
            UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        var context = new AuthInterceptorContext(service, _method.Name, _cancel.Token);
        var headers = new Metadata();
        foreach (var given in _options.Headers ?? Metadata.Empty)
        {
            headers.Add(given);
        }

        foreach (var credentials in new[] { _options.Credentials, Channel.CallCredentials })
        {
            if (credentials is not null)
            {
                await CallSecurity.ApplyAsync(credentials, context, headers).ConfigureAwait(false);
            }
        }

        return headers;
    }

    private void ArmDeadline()
    {
        if (TimeLeft() is not { } left)
        {
            return;
        }

        if (left <= TimeSpan.Zero)
        {
            Cancel(new Status(StatusCode.DeadlineExceeded, ""));
            return;
        }

        _deadlineTimer = Channel.TimeProvider.CreateTimer(
            static call => ((GrpcCall)call!).OnDeadlineTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _deadlineTimer.Change(left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private void OnDeadlineTimer()
    {
        // Timers are coarser than clocks, and cannot span every deadline: look again before giving up.
        if (TimeLeft() is { } left && left > TimeSpan.Zero)
        {
            var wait = left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
            _deadlineTimer?.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
            return;
        }

        Cancel(new Status(StatusCode.DeadlineExceeded, ""));
    }

    /// <summary>Null without a deadline; zero or less when it has passed.</summary>
    private TimeSpan? TimeLeft()
    {
        return _options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline - Channel.TimeProvider.GetUtcNow().UtcDateTime
            : null;
    }

    private bool IsPastDeadline() => TimeLeft() is { } left && left <= TimeSpan.Zero;

    private void FinishByServer(Status status, bool hasMessage)
    {
        if (status.StatusCode == StatusCode.OK && ExpectsOneMessage && !hasMessage)
        {
            status = new Status(StatusCode.Internal, "Failed to deserialize response message.");
        }

        Finish(status, isLocal: false, isComplete: true);
    }

    private void Finish(Status status, bool isLocal, bool isComplete)
    {
        var final = status == Status.DefaultSuccess ? FinalStatus.Success : new FinalStatus(status, isLocal);
        if (Interlocked.CompareExchange(ref _final, final, null) is null)
        {
            LetGo(isComplete);
        }
    }

    private void LetGo(bool isComplete)
    {
        _callerCancels.Unregister();
        _deadlineTimer?.Dispose();
        Channel.Remove(this);
        if (!isComplete)
        {
            // First the reset, then the body's end: in the other order the server would see a whole request.
            _cancel.Cancel();
        }

        (_content as StreamingContent)?.Abandon();
        _response?.Dispose();
    }

    private sealed class FinalStatus(Status status, bool isLocal)
    {
        public static readonly FinalStatus Success = new(Status.DefaultSuccess, false);

        public Status Status { get; } = status;

        public bool IsLocal { get; } = isLocal;
    }
}
