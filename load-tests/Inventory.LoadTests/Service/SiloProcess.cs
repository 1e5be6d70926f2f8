using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Inventory.LoadTests.Service;

/// <summary>The real service as a child process, on a port that the system chose.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const int LogLinesMax = 200;

    // Fields of the log entry that says that it serves.
    private const string AddressField = "Address";
    private const string RecordsField = "Records";

    private static readonly TimeSpan s_startPatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _log = new();
    private readonly TaskCompletionSource<bool> _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Records that it read from its journal at the start.</summary>
    public long RecoveredRecords { get; private set; }

    /// <summary>Memory that the process has resident now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time that it has used so far, on all cores, that of the kernel for it included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The last lines that it wrote, joined by line feeds.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts it on the directory and waits until it serves.</summary>
    /// <param name="directory">Of its journal.</param>
    /// <param name="fileKilobytes">Writes beyond this size of a file fail as on a full disk; null is no limit.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ServiceException">It ended instead, or said nothing for ten minutes; with what it wrote.</exception>
    public static async Task<SiloProcess> StartAsync(string directory, int? fileKilobytes, CancellationToken ct)
    {
        var start = fileKilobytes is { } limit ? Limited(limit) : new ProcessStartInfo("dotnet");
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Inventory.Silo.dll"), "--port", "0", "--data", directory])
        {
            start.ArgumentList.Add(argument);
        }

        var silo = new SiloProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        silo._process.ErrorDataReceived += (_, e) => silo.Read(e.Data);
        silo._process.OutputDataReceived += (_, e) => silo.Read(e.Data);
        silo._process.Exited += (_, _) => silo._serving.TrySetResult(false);
        silo._process.Start();
        silo._process.BeginErrorReadLine();
        silo._process.BeginOutputReadLine();
        try
        {
            if (await silo._serving.Task.WaitAsync(s_startPatience, TimeProvider.System, ct))
            {
                return silo;
            }

            throw new ServiceException("The service did not start:\n" + silo.Log);
        }
        catch (Exception e)
        {
            await silo.DisposeAsync();
            throw e is TimeoutException ? new ServiceException("The service did not say that it serves:\n" + silo.Log) : e;
        }
    }

    /// <summary>Connections that it has open now, and other sockets of its own.</summary>
    public int Sockets => new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/fd")).EnumerateFileSystemInfos()
        .Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>What it ended with; only after it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Sends a signal by its short name, such as TERM.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>False when it has not within that time.</returns>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var patience = new CancellationTokenSource(s_stopPatience, TimeProvider.System);
            try
            {
                using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
                {
                    await kill.WaitForExitAsync(patience.Token);
                }

                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Limited(int fileKilobytes)
    {
        // The signal that comes with the error would end the process; a full disk sends none. Executable pages are files too, so they stay in memory.
        var start = new ProcessStartInfo("bash") { Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" } };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {fileKilobytes}; exec dotnet \"$@\""));
        start.ArgumentList.Add("bash");
        return start;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > LogLinesMax)
            {
                _log.Dequeue();
            }
        }

        if (line.StartsWith('{') && line.Contains("Serving on", StringComparison.Ordinal))
        {
            using var entry = JsonDocument.Parse(line);
            var state = entry.RootElement.GetProperty("State");
            Address = new Uri(state.GetProperty(AddressField).GetString()!);
            RecoveredRecords = state.GetProperty(RecordsField).GetInt64();
            _serving.TrySetResult(true);
        }
    }
}
