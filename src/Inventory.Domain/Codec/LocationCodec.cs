using System.Collections.Immutable;

namespace Inventory.Domain.Codec;

/// <summary>What happened to a location: its whole new state and the write that brought it.</summary>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of the request's content.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Open">In business as a whole.</param>
/// <param name="Facts">What is known of it.</param>
public sealed record LocationEvent(RequestId Id, ulong ContentHash, long AtMs, bool Open, LocationFacts Facts);

/// <summary>Location events as bytes. Golden files pin them.</summary>
/// <remarks>
/// Little-endian: format (1), request (16), content hash (8), at (8), open (1), kind (1), capabilities (1), latitude and longitude (8 each, IEEE 754),
/// preparation (8); six texts with two bytes of length and UTF-8: name, postal code, town, region, country, time zone; then two counted lists
/// (2 bytes of count): periods of day (1), open (2), close (2); special days of day number (4), closed (1), open (2), close (2).
/// Format 2 goes on: parcels a day and picks an hour (4 each), cut-off (2; -1 if there is none), carrier days (1), cost of a parcel (8), handling (1),
/// first and last day number (4 each; -1 if there is none). What states none of these is written as format 1, as it was before there were any:
/// so the hash of a write that is repeated after an upgrade is the same as before.
/// </remarks>
public static class LocationCodec
{
    private const byte PlainFormat = 1;
    private const byte WorkFormat = 2;

    /// <summary>Room that <see cref="Encode"/> needs at most, in bytes.</summary>
    public static int BytesMax(LocationFacts facts)
    {
        var characters = facts.Name.Length + facts.PostalCode.Length + facts.Town.Length + facts.Region.Length
            + facts.CountryCode.Length + facts.TimeZone.Length;
        return 160 + (3 * characters) + (facts.WeeklyHours.Length * 5) + (facts.SpecialDays.Length * 9);
    }

