using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Inventory.Cli.Tests.Commands;

/// <summary>The real command line as a child process, with its output in hand.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly string _command;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly List<(Func<string, bool> IsIt, TaskCompletionSource<string> Came)> _awaited = [];
    private readonly List<string> _lines = [];

    private CliProcess(string command, Process process) => (_command, _process) = (command, process);

    /// <summary>Runs it to its end.</summary>
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        await using var cli = Start(args);
        return await cli.ExitAsync();
    }

    /// <summary>Starts it and lets it run.</summary>
    public static CliProcess Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "inventory.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["TERM"] = "xterm"; // as on a desk: nothing coloured may come out all the same, for the output is no terminal
        var cli = new CliProcess("inventory " + string.Join(' ', args), new Process { StartInfo = start });
        cli._process.OutputDataReceived += (_, e) => cli.Read(e.Data, cli._output);
        cli._process.ErrorDataReceived += (_, e) => cli.Read(e.Data, cli._error);
        cli._process.Start();
        cli._process.BeginOutputReadLine();
        cli._process.BeginErrorReadLine();
        return cli;
    }

    /// <summary>The first line so far, or yet to come, on either output that is the one looked for.</summary>
    public async Task<string> LineAsync(Func<string, bool> isIt)
    {
        var came = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            _awaited.Add((isIt, came));
            if (_lines.FirstOrDefault(isIt) is { } line)
            {
                came.TrySetResult(line);
            }
        }

        var first = await Task.WhenAny(came.Task, _process.WaitForExitAsync()).WaitAsync(s_patience);
        Assert.True(first == came.Task, $"{_command} ended before:\n{Result()}");
        return await came.Task;
    }

    /// <summary>As Ctrl-C does.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<CliResult> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return Result();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private CliResult Result()
    {
        lock (_lines)
        {
            return new CliResult(_command, _process.HasExited ? _process.ExitCode : -1, _output.ToString(), _error.ToString());
        }
    }

    private void Read(string? line, StringBuilder into)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            into.Append(line).Append('\n');
            foreach (var (_, came) in _awaited.Where(each => each.IsIt(line)))
            {
                came.TrySetResult(line);
            }
        }
    }
}

/// <summary>What a run of the command line came to.</summary>
internal sealed record CliResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>What was printed as JSON, an object a line.</summary>
    public JsonElement[] Json => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The one object that was printed.</summary>
    public JsonElement Object => Assert.Single(Json);

    /// <summary>The one object on standard error.</summary>
    public JsonElement Problem =>
        JsonDocument.Parse(Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;

    /// <summary>Asserts the exit code and that nothing came that a person should not see.</summary>
    public CliResult Ends(int code)
    {
        Assert.True(ExitCode == code, $"expected {code}:\n{this}");
        foreach (var ugly in new[] { "   at Inventory", "   at System", "Unhandled", "Exception", "\u001b", @"\u00" })
        {
            Assert.False((Output + Error).Contains(ugly, StringComparison.Ordinal), $"contains '{ugly}':\n{this}");
        }

        return this;
    }

    /// <summary>Asserts that standard output has a line with these parts in this order.</summary>
    public CliResult Prints(params string[] parts) => Has(Output, parts);

    /// <summary>Asserts that standard error has a line with these parts in this order.</summary>
    public CliResult Says(params string[] parts) => Has(Error, parts);

    public override string ToString() => $"{Command} -> {ExitCode}\n-- output\n{Output}-- error\n{Error}";

    private CliResult Has(string text, string[] parts)
    {
        Assert.True(text.Split('\n').Any(line => IsInOrder(line, parts)), $"no line with {string.Join(" … ", parts)}:\n{this}");
        return this;
    }

    private static bool IsInOrder(string line, string[] parts)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var found = line.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return true;
    }
}
