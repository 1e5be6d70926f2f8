using Grpc.Core;
using Inventory.V1;

namespace Inventory.Cli.Replay;

/// <summary>
/// Shows how far a long piece of work is: its name, how many pieces there are, and the work, which tells each piece done.
/// </summary>
internal delegate Task ShowProgress(string name, long total, Func<Action<long>, Task> work);

/// <summary>A whole replay: loads the world, plays the lines, reconciles, reports.</summary>
internal sealed class ReplayRun
{
    private readonly RetailData _data;
    private readonly World _world;
    private readonly PlaySettings _settings;
    private readonly TimeProvider _clock;
    private readonly Tally _tally = new();
    private readonly Stage _stage;
    private readonly ReplayClient[] _clients;
    private readonly string _run;

    /// <param name="data">Where the lines come from.</param>
    /// <param name="world">What to play.</param>
    /// <param name="settings">How to play it.</param>
    /// <param name="connect">Makes each of the connections; the caller closes them.</param>
    /// <param name="clock">For time limits and measurements.</param>
    public ReplayRun(RetailData data, World world, PlaySettings settings, Func<int, CallInvoker> connect, TimeProvider clock)
    {
        (_data, _world, _settings, _clock) = (data, world, settings, clock);
        _run = Fingerprint.Of(world, data);
        _stage = new Stage(world, world.OpenLedger(), new RequestIds(_run), _tally, settings, clock);
        _clients = [.. Enumerable.Range(0, settings.Connections).Select(i => new ReplayClient(connect(i), settings, _tally, clock))];
    }

    /// <summary>What the play is called where progress is shown; what it counts.</summary>
    public const string PlayStage = "order lines";

    /// <summary>Plays. When <paramref name="stop"/> is asked for, lines in flight are finished and the report says so.</summary>
    /// <exception cref="BadInputException">The service is not empty, or the state file is of another run.</exception>
    /// <exception cref="ServiceLostException">The service is gone for good.</exception>
    public async Task<ReplayReport> RunAsync(ShowProgress show, CancellationToken stop)
    {
        var resume = _settings.ResumePath is { } path
            ? ResumeFile.Open(path, _run, _world.Lines.Length, _world.Stores.Length)
            : null;
        await using var closing = resume;
        var year = _stage.IsShared ? OrderYear.Make(_world) : null;
        var done = year is null ? Restore(resume) : RestoreOrders(resume, year);
        var resumed = _tally.Lines;
        var (network, stock) = resume?.WorldLoaded == true ? (0, 0) : await LoadAsync(resume, show, stop);
        var plan = year is null ? Plan.Make(_world, _settings.Callers, done) : null;
        var next = Math.Max(0, Array.IndexOf(done, false));
        var pace = new Pace(_world.Lines, year is null ? next : year.Events[next].First, _settings.Speed, _clock);
        var callsBefore = _tally.Calls;
        var play = await TimeAsync(() => year is null
            ? PlayAsync(plan!, pace, resume, show, stop)
            : PlayAsync(year, done, pace, resume, show, stop));
        var calls = _tally.Calls - callsBefore;
        var stopped = _tally.Lines < _world.Lines.Length;
        var (reconciliation, work, seconds) = stopped ? (null, null, 0) : await ReconcileAsync(show, stop);
        var (placed, parts) = _tally.PlacedOrders;
        return Report(plan, pace, resumed, calls, new StageSeconds(network, stock, play, seconds), stopped, reconciliation) with
        {
            Orders = year is null ? null : new OrderFigures(_tally.Orders, placed, parts),
            Work = work,
        };
    }

    /// <summary>Puts network and opening stock into an empty service, and plays nothing.</summary>
    /// <exception cref="BadInputException">The service is not empty.</exception>
    public Task LoadAsync(ShowProgress show, CancellationToken stop) => LoadAsync(null, show, stop);

    /// <summary>The end state by the books alone.</summary>
    public string ExpectedEndState() => new Reconciler(_stage, ClientOf, _ => { }, CancellationToken.None).ExpectedEndState();

    private ReplayClient ClientOf(int caller) => _clients[caller % _clients.Length];

