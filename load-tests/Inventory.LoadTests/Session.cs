using System.Globalization;
using Grpc.Core;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Scenarios;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests;

/// <summary>Runs scenarios one after the other, each on a service of its own unless one is given, and makes the report.</summary>
/// <param name="settings">For all of them.</param>
/// <param name="id">Upper-case letters and digits that no earlier session on the same service had.</param>
/// <param name="tell">Told what is going on, for people.</param>
internal sealed class Session(Settings settings, string id, Action<string> tell)
{
    /// <summary>Runs them in order. Those that must start the service themselves are left out, and that is told, when a service is given.</summary>
    public async Task<Report> RunAsync(IReadOnlyList<Scenario> scenarios, string command, CancellationToken ct)
    {
        var began = TimeProvider.System.GetUtcNow();
        var load = MachineFacts.ReadLoad();
        var sections = new List<ReportSection>();
        foreach (var scenario in scenarios)
        {
            if (scenario.NeedsOwnService && settings.Address is not null && scenarios.Count > 1)
            {
                tell($"{scenario.Name}: left out, because it kills the service and --address names one that is not ours");
                continue;
            }

            sections.Add(await OneAsync(scenario, ct));
        }

        var empty = sections.Find(section => section.Name == EmptyScenario.Word)?.Runs is [var first, ..] ? first.PerSecond : 0;
        return new Report
        {
            Title = scenarios.Count == 1 ? "Inventory load test: " + scenarios[0].Name : "Inventory load tests",
            Machine = MachineFacts.Read(),
            Commit = MachineFacts.CommitOf(typeof(Session).Assembly),
            Began = began,
            Command = command,
            Settings = [.. Describe(), new("load average before, after", $"{load}; {MachineFacts.ReadLoad()}")],
            Baseline = empty > 0 && sections.Count > 1 ? new Baseline("empty call", empty) : null,
            Sections = sections,
        };
    }

    private async Task<ReportSection> OneAsync(Scenario scenario, CancellationToken ct)
    {
        tell($"{scenario.Name}: {scenario.Title.ToLowerInvariant()}");
        if (scenario.NeedsOwnService && settings.Address is not null)
        {
            throw new ServiceException($"{scenario.Name} kills the service, so it must start it itself: leave --address out.");
        }

        try
        {
            return await OneOnServiceAsync(scenario, ct);
        }
        catch (Exception e) when (e is ServiceException or TimeoutException or RpcException { StatusCode: not StatusCode.Cancelled })
        {
            // The others may still have something to say.
            tell($"{scenario.Name}: {e.Message}");
            return new ReportSection { Name = scenario.Name, Title = scenario.Title, Says = "", Problem = e.Message };
        }
    }

    private async Task<ReportSection> OneOnServiceAsync(Scenario scenario, CancellationToken ct)
    {
        await using var own = settings.Address is null ? await scenario.StartServiceAsync(ct) : null;
        await using var context = new ScenarioContext(settings, settings.Address ?? own!.Silo.Address, own, id + Word(scenario), text => tell("  " + text));
        return await scenario.RunAsync(context, ct);
    }

    private static string Word(Scenario scenario) => scenario.Name.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private List<KeyValuePair<string, string>> Describe()
    {
        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
        return
        [
            new("service", settings.Address?.ToString() ?? "started for each scenario, journal on a temporary directory, defaults"),
            new("window", Text(settings.Seconds) + " s"),
            new("warm-up", Text(settings.WarmUpSeconds) + " s"),
            new("callers", Text(settings.Callers)),
            new("connections", Text(settings.Connections) + (settings.Processes > 1 ? " of each client process" : "")),
            new("client processes", Text(settings.Processes)),
            new("rate of schedules", settings.Rate is { } rate ? Text(rate) + "/s" : "half of what the callers reached"),
            new("bound of the search", settings.Search ? $"p99 within {Text(settings.P99Ms)} ms" : "no search"),
            new("seed", Text(settings.Seed)),
        ];
    }
}
