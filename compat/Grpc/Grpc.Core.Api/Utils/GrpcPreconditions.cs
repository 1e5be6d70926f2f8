namespace Grpc.Core.Utils;

/// <summary>Checks of arguments and state.</summary>
public static class GrpcPreconditions
{
    /// <summary>Throws <see cref="ArgumentException"/> if the condition is false.</summary>
    public static void CheckArgument(bool condition) => CheckArgument(condition, "The argument is not valid.");

    /// <summary>Throws <see cref="ArgumentException"/> with a text if the condition is false.</summary>
    public static void CheckArgument(bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new ArgumentException(errorMessage);
        }
    }

    /// <summary>Throws <see cref="ArgumentNullException"/> if the reference is null, else returns it.</summary>
    public static T CheckNotNull<T>(T reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference;
    }

    /// <summary>Throws <see cref="ArgumentNullException"/> with a name if the reference is null, else returns it.</summary>
    public static T CheckNotNull<T>(T reference, string paramName)
    {
        ArgumentNullException.ThrowIfNull(reference, paramName);
        return reference;
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> if the condition is false.</summary>
    public static void CheckState(bool condition) => CheckState(condition, "The state is not valid.");

    /// <summary>Throws <see cref="InvalidOperationException"/> with a text if the condition is false.</summary>
    public static void CheckState(bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new InvalidOperationException(errorMessage);
        }
    }
}
