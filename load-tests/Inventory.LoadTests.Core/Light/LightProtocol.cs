using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Light;

/// <summary>Told of what came of a call.</summary>
/// <param name="slot">As it was given with the question.</param>
/// <param name="outcome">What came of it.</param>
public delegate void LightAnswer(int slot, Outcome outcome);

/// <summary>
/// What one connection of a <see cref="LightLoop"/> says and understands. Used by the loop's thread alone. To be fair to all who are compared, an
/// implementation encodes and decodes bytes and does nothing else, and makes no object for a call.
/// </summary>
public abstract class LightProtocol
{
    /// <summary>Whether calls may be made; before that the two sides introduce themselves.</summary>
    public abstract bool IsOpen { get; }

    /// <summary>What the client says first.</summary>
    public abstract void Greet(LightBuffer output);

    /// <summary>Asks.</summary>
    /// <param name="output">Where the question goes.</param>
    /// <param name="slot">To be given back with the answer; from 0 up to the calls that a connection has under way at once.</param>
    /// <param name="index">Of the call; no two calls of a run have the same.</param>
    public abstract void Ask(LightBuffer output, int slot, long index);

    /// <summary>Understands what has come, as far as it is whole.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="output">Where anything goes that must be said in return.</param>
    /// <param name="answer">Told of each answer.</param>
    /// <returns>How many bytes are done with.</returns>
    /// <exception cref="FormatException">The bytes are not understood, or the other side ends the conversation; the run fails.</exception>
    public abstract int Take(ReadOnlySpan<byte> input, LightBuffer output, LightAnswer answer);
}
