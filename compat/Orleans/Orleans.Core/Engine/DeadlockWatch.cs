using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>A pointer to a request that may be used again meanwhile.</summary>
internal readonly struct WaitLink(GrainRequest? request)
{
    private readonly int _serial = request?.Serial ?? 0;

    /// <summary>The request; null if it has ended.</summary>
    public GrainRequest? Request => request is { State: RequestState.Queued or RequestState.Running } live && live.Serial == _serial ? live : null;
}

/// <summary>
/// Finds circles of requests that wait for each other. A request that must wait is looked at once, which is cheap; if it closes a circle it
/// becomes a suspect, and is reported when, at two looks in a row, every request in the circle is awaited and no turn of theirs runs.
/// </summary>
/// <remarks>
/// What is known: who called (unless several requests of a reentrant grain run at once), the latest call that each request waits for, and
/// what blocks a queue. A circle that runs through anything else is not seen; there the response timeout remains.
/// </remarks>
internal sealed class DeadlockWatch(Silo silo)
{
    private const int DepthMax = 64;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly List<Suspect> _suspects = [];
    private ITimer? _timer;

    /// <summary>Whether a request was made, directly or through others, by one that runs in the given activation.</summary>
    public static bool IsCalledFrom(GrainRequest request, Activation activation)
    {
        var depth = 0;
        for (var each = request.Waiter.Request; each is not null && depth < DepthMax; each = each.Waiter.Request, depth++)
        {
            if (each.Target == activation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks at a request that has to wait.</summary>
    public void Inspect(GrainRequest request)
    {
        // Of two requests that close a circle at the same time, at least one sees the other queued.
        Interlocked.MemoryBarrier();
        if (FindCircle(request) is null)
        {
            return;
        }

        lock (_suspects)
        {
            _suspects.Add(new(request));
            if (silo.Runner.RunsInline)
            {
                // Real time on purpose: a clock that a test holds still must not hold back the report.
                _timer ??= TimeProvider.System.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
            }
        }
    }

    /// <summary>Reports the suspects that are proved. True if there was one.</summary>
    public bool Look()
    {
        List<(GrainRequest Request, string Chain)> proved = [];
        lock (_suspects)
        {
            for (var index = _suspects.Count - 1; index >= 0; index--)
            {
                var suspect = _suspects[index];
                if (suspect.Request.State != RequestState.Queued || suspect.Request.IsAbandoned || FindCircle(suspect.Request) is not { } circle)
                {
                    _suspects.RemoveAt(index);
                }
                else if (!IsStuck(circle))
                {
                    suspect.Looks = 0;
                }
                else if (++suspect.Looks == 2 || !silo.Runner.RunsInline)
                {
                    _suspects.RemoveAt(index);
                    proved.Add((suspect.Request, Describe(circle)));
                }
            }

            if (_suspects.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        foreach (var (request, chain) in proved)
        {
            SiloLog.Deadlock(silo.Log, chain);
            request.TryFail(new DeadlockException(chain));
        }

        return proved.Count > 0;
    }

    /// <summary>The requests of a circle in the order in which each waits for the next, beginning and ending with the given one's blocker.</summary>
    private static List<GrainRequest>? FindCircle(GrainRequest request)
    {
        List<GrainRequest> callers = [request];
        for (var each = request.Waiter.Request; each is not null && callers.Count < DepthMax; each = each.Waiter.Request)
        {
            callers.Insert(0, each);
        }

        List<GrainRequest> waited = [];
        var next = request.Target.Blocking;
        while (next is not null && waited.Count < DepthMax)
        {
            var start = callers.IndexOf(next);
            if (start >= 0)
            {
                return [.. callers[start..], .. waited];
            }

            waited.Add(next);
            next = next.State == RequestState.Queued ? next.Target.Blocking : next.Waited.Request;
        }

        return null;
    }

    /// <summary>Whether nobody in the circle runs, and whoever called the next one awaits it.</summary>
    private static bool IsStuck(List<GrainRequest> circle)
    {
        var previous = circle[^1];
        foreach (var request in circle)
        {
            var waitsInQueue = previous.State == RequestState.Queued;
            if ((request.State == RequestState.Running && request.Target?.IsExecuting == true)
                || (!waitsInQueue && (request.AnswerTask is not { IsCompleted: false } answer || !IsAwaited(answer))))
            {
                return false;
            }

            previous = request;
        }

        return true;
    }

    private static bool IsAwaited(Task task)
    {
        try
        {
            return Continuation(task) is not null;
        }
        catch (MissingFieldException)
        {
            return false; // A runtime with other tasks: leave it to the response timeout.
        }
    }

    private static string Describe(List<GrainRequest> circle) =>
        "Deadlock: " + string.Join(" → ", circle.Append(circle[0]).Select(each => $"{each.Target} {each.MethodName}"))
        + ". Each waits for the next; these grains are not reentrant.";

    // Whether somebody awaits a task is nobody's business but a deadlock's, so there is no public way to ask.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_continuationObject")]
    private static extern ref object? Continuation(Task task);

    private sealed class Suspect(GrainRequest request)
    {
        public GrainRequest Request => request;

        public int Looks { get; set; }
    }
}

/// <summary>Upstream lets such a call time out, so that is what it is to whoever catches it.</summary>
#pragma warning disable CA1032, CA1064 // Made in one place, caught as what it derives from.
internal sealed class DeadlockException(string message) : TimeoutException(message);
