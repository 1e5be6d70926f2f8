using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Inventory.Domain;

/// <summary>Checks that stay on in Release. A broken one means a bug: the owner stops and is rebuilt from its journal.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantBrokenException"/> if the condition is false.</summary>
    public static void Holds([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
        {
            throw new InvariantBrokenException(text);
        }
    }
}

/// <summary>An invariant of the domain does not hold. Never the caller's fault.</summary>
public sealed class InvariantBrokenException(string condition) : Exception($"Invariant broken: {condition}.");
