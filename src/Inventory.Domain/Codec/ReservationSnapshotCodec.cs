using System.Collections.Immutable;
using Inventory.Domain.Reservations;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>A coordinator's whole record as bytes, so that recovery need not begin at its first event. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1); version (8), phase (1), attempt (4), version of the decision and of the step (8 each), firm (1), expiry (8); the intent as
/// an event; the decision, the step and its outcome, each one byte that says whether it is there and then the event; the lines: count (2), each units
/// left, collected and shipped (8 each); the steps that are remembered: count (2), each request (16), hash (8), outcome (1), version (8), expiry (8), refused
/// lines. If a step that is remembered has brought lines, the format is 2, and each step ends
/// in the place of the first of them (2). An event is four bytes of length and its bytes as in <see cref="ReservationCodec"/>.
/// </remarks>
public static class ReservationSnapshotCodec
{
    private const byte Format = 1;
    private const byte MoveFormat = 2;
    private const int StepBytesMin = 16 + 8 + 1 + 8 + 8 + 2;

    /// <summary>Room that <see cref="Encode"/> needs at most, in bytes.</summary>
    public static int BytesMax(ReservationRecord record)
    {
        var lines = record.Intent!.Lines.Length;
        var refused = record.Steps.Sum(step => step.Refused.Length) * 3;
        return 64 + (4 * (5 + ReservationCodec.BytesMax(record.Intent))) + (lines * 24) + (record.Steps.Count * (StepBytesMin + 2)) + refused;
    }

    /// <summary>Writes a record that has at least one event, and tells how many bytes that took.</summary>
    public static int Encode(ReservationRecord record, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        var figures = record.Figures();
        var hasMoves = record.Steps.Any(static step => step.FirstAdded > 0);
        writer.Byte(hasMoves ? MoveFormat : Format);
        writer.Int64(figures.Version);
        writer.Byte((byte)figures.Phase);
        writer.Int32(figures.Attempt);
        writer.Int64(figures.DecidedVersion);
        writer.Int64(figures.StepVersion);
        writer.Byte(figures.IsFirm ? (byte)1 : (byte)0);
        writer.Int64(figures.ExpiresAtMs);
        Write(ref writer, figures.Intent);
        WriteIfAny(ref writer, figures.Decision);
        WriteIfAny(ref writer, figures.Step);
        WriteIfAny(ref writer, figures.StepDecision);
        writer.Int16((short)figures.Left.Length);
        for (var i = 0; i < figures.Left.Length; i++)
        {
            writer.Int64(figures.Left[i]);
            writer.Int64(figures.Collected[i]);
            writer.Int64(figures.Shipped[i]);
        }

        writer.Int16((short)record.Steps.Count);
        foreach (var step in record.Steps)
        {
            writer.Request(step.Id);
            writer.Int64((long)step.ContentHash);
            writer.Byte((byte)step.Outcome);
            writer.Int64(step.Version);
            writer.Int64(step.ExpiresAtMs);
            ReservationCodec.WriteRefused(ref writer, step.Refused);
            if (hasMoves)
            {
                writer.Int16((short)step.FirstAdded);
            }
        }

        return writer.Written;
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    public static ReservationRecord Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        if (format is not (Format or MoveFormat))
        {
            throw new FormatException($"Reservation snapshot of format {format}; this program reads formats {Format} and {MoveFormat}.");
        }

        var (version, phase, attempt) = (reader.Int64(), (ReservationPhase)reader.ByteUpTo((byte)ReservationPhase.Idle, "phase"), reader.Int32());
        var (decidedVersion, stepVersion) = (reader.Int64(), reader.Int64());
        var (isFirm, expiresAtMs) = (reader.Byte() != 0, reader.Int64());
        var intent = Read<ReserveIntended>(ref reader);
        var decision = ReadIfAny<ReserveDecided>(ref reader);
        var step = ReadIfAny<StepIntended>(ref reader);
        var stepDecision = ReadIfAny<StepDecided>(ref reader);
        var lines = reader.Count16(24);
        var (left, collected, shipped) = (new long[lines], new long[lines], new long[lines]);
        for (var i = 0; i < lines; i++)
        {
            (left[i], collected[i], shipped[i]) = (reader.Int64(), reader.Int64(), reader.Int64());
        }

        var steps = Steps(ref reader, format == MoveFormat);
        var fits = (decision is null || decision.Answers.Length == intent.Lines.Length) && (lines == 0 || lines == intent.Lines.Length)
            && (step is null || step.Units.IsEmpty || step.Units.Length == lines);
        if (!reader.AtEnd || !fits)
        {
            throw new FormatException(fits ? "Reservation snapshot with bytes left over." : "Reservation snapshot with lists of different lengths.");
        }

        var figures = new ReservationFigures(
            version, phase, attempt, intent, decision, decidedVersion, step, stepVersion, stepDecision, isFirm, expiresAtMs, left, collected, shipped);
        return ReservationRecord.Restore(figures, steps);
    }

    private static List<DecidedStep> Steps(ref ByteReader reader, bool hasMoves)
    {
        var steps = new List<DecidedStep>();
        for (var count = reader.Count16(StepBytesMin); count > 0; count--)
        {
            var (id, hash, outcome) = (reader.Request(), (ulong)reader.Int64(), (StockOutcome)reader.Byte());
            var (version, expiresAtMs, refused) = (reader.Int64(), reader.Int64(), ReservationCodec.ReadRefused(ref reader));
            steps.Add(new DecidedStep(id, hash, outcome, version, expiresAtMs, refused, hasMoves ? reader.Int16() : 0));
        }

        return steps;
    }

    private static void WriteIfAny(ref ByteWriter writer, ReservationEvent? change)
    {
        writer.Byte(change is null ? (byte)0 : (byte)1);
        if (change is not null)
        {
            Write(ref writer, change);
        }
    }

    private static void Write(ref ByteWriter writer, ReservationEvent change) => writer.Block(change, ReservationCodec.Encode);

    private static T? ReadIfAny<T>(ref ByteReader reader)
        where T : ReservationEvent => reader.Byte() == 0 ? null : Read<T>(ref reader);

    private static T Read<T>(ref ByteReader reader)
        where T : ReservationEvent =>
        ReservationCodec.Decode(reader.Block()) as T ?? throw new FormatException($"Reservation snapshot without its {typeof(T).Name}.");
}
