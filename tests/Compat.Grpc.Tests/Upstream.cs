namespace Compat.Grpc.Tests;

/// <summary>Where upstream does otherwise, a test says both: what the stand-in does and what upstream does.</summary>
internal static class Upstream
{
#if UPSTREAM
    public const bool IsUnderTest = true;
#else
    public const bool IsUnderTest = false;
#endif
}

/// <summary>A fact of the stand-in alone. Skipped against upstream.</summary>
/// <param name="upstream">What upstream does instead.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StandInFactAttribute(string upstream) : FactAttribute
{
    public override string Skip
    {
        get => Upstream.IsUnderTest ? "Upstream: " + upstream : null!;
        set => throw new NotSupportedException();
    }
}
