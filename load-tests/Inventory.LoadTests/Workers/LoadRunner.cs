using System.Diagnostics;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Workers;

/// <summary>Does a job in this process, or shares it among client processes and merges what they found.</summary>
internal static class LoadRunner
{
    /// <summary>The hidden command of a client process.</summary>
    public const string WorkerCommand = "worker";

    /// <summary>Runs the job.</summary>
    /// <exception cref="ServiceException">A client process ended without a result; with what it wrote.</exception>
    public static async Task<JobResult> RunAsync(Job job, int processes, CancellationToken ct)
    {
        if (processes <= 1)
        {
            return await Worker.RunAsync(job, ct);
        }

        return JobResult.Merge(await Task.WhenAll(Enumerable.Range(0, processes).Select(i => SpawnAsync(job.Share(i, processes), ct))));
    }

    private static async Task<JobResult> SpawnAsync(Job job, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "load-tests.dll"));
        start.ArgumentList.Add(WorkerCommand);
        using var process = Process.Start(start) ?? throw new ServiceException("A client process could not be started.");
        try
        {
            await process.StandardInput.WriteLineAsync(ResultJson.Write(job).AsMemory(), ct);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(ct);
            var line = await process.StandardOutput.ReadLineAsync(ct);
            await process.WaitForExitAsync(ct);
            return line is null
                ? throw new ServiceException("A client process ended without a result:\n" + await errors)
                : ResultJson.ReadResult(line);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
