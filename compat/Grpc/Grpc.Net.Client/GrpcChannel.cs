using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Internal;

namespace Grpc.Net.Client;

/// <summary>
/// A way to one gRPC server over HTTP/2. Make one and share it: clients on it are cheap, the channel owns the connections.
/// Safe for use by several threads. It neither retries calls nor balances load over several servers.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> _methodUris = new(StringComparer.Ordinal);
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;
    private readonly HttpClientCallInvoker _invoker;
    private readonly CallList _calls = new();
    private int _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        IsSecure = address.Scheme == Uri.UriSchemeHttps;
        ChannelSecurity.Check(options.Credentials, IsSecure, out var credentials);
        CallCredentials = credentials;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize ?? int.MaxValue;
        MaxSendMessageSize = options.MaxSendMessageSize ?? int.MaxValue;
        ThrowOperationCanceledOnCancellation = options.ThrowOperationCanceledOnCancellation;
        SendsCallCredentials = IsSecure || options.UnsafeUseInsecureChannelCallCredentials;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        HttpVersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        TimeProvider = options.TimeProvider;
        (_http, _ownsHttp) = Transport(options);
        _invoker = new HttpClientCallInvoker(this);
    }

    internal Uri Address { get; }

    internal bool IsSecure { get; }

    internal CallCredentials? CallCredentials { get; }

    internal bool SendsCallCredentials { get; }

    internal int MaxReceiveMessageSize { get; }

    internal int MaxSendMessageSize { get; }

    internal bool ThrowOperationCanceledOnCancellation { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy HttpVersionPolicy { get; }

    internal TimeProvider TimeProvider { get; }

    /// <summary>Calls that have begun and not ended.</summary>
    internal int ActiveCalls => _calls.Count;

    /// <summary>A channel to an address such as <c>http://localhost:5000</c> (HTTP/2 without TLS) or <c>https://host</c>.</summary>
    /// <exception cref="InvalidOperationException">The scheme is neither http nor https.</exception>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <inheritdoc cref="ForAddress(string)"/>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address, UriKind.Absolute), channelOptions);
    }

    /// <inheritdoc cref="ForAddress(string)"/>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <inheritdoc cref="ForAddress(string)"/>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
        }

        return new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _invoker;
    }

    /// <summary>Ends every call in flight as cancelled and closes the connections that the channel made itself.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _calls.CancelAll();
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    internal Uri UriOf(IMethod method) =>
        _methodUris.TryGetValue(method.FullName, out var uri)
            ? uri
            : _methodUris.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), Address);

    /// <summary>Notes a call as active; false when the channel is closed.</summary>
    internal void Add(GrpcCall call)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _calls.Add(call);
        if (_disposed != 0)
        {
            _calls.CancelAll();
        }
    }

    internal void Remove(GrpcCall call) => _calls.Remove(call);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        // An HttpClient would read the whole response first unless told otherwise; an invoker never does.
        _http is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _http.SendAsync(request, cancellationToken);

    private static (HttpMessageInvoker Http, bool Owned) Transport(GrpcChannelOptions options)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.");
        }

        if (options.HttpClient is { } client)
        {
            return (client, options.DisposeHttpClient);
        }

        if (options.HttpHandler is { } given)
        {
            return (new HttpMessageInvoker(given, options.DisposeHttpClient), true);
        }

        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
        };
        return (new HttpMessageInvoker(handler, disposeHandler: true), true);
    }
}