    /// <summary>Writes an event and tells how many bytes that took.</summary>
    public static int Encode(LocationEvent change, Span<byte> destination)
    {
        var facts = change.Facts;
        var writer = new ByteWriter(destination);
        var format = StatesWork(facts) ? WorkFormat : PlainFormat;
        writer.Byte(format);
        writer.Request(change.Id);
        writer.Int64((long)change.ContentHash);
        writer.Int64(change.AtMs);
        writer.Byte(change.Open ? (byte)1 : (byte)0);
        writer.Byte((byte)facts.Kind);
        writer.Byte((byte)facts.Capabilities);
        writer.Int64(BitConverter.DoubleToInt64Bits(facts.Position.Latitude));
        writer.Int64(BitConverter.DoubleToInt64Bits(facts.Position.Longitude));
        writer.Int64(facts.PreparationMs);
        writer.LongText(facts.Name);
        writer.LongText(facts.PostalCode);
        writer.LongText(facts.Town);
        writer.LongText(facts.Region);
        writer.LongText(facts.CountryCode);
        writer.LongText(facts.TimeZone);
        writer.Int16((short)facts.WeeklyHours.Length);
        foreach (var period in facts.WeeklyHours)
        {
            writer.Byte((byte)period.Day);
            writer.Int16((short)period.OpenMinute);
            writer.Int16((short)period.CloseMinute);
        }

        writer.Int16((short)facts.SpecialDays.Length);
        foreach (var day in facts.SpecialDays)
        {
            writer.Int32(day.Date.DayNumber);
            writer.Byte(day.Closed ? (byte)1 : (byte)0);
            writer.Int16((short)day.OpenMinute);
            writer.Int16((short)day.CloseMinute);
        }

        if (format == WorkFormat)
        {
            WriteWork(ref writer, facts);
        }

        return writer.Written;
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are no event of a known format.</exception>
    public static LocationEvent Decode(ReadOnlySpan<byte> source)
    {
        var reader = new ByteReader(source);
        var format = reader.Byte();
        if (format is not (PlainFormat or WorkFormat))
        {
            throw new FormatException($"Location event of format {format}; this program reads formats {PlainFormat} and {WorkFormat}.");
        }

        var (id, hash, at, open) = (reader.Request(), (ulong)reader.Int64(), reader.Int64(), reader.Byte() != 0);
        var (kind, capabilities) = ((LocationKind)reader.Byte(), (Capabilities)reader.Byte());
        var position = new Position(BitConverter.Int64BitsToDouble(reader.Int64()), BitConverter.Int64BitsToDouble(reader.Int64()));
        var facts = new LocationFacts
        {
            Kind = kind, Capabilities = capabilities, Position = position, PreparationMs = reader.Int64(), Name = reader.LongText(),
            PostalCode = reader.LongText(), Town = reader.LongText(), Region = reader.LongText(), CountryCode = reader.LongText(),
            TimeZone = reader.LongText(), WeeklyHours = Periods(ref reader), SpecialDays = Days(ref reader),
        };
        if (format == WorkFormat)
        {
            facts = ReadWork(ref reader, facts);
        }

        return reader.AtEnd
            ? new LocationEvent(id, hash, at, open, facts)
            : throw new FormatException("Location event with bytes left over.");
    }

    private static bool StatesWork(LocationFacts facts) =>
        facts is not
        {
            ParcelsPerDay: 0, PicksPerHour: 0, CutOffMinute: null, CarrierDays: Weekdays.None, ParcelCostMinor: 0, Handling: Handling.None,
            FirstDate: null, LastDate: null,
        };

    private static void WriteWork(ref ByteWriter writer, LocationFacts facts)
    {
        writer.Int32(facts.ParcelsPerDay);
        writer.Int32(facts.PicksPerHour);
        writer.Int16((short)(facts.CutOffMinute ?? -1));
        writer.Byte((byte)facts.CarrierDays);
        writer.Int64(facts.ParcelCostMinor);
        writer.Byte((byte)facts.Handling);
        writer.Int32(facts.FirstDate?.DayNumber ?? -1);
        writer.Int32(facts.LastDate?.DayNumber ?? -1);
    }

    private static LocationFacts ReadWork(ref ByteReader reader, LocationFacts facts)
    {
        var (parcels, picks, cutOff) = (reader.Int32(), reader.Int32(), reader.Int16());
        return facts with
        {
            ParcelsPerDay = parcels, PicksPerHour = picks, CutOffMinute = cutOff < 0 ? null : cutOff, CarrierDays = (Weekdays)reader.Byte(),
            ParcelCostMinor = reader.Int64(), Handling = (Handling)reader.Byte(), FirstDate = DateIfAny(ref reader), LastDate = DateIfAny(ref reader),
        };
    }

    private static DateOnly? DateIfAny(ref ByteReader reader) => reader.Int32() is >= 0 and var day ? Date(day) : null;

    private static DateOnly Date(int day) => day >= 0 && day <= DateOnly.MaxValue.DayNumber
        ? DateOnly.FromDayNumber(day)
        : throw new FormatException($"A date with the number {day}.");

    private static ImmutableArray<OpeningPeriod> Periods(ref ByteReader reader)
    {
        var periods = ImmutableArray.CreateBuilder<OpeningPeriod>(reader.Count16(5));
        for (var i = 0; i < periods.Capacity; i++)
        {
            periods.Add(new OpeningPeriod((DayOfWeek)reader.Byte(), reader.Int16(), reader.Int16()));
        }

        return periods.MoveToImmutable();
    }

    private static ImmutableArray<SpecialDay> Days(ref ByteReader reader)
    {
        var days = ImmutableArray.CreateBuilder<SpecialDay>(reader.Count16(9));
        for (var i = 0; i < days.Capacity; i++)
        {
            days.Add(new SpecialDay(Date(reader.Int32()), reader.Byte() != 0, reader.Int16(), reader.Int16()));
        }

        return days.MoveToImmutable();
    }
}
