using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Inventory.Domain.Tests.Models;

/// <summary>Runs properties from one seed. A failure prints it; <c>SEED=123 dotnet test</c> tries another.</summary>
internal static class Properties
{
    private const ulong DefaultSeed = 20_261_123;

    public static void Hold<T>(Arbitrary<T> values, Action<T> property, int tests)
    {
        var seed = Environment.GetEnvironmentVariable("SEED") is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : DefaultSeed;
        var replay = new Replay(new Rnd(seed), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(FSharpOption<Replay>.Some(replay)).WithQuietOnSuccess(true);
        try
        {
            Check.One(config, Prop.ForAll(values, property));
        }
        catch (Exception e)
        {
            throw new PropertyFailedException($"SEED={seed} dotnet test: {e.Message}", e);
        }
    }
}

/// <summary>A property does not hold.</summary>
public sealed class PropertyFailedException(string message, Exception inner) : Exception(message, inner);
