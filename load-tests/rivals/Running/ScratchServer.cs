using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Inventory.Rivals.Running;

/// <summary>A program that is not installed here, or that did not start; the message says which, and what would help.</summary>
internal sealed class RivalMissingException(string message) : Exception(message);

/// <summary>A foreign server on a spare port, with a directory of its own that goes with it.</summary>
internal sealed class ScratchServer : IAsyncDisposable
{
    private const int LogLinesMax = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly Queue<string> _log = new();
    private Process? _process;

    private ScratchServer(string directory, int port) => (Directory, Port) = (directory, port);

    /// <summary>Its scratch directory.</summary>
    public string Directory { get; }

    /// <summary>A port of 127.0.0.1 that was free.</summary>
    public int Port { get; }

    /// <summary>Processor time that it has used so far; null before it was started.</summary>
    public TimeSpan? ProcessorTime
    {
        get
        {
            _process?.Refresh();
            return _process?.TotalProcessorTime;
        }
    }

    /// <summary>Makes the directory and finds a port.</summary>
    public static ScratchServer Create(string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new ScratchServer(
            System.IO.Directory.CreateTempSubdirectory($"inventory-rival-{name}-").FullName, ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    /// <summary>The program of this name, on the path or in one of the folders.</summary>
    /// <exception cref="RivalMissingException">It is nowhere.</exception>
    public static string Find(string program, params IEnumerable<string> folders) =>
        folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists)
        ?? throw new RivalMissingException($"{program} is not installed; run load-tests/rivals/install.sh.");

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="RivalMissingException">It failed.</exception>
    public async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Launch(program, arguments);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new RivalMissingException($"{program} ended with {process.ExitCode}:\n{Log()}");
        }
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <param name="program">Path.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="answers">Tries to talk to it; an exception means not yet.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="RivalMissingException">It ended, or did not answer within a minute.</exception>
    public async Task StartAsync(string program, IEnumerable<string> arguments, Func<Task> answers, CancellationToken ct)
    {
        _process = Launch(program, arguments);
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await answers();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException && !_process.HasExited && Stopwatch.GetElapsedTime(begun) < s_patience)
            {
                await Task.Delay(s_pause, TimeProvider.System, ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new RivalMissingException($"{program} does not answer: {e.Message}\n{Log()}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // What it has stored goes with it, so it need not end in good order.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private Process Launch(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Directory };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.OutputDataReceived += (_, e) => Read(e.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new RivalMissingException(string.Create(CultureInfo.InvariantCulture, $"{program} cannot be started: {e.Message}"));
        }

        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private void Read(string? line)
    {
        lock (_log)
        {
            _log.Enqueue(line ?? "");
            if (_log.Count > LogLinesMax)
            {
                _log.Dequeue();
            }
        }
    }

    private string Log()
    {
        lock (_log)
        {
            return string.Join('\n', _log);
        }
    }
}
