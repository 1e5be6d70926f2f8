using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>
/// How a <see cref="GrpcChannel"/> behaves. Read once, when the channel is made. The options of upstream that steer retries,
/// name resolution, load balancing and logging are not there: this client does none of them.
/// </summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Longest message that is accepted, in bytes after decompression; null for no limit.</summary>
    /// <value>4 MiB, as in every gRPC implementation.</value>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Longest message that is sent, in bytes before compression; null for no limit.</summary>
    /// <value>null.</value>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// Security of the channel and, when composed, credentials of each of its calls. Null follows the scheme of the address.
    /// TLS roots and client certificates are set on <see cref="HttpHandler"/>, not here.
    /// </summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Transport to use instead of the default one. Exclusive with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>HTTP client to use. Its timeout ends calls; prefer <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Dispose the given <see cref="HttpClient"/> or <see cref="HttpHandler"/> with the channel.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>
    /// Throw <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/> when the caller's token or deadline ends
    /// a call.
    /// </summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Send call credentials in the clear as well. Without it they are left out on <c>http</c> addresses.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>HTTP version to ask for.</summary>
    /// <value>2.0.</value>
    public Version? HttpVersion { get; set; }

    /// <summary>Whether another HTTP version will do.</summary>
    /// <value><see cref="HttpVersionPolicy.RequestVersionExact"/>.</value>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }

    /// <summary>Clock of deadlines; tests set it.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
