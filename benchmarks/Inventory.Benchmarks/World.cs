using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Inventory.Benchmarks;

/// <summary>The one prepared world: ids, names and commands that every benchmark varies, and silos with the real grains.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>When the world begins, Unix milliseconds.</summary>
    public const long BeginMs = 1_780_000_000_000;

    /// <summary>How long holds last where time makes them fall back, so that a benchmark stays in a steady state.</summary>
    public const long TtlMs = 1_000;

    private readonly IHost _host;

    private World(IHost host, TimeProvider time) => (_host, Time) = (host, time as DrivenTime);

    /// <summary>The clock, unless the benchmark brought one.</summary>
    public DrivenTime? Time { get; }

    public IGrainFactory Grains => Get<IGrainFactory>();

    public IStocks Stocks => Get<IStocks>();

    /// <summary>A silo with the real grains over a journal that keeps nothing, whose boards hear nothing of its stocks.</summary>
    public static Task<World> StartAsync() => StartAsync(
        new DrivenTime(),
        new NoJournal(),
        services => services.AddSingleton(each => ActivatorUtilities.CreateInstance<BoardNews>(each, new NeverRun())));

    /// <summary>A silo with the real grains.</summary>
    public static Task<World> StartAsync(TimeProvider time, IJournal journal) => StartAsync(time, journal, _ => { });

    private static async Task<World> StartAsync(TimeProvider time, IJournal journal, Action<IServiceCollection> instead)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(journal);
        instead(builder.Services);
        builder.AddInventorySilo();
        builder.Services.AddInventoryGrains();
        var host = builder.Build();
        await host.StartAsync();
        return new World(host, time);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>The nth id of a write; spread like those of real callers.</summary>
    public static RequestId Id(ulong n) => new RequestId(n, n).Derive(0);

    public static Sku Sku(int n) => Domain.Sku.Parse($"MUG-{n:D6}");

    public static LocationId Location(int n) => LocationId.Parse($"store-{n:D4}");

    /// <summary>The nth stock: ten SKUs at each location.</summary>
    public static StockKey Key(int n) => new(Sku(n % 10), Location(n / 10));

    /// <summary>A place in or around Great Britain.</summary>
    public static LocationFacts Facts(int n) => new()
    {
        Name = $"Store {n}", Kind = LocationKind.Store, Position = new Position(50 + (n % 97 * 0.08), -5 + (n % 89 * 0.07)),
    };

    /// <summary>Describes locations: nothing is kept where nobody said what is there.</summary>
    public static async Task DescribeAsync(ILocations directory, int locations)
    {
        for (var i = 0; i < locations; i++)
        {
            await directory.Upsert(Id((1UL << 48) + (ulong)i), Location(i), Facts(i));
        }
    }

    /// <summary>Fills a stock so that it never sells out.</summary>
    public async Task ReceiveAsync(StockKey key, ulong salt) =>
        await Stocks.Do(key, StockCommand.Receive(Id(ulong.MaxValue - salt), Limits.UnitsMax));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
