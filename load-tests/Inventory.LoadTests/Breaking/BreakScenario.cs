using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Breaking;

/// <summary>One way to break the service, and the checks that follow.</summary>
internal abstract class BreakScenario : Scenario
{
    /// <summary>The word under which they stand on the command line.</summary>
    public const string Word = "break";

    /// <summary>All of them, in the order of a whole session.</summary>
    public static IReadOnlyList<Scenario> Breaks { get; } =
    [
        new KillScenario(), new TermScenario(), new StopScenario(), new FullDiskScenario(), new OverloadScenario(),
        new HostileScenario(),
    ];

    public override bool NeedsOwnService => true;

    protected static OwnService OwnOf(ScenarioContext context) =>
        context.Own ?? throw new ServiceException("The service is broken here, so it must be started here: leave --address out.");
}
