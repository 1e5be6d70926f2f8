using System.CommandLine;
using System.CommandLine.Invocation;
using Google.Rpc;
using Grpc.Core;

namespace Inventory.Cli;

/// <summary>What the program ends with, and the one place that turns failures into it.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>The service refused, or an audit found a difference.</summary>
    public const int Refused = 1;

    /// <summary>The arguments or an input file were wrong; nothing was applied unless said otherwise.</summary>
    public const int Usage = 2;

    /// <summary>The service could not be reached or failed.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs the command line and turns every failure into a line on standard error and an exit code.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return Fail(string.Join('\n', UsageProblems.Of(parsed)), Usage);
        }

        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return code;
        }
        catch (BadInputException e)
        {
            return Fail(e.Message, Usage);
        }
        catch (OperationCanceledException)
        {
            return Fail("Stopped.", Interrupted);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            return Fail("Stopped.", Interrupted);
        }
        catch (RpcException e)
        {
            return Fail(Explain(e, parsed.GetValue(Connection.Address)!), IsOurs(e.StatusCode) ? Usage : Unavailable);
        }
        catch (IOException e)
        {
            return Fail(e.Message, Usage);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(e.Message, Usage);
        }
    }

    /// <summary>Writes one line to standard error and returns the code.</summary>
    public static int Fail(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }

    private static bool IsOurs(StatusCode code) =>
        code is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.OutOfRange or StatusCode.AlreadyExists;

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private static string Explain(RpcException e, Uri address)
    {
        var lines = new List<string>
        {
            e.StatusCode switch
            {
                StatusCode.Unavailable when e.Status.DebugException is { } cause =>
                    $"The service at {address} cannot be reached: {Innermost(cause).Message}\n"
                    + "Start one with: dotnet run --project src/Inventory.Silo -- --demo",
                StatusCode.Unavailable => $"The service at {address} is not available: {e.Status.Detail}",
                StatusCode.DeadlineExceeded => $"The service at {address} did not answer in time; --timeout allows more. A write may have been done: "
                    + "repeat it with the same --request-id.",
                StatusCode.NotFound => e.Status.Detail,
                StatusCode.InvalidArgument => "The service does not accept this:",
                _ => $"The service at {address} answered {e.StatusCode}: {e.Status.Detail}",
            },
        };
        var details = e.Trailers.GetValueBytes("grpc-status-details-bin");
        if (details is not null)
        {
            foreach (var any in Google.Rpc.Status.Parser.ParseFrom(details).Details)
            {
                if (any.TryUnpack<BadRequest>(out var bad))
                {
                    lines.AddRange(bad.FieldViolations.Select(violation => $"  {violation.Field}: {violation.Description}"));
                }
                else if (any.TryUnpack<RetryInfo>(out var retry) && retry.RetryDelay is { } delay)
                {
                    lines.Add($"  try again in {delay.ToTimeSpan().TotalMilliseconds:0} ms");
                }
            }
        }

        return string.Join('\n', lines);
    }
}

/// <summary>An argument or an input file is wrong; the message says what and what would be right.</summary>
internal sealed class BadInputException(string message) : Exception(message);
