using System.Collections.Concurrent;
using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Compat.Grpc.Tests.Server;

/// <summary>The server under test on loopback ports, one for HTTP/2 and one for HTTP/1.1. Disposing it fails on errors that no test announced.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ErrorLog _errors;

    private ProbeHost(WebApplication app, ProbeService service, ErrorLog errors)
    {
        _app = app;
        _errors = errors;
        Service = service;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        Http2 = new Uri(addresses[0]);
        Http1 = new Uri(addresses[1]);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Http2, Timeout = Patience };
    }

    public ProbeService Service { get; }

    public Uri Http2 { get; }

    public Uri Http1 { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ProbeHost> StartAsync(
        Action<GrpcServiceOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        bool mapsProbe = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var errors = new ErrorLog();
        var service = new ProbeService();
        builder.Logging.AddProvider(errors).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrpc(options ?? (_ => { }));
        builder.Services.AddSingleton(service);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        if (mapsProbe)
        {
            app.MapGrpcService<ProbeService>();
        }

        map?.Invoke(app);
        await app.StartAsync();
        return new ProbeHost(app, service, errors);
    }

    /// <summary>Announces an error that the server is right to log.</summary>
    public void ExpectError(string part) => _errors.Expected.Add(part);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.Empty(_errors.Unexpected);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public ConcurrentBag<string> Expected { get; } = [];

        public IEnumerable<string> Unexpected => _lines.Where(line => !Expected.Any(line.Contains));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Upstream logs every failed call so, also one that its caller broke.
            if (logLevel >= LogLevel.Error && eventId.Name != "ErrorExecutingServiceMethod")
            {
                _lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
