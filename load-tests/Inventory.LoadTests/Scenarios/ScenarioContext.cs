using System.Globalization;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.LoadTests.Workers;

namespace Inventory.LoadTests.Scenarios;

/// <summary>What a scenario works with. Used by one thread.</summary>
internal sealed class ScenarioContext : IAsyncDisposable
{
    private readonly Action<string> _tell;
    private readonly string _session;
    private Target _target;
    private int _plans;
    private int _jobs;

    /// <param name="settings">Of the session.</param>
    /// <param name="address">Where the service serves.</param>
    /// <param name="own">The service, if the session started it; stays the caller's.</param>
    /// <param name="session">Upper-case letters and digits, unique among all sessions that the service has ever seen.</param>
    /// <param name="tell">Told what is going on, for people.</param>
    public ScenarioContext(Settings settings, Uri address, OwnService? own, string session, Action<string> tell)
    {
        (Settings, Address, Own, _session, _tell) = (settings, address, own, session, tell);
        _target = new Target(address, settings.Connections);
    }

    public Settings Settings { get; }

    public Uri Address { get; private set; }

    /// <summary>The service as a process, to be killed and started again; null when somebody else runs it.</summary>
    public OwnService? Own { get; }

    /// <summary>Connections for preparing and for the books.</summary>
    public Target Target => _target;

    public void Tell(string text) => _tell(text);

    /// <summary>Stocks that nobody used before, each with the units on its shelf.</summary>
    public async Task<StockPlan> PrepareAsync(int stocks, int locations, long unitsEach, CancellationToken ct)
    {
        var plan = NewPlan(stocks, locations);
        await plan.DescribeAsync(_target, ct);
        await plan.ImportAsync(_target, unitsEach, "fill-" + plan.Prefix, ct);
        return plan;
    }

    /// <summary>Stocks that nobody used before, of which the service knows nothing yet.</summary>
    public StockPlan NewPlan(int stocks, int locations) => new($"{_session}-{++_plans}", stocks, Math.Min(stocks, locations));

    /// <summary>A job on the plan with the settings of the session; set what to do and how long.</summary>
    public Job NewJob(JobKind kind, StockPlan plan) => new()
    {
        Kind = kind,
        Address = Address,
        Plan = plan,
        Tag = string.Create(CultureInfo.InvariantCulture, $"{_session.ToLowerInvariant()}j{++_jobs}"),
        Connections = Settings.Connections,
        Callers = Settings.Callers,
        Seconds = Settings.Seconds,
        Seed = Settings.Seed + _jobs,
    };

    /// <summary>Does the job with as many processes as the session has.</summary>
    public async Task<JobResult> RunAsync(Job job, CancellationToken ct) => await LoadRunner.RunAsync(job, Settings.Processes, ct);

    /// <summary>The books of a plan from which nothing leaves: what is held is what was granted, and no more than there is.</summary>
    public async Task<IReadOnlyList<BookCheck>> CheckHeldAsync(StockPlan plan, long unitsEach, Ledger ledger, CancellationToken ct)
    {
        var sums = await plan.SumAsync(_target, ct);
        return Books.Held(plan.Stocks * unitsEach, ledger, sums);
    }

    /// <summary>Goes on with the service at a new address, after it was started again.</summary>
    public void MoveTo(Uri address)
    {
        _target.Dispose();
        Address = address;
        _target = new Target(address, Settings.Connections);
    }

    public ValueTask DisposeAsync()
    {
        _target.Dispose();
        return ValueTask.CompletedTask;
    }
}
