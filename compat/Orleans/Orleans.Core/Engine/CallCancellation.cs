using Orleans.Runtime;

namespace Orleans.Engine;

/// <summary>Carries a caller's cancellation to its callee, where it arrives as a turn, so that what the grain registered on its token is safe.</summary>
internal sealed class CallCancellation : IDisposable
{
    private readonly GrainRequest _request;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _callee = new();
    private readonly bool _releasesCaller;
    private readonly CancellationTokenRegistration _registration;

    public CallCancellation(GrainRequest request, CancellationToken caller, bool releasesCaller)
    {
        _request = request;
        _caller = caller;
        _releasesCaller = releasesCaller;
        _registration = caller.UnsafeRegister(static state => ((CallCancellation)state!).OnCancelled(), this);
    }

    public CancellationToken CalleeToken => _callee.Token;

    /// <summary>The caller's token may have been cancelled before there was a promise to cancel.</summary>
    public void AfterPromise()
    {
        if (_releasesCaller && _caller.IsCancellationRequested)
        {
            _request.TryCancel(_caller);
        }
    }

    public void CancelCallee()
    {
        if (_request.Target is { } target)
        {
            target.QueueAction(_callee.Cancel);
        }
        else
        {
            _callee.Cancel();
        }
    }

    // Does not wait for a callback that is running: it only touches objects that live as long as it does.
    public void Dispose() => _registration.Unregister();

    private void OnCancelled()
    {
        if (_releasesCaller)
        {
            _request.TryCancel(_caller);
        }

        CancelCallee();
    }
}
