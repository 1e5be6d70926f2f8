using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>A whole stock as bytes, so that recovery need not begin at its first event. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1); version, last, changed, sellable, damaged, quarantine, display (8 each); the ledger's eleven sums (8 each); the policy as
/// in <see cref="StockEventCodec"/>; then counted lists (4 bytes of count): holds, the channels by code, remembered requests (those of reservations that
/// ended in several ways with the units of each), and the history of on hand, which one byte precedes that says whether its oldest entries were dropped.
/// Format 3 has two more sums of the ledger, transferred out and in; a stock that never took part in a transfer is written in format 2.
/// Format 4 is format 3 with the lots behind it, as in <see cref="LotCodec"/>; only a stock that had lots is written in it.
/// </remarks>
public static class StockSnapshotCodec
{
    private const byte Format = 2;
    private const byte FormatWithTransfers = 3;
    private const byte FormatWithLots = 4;
    private const int FixedBytes = 1 + (20 * 8) + 13 + Limits.StockEventBytesMax;
    private const int HoldBytesMin = 20 + 1 + (7 * 8) + 1;
    private const int HoldBytesMax = HoldBytesMin + Limits.ChannelCharactersMax;
    private const int RememberedBytes = 16 + 8 + 8 + 1 + 1 + 1 + 8 + 8 + 8;
    private const int SplitBytes = 3 * 8;
    private const int HistoryBytes = 5 * 8;

    /// <summary>How much room <see cref="Encode"/> needs at most, in bytes.</summary>
    public static int BytesMax(Stock stock) =>
        FixedBytes + (stock.HoldCount * HoldBytesMax) + (stock.Remembered.Count * RememberedBytes) + (stock.Remembered.SplitCount * SplitBytes)
        + (stock.Remembered.Channels.Count * (1 + Limits.ChannelCharactersMax)) + (stock.History.Count * HistoryBytes)
        + (stock.LotTable is { } lots ? LotCodec.BytesMax(lots) : 0);

    /// <summary>Writes the stock.</summary>
    /// <param name="stock">The stock.</param>
    /// <param name="destination">At least <see cref="BytesMax"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(Stock stock, Span<byte> destination)
    {
        var writer = new ByteWriter(destination);
        var hasTransfers = stock.HasLots || stock.Ledger is not { TransferredOut: 0, TransferredIn: 0 };
        writer.Byte(stock.HasLots ? FormatWithLots : hasTransfers ? FormatWithTransfers : Format);
        writer.Int64(stock.Version);
        writer.Int64(stock.LastAtMs);
        writer.Int64(stock.ChangedAtMs);
        writer.Int64(stock.Sellable);
        writer.Int64(stock.Damaged);
        writer.Int64(stock.Quarantine);
        writer.Int64(stock.Display);
        WriteLedger(ref writer, stock.Ledger);
        if (hasTransfers)
        {
            writer.Int64(stock.Ledger.TransferredOut);
            writer.Int64(stock.Ledger.TransferredIn);
        }

        StockEventCodec.WritePolicy(ref writer, stock.Policy);
        writer.Int32(stock.HoldCount);
        foreach (var (id, hold) in stock.Holds)
        {
            writer.Hold(id);
            writer.ShortText(hold.Channel.Value);
            writer.Int64(hold.Reserved);
            writer.Int64(hold.Left);
            writer.Int64(hold.Collected);
            writer.Int64(hold.Shipped);
            writer.Int64(hold.ExpiresAtMs);
            writer.Int64(hold.LeaseUntilMs);
            writer.Byte(hold.BornOfLease ? (byte)1 : (byte)0);
            writer.Int64(hold.Pledged);
        }

        WriteRemembered(ref writer, ref stock.Remembered);
        writer.Byte(stock.History.IsCut ? (byte)1 : (byte)0);
        writer.Int32(stock.History.Count);
        for (var i = 0; i < stock.History.Count; i++)
        {
            var (version, (sellable, damaged, quarantine, display)) = stock.History.At(i, stock.Now);
            writer.Int64(version);
            writer.Int64(sellable);
            writer.Int64(damaged);
            writer.Int64(quarantine);
            writer.Int64(display);
        }

        if (stock.LotTable is { } lots)
        {
            LotCodec.Write(ref writer, lots);
        }

        return writer.Written;
    }

    /// <summary>Reads a stock and checks that its books balance.</summary>
    /// <exception cref="FormatException">The bytes are no snapshot of a known format.</exception>
    /// <exception cref="InvariantBrokenException">The books do not balance.</exception>
    public static Stock Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        if (format is not (Format or FormatWithTransfers or FormatWithLots))
        {
            throw new FormatException($"Stock snapshot of format {format}; this program reads formats {Format} to {FormatWithLots}.");
        }

