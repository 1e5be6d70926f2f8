using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads channel credentials and checks that they fit the scheme of the address.</summary>
internal sealed class ChannelSecurity : ChannelCredentialsConfiguratorBase
{
    private bool? _isSecure;
    private CallCredentials? _callCredentials;

    private ChannelSecurity()
    {
    }

    /// <exception cref="InvalidOperationException">Credentials and scheme contradict each other.</exception>
    public static void Check(ChannelCredentials? credentials, bool addressIsSecure, out CallCredentials? callCredentials)
    {
        callCredentials = null;
        if (credentials is null)
        {
            return;
        }

        var found = new ChannelSecurity();
        credentials.InternalPopulateConfiguration(found, found);
        callCredentials = found._callCredentials;
        if (found._isSecure != addressIsSecure)
        {
            throw new InvalidOperationException(addressIsSecure
                ? "Channel is configured with insecure channel credentials and can't use a HttpClient with a 'https' scheme."
                : "Channel is configured with secure channel credentials and can't use a HttpClient with a 'http' scheme.");
        }
    }

    public override void SetInsecureCredentials(object state) => _isSecure = false;

    public override void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        if (!string.IsNullOrEmpty(rootCertificates) || keyCertificatePair is not null || verifyPeerCallback is not null)
        {
            throw new InvalidOperationException(
                "SslCredentials with non-null arguments is not supported by GrpcChannel. Set up certificates on the HttpHandler instead.");
        }

        _isSecure = true;
    }

    public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        channelCredentials.InternalPopulateConfiguration(this, state);
        _callCredentials = callCredentials;
    }
}

/// <summary>Flattens call credentials into the interceptors to run.</summary>
internal sealed class CallSecurity : CallCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _interceptors = [];

    private CallSecurity()
    {
    }

    public static async Task ApplyAsync(CallCredentials credentials, AuthInterceptorContext context, Metadata metadata)
    {
        var found = new CallSecurity();
        credentials.InternalPopulateConfiguration(found, null);
        foreach (var interceptor in found._interceptors)
        {
            await interceptor(context, metadata).ConfigureAwait(false);
        }
    }

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var one in credentials)
        {
            one.InternalPopulateConfiguration(this, state);
        }
    }

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
        _interceptors.Add(interceptor);
}
