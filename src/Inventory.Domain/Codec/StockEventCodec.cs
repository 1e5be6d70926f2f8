using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>Stock events as bytes. Golden files pin them; a change needs a new format number.</summary>
/// <remarks>
/// All little-endian: format (1), verb (1), at (8), request (16), content hash (8), units (8); then by verb:
/// Receive, Return: condition (1). Adjust: condition (1), reason (1). Count, Import: condition (1). Move: from (1), to (1).
/// SetPolicy: the policy. Reserve: channel, expiry (8). Lease: hold (20), channel, expiry (8), lease (8).
/// Extend, Confirm: hold (20), expiry (8). Release, Collect, Ship: hold (20). Settle: hold (20), settlement (1), expiry (8).
/// TransferOut: hold (20), zeros if there is none. TransferIn: condition (1). ReceiveHeld, TransferInHeld: hold (20), channel.
/// A channel is one byte of length and UTF-8. The hold of a Reserve is line 0 of its own request.
/// Format 2 is the same with units of lots behind it, as in <see cref="LotCodec"/>; only events that concern lots are written in it.
/// </remarks>
public static class StockEventCodec
{
    internal const byte Format = 1;
    private const byte FormatWithLots = 2;

    /// <summary>How much room <see cref="Encode"/> needs at most for an event, in bytes.</summary>
    public static int BytesMax(in StockEvent change) => Limits.StockEventBytesMax + LotCodec.BytesMax(change.Lots);

    /// <summary>Writes an event.</summary>
    /// <param name="change">The event.</param>
    /// <param name="destination">At least <see cref="BytesMax"/> bytes: <see cref="Limits.StockEventBytesMax"/> of an event without lots.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(in StockEvent change, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        writer.Byte(change.Lots.IsDefaultOrEmpty ? Format : FormatWithLots);
        writer.Byte((byte)change.Verb);
        writer.Int64(change.AtMs);
        writer.Request(change.Id);
        writer.Int64((long)change.ContentHash);
        writer.Int64(change.Units);
        switch (change.Verb)
        {
            case StockVerb.Receive or StockVerb.Return or StockVerb.Count or StockVerb.Import or StockVerb.TransferIn:
                writer.Byte((byte)change.Condition);
                break;
            case StockVerb.Adjust:
                writer.Byte((byte)change.Condition);
                writer.Byte((byte)change.Reason);
                break;
            case StockVerb.Move:
                writer.Byte((byte)change.Condition);
                writer.Byte((byte)change.To);
                break;
            case StockVerb.SetPolicy:
                WritePolicy(ref writer, change.Policy!);
                break;
            case StockVerb.Reserve:
                writer.ShortText(change.Channel.Value);
                writer.Int64(change.ExpiresAtMs);
                break;
            default:
                WriteStep(ref writer, change);
                break;
        }

        if (!change.Lots.IsDefaultOrEmpty)
        {
            LotCodec.Write(ref writer, change.Lots);
        }

        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static StockEvent Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        if (format is not (Format or FormatWithLots))
        {
            throw new FormatException($"Stock event of format {format}; this program reads formats {Format} and {FormatWithLots}.");
        }

        var change = new StockEvent
        {
            Verb = (StockVerb)reader.Byte(),
            AtMs = reader.Int64(),
            Id = reader.Request(),
            ContentHash = (ulong)reader.Int64(),
            Units = reader.Int64(),
        };
        switch (change.Verb)
        {
            case StockVerb.Receive or StockVerb.Return or StockVerb.Count or StockVerb.Import or StockVerb.TransferIn:
                change.Condition = reader.Condition();
                break;
            case StockVerb.Adjust:
                change.Condition = reader.Condition();
                change.Reason = (AdjustReason)reader.ByteUpTo((byte)AdjustReason.Correction, "reason");
                break;
            case StockVerb.Move:
                change.Condition = reader.Condition();
                change.To = reader.Condition();
                break;
            case StockVerb.SetPolicy:
                change.Policy = ReadPolicy(ref reader);
                break;
            case StockVerb.Reserve:
                change.Hold = new HoldId(change.Id, 0);
                change.Channel = reader.Channel();
                change.ExpiresAtMs = reader.Int64();
                break;
            case (> StockVerb.Reserve and <= StockVerb.TransferOut) or StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                ReadStep(ref reader, ref change);
                break;
            default:
                throw new FormatException($"Stock event with the unknown verb {(byte)change.Verb}.");
        }

        if (format == FormatWithLots)
        {
            change.Lots = LotCodec.Read(ref reader);
        }

        return reader.AtEnd ? change : throw new FormatException("Stock event with bytes left over.");
    }

    internal static void WritePolicy(ref ByteWriter writer, StockPolicy policy)
    {
        writer.Int64(policy.SafetyUnits);
        writer.Int64(policy.OversellUnits);
        writer.Int64(policy.MinUnits);
        writer.Int64(policy.MaxUnits);
        writer.Byte((byte)policy.RingFences.Length);
        foreach (var fence in policy.RingFences)
        {
            writer.ShortText(fence.Channel.Value);
            writer.Int64(fence.Units);
        }
    }

    internal static StockPolicy ReadPolicy(ref ByteReader reader)
    {
        var (safety, oversell, min, max) = (reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
        var fences = ImmutableArray.CreateBuilder<RingFence>(reader.Byte());
        for (var i = 0; i < fences.Capacity; i++)
        {
            fences.Add(new RingFence(reader.Channel(), reader.Int64()));
        }

        return new StockPolicy
        {
            SafetyUnits = safety, OversellUnits = oversell, MinUnits = min, MaxUnits = max, RingFences = fences.MoveToImmutable(),
        };
    }

    private static void WriteStep(ref ByteWriter writer, in StockEvent change)
    {
        writer.Hold(change.Hold);
        switch (change.Verb)
        {
            case StockVerb.Lease:
                writer.ShortText(change.Channel.Value);
                writer.Int64(change.ExpiresAtMs);
                writer.Int64(change.LeaseUntilMs);
                break;
            case StockVerb.Extend or StockVerb.Confirm:
                writer.Int64(change.ExpiresAtMs);
                break;
            case StockVerb.Settle:
                writer.Byte((byte)change.Settlement);
                writer.Int64(change.ExpiresAtMs);
                break;
            case StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                writer.ShortText(change.Channel.Value);
                break;
        }
    }

    private static void ReadStep(ref ByteReader reader, ref StockEvent change)
    {
        change.Hold = reader.Hold();
        switch (change.Verb)
        {
            case StockVerb.Lease:
                change.Channel = reader.Channel();
                change.ExpiresAtMs = reader.Int64();
                change.LeaseUntilMs = reader.Int64();
                break;
            case StockVerb.Extend or StockVerb.Confirm:
                change.ExpiresAtMs = reader.Int64();
                break;
            case StockVerb.Settle:
                change.Settlement = (Settlement)reader.ByteUpTo((byte)Settlement.Release, "settlement");
                change.ExpiresAtMs = reader.Int64();
                break;
            case StockVerb.ReceiveHeld or StockVerb.TransferInHeld:
                change.Channel = reader.Channel();
                break;
        }
    }
}
