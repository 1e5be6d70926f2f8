using System.Collections.Concurrent;
using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Compat.Grpc.Tests.Interop;

/// <summary>Our server with the test service, health and reflection, on a free port of this machine.</summary>
public sealed class InteropHost : IAsyncLifetime
{
    private WebApplication? _application;
    private readonly ErrorLog _errors = new();
    private int _connections;

    public int Port { get; private set; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Calls that the server has begun and not ended.</summary>
#if UPSTREAM
    public long ActiveCalls => Interlocked.Read(ref _requests);

    private long _requests;
#else
    public long ActiveCalls => _application!.Services.GetRequiredService<global::Grpc.AspNetCore.Server.Internal.GrpcServer>().ActiveCalls;
#endif

    /// <summary>What the transport or the server logged as its own fault; faults of handlers are not among them.</summary>
    public IReadOnlyCollection<string> Errors => _errors.Lines;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(_errors);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddGrpc(options => options.ResponseCompressionAlgorithm = "gzip");
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddGrpcReflection();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => async connection =>
            {
                Interlocked.Increment(ref _connections);
                try
                {
                    await next(connection);
                }
                finally
                {
                    Interlocked.Decrement(ref _connections);
                }
            });
        }));
        _application = builder.Build();
#if UPSTREAM
        _application.Use(async (_, next) =>
        {
            Interlocked.Increment(ref _requests);
            try
            {
                await next();
            }
            finally
            {
                Interlocked.Decrement(ref _requests);
            }
        });
#endif
        _application.MapGrpcService<InteropService>();
        _application.MapGrpcHealthChecksService();
        _application.MapGrpcReflectionService();
        await _application.StartAsync();
        Port = new Uri(_application.Urls.First()).Port;
    }

    public async Task DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }
    }

    public GrpcChannel CreateChannel(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options ?? new());

    /// <summary>Waits until no call is active: what has been reset or abandoned must let go of everything by itself.</summary>
    public Task NoActiveCallsAsync() => EventuallyAsync(() => ActiveCalls == 0, () => $"{ActiveCalls} calls are still active");

    public Task NoConnectionsAsync() => EventuallyAsync(() => Connections == 0, () => $"{Connections} connections are still open");

    private static async Task EventuallyAsync(Func<bool> holds, Func<string> complaint)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(60), complaint());
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        // The names of the stand-in's and of upstream's event.
        private static readonly string[] HandlerThrew = ["HandlerThrew", "ErrorExecutingServiceMethod"];

        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error && !HandlerThrew.Contains(eventId.Name))
            {
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
