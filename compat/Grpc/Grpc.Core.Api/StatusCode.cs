namespace Grpc.Core;

/// <summary>Result of a call; the numbers are those of the gRPC protocol.</summary>
public enum StatusCode
{
    /// <summary>Not an error.</summary>
    OK = 0,

    /// <summary>The operation was cancelled, typically by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error that fits no other code, such as an exception that nobody translated.</summary>
    Unknown = 2,

    /// <summary>The caller's argument is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the operation was complete; it may have taken effect.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something that was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A resource ran out: quota, memory, or a limit of size.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the operation needs; retrying alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another writer; retry from the read.</summary>
    Aborted = 10,

    /// <summary>Past the valid range, such as reading past the end.</summary>
    OutOfRange = 11,

    /// <summary>The service, method or encoding is not implemented here.</summary>
    Unimplemented = 12,

    /// <summary>A broken invariant or a broken protocol.</summary>
    Internal = 13,

    /// <summary>Not available now; retrying with a pause may help.</summary>
    Unavailable = 14,

    /// <summary>Data lost or damaged beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller's credentials are missing or invalid.</summary>
    Unauthenticated = 16,
}
