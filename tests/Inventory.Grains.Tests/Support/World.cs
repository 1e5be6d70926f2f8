using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Inventory.Grains.Tests;

/// <summary>A silo with the real grains on a journal in memory and a time that the test moves.</summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_still = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);
    private readonly IHost _host;
    private readonly HashSet<string> _places;
    private int _ids;

    private World(IHost host, FakeTime time, TestJournal journal, HashSet<string> places)
    {
        _host = host;
        _places = places;
        Time = time;
        Journal = journal;
    }

    public FakeTime Time { get; }

    public TestJournal Journal { get; }

    public IGrainFactory Grains => Get<IGrainFactory>();

    public IStocks Stocks => Get<IStocks>();

    public IReservations Reservations => Get<IReservations>();

    public IOrders Orders => Get<IOrders>();

    public ITransfers Transfers => Get<ITransfers>();

    public ISupply Supply => Get<ISupply>();

    public IAvailability Availability => Get<IAvailability>();

    public ILocations Locations => Get<ILocations>();

    public static OnPool<World> Start() => new(Start(new MemoryJournal(), new FakeTime(), []));

    /// <summary>A world that a test's own steps have prepared.</summary>
    public static OnPool<World> Start(Func<World, Task> prepare) => new(Prepared(prepare));

    private static async Task<World> Prepared(Func<World, Task> prepare)
    {
        var world = await Start();
        await prepare(world);
        return world;
    }

    private static async Task<World> Start(MemoryJournal disk, FakeTime time, HashSet<string> places, string? unreadable = null)
    {
        var journal = new TestJournal(disk) { Unreadable = unreadable };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IJournal>(journal);
        builder.AddInventorySilo();
        builder.Services.AddInventoryGrains();

        // Time that jumps must not end calls that are under way; each test has patience of its own.
        builder.Services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromDays(20));
        var host = builder.Build();
        await host.StartAsync();
        return new World(host, time, journal, places);
    }

    /// <summary>Another process on what this one left on the disk; this one writes nothing more.</summary>
    /// <param name="unreadable">What the other cannot read when it starts; see <see cref="TestJournal.Unreadable"/>.</param>
    public OnPool<World> Restart(string? unreadable = null)
    {
        Journal.Die();
        return new(Start(Journal.Disk, Time, _places, unreadable));
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>A new id for a write.</summary>
    public RequestId NewId() => Id($"write-{Interlocked.Increment(ref _ids)}");

    public static RequestId Id(string text) => RequestId.Parse(text);

    public static StockKey Key(string text) => StockKey.Parse(text);

    /// <summary>One write, at a location that is described first if a test has not done so.</summary>
    public async Task<StockAnswer> Do(string key, StockCommand command)
    {
        if (!_places.Contains(Key(key).Location.Value))
        {
            await Open(Key(key).Location.Value);
        }

        return await Stocks.Do(Key(key), command).AsTask().WaitAsync(Patience);
    }

    public async Task Receive(string key, long units) =>
        Assert.Equal(StockOutcome.Accepted, (await Do(key, StockCommand.Receive(NewId(), units))).Outcome);

    public Task<StockAnswer> Reserve(string key, string id, long units, int seconds = 900) =>
        Do(key, StockCommand.Reserve(Id(id), units, Channel.Web, seconds * 1000L));

    public async Task<StockView> View(string key) => await Stocks.Get(Key(key), Channel.Web).AsTask().WaitAsync(Patience);

    /// <summary>Watches a SKU until a row of a location is as wanted.</summary>
    /// <remarks>
    /// Time stands still meanwhile; if it does not come for long, it begins to pass: a board that was asking its stocks when the test moved the clock has
    /// given up on them, and asks again a second later.
    /// </remarks>
    public async Task<BoardRow> Shown(string key, Func<BoardRow, bool> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var passing = new Timer(_ => Time.Advance(s_tick), null, s_still, s_tick);
        var query = new BoardQuery(Key(key).Sku, Channel.Web, [Key(key).Location]);
        await foreach (var view in Availability.Watch(query, patience.Token))
        {
            if (view.Rows.Count > 0 && wanted(view.Rows[0]))
            {
                return view.Rows[0];
            }
        }

        throw new InvalidOperationException("A watch ends by cancellation only.");
    }

    public async Task<LocationAnswer> Open(string id, double latitude = 52, double longitude = 0, Action<LocationFacts>? check = null)
    {
        var facts = new LocationFacts { Name = "Store " + id, Kind = LocationKind.Store, Position = new Position(latitude, longitude) };
        check?.Invoke(facts);
        var answer = await Locations.Upsert(NewId(), LocationId.Parse(id), facts);
        _places.Add(id);
        return answer;
    }

    /// <summary>Asserts that each stock equals its journal, and that orders and stocks say the same of promises.</summary>
    public async Task AssertAuditIsClean()
    {
        await foreach (var progress in Supply.Audit(CancellationToken.None))
        {
            Assert.Empty(progress.Differences);
        }

        await foreach (var progress in Stocks.Audit(null, null, CancellationToken.None))
        {
            Assert.Empty(progress.Differences);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
