using System.IO.Compression;
using System.Text;
using CsvHelper;

namespace Inventory.Cli.Replay;

/// <summary>One row of a CSV file that has as many fields as the header.</summary>
/// <param name="Line">Line of the file on which the row begins, from 1.</param>
/// <param name="Fields">The fields, in the order of the header.</param>
internal readonly record struct CsvLine(long Line, string[] Fields);

/// <summary>Reads comma-separated files (RFC 4180, UTF-8, plain or gzip) strictly.</summary>
internal static class CsvFile
{
    private const int RecordBytesMax = 1 << 16;

    /// <summary>Yields the rows; rows of another shape go to <paramref name="problems"/>.</summary>
    /// <exception cref="BadInputException">The file cannot be read as text, or its header is another one.</exception>
    public static IEnumerable<CsvLine> Read(string path, string[] header, Problems problems)
    {
        var name = Path.GetFileName(path);
        var options = new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrackLineNumbers = true,
            PoolStrings = true,
            MaxRecordSize = RecordBytesMax,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = bad => problems.Add(name, bad.LineNumber, $"malformed: {bad.Reason}"),
        };
        using var reader = CsvReader.Create(Open(path), options, leaveOpen: false);
        CheckHeader(name, Next(reader, name) ? Fields(reader) : [], header);
        while (Next(reader, name))
        {
            if (reader.FieldCount != header.Length)
            {
                problems.Add(name, reader.LineNumber, $"{reader.FieldCount} fields where the header has {header.Length}");
            }
            else
            {
                yield return new CsvLine(reader.LineNumber, Fields(reader));
            }
        }
    }

    private static string[] Fields(CsvReader reader)
    {
        var fields = new string[reader.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = reader.GetString(i);
        }

        return fields;
    }

    private static void CheckHeader(string name, string[] found, string[] expected)
    {
        if (!found.AsSpan().SequenceEqual(expected))
        {
            throw new BadInputException(
                $"{name}:1: the header must be '{string.Join(',', expected)}' but is '{string.Join(',', found)}'.");
        }
    }

    private static bool Next(CsvReader reader, string name)
    {
        try
        {
            return reader.Read();
        }
        catch (Exception e) when (e is DecoderFallbackException or InvalidDataException or CsvFormatException)
        {
            throw new BadInputException($"{name}:{reader.LineNumber + 1}: cannot be read as UTF-8 CSV: {e.Message}");
        }
    }

    private static StreamReader Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"There is no file '{path}'. Name the files' folder with --data, or play generated orders with --generate.");
        }

        Stream file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        var bytes = zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        return new StreamReader(bytes, strict, detectEncodingFromByteOrderMarks: false, 1 << 16);
    }
}
