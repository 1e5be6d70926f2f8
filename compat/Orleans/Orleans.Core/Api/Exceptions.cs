#pragma warning disable CA1032 // Upstream's exceptions have these constructors and no others.
namespace Orleans.Runtime;

/// <summary>Something went wrong in the engine, not in a grain.</summary>
[GenerateSerializer]
public class OrleansException : Exception
{
    /// <summary>Without details.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>With a message.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A queue is full.</summary>
[GenerateSerializer]
public sealed class LimitExceededException : OrleansException
{
    /// <summary>Without details.</summary>
    public LimitExceededException()
        : base("Limit exceeded")
    {
    }

    /// <summary>With a message.</summary>
    public LimitExceededException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public LimitExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says which limit, how much there is, how much there may be.</summary>
    public LimitExceededException(string limitName, int current, int threshold, object extraInfo)
        : base($"Limit exceeded {limitName} Current={current} Threshold={threshold} {extraInfo}")
    {
    }
}

/// <summary>The silo is stopping or has stopped. Whether the call had an effect is unknown.</summary>
[GenerateSerializer]
public sealed class SiloUnavailableException : OrleansException
{
    /// <summary>Without details.</summary>
    public SiloUnavailableException()
        : base("SiloUnavailable")
    {
    }

    /// <summary>With a message.</summary>
    public SiloUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>An observer is gone.</summary>
[GenerateSerializer]
public sealed class ClientNotAvailableException : OrleansException
{
    internal ClientNotAvailableException(GrainId clientId)
        : base($"No activation for client {clientId}")
    {
    }
}

/// <summary>The silo is configured in a way that cannot work.</summary>
[GenerateSerializer]
public sealed class OrleansConfigurationException : Exception
{
    /// <summary>With a message.</summary>
    public OrleansConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public OrleansConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
