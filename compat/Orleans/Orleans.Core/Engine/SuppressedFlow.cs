namespace Orleans.Engine;

/// <summary>Keeps the creator's execution context out of a timer.</summary>
internal readonly struct SuppressedFlow : IDisposable
{
    private readonly AsyncFlowControl? _control;

    private SuppressedFlow(AsyncFlowControl? control) => _control = control;

    public static SuppressedFlow Enter() => new(ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow());

    public void Dispose() => _control?.Undo();
}
