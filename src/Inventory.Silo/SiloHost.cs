using System.Net;
using Inventory.Grains;
using Inventory.Grpc;
using Inventory.Journal;
using Inventory.Journal.Files;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace Inventory.Silo;

/// <summary>Puts the parts together and runs them until the process is asked to stop.</summary>
internal static class SiloHost
{
    // A till hub or a marketplace connector keeps hundreds of calls in flight on one connection; Kestrel's default of 100 would queue them at the client.
    private const int StreamsPerConnectionMax = 1_024;
    private const int ConnectionsMax = 20_000;

    // The host would watch the working directory for changes of a settings file, with all that is below it: by default the journal too, each write of it.
    private const string ReloadsNothing = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Runs until SIGTERM, SIGINT or Ctrl-C; then drains, flushes and closes.</summary>
    public static async Task RunAsync(SiloOptions options)
    {
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        await using var app = Build(options);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Inventory.Silo");
        var journal = app.Services.GetRequiredService<IJournal>();
        await Start(app);
        var recovered = journal is FileJournal file ? file.RecoveredRecords : 0;
        SiloLog.Ready(log, string.Join(' ', app.Urls), Where(options), recovered, time.GetElapsedTime(begun).TotalMilliseconds);
        if (journal is FileJournal { CutBytes: > 0 } torn)
        {
            SiloLog.TornTail(log, torn.CutBytes);
        }

        await app.WaitForShutdownAsync();
        SiloLog.Stopped(log, journal.DurablePosition);
    }

    // What had started before the part that could not must end in order: else it goes on while the container beneath it is taken away.
    private static async Task Start(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Builds the service and opens its journal, without starting it: a damaged or locked directory is found before anything listens.</summary>
    public static WebApplication Build(SiloOptions options)
    {
        HugePages.TryAsk(); // before recovery fills the heap
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [ReloadsNothing] });
        IJournal? opened = null;
        Log(builder.Logging, options, () => opened is { Health.IsServing: false });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnectionMax;
            var address = options.Listen == "*" ? IPAddress.IPv6Any : IPAddress.Parse(options.Listen);
            kestrel.Listen(address, options.Port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.DrainSeconds));
        if (options.Memory)
        {
            builder.Services.AddMemoryJournal();
        }
        else
        {
            builder.Services.AddFileJournal(journal => journal.Directory = options.Data);
        }

        builder.AddInventorySilo();
        builder.Services.AddInventoryGrains();
        builder.Services.AddInventoryGrpc(grpc => grpc.CallsInFlightMax = options.CallsInFlight);
        builder.Services.AddHostedService<JournalWatch>();
        builder.Services.AddHostedService<HugePages>();
        if (options.ReoptimizeMinutes > 0)
        {
            builder.Services.AddSingleton(options);
            builder.Services.AddHostedService<OrderImprover>();
        }

        if (options.Demo)
        {
            // Before Kestrel listens, so that the first call finds the whole world.
            builder.Services.AddHostedService<DemoWorld>();
        }

        var app = builder.Build();
        opened = OpenJournal(app, options);
        app.MapInventoryGrpc();
        return app;
    }

    private static IJournal OpenJournal(WebApplication app, SiloOptions options)
    {
        try
        {
            return app.Services.GetRequiredService<IJournal>();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException and not (JournalDamagedException or JournalLockedException))
        {
            var path = Path.GetFullPath(options.Data);
            var why = File.Exists(path) ? "it is a file, not a directory" : e.Message.TrimEnd('.');
            throw new IOException($"{path} cannot hold the journal: {why}; --data names another directory.", e);
        }
    }

    private static string Where(SiloOptions options) => options.Memory ? "memory only" : Path.GetFullPath(options.Data);

    private static void Log(ILoggingBuilder logging, SiloOptions options, Func<bool> isStorageLost)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.Verbose ? LogLevel.Information : LogLevel.Warning);
        logging.AddFilter("Inventory.Silo", LogLevel.Information);

        // Lost storage is said once by JournalWatch; the engine would repeat it for every call, and the health checks' own log every second.
        logging.AddFilter("Orleans", level => level >= (isStorageLost() ? LogLevel.Critical : options.Verbose ? LogLevel.Information : LogLevel.Warning));
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        // As long as this category may log anything, ASP.NET Core makes an Activity with its ids, a scope and an execution context for each request.
        // All that it logs is the start and the end of each, as information.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", options.Verbose ? LogLevel.Information : LogLevel.None);

        // Nothing that is logged shows scopes. Kestrel would open one for each connection, and every task within its calls then keeps an execution context.
        logging.Services.Configure<LoggerFilterOptions>(filters => filters.CaptureScopes = false);

        // A start that fails is told by Program in one line; this category would tell it again as a page.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected)
        {
            logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(simple => (simple.SingleLine, simple.TimestampFormat) = (true, "HH:mm:ss "));
        }
    }
}
