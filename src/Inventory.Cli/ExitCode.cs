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

    private const string RetryDelay = "retry_delay";

    /// <summary>Runs the command line and turns every failure into a line on standard error and an exit code.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            Errors.AsJson = args.TakeWhile(arg => arg != "--").Contains("--json");
            var problems = UsageProblems.Of(parsed);
            return Fail("USAGE", string.Join('\n', problems), Usage, problems.SkipLast(1).Select(problem => new ErrorDetail("", problem)));
        }

        Errors.AsJson = parsed.GetValue(Connection.Json);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (BadInputException e)
        {
            return Fail("BAD_INPUT", e.Message, Usage);
        }
        catch (OperationCanceledException)
        {
            return Fail("INTERRUPTED", "Stopped.", Interrupted);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            return Fail("INTERRUPTED", "Stopped.", Interrupted);
        }
        catch (RpcException e)
        {
            var details = Details(e);
            var message = Errors.AsJson ? Explain(e, parsed.GetValue(Connection.Address)!)
                : string.Join('\n', details.Select(detail => $"  {Words(detail)}").Prepend(Explain(e, parsed.GetValue(Connection.Address)!)));
            return Fail(Errors.CodeOf(e.StatusCode), message, IsOurs(e.StatusCode) ? Usage : Unavailable, details);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail("IO", e.Message, Usage);
        }
    }

    /// <summary>Tells what is wrong on standard error and returns the exit code.</summary>
    public static int Fail(string code, string message, int exit, params IEnumerable<ErrorDetail> details)
    {
        Errors.Tell(code, message, details);
        return exit;
    }

    private static bool IsOurs(StatusCode code) =>
        code is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.OutOfRange or StatusCode.AlreadyExists;

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private static string Explain(RpcException e, Uri address) => e.StatusCode switch
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
    };

    private static string Words(ErrorDetail detail) =>
        detail.Field == RetryDelay ? $"try again in {detail.Description}" : $"{detail.Field}: {detail.Description}";

    private static List<ErrorDetail> Details(RpcException e)
    {
        var told = new List<ErrorDetail>();
        if (e.Trailers.GetValueBytes("grpc-status-details-bin") is not { } details)
        {
            return told;
        }

        foreach (var any in Google.Rpc.Status.Parser.ParseFrom(details).Details)
        {
            if (any.TryUnpack<BadRequest>(out var bad))
            {
                told.AddRange(bad.FieldViolations.Select(violation => new ErrorDetail(violation.Field, violation.Description)));
            }
            else if (any.TryUnpack<RetryInfo>(out var retry) && retry.RetryDelay is { } delay)
            {
                told.Add(new ErrorDetail(RetryDelay, $"{delay.ToTimeSpan().TotalMilliseconds:0} ms"));
            }
        }

        return told;
    }
}

/// <summary>An argument or an input file is wrong; the message says what and what would be right.</summary>
internal sealed class BadInputException(string message) : Exception(message);
