using System.Diagnostics;
using System.Globalization;

namespace Inventory.LoadTests.Tests.Scenarios;

public sealed class ProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("load-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Help_lists_scenarios_and_options()
    {
        var (code, output, _) = await RunAsync("--help");

        Assert.Equal(ExitCodes.Done, code);
        foreach (var word in (string[])["all", "flash", "recovery", "break", "--p99-ms", "--processes", "130 after Ctrl-C"])
        {
            Assert.Contains(word, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("worker", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spread", "--seconds", "soon")]
    [InlineData("spread", "--callers", "0")]
    [InlineData("spread", "--address", "over there")]
    [InlineData("spread", "--colour", "red")]
    [InlineData("sprint")]
    [InlineData("break", "gently")]
    [InlineData("break", "kill", "--times", "0")]
    [InlineData("break", "hostile", "--frames", "some")]
    [InlineData("spread", "--times", "3")]
    public async Task What_is_wrong_on_the_command_line_is_said_and_nothing_starts(params string[] args)
    {
        var (code, _, errors) = await RunAsync(args);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.NotEqual("", errors);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_exit_code_three()
    {
        var (code, output, _) = await RunAsync("empty", "--address", "http://127.0.0.1:1", "--seconds", "0.1", "--warm-up", "0", "--out", Out);

        Assert.Equal(ExitCodes.Unavailable, code);
        Assert.Contains("FAILED", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_it_stops_the_service_that_it_started_and_removes_its_data()
    {
        using var process = Start("spread", "--seconds", "600", "--warm-up", "0", "--out", Out);
        await AwaitLineAsync(process, "callers for");
        Assert.NotEmpty(_directory.EnumerateDirectories("inventory-load-*"));

        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(s_patience);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
        Assert.Empty(_directory.EnumerateDirectories("inventory-load-*"));
    }

    private string Out => Path.Combine(_directory.FullName, "out");

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        using var patience = new CancellationTokenSource(s_patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.FullName,
        };
        start.Environment["TMPDIR"] = _directory.FullName;

        // The runtime's own files in the directory for temporary ones would look like leftovers of ours.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var arg in (string[])[Path.Combine(AppContext.BaseDirectory, "load-tests.dll"), .. args])
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }

    private static async Task AwaitLineAsync(Process process, string words)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"It ended without saying '{words}'.");
    }
}