        var stock = new Stock();
        var figures = new StockFigures
        {
            Version = reader.Int64(), LastAtMs = reader.Int64(), ChangedAtMs = reader.Int64(), Sellable = reader.Int64(),
            Damaged = reader.Int64(), Quarantine = reader.Int64(), Display = reader.Int64(),
        };
        figures.Ledger = ReadLedger(ref reader);
        if (format != Format)
        {
            (figures.Ledger.TransferredOut, figures.Ledger.TransferredIn) = (reader.Int64(), reader.Int64());
        }

        figures.Policy = StockEventCodec.ReadPolicy(ref reader);
        stock.Restore(figures);
        for (var left = reader.Count32(HoldBytesMin); left > 0; left--)
        {
            var id = reader.Hold();
            var hold = new Hold(
                reader.Channel(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Byte() != 0,
                reader.Int64());
            stock.RestoreHold(id, hold);
        }

        ReadRemembered(ref reader, ref stock.Remembered);
        stock.EndRestore();
        ReadHistory(ref reader, ref stock.History, stock.Now);
        if (format == FormatWithLots)
        {
            LotCodec.Read(ref reader, stock.RestoreLots());
        }

        stock.CheckInvariants();
        return reader.AtEnd ? stock : throw new FormatException("Stock snapshot with bytes left over.");
    }

    private static void ReadHistory(ref ByteReader reader, ref CountHistory history, in OnHandFigures now)
    {
        if (reader.Byte() != 0)
        {
            history.MarkCut();
        }

        var onHand = default(OnHandFigures);
        for (var left = reader.Count32(HistoryBytes); left > 0; left--)
        {
            history.Add(reader.Int64(), onHand);
            onHand = new OnHandFigures(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
        }

        Invariant.Holds(history.Count == 0 || onHand == now);
    }

    private static void WriteLedger(ref ByteWriter writer, in StockLedger ledger)
    {
        writer.Int64(ledger.Received);
        writer.Int64(ledger.Returned);
        writer.Int64(ledger.Collected);
        writer.Int64(ledger.Shipped);
        writer.Int64(ledger.Counted);
        writer.Int64(ledger.Damage);
        writer.Int64(ledger.Shrink);
        writer.Int64(ledger.Found);
        writer.Int64(ledger.Expired);
        writer.Int64(ledger.InternalUse);
        writer.Int64(ledger.Correction);
    }

    private static StockLedger ReadLedger(ref ByteReader reader) => new()
    {
        Received = reader.Int64(), Returned = reader.Int64(), Collected = reader.Int64(), Shipped = reader.Int64(),
        Counted = reader.Int64(), Damage = reader.Int64(), Shrink = reader.Int64(), Found = reader.Int64(),
        Expired = reader.Int64(), InternalUse = reader.Int64(), Correction = reader.Int64(),
    };

    private static void WriteRemembered(ref ByteWriter writer, ref readonly RememberedRequests remembered)
    {
        writer.Int32(remembered.Channels.Count);
        foreach (var channel in remembered.Channels)
        {
            writer.ShortText(channel.Value);
        }

        writer.Int32(remembered.Count);
        for (var i = 0; i < remembered.Count; i++)
        {
            var request = remembered[i];
            writer.Request(request.Id);
            writer.Int64((long)request.ContentHash);
            writer.Int64(request.AtMs);
            writer.Byte((byte)request.Verb);
            writer.Byte((byte)request.End);
            writer.Byte(request.ChannelCode);
            writer.Int64(request.Answer.Version);
            writer.Int64(request.Answer.Units);
            writer.Int64(request.Answer.ExpiresAtMs);
            if (request.End is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
            {
                var split = remembered.Ended(request);
                writer.Int64(split.Collected);
                writer.Int64(split.Shipped);
                writer.Int64(split.Released);
            }
        }
    }

    private static void ReadRemembered(ref ByteReader reader, ref RememberedRequests remembered)
    {
        for (var left = reader.Count32(1); left > 0; left--)
        {
            remembered.RestoreChannel(reader.Channel());
        }

        for (var left = reader.Count32(RememberedBytes); left > 0; left--)
        {
            var (id, hash, at) = (reader.Request(), (ulong)reader.Int64(), reader.Int64());
            var (verb, end) = ((StockVerb)reader.Byte(), (HoldEnd)reader.ByteUpTo((byte)HoldEnd.ExpiredInPart, "end"));
            var code = reader.ByteUpTo((byte)Math.Min(byte.MaxValue, remembered.Channels.Count + 1), "channel");
            var answer = new StockAnswer(StockOutcome.Accepted, reader.Int64(), reader.Int64(), reader.Int64());
            remembered.Add(new RememberedRequest(id, hash, at, verb, answer, end, code));
            if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
            {
                remembered.RestoreSplit(id, reader.Int64(), reader.Int64(), reader.Int64());
            }
        }
    }
}
