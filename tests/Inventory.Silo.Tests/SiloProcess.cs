using System.Diagnostics;
using System.Text.Json;
using Grpc.Net.Client;

namespace Inventory.Silo.Tests;

/// <summary>The real service as a child process, on a port that the system chose.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process) => _process = process;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Where it serves.</summary>
    public Uri Endpoint => _address.Task.Result!;

    /// <summary>Starts it and waits until it serves.</summary>
    public static async Task<SiloProcess> StartAsync(params string[] args)
    {
        var silo = Launch(["--port", "0", .. args]);
        await silo._address.Task.WaitAsync(s_patience);
        Assert.True(silo._address.Task.Result is not null, silo.Log);
        return silo;
    }

    /// <summary>Starts it with a limit on the size of a file, past which a write fails as on a full disk, and waits until it serves.</summary>
    public static async Task<SiloProcess> StartOnSmallDiskAsync(int fileKilobytes, params string[] args)
    {
        // The signal that comes with the error would end the process; a full disk sends none. Executable pages are files too, so they stay in memory.
        var start = new ProcessStartInfo("bash") { Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" } };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"trap '' XFSZ; ulimit -f {fileKilobytes}; exec dotnet \"$@\"");
        start.ArgumentList.Add("bash");
        var silo = Launch(start, ["--port", "0", .. args]);
        await silo._address.Task.WaitAsync(s_patience);
        Assert.True(silo._address.Task.Result is not null, silo.Log);
        return silo;
    }

    /// <summary>Starts it with variables of the environment and waits until it serves.</summary>
    public static async Task<SiloProcess> StartInAsync(Dictionary<string, string> environment, params string[] args)
    {
        var silo = Launch(Dotnet(environment), ["--port", "0", .. args]);
        await silo._address.Task.WaitAsync(s_patience);
        Assert.True(silo._address.Task.Result is not null, silo.Log);
        return silo;
    }

    /// <summary>Runs it to its end with variables of the environment, for starts that must fail.</summary>
    public static async Task<SiloProcess> RunInAsync(Dictionary<string, string> environment, params string[] args)
    {
        var silo = Launch(Dotnet(environment), args);
        await silo.ExitAsync();
        return silo;
    }

    /// <summary>Runs it to its end, for starts that must fail.</summary>
    public static async Task<SiloProcess> RunAsync(params string[] args)
    {
        var silo = Launch(args);
        await silo.ExitAsync();
        return silo;
    }

    public GrpcChannel Connect() => GrpcChannel.ForAddress(Endpoint);

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>Sends a signal by its number.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task ExitAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static SiloProcess Launch(string[] args) => Launch(Dotnet(), args);

    private static ProcessStartInfo Dotnet(Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsLinux() ? "env" : "dotnet");
        if (OperatingSystem.IsLinux())
        {
            // A test run in a shell's background has SIGINT ignored, and its children inherit that.
            start.ArgumentList.Add("--default-signal=INT");
            start.ArgumentList.Add("dotnet");
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static SiloProcess Launch(ProcessStartInfo start, string[] args)
    {
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Inventory.Silo.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        var silo = new SiloProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        silo._process.ErrorDataReceived += (_, e) => silo.Read(e.Data);
        silo._process.OutputDataReceived += (_, e) => silo.Read(e.Data);
        silo._process.Exited += (_, _) => silo._address.TrySetResult(null);
        silo._process.Start();
        silo._process.BeginErrorReadLine();
        silo._process.BeginOutputReadLine();
        return silo;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        if (line.Contains("Serving on", StringComparison.Ordinal) && line.StartsWith('{'))
        {
            var state = JsonDocument.Parse(line).RootElement.GetProperty("State");
            _address.TrySetResult(new Uri(state.GetProperty("Address").GetString()!));
        }
    }
}

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("inventory-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
