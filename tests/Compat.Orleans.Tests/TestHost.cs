using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Compat.Orleans.Tests;

/// <summary>A host with a silo, and what the tests' grains and the test share.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    /// <summary>How long a test waits for what should come; a slow machine needs no more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IHost _host;

    private TestHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public Journal Journal => _host.Services.GetRequiredService<Journal>();

    public static async Task<TestHost> StartAsync(Action<ISiloBuilder>? configure = null, TimeProvider? time = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton<Journal>();
        builder.Services.AddKeyedSingleton("greeting", "hello");
        builder.Services.AddScoped<ScopedThing>();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: Ports.Next(), gatewayPort: Ports.Next());
#if UPSTREAM
            // The grains' timers go by the test's clock, all else of upstream by the machine's.
            silo.Services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
            silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, static (services, _) => services.GetRequiredService<TimeProvider>());
#endif
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestHost(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public Task StopAsync() => _host.StopAsync();

    private static class Ports
    {
        private static int s_last = 21000;

        public static int Next() => Interlocked.Increment(ref s_last);
    }
}

/// <summary>What grains wrote down, and gates that they wait at.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public string[] Lines => [.. _lines];

    public void Write(string line)
    {
        _lines.Enqueue(line);
        Gate("wrote " + line).TrySetResult();
    }

    /// <summary>Waits until the line was written.</summary>
    public async Task Wrote(string line)
    {
        try
        {
            await Gate("wrote " + line).Task.WaitAsync(TestHost.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Nobody wrote '{line}'. Written: {string.Join(", ", Lines)}");
        }
    }

    /// <summary>Waits at a gate until the test opens it.</summary>
    public Task At(string gate) => Gate(gate).Task;

    public void Open(string gate) => Gate(gate).TrySetResult();

    private TaskCompletionSource Gate(string name) =>
        _gates.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>A scoped service: one per activation.</summary>
public sealed class ScopedThing(IGrainContext context) : IDisposable
{
    public GrainId Owner => context.GrainId;

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}
