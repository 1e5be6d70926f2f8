using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>The calls that somebody waits for, so that the wait can end. Time passes in ticks of one sweep; there is no timer per call.</summary>
internal sealed class PendingCalls
{
    private readonly Stripe[] _stripes;
    private readonly TimeSpan _responseTimeout;
    private volatile int _tick;

    /// <param name="responseTimeout">How long a call is waited for unless it says otherwise.</param>
    /// <param name="stripes">How many lists; several threads get in each other's way less with several.</param>
    public PendingCalls(TimeSpan responseTimeout, int stripes)
    {
        _responseTimeout = responseTimeout;
        Period = TimeSpan.FromMilliseconds(IsEndless(responseTimeout) ? 1000 : Math.Clamp(responseTimeout.TotalMilliseconds / 10, 10, 1000));
        _stripes = [.. Enumerable.Range(0, stripes).Select(_ => new Stripe())];
    }

    /// <summary>How often <see cref="Sweep"/> wants to be called.</summary>
    public TimeSpan Period { get; }

    public void Add(GrainRequest request)
    {
        var timeout = request.ResponseTimeout ?? _responseTimeout;
        request.PendingUntil = IsEndless(timeout) ? int.MaxValue : _tick + 1 + (int)Math.Min(Math.Ceiling(timeout / Period), int.MaxValue / 2);
        _stripes[Thread.GetCurrentProcessorId() % _stripes.Length].Add(request);
    }

    /// <summary>Takes it out, if it is in.</summary>
    public static void Remove(GrainRequest request) => request.PendingIn?.Remove(request);

    /// <summary>Ends the waits that are over.</summary>
    public void Sweep()
    {
        var tick = Interlocked.Increment(ref _tick);
        foreach (var request in Select(each => each.PendingUntil <= tick))
        {
            request.TryFail(new TimeoutException(
                $"Response did not arrive on time in {request.ResponseTimeout ?? _responseTimeout} for {request.MethodName} of {request.Target}."));
        }
    }

    /// <summary>Ends all waits.</summary>
    public void FailAll(Exception error)
    {
        foreach (var request in Select(_ => true))
        {
            request.TryFail(error);
        }
    }

    private static bool IsEndless(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan || timeout == TimeSpan.MaxValue;

    private List<GrainRequest> Select(Func<GrainRequest, bool> wanted)
    {
        List<GrainRequest> found = [];
        foreach (var stripe in _stripes)
        {
            stripe.Select(wanted, found);
        }

        return found;
    }

    /// <summary>A list with a lock of its own.</summary>
    internal sealed class Stripe
    {
        private GrainRequest? _first;

        public void Add(GrainRequest request)
        {
            lock (this)
            {
                request.PendingIn = this;
                request.NextPending = _first;
                if (_first is not null)
                {
                    _first.PreviousPending = request;
                }

                _first = request;
            }
        }

        public void Remove(GrainRequest request)
        {
            lock (this)
            {
                if (request.PendingIn is null)
                {
                    return;
                }

                if (request.PreviousPending is { } previous)
                {
                    previous.NextPending = request.NextPending;
                }
                else
                {
                    _first = request.NextPending;
                }

                if (request.NextPending is { } next)
                {
                    next.PreviousPending = request.PreviousPending;
                }

                request.PendingIn = null;
                request.NextPending = null;
                request.PreviousPending = null;
            }
        }

        public void Select(Func<GrainRequest, bool> wanted, List<GrainRequest> into)
        {
            lock (this)
            {
                for (var each = _first; each is not null; each = each.NextPending)
                {
                    if (wanted(each))
                    {
                        into.Add(each);
                    }
                }
            }
        }
    }
}
