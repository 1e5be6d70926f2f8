namespace Orleans;

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason
{
    /// <summary>A reason without an exception.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text)
        : this(code, null, text)
    {
    }

    /// <summary>A reason with the exception behind it.</summary>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Description = text;
        Exception = exception;
    }

    /// <summary>In words.</summary>
    public string Description { get; }

    /// <summary>As a number.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>What went wrong, if that is the reason.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";
}

/// <summary>Why an activation ends, as a number.</summary>
[GenerateSerializer]
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None,

    /// <summary>The process is shutting down.</summary>
    ShuttingDown,

    /// <summary>The grain could not be created, or its activation threw.</summary>
    ActivationFailed,

    /// <summary>The directory of grains failed; upstream only.</summary>
    DirectoryFailure,

    /// <summary>Nobody called for a while.</summary>
    ActivationIdle,

    /// <summary>It did not answer; upstream only.</summary>
    ActivationUnresponsive,

    /// <summary>There was another one; upstream only.</summary>
    DuplicateActivation,

    /// <summary>It could not serve this version of a request; upstream only.</summary>
    IncompatibleRequest,

    /// <summary>The application failed.</summary>
    ApplicationError,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>It moves elsewhere; upstream only.</summary>
    Migrating,

    /// <summary>The engine asked for it; upstream only.</summary>
    RuntimeRequested,

    /// <summary>Memory is short; upstream only.</summary>
    HighMemoryPressure,
}
