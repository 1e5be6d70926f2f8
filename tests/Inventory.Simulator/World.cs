using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Inventory.Grains;
using Inventory.Journal;
using Inventory.Journal.Files;
using Inventory.Journal.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Simulation;

namespace Inventory.Simulator;

/// <summary>One machine with one process: the real grains on the real journal, on a simulated engine, clock and disk.</summary>
internal sealed class World
{
    private readonly Plan _plan;
    private readonly Tally _tally;
    private readonly GrainSimulation _simulation;
    private readonly SlowScheduler _diskTurns;
    private readonly FileJournalOptions _options = new() { SegmentBytes = 4 * 1024, BatchBytesMax = 4 * 1024, CompactAtDeadPercent = 30 };
    private IJournal? _journal;
    private Service? _service;
    private long _oldestSegment = 1;

    public World(Plan plan, Tally tally)
    {
        (_plan, _tally) = (plan, tally);
        Random = new Random(plan.Seed);
        Disk = new SimulatedDisk(plan.Seed);
        _simulation = new GrainSimulation(plan.Seed, silo =>
        {
            if (_journal is not null)
            {
                silo.Services.AddSingleton(_journal); // an instance: nobody but Stop disposes it
            }

            silo.Services.AddSingleton(_ => _simulation!.Scheduler);
            silo.Services.AddInventoryGrains();
            silo.Services.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionQuantum = TimeSpan.FromSeconds(5);
                options.CollectionAge = TimeSpan.FromSeconds(12);
            });
        });
        _diskTurns = new SlowScheduler(_simulation.Scheduler, Time, Random, tally, plan.Faults.HasFlag(Faults.SlowSync) ? 5 : 0);
        _simulation.Loses = plan.Faults.HasFlag(Faults.LostNews) ? LoseNews : null;
        Auditor = new Auditor(Time, tally);
        _simulation.Crash();
    }

    public Plan Plan => _plan;

    public Random Random { get; }

    public SimulatedDisk Disk { get; }

    public Auditor Auditor { get; }

    public TimeProvider Time => _simulation.Time;

    public GrainSimulation Simulation => _simulation;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public bool IsUp => _simulation.IsUp;

    /// <summary>Once set, nothing gets lost any more.</summary>
    public bool IsCalm { get; set; }

    /// <summary>The journal has lost its storage and waits for somebody to restart the process.</summary>
    public bool IsBroken => IsUp && !_journal!.Health.IsServing;

    /// <summary>What callers call.</summary>
    /// <exception cref="Orleans.Runtime.SiloUnavailableException">The process is down.</exception>
    public Service Service => _simulation.IsUp && _service is { } service ? service : throw new Orleans.Runtime.SiloUnavailableException("It is down.");

    public IWork Work => _simulation.Services.GetRequiredService<IWork>();

    public ITransfers Transfers => _simulation.Services.GetRequiredService<ITransfers>();

    public ISupply Supply => _simulation.Services.GetRequiredService<ISupply>();

    public ICatalog Catalog => _simulation.Services.GetRequiredService<ICatalog>();

    public IOrders Orders => _simulation.Services.GetRequiredService<IOrders>();

    public IPolicies Policies => _simulation.Services.GetRequiredService<IPolicies>();

    public ILocations Locations => _simulation.Services.GetRequiredService<ILocations>();

    public T Grain<T>(string key)
        where T : IGrainWithStringKey => _simulation.Services.GetRequiredService<IGrainFactory>().GetGrain<T>(key);

    public void Crash(bool losePower)
    {
        _simulation.Crash();
        _service = null;
        if (losePower)
        {
            Disk.LosePower();
        }
        else
        {
            Disk.Kill();
        }
    }

    public void Stop()
    {
        _service = null;
        _simulation.Stop();
        var closed = _simulation.Start(() => _journal!.DisposeAsync().AsTask());
        for (var waited = 0; !closed.IsCompleted && waited < 600; waited++)
        {
            _simulation.Advance(TimeSpan.FromMilliseconds(100)); // the disk may be slow
        }

        closed.WaitAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        CountCompactions();
    }

    /// <summary>Recovers the journal, compares it with what was told, and starts the process.</summary>
    /// <exception cref="JournalDamagedException">The journal refuses.</exception>
    /// <exception cref="SimulatedCrashException">The machine went off meanwhile.</exception>
    public void Start()
    {
        IJournalFiles files = Disk.Mount();
        var journal = FileJournal.Open(_options, _plan.Bug == Bug.None ? files : new BuggyFiles(files, _plan.Bug), JournalPump.On(_diskTurns));
        _tally.Add("recovery");
        _tally.Add("recovery cut a torn tail", journal.CutBytes > 0 ? 1 : 0);
        var compared = _simulation.Start(() => Compare(journal));
        _simulation.RunUntilIdle();
        compared.GetAwaiter().GetResult();
        CountCompactions();
        _journal = new JournalTap(journal, Auditor, _tally);
        _journal = _plan.Bug == Bug.None ? _journal : new BuggyJournal(_journal, _plan.Bug, Auditor);
        _simulation.Restart();
        var services = _simulation.Services;
        _service = new Service(
            services.GetRequiredService<IStocks>(), services.GetRequiredService<IReservations>(), services.GetRequiredService<IAvailability>());
        _service = _plan.Bug == Bug.None ? _service : new BuggyService(_service, _plan.Bug, Random);
        if (_plan.Transfers + _plan.Supply + _plan.BackOrders > 0)
        {
            _simulation.Start(() => Caller.TryAsync(this, _tally, FinishAsync));
        }
    }

    /// <summary>What a silo does when it starts: brings to an end what the one before left in the middle.</summary>
    public async Task FinishAsync()
    {
        await Transfers.FinishOpen(default);
        await Supply.FinishOpen(default);
        if (_plan.BackOrders > 0)
        {
            await Orders.ResumeWaiting(default);
        }
    }

    // About one in six; a board that stays behind must come to show the truth all the same.
    private TimeSpan? LoseNews(Orleans.Runtime.GrainId grain, string method)
    {
        if (IsCalm || !method.EndsWith("IBoardGrain.Update", StringComparison.Ordinal) || Random.Next(6) != 0)
        {
            return null;
        }

        _tally.Add("fault news of a board lost");
        return TimeSpan.FromMilliseconds(Random.Next(1, 5_000));
    }

    private void CountCompactions()
    {
        var segments = Disk.Names.Where(name => name.EndsWith(".log", StringComparison.Ordinal));
        var oldest = segments.Select(name => long.Parse(name[..^4], null)).DefaultIfEmpty(1).Min();
        _tally.Add("segments compacted", Math.Max(0, oldest - _oldestSegment));
        _oldestSegment = oldest;
    }

    private async Task Compare(FileJournal journal)
    {
        foreach (var book in Auditor.Books.All)
        {
            var replay = new Replay(_tally);
            var version = await journal.ReadAsync(Books.StreamOf(book.Key), replay);
            Auditor.Restored(book, version, replay.Stock);
        }

        foreach (var place in Auditor.Work.Places)
        {
            var replay = new WorkReplay();
            Auditor.WorkRestored(place, await journal.ReadAsync(WorkBooks.StreamOf(place), replay), replay.Book);
        }

        foreach (var book in Auditor.Owners.All)
        {
            Auditor.Owners.Restored(book, await journal.ReadAsync(book.Stream, new Nothing()));
        }

        Auditor.Owners.Claims.Check();
    }

    /// <summary>Reads without keeping anything: the version is all that is asked for.</summary>
    private sealed class Nothing : IStreamReader
    {
        public void Snapshot(long version, ReadOnlySpan<byte> state)
        {
        }

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
        }
    }

    /// <summary>Rebuilds a place's work as recovery does.</summary>
    private sealed class WorkReplay : IStreamReader
    {
        public WorkBook Book { get; private set; } = new();

        public void Snapshot(long version, ReadOnlySpan<byte> state) => Book = WorkCodec.DecodeSnapshot(state);

        public void Event(long version, ReadOnlySpan<byte> payload) => Book.Apply(WorkCodec.DecodeEvent(payload));
    }

    /// <summary>Rebuilds a stock as recovery does.</summary>
    private sealed class Replay(Tally tally) : IStreamReader
    {
        public Stock? Stock { get; private set; }

        public void Snapshot(long version, ReadOnlySpan<byte> state)
        {
            tally.Add("snapshot read");
            Stock = StockSnapshotCodec.Decode(state);
        }

        public void Event(long version, ReadOnlySpan<byte> payload) => (Stock ??= new Stock()).Apply(StockEventCodec.Decode(payload));
    }
}
