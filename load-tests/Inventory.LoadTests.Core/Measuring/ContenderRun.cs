using System.Buffers.Binary;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Measuring;

/// <summary>Loads a contender and holds it to its answers: what it says it holds must be what it granted, and never more than there is.</summary>
public static class ContenderRun
{
    /// <summary>Prepares the contender, runs the loop on it, and checks its books.</summary>
    /// <param name="contender">Whom.</param>
    /// <param name="stocks">How many stocks.</param>
    /// <param name="unitsEach">Units of each.</param>
    /// <param name="seed">Chooses stocks and ids; the same seed gives the same calls.</param>
    /// <param name="loop">Runs the operation, open or closed.</param>
    /// <param name="ct">Stops.</param>
    public static async Task<(RunResult Run, IReadOnlyList<BookCheck> Books)> RunAsync(
        IContender contender, int stocks, int unitsEach, int seed, Func<Func<long, ValueTask<Outcome>>, Task<RunResult>> loop, CancellationToken ct)
    {
        await contender.PrepareAsync(stocks, unitsEach, ct);
        var run = await loop(index => contender.ReserveAsync((int)(Scatter(seed, index) % (ulong)stocks), IdOf(seed, index), ct));
        return (run, Check(run, (long)stocks * unitsEach, await contender.UnitsHeldAsync(ct)));
    }

    /// <summary>The same with a light client, in a closed loop or by a schedule.</summary>
    /// <param name="contender">Whom.</param>
    /// <param name="stocks">How many stocks.</param>
    /// <param name="perStock">Reservations of one stock before the next has its turn; 0 spreads them over all from the beginning.</param>
    /// <param name="unitsEach">Units of each.</param>
    /// <param name="seed">Chooses stocks and ids; the same seed gives the same calls.</param>
    /// <param name="settings">How it calls.</param>
    /// <param name="ct">Stops.</param>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<(RunResult Run, IReadOnlyList<BookCheck> Books)> RunAsync(
        ILightContender contender, int stocks, int perStock, int unitsEach, int seed, LightSettings settings, CancellationToken ct)
    {
        await contender.PrepareAsync(stocks, unitsEach, ct);
        var reserves = contender.Reserves(index =>
            ((int)(perStock > 0 ? index / perStock % stocks : (long)(Scatter(seed, index) % (ulong)stocks)), IdOf(seed, index)));
        var run = await LightLoop.RunAsync(contender.Server, settings, reserves, ct);
        return (run, Check(run, (long)stocks * unitsEach, await contender.UnitsHeldAsync(ct)));
    }

    /// <summary>What the books of a run must show. A call that failed or had no answer may have had its effect or not.</summary>
    public static IReadOnlyList<BookCheck> Check(RunResult run, long existing, long held)
    {
        var granted = run.Total[Outcome.Granted];
        return
        [
            new("Units held are units granted", granted, granted + run.Total[Outcome.Failed] + run.Unanswered, held),
            BookCheck.AtMost("Never more is held than exists", existing, held),
        ];
    }

    /// <summary>The id of an operation: the same for the same seed and index, and for no other.</summary>
    public static Guid IdOf(int seed, long index)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Scatter(seed, index));
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], index ^ ((long)seed << 48));
        return new Guid(bytes);
    }

    /// <summary>A number that looks random and depends on nothing but the two, so that a run can be repeated.</summary>
    public static ulong Scatter(int seed, long index)
    {
        var mixed = ((ulong)index + ((ulong)seed << 40) + 1) * 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
