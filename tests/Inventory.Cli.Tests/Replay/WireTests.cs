using System.CommandLine;
using System.Text.Json;
using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>The command as a user runs it, over real connections.</summary>
[Collection("Console")]
public sealed class WireTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_command_plays_over_the_wire_and_ends_in_the_same_state_when_connections_break()
    {
        var (quiet, broken) = (new FakeInventory(), new FakeInventory());
        await using var quietHost = new WireHost(quiet);
        await using var brokenHost = new WireHost(broken);
        await quietHost.StartAsync();
        await brokenHost.StartAsync();

        var plain = await ReplayAsync(quietHost.Address, "plain.json");
        var breaking = BreakAsync(broken, brokenHost);
        var mended = await ReplayAsync(brokenHost.Address, "mended.json", "--resume", Path.Combine(_folder, "state"));
        var breaks = await breaking;

        Assert.Equal(3, breaks);
        Assert.Equal(0, plain.Code);
        Assert.Equal(0, mended.Code);
        Assert.Equal(EndState(plain.Report), EndState(mended.Report));
        Assert.NotEqual("{}", mended.Report.RootElement.GetProperty("retries").ToString());
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_told_with_an_exit_code_of_its_own()
    {
        var (code, _) = await RunAsync("--generate", "1000", "--patience", "1", "--address", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.Unavailable, code);
    }

    [Theory]
    [InlineData("--speed", "fast")]
    [InlineData("--callers", "0")]
    [InlineData("--from", "yesterday")]
    [InlineData("--multi-line", "2")]
    [InlineData("--as", "parcels")]
    [InlineData("--reject-percent", "101")]
    [InlineData("--cancel-percent", "-1")]
    [InlineData("--generate", "10")]
    [InlineData("--data", "/there/is/no/such/folder")]
    public async Task Wrong_arguments_are_named(string option, string value)
    {
        var (code, errors) = await RunAsync(option, value);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(option == "--data" ? value : option, errors, StringComparison.Ordinal);
    }

    /// <summary>Breaks all connections three times, each after some hundred more calls.</summary>
    private static async Task<int> BreakAsync(FakeInventory inventory, WireHost host)
    {
        var breaks = 0;
        foreach (var calls in new[] { 300, 1_500, 3_000 })
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            inventory.Serving = _ =>
            {
                if (inventory.Calls >= calls)
                {
                    reached.TrySetResult();
                }
            };
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await host.RestartAsync();
            breaks++;
        }

        return breaks;
    }

    private static string? EndState(JsonDocument report) =>
        report.RootElement.GetProperty("reconciliation").GetProperty("endState").GetString();

    private async Task<(int Code, JsonDocument Report)> ReplayAsync(Uri address, string name, params string[] more)
    {
        var path = Path.Combine(_folder, name);
        var (code, _) = await RunAsync([
            "--generate", "2000", "--as", "reservations", "--multi-line", "0.1", "--callers", "12", "--connections", "3",
            "--report", path, "--address", address.ToString(), .. more]);
        return (code, JsonDocument.Parse(await File.ReadAllTextAsync(path)));
    }

    private static async Task<(int Code, string Errors)> RunAsync(params string[] arguments)
    {
        var root = new RootCommand { ReplayCommand.Create() };
        root.Options.Add(Connection.Address);
        root.Options.Add(Connection.Json);
        root.Options.Add(Connection.Timeout);
        var (usual, errors) = (Console.Error, new StringWriter());
        Console.SetError(TextWriter.Synchronized(errors));
        try
        {
            return (await ExitCode.RunAsync(root, ["replay", "--json", .. arguments]), errors.ToString());
        }
        finally
        {
            Console.SetError(usual);
        }
    }
}
