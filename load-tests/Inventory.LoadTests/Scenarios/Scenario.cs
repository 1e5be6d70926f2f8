using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Scenarios;

/// <summary>One kind of load, with its books.</summary>
internal abstract class Scenario
{
    /// <summary>All of them, in the order of a whole session; the first is what the others are compared with.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new EmptyScenario(), new SpreadScenario(), new HotScenario(), new MachineScenario(), new TailScenario(), new BurstScenario(), new MixScenario(),
        new FlashScenario(), new ManyLinesScenario(), new OrdersScenario(), new StreamScenario(), new ImportScenario(), new WatchersScenario(),
        new RecoveryScenario(),
    ];

    /// <summary>The word that names it on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it shows, for people.</summary>
    public abstract string Title { get; }

    /// <summary>Whether it must start the service itself, because it kills it.</summary>
    public virtual bool NeedsOwnService => false;

    /// <summary>Starts the service that it is to run on, when none is given.</summary>
    public virtual Task<OwnService> StartServiceAsync(CancellationToken ct) => OwnService.StartAsync(ct);

    /// <summary>Loads the service, then checks the books.</summary>
    public abstract Task<ReportSection> RunAsync(ScenarioContext context, CancellationToken ct);
}