    /// <summary>Enters what earlier runs have done into the books; says for each line whether it is done.</summary>
    private bool[] Restore(ResumeFile? resume)
    {
        var done = new bool[_world.Lines.Length];
        if (resume is null || resume.IsNew)
        {
            return done;
        }

        var noted = resume.Results.Select(result => result.Line).ToHashSet();

        // A group of which the end is missing was cut off by a crash: it is asked again as a whole.
        var torn = Plan.Group(_world).Values
            .Distinct().Where(group => !group.Lines.All(noted.Contains)).SelectMany(group => group.Lines).ToHashSet();
        foreach (var result in resume.Results)
        {
            if (!done[result.Line] && !torn.Contains(result.Line))
            {
                done[result.Line] = true;
                _stage.LedgerOf(result.Line).Apply(result);
                _tally.Count(result, _world.Lines[result.Line]);
            }
        }

        foreach (var sku in _stage.Ledgers)
        {
            sku.CatchingUp = true;
        }

        return done;
    }

    /// <summary>As <see cref="Restore"/>, for events of a year of orders.</summary>
    private bool[] RestoreOrders(ResumeFile? resume, OrderYear year)
    {
        var done = new bool[year.Events.Length];
        if (resume is null || resume.IsNew)
        {
            return done;
        }

        var eventOf = year.Events.Index().ToDictionary(each => (each.Item.First, each.Item.Mark), each => each.Index);
        var results = new List<LineResult>();
        foreach (var result in resume.Results)
        {
            if (result.Outcome != LineOutcome.Done)
            {
                results.Add(result);
                continue;
            }

            // Of an event of which the end is missing nothing counts: it is asked again as a whole.
            if (eventOf.TryGetValue((result.Line, result.Extra), out var index) && !done[index] && results.Count >= result.Units)
            {
                done[index] = true;
                Enter(year.Events[index], results[^result.Units..]);
            }

            results.Clear();
        }

        foreach (var row in _stage.Ledgers.SelectMany(sku => sku.Rows))
        {
            row.Room = row.Sellable;
        }

        _stage.IsResumed = true;
        return done;
    }

    private void Enter(YearEvent each, List<LineResult> results)
    {
        foreach (var result in results)
        {
            YearPlayer.Enter(_stage, result);
            if (result is { Outcome: LineOutcome.Returned, Extra: not 0 })
            {
                _stage.Orders.TakeBack(each.SoldAs, result.Units, result.Extra);
            }
        }

        _tally.Played(each.Played, each.IsOrder(_world.Lines));
    }

    private async Task<(double Network, double Stock)> LoadAsync(ResumeFile? resume, ShowProgress show, CancellationToken stop)
    {
        Action<int> tick = _ => { };
        var loader = new WorldLoader(_stage, ClientOf, count => tick(count), stop);
        if (resume is null || resume.IsNew)
        {
            await loader.RequireEmptyAsync();
        }

        var network = await TimeAsync(() => show("locations", _world.Stores.Length, done =>
        {
            tick = count => done(count);
            return loader.LoadNetworkAsync();
        }));
        var stock = await TimeAsync(() => show("opening stock", WorldLoader.Rows(_world), done =>
        {
            tick = count => done(count);
            return loader.LoadStockAsync();
        }));
        if (resume is not null)
        {
            await resume.NoteWorldLoadedAsync();
        }

        return (network, stock);
    }

    private Task PlayAsync(Plan plan, Pace pace, ResumeFile? resume, ShowProgress show, CancellationToken stop)
    {
        var left = _world.Lines.Length - _tally.Lines;
        return show(PlayStage, left, done =>
        {
            var player = new Player(_stage, pace, resume, () => done(1));
            return player.RunAsync(plan, ClientOf, stop);
        });
    }

    private Task PlayAsync(OrderYear year, bool[] done, Pace pace, ResumeFile? resume, ShowProgress show, CancellationToken stop) =>
        show(PlayStage, _world.Lines.Length - _tally.Lines, played =>
            new YearPlayer(_stage, year, pace, resume, played).RunAsync(done, ClientOf, stop));

