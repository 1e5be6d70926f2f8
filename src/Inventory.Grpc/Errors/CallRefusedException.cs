namespace Inventory.Grpc.Errors;

/// <summary>Ends a call with a status from a place that has no response to return, such as the inside of a stream.</summary>
internal sealed class CallRefusedException(RichStatus status) : Exception(status.Status.Detail)
{
    /// <summary>How the call ends.</summary>
    public RichStatus Status { get; } = status;
}
