using Inventory.Domain.Stocks;

namespace Inventory.Domain.Codec;

/// <summary>A whole stock as bytes, so that recovery need not begin at its first event. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1); version, last, changed, sellable, damaged, quarantine, display (8 each); the ledger's eleven sums (8 each); the policy as
/// in <see cref="StockEventCodec"/>; then counted lists (4 bytes of count): holds, the channels by code, remembered requests (those of reservations that
/// ended in several ways with the units of each), and the history of on hand, which one byte precedes that says whether its oldest entries were dropped.
/// Format 3 has two more sums of the ledger, transferred out and in; a stock that never took part in a transfer is written in format 2.
/// Format 4 is format 3 with the lots behind it, as in <see cref="LotCodec"/>; only a stock that had lots is written in it.
/// A stock where many holds stand beside the writes that made them is written in the same format plus 16: its list of holds has only the others, and a
/// remembered request is the 48 bytes of its entry, which tell by a flag that it stands for a hold. One whose figures are too large for an entry is followed by
/// them (time 8, verb 1, version, units and expiry 8 each), and then, as before, one that ended in several ways by the units of each. That is 48 bytes
/// instead of 137 for each reservation of a hot stock, whose callers wait while it is written.
/// </remarks>
public static class StockSnapshotCodec
{
    private const byte Format = 2;
    private const byte FormatWithTransfers = 3;
    private const byte FormatWithLots = 4;
    private const byte ByEntries = 16;

    /// <summary>With so many holds beside their writes a stock is written by entries.</summary>
    private const int ByEntriesFrom = 16;
    private const int WideBytes = 8 + 1 + 8 + 8 + 8;
    private const int FixedBytes = 1 + (20 * 8) + 13 + Limits.StockEventBytesMax;
    private const int HoldBytesMin = 20 + 1 + (7 * 8) + 1;
    private const int HoldBytesMax = HoldBytesMin + Limits.ChannelCharactersMax;
    private const int RememberedBytes = 16 + 8 + 8 + 1 + 1 + 1 + 8 + 8 + 8;
    private const int SplitBytes = 3 * 8;
    private const int HistoryBytes = 5 * 8;

    /// <summary>How much room <see cref="Encode"/> needs at most, in bytes.</summary>
    public static int BytesMax(Stock stock) =>
        FixedBytes + (IsByEntries(stock)
            ? ((stock.HoldTable?.Count ?? 0) * HoldBytesMax) + (stock.Remembered.Count * RememberedEntry.Bytes) + (stock.Remembered.WideCount * WideBytes)
            : (stock.HoldCount * HoldBytesMax) + (stock.Remembered.Count * RememberedBytes))
        + (stock.Remembered.SplitCount * SplitBytes)
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
        var byEntries = IsByEntries(stock);
        var format = stock.HasLots ? FormatWithLots : hasTransfers ? FormatWithTransfers : Format;
        writer.Byte(byEntries ? (byte)(format + ByEntries) : format);
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
        if (byEntries)
        {
            WriteHolds(ref writer, stock.HoldTable?.Count ?? 0, stock.HoldTable?.Slots ?? []);
            WriteEntries(ref writer, ref stock.Remembered);
        }
        else
        {
            WriteHolds(ref writer, stock.HoldCount, stock.Holds);
            WriteRemembered(ref writer, ref stock.Remembered);
        }

        WriteHistory(ref writer, stock);
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
        var written = reader.Byte();
        var byEntries = written > ByEntries;
        var format = byEntries ? (byte)(written - ByEntries) : written;
        if (format is not (Format or FormatWithTransfers or FormatWithLots))
        {
            throw new FormatException(
                $"Stock snapshot of format {written}; this program reads formats {Format} to {FormatWithLots}, and the same plus {ByEntries}.");
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

        ReadChannels(ref reader, ref stock.Remembered);
        if (byEntries)
        {
            ReadEntries(ref reader, ref stock.Remembered);
            stock.EndRestoreWithHolds();
        }
        else
        {
            ReadRemembered(ref reader, ref stock.Remembered);
            stock.EndRestore();
        }

        ReadHistory(ref reader, ref stock.History, stock.Now);
        if (format == FormatWithLots)
        {
            LotCodec.Read(ref reader, stock.RestoreLots());
        }

        stock.CheckInvariants();
        return reader.AtEnd ? stock : throw new FormatException("Stock snapshot with bytes left over.");
    }

    private static bool IsByEntries(Stock stock) => stock.Remembered.HoldCount >= ByEntriesFrom;

