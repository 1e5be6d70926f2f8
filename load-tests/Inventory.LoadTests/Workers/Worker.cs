using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Operations;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Workers;

/// <summary>Does one job in this process.</summary>
internal static class Worker
{
    /// <summary>Runs the job to its end, or until it is stopped.</summary>
    /// <exception cref="OperationCanceledException">It was stopped: the figures would mislead.</exception>
    public static async Task<JobResult> RunAsync(Job job, CancellationToken ct)
    {
        var ledger = new Ledger();
        using var target = new Target(job.Address, job.Connections);
        await using var operation = Operation.Create(job, target, ledger, ct);
        var window = TimeSpan.FromSeconds(job.Seconds);
        var warmUp = TimeSpan.FromSeconds(job.WarmUpSeconds);
        var run = job switch
        {
            { Operations: > 0 } => await ClosedLoop.RunAsync(job.Callers, job.Operations, operation.RunAsync, ct: ct),
            { Rate: > 0 } => await OpenLoop.RunAsync(job.Rate, window, warmUp, operation.RunAsync, ct: ct),
            _ => await ClosedLoop.RunAsync(job.Callers, window, warmUp, operation.RunAsync, ct: ct),
        };
        ct.ThrowIfCancellationRequested();
        return new JobResult(run, ledger);
    }

    /// <summary>The body of a client process: a job comes on standard input, its result goes to standard output, one line each.</summary>
    public static async Task<int> ServeAsync(TextReader input, TextWriter output, CancellationToken ct)
    {
        var line = await input.ReadLineAsync(ct);
        if (line is null)
        {
            return ExitCodes.Usage;
        }

        var result = await RunAsync(ResultJson.ReadJob(line), ct);
        await output.WriteLineAsync(ResultJson.Write(result));
        return ExitCodes.Done;
    }
}
