using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Inventory.H2Load;

/// <summary>What a run of h2load came to.</summary>
/// <param name="PerSecond">Calls per second.</param>
/// <param name="Done">Calls that had an answer.</param>
/// <param name="Failed">Calls that had none, or one that was no 200.</param>
internal sealed record H2LoadResult(double PerSecond, long Done, long Failed);

/// <summary>Runs nghttp2's h2load.</summary>
internal static partial class H2LoadRun
{
    /// <summary>Where it is; null if it is not installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "h2load")).FirstOrDefault(File.Exists);

    /// <summary>The command line of a run, as a person would type it.</summary>
    public static string Command(string body, string url, int connections, int streams, double seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"h2load -c {connections} -m {streams} -t 1 -D {seconds} -d {body} -H content-type:application/grpc -H te:trailers {url}");

    /// <summary>Runs a command line of <see cref="Command"/>.</summary>
    /// <exception cref="InvalidOperationException">It failed, or said what is not understood.</exception>
    public static async Task<H2LoadResult> RunAsync(string command, CancellationToken stop)
    {
        var words = command.Split(' ');
        // By its path: this program has the same name, and would be found first.
        var start = new ProcessStartInfo(Find() ?? words[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        words[1..].ToList().ForEach(start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? Parse(output) : throw new InvalidOperationException($"{command}\nended with {process.ExitCode}: {await error}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Reads what h2load prints at its end.</summary>
    public static H2LoadResult Parse(string output)
    {
        var (rate, requests) = (Rate().Match(output), Requests().Match(output));
        return rate.Success && requests.Success
            ? new H2LoadResult(Number(rate.Groups[1]), (long)Number(requests.Groups[1]), (long)(Number(requests.Groups[3]) + Number(requests.Groups[4])))
            : throw new InvalidOperationException("h2load said what is not understood:\n" + output);
    }

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in [^,]+, ([0-9.]+) req/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"([0-9]+) done, ([0-9]+) succeeded, ([0-9]+) failed, ([0-9]+) errored")]
    private static partial Regex Requests();
}