    private static void WriteHolds(ref ByteWriter writer, int count, IEnumerable<KeyValuePair<HoldId, Hold>> holds)
    {
        writer.Int32(count);
        foreach (var (id, hold) in holds)
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
    }

    private static void WriteHistory(ref ByteWriter writer, Stock stock)
    {
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

    private static void WriteChannels(ref ByteWriter writer, ref readonly RememberedRequests remembered)
    {
        writer.Int32(remembered.Channels.Count);
        foreach (var channel in remembered.Channels)
        {
            writer.ShortText(channel.Value);
        }
    }

    private static void WriteEntries(ref ByteWriter writer, ref readonly RememberedRequests remembered)
    {
        WriteChannels(ref writer, in remembered);
        writer.Int32(remembered.Count);
        for (var i = 0; i < remembered.Count; i++)
        {
            ref readonly var entry = ref remembered.EntryAt(i);
            entry.Write(ref writer);
            if (entry.IsWide)
            {
                var request = remembered[i];
                writer.Int64(request.AtMs);
                writer.Byte((byte)request.Verb);
                WriteAnswer(ref writer, request.Answer);
            }

            WriteSplit(ref writer, in remembered, i, entry.End);
        }
    }

    private static void WriteAnswer(ref ByteWriter writer, in StockAnswer answer)
    {
        writer.Int64(answer.Version);
        writer.Int64(answer.Units);
        writer.Int64(answer.ExpiresAtMs);
    }

    private static void WriteSplit(ref ByteWriter writer, ref readonly RememberedRequests remembered, int place, HoldEnd end)
    {
        if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
        {
            var split = remembered.Ended(remembered[place]);
            writer.Int64(split.Collected);
            writer.Int64(split.Shipped);
            writer.Int64(split.Released);
        }
    }

    private static void WriteRemembered(ref ByteWriter writer, ref readonly RememberedRequests remembered)
    {
        WriteChannels(ref writer, in remembered);
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
            WriteAnswer(ref writer, request.Answer);
            WriteSplit(ref writer, in remembered, i, request.End);
        }
    }

    private static void ReadChannels(ref ByteReader reader, ref RememberedRequests remembered)
    {
        for (var left = reader.Count32(1); left > 0; left--)
        {
            remembered.RestoreChannel(reader.Channel());
        }
    }

    private static StockAnswer ReadAnswer(ref ByteReader reader) => new(StockOutcome.Accepted, reader.Int64(), reader.Int64(), reader.Int64());

    private static void ReadSplit(ref ByteReader reader, ref RememberedRequests remembered, in RequestId id, HoldEnd end)
    {
        if (end is HoldEnd.Mixed or HoldEnd.ExpiredInPart)
        {
            remembered.RestoreSplit(id, reader.Int64(), reader.Int64(), reader.Int64());
        }
    }

    private static byte LastChannelCode(ref readonly RememberedRequests remembered) => (byte)Math.Min(byte.MaxValue, remembered.Channels.Count + 1);

    private static void ReadEntries(ref ByteReader reader, ref RememberedRequests remembered)
    {
        var lastCode = LastChannelCode(in remembered);
        for (var left = reader.Count32(RememberedEntry.Bytes); left > 0; left--)
        {
            var entry = RememberedEntry.Read(ref reader);
            if (entry.ChannelCode > lastCode)
            {
                throw new FormatException($"A record with the unknown channel {entry.ChannelCode}.");
            }

            var wide = default(RememberedRequest);
            if (entry.IsWide)
            {
                wide = entry.Request with { AtMs = reader.Int64(), Verb = (StockVerb)reader.Byte() };
                wide = wide with { Answer = ReadAnswer(ref reader) };
            }

            remembered.Restore(entry, wide);
            ReadSplit(ref reader, ref remembered, entry.Id, entry.End);
        }
    }

    private static void ReadRemembered(ref ByteReader reader, ref RememberedRequests remembered)
    {
        for (var left = reader.Count32(RememberedBytes); left > 0; left--)
        {
            var (id, hash, at) = (reader.Request(), (ulong)reader.Int64(), reader.Int64());
            var (verb, end) = ((StockVerb)reader.Byte(), (HoldEnd)reader.ByteUpTo((byte)HoldEnd.ExpiredInPart, "end"));
            var code = reader.ByteUpTo(LastChannelCode(in remembered), "channel");
            remembered.Add(new RememberedRequest(id, hash, at, verb, ReadAnswer(ref reader), end, code));
            ReadSplit(ref reader, ref remembered, id, end);
        }
    }
}
