namespace Grpc.Core.Interceptors;

/// <summary>What a client interceptor knows of a call, and may replace.</summary>
public struct ClientInterceptorContext<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    where TRequest : class
    where TResponse : class
{
    /// <summary>The method that is called.</summary>
    public Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>The host that the call names, or null for the channel's.</summary>
    public string? Host { get; } = host;

    /// <summary>The options of the call.</summary>
    public CallOptions Options { get; } = options;
}
