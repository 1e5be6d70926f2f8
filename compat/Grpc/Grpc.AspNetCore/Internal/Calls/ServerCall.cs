using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call on an HTTP/2 request. Made for one call and never reused, because handlers may keep it longer than they should.
/// </summary>
internal sealed partial class ServerCall : ServerCallContext
{
    public const string ContentType = "application/grpc";
    private const string EncodingOfCall = "grpc-internal-encoding-request";

    private readonly MethodOptions _options;
    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private Dictionary<object, object>? _userState;
    private string? _peer;
    private Status _status = Status.DefaultSuccess;
    private bool _compresses;
    private bool _hasBody;
    private bool _isEnded;
    private bool _isBrokenOff;

    public ServerCall(HttpContext http, MethodOptions options, GrpcServer server)
    {
        Http = http;
        Server = server;
        _options = options;
    }

    public HttpContext Http { get; }

    public GrpcServer Server { get; }

    /// <summary>True once the handler has returned.</summary>
    public bool IsEnded => _isEnded;

    protected override string MethodCore => Http.Request.Path.Value!;

    protected override string HostCore => Http.Request.Host.Value!;

    protected override string PeerCore => _peer ??= CallPeer.AddressOf(Http.Connection);

    protected override DateTime DeadlineCore => _deadline?.At ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= CallMetadata.FromHeaders(Http.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? Http.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= CallPeer.AuthContextOf(Http.Connection);

    /// <summary>An interceptor may wrap the context; through the user state that it hands on, the request stays reachable.</summary>
    protected override IDictionary<object, object> UserStateCore =>
        _userState ??= new Dictionary<object, object> { [ServerCallContextExtensions.HttpContextKey] = Http };

    /// <summary>Reads the headers that govern the call, and counts it as active until <see cref="EndAsync"/>.</summary>
    public void Start()
    {
        Server.CallStarted();
        var headers = Http.Request.Headers;
        Http.Response.ContentType = ContentType;
        if (headers.GrpcTimeout is { Count: > 0 } timeout)
        {
            StartDeadline(timeout.ToString());
        }

        if (_options.Compresses && CallMetadata.Accepts(headers.GrpcAcceptEncoding, GzipEncoding.Name))
        {
            _compresses = true;
            Http.Response.Headers.GrpcEncoding = GzipEncoding.Name;
        }
    }

    /// <summary>Ends the call with a failure that is no exception.</summary>
    public void Fail(StatusCode code, string detail)
    {
        _status = new Status(code, detail);
        GrpcServerLog.RequestBroken(Server.Logger, Method, code, detail);
    }

    /// <summary>Turns what a handler threw into a status: the one place where that happens.</summary>
    public void Fail(Exception exception)
    {
        if (exception is RpcException rpc)
        {
            GrpcServerLog.HandlerFailedCall(Server.Logger, Method, rpc.StatusCode, rpc.Status.Detail);
            _status = rpc.Status;
            foreach (var trailer in rpc.Trailers)
            {
                ResponseTrailersCore.Add(trailer);
            }
        }
        else if (_deadline is { IsExceeded: true })
        {
            _status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        }
        else if (_isBrokenOff || Http.RequestAborted.IsCancellationRequested)
        {
            GrpcServerLog.CallCancelled(Server.Logger, Method);
            _status = Status.DefaultCancelled;
        }
        else if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            Fail(StatusCode.ResourceExhausted, "Request exceeds the maximum configured body size.");
        }
        else
        {
            GrpcServerLog.HandlerThrew(Server.Logger, exception, Method);
            _status = new Status(StatusCode.Unknown, _options.TellsErrors ? TextOf(exception) : "Exception was thrown by handler.");
        }
    }

    /// <summary>Streams may be long and slow: the limits that Kestrel sets to a request body do not fit them.</summary>
    public void LiftBodyLimits()
    {
        if (Http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Propagation tokens are not supported; hand on Deadline and CancellationToken.");

    private static string TextOf(Exception exception)
    {
        var text = $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}";
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            text += $" {inner.GetType().Name}: {inner.Message}";
        }

        return text;
    }

    private void StartDeadline(string text)
    {
        if (GrpcTimeout.TryParse(text, out var timeout))
        {
            _deadline = new CallDeadline(this, timeout, Server.Time);
        }
        else
        {
            GrpcServerLog.TimeoutIgnored(Server.Logger, text);
        }
    }
}