    private async Task<(Reconciliation Result, WorkReconciliation? Work, double Seconds)> ReconcileAsync(ShowProgress show, CancellationToken stop)
    {
        Reconciliation? result = null;
        WorkReconciliation? work = null;
        var stating = _stage.IsShared ? WorkReconciler.Stating(_world).Length : 0;
        var seconds = await TimeAsync(() => show("reconciliation", _world.Stores.Length + stating, async done =>
        {
            result = await new Reconciler(_stage, ClientOf, count => done(count), stop).RunAsync();
            await RequireNoneUnderWayAsync(stop);
            work = _stage.IsShared ? await new WorkReconciler(_stage, ClientOf, count => done(count), stop).RunAsync() : null;
        }));
        return (result!, work, seconds);
    }

    /// <summary>Every transfer has come to its end: nothing is between two stores.</summary>
    private async Task RequireNoneUnderWayAsync(CancellationToken stop)
    {
        if (!_stage.IsShared || _world.Settings.Orders!.TransfersPerWeek == 0)
        {
            return;
        }

        var client = ClientOf(0);
        var open = await client.AskAsync(Operation.ListTransfers, new ListTransfersRequest { PageSize = 50 }, client.Transfers.ListTransfersAsync, stop);
        foreach (var transfer in open.Transfers.Where(transfer => transfer.Lines.Any(line => line.InTransitUnits > 0 || line.HeldUnits > 0)))
        {
            _stage.Differs($"Transfer {transfer.Id} is not over: {transfer.Lines.Sum(line => line.InTransitUnits)} units in transit");
        }
    }

    private async Task<double> TimeAsync(Func<Task> work)
    {
        var begun = _clock.GetTimestamp();
        await work();
        return _clock.GetElapsedTime(begun).TotalSeconds;
    }

    private ReplayReport Report(
        Plan? plan, Pace pace, long resumed, long calls, StageSeconds seconds, bool stopped, Reconciliation? reconciliation) => new()
    {
        Source = _data.Source,
        Run = _run,
        World = _world.Settings,
        Play = _settings,
        Stores = _world.Stores.Length,
        Skus = _world.Skus.Length,
        Positions = WorldLoader.Rows(_world),
        LinesPlanned = _world.Lines.Length,
        NotProductLines = _data.NotProductLines,
        SkippedLines = _data.SkippedLines,
        LinesDone = _tally.Lines,
        LinesResumed = resumed,
        OrdersReservedWhole = plan?.Groups ?? 0,
        Seconds = seconds,
        LinesPerSecond = (_tally.Lines - resumed) / Math.Max(1e-9, seconds.Play),
        CallsPerSecond = calls / Math.Max(1e-9, seconds.Play),
        Calls = _tally.Calls,
        Operations = [.. Enum.GetValues<Operation>().Where(operation => _tally.Latency(operation).Count > 0).Select(Figures)],
        Outcomes = [.. _tally.Outcomes.OrderBy(pair => pair.Key).Select(pair =>
            new OutcomeFigures(pair.Key.Outcome.ToString(), Detail(pair.Key.Outcome, pair.Key.Detail), pair.Value.Lines,
                pair.Value.Units))],
        Retries = _tally.Retries.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        StaleBoards = _tally.StaleBoards,
        PickupsShipped = _tally.Fallbacks,
        ClippedUnits = _tally.ClippedUnits,
        UnexpectedRefusals = _tally.UnexpectedRefusals,
        LagP99Ms = pace.Lag.Percentile(0.99) / 1000.0,
        Stopped = stopped,
        Reconciliation = reconciliation,
        DifferenceCount = _tally.DifferenceCount,
        Differences = [.. _tally.Differences],
    };

    private OperationFigures Figures(Operation operation)
    {
        var times = _tally.Latency(operation);
        double Ms(double share) => times.Percentile(share) / 1000.0;
        return new OperationFigures(
            operation.ToString(), times.Count, times.MeanMicros / 1000, Ms(0.5), Ms(0.9), Ms(0.99), Ms(0.999), times.MaxMicros / 1000.0);
    }

    private static string Detail(LineOutcome outcome, byte detail) => outcome switch
    {
        LineOutcome.Refused or LineOutcome.NothingThere when detail > 0 => ((RefusalReason)detail).ToString(),
        LineOutcome.Returned => ((Condition)detail).ToString(),
        LineOutcome.WrittenOff => ((AdjustReason)detail).ToString(),
        _ => "",
    };
}
