using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Compat.Grpc.Tests.Client;

/// <summary>Channels over TLS.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly X509Certificate2 _certificate = SelfSigned();
    private WebApplication? _server;
    private string? _authorization;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(_certificate);
        }));
        _server = builder.Build();
        _server.Run(http =>
        {
            _authorization = http.Request.Headers.Authorization;
            return ScriptedServer.AnswerAsync(http, [1]);
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task A_secured_channel_carries_call_credentials()
    {
        var call = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer token");
            return Task.CompletedTask;
        });
        using var channel = Channel(trusting: true, ChannelCredentials.Create(ChannelCredentials.SecureSsl, call));
        Assert.Equal([1], await channel.Call([1]));
        Assert.Equal("Bearer token", _authorization);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_fails_the_call()
    {
        using var channel = Channel(trusting: false, ChannelCredentials.SecureSsl);
        await channel.Call([1]).ResponseAsync.FailsAsync(Upstream.IsUnderTest ? StatusCode.Internal : StatusCode.Unavailable);
    }

    private GrpcChannel Channel(bool trusting, ChannelCredentials credentials) => GrpcChannel.ForAddress(
        $"https://localhost:{new Uri(_server!.Urls.First()).Port}",
        new GrpcChannelOptions
        {
            Credentials = credentials,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        trusting && certificate!.GetCertHashString() == _certificate.GetCertHashString(),
                },
            },
            DisposeHttpClient = true,
        });

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
