using System.Globalization;
using System.IO.Compression;
using CsvHelper;

namespace Inventory.Cli;

/// <summary>Reads a CSV file (RFC 4180, UTF-8, one header row, gzip if the name ends in .gz) into checked rows.</summary>
/// <remarks>All rows are read before the first is used, so that a bad line stops the work before anything was applied.</remarks>
internal static class CsvTable
{
    /// <summary>Most rows of one file: an import of a large retailer, with room.</summary>
    public const int RowsMax = 50_000_000;

    // Longer than any row can rightly be, and small enough that a quote that is never closed is noticed before memory is full.
    private const int RowBytesMax = 16 * 1024 * 1024;

    private static readonly CsvReaderOptions s_options = new()
    {
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = RowBytesMax,
    };

    /// <summary>Reads every row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">Columns that must be there; others are allowed.</param>
    /// <param name="read">Makes a value of a row; throws <see cref="BadInputException"/> for a bad one.</param>
    /// <param name="skipBad">Count bad rows instead of stopping at the first.</param>
    /// <exception cref="BadInputException">The file, its header or a row is wrong; the message names file and line.</exception>
    public static (List<T> Rows, int Skipped) Read<T>(string path, string[] required, Func<CsvRow, T> read, bool skipBad)
    {
        if (!File.Exists(path))
        {
            throw new BadInputException($"{path}: there is no such file.");
        }

        using var file = File.OpenRead(path);
        using Stream bytes = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var csv = CsvReader.Create(bytes, s_options, false);
        var rows = new List<T>();
        var skipped = 0;
        try
        {
            Header(path, csv, required);
            while (csv.Read())
            {
                if (!TryRead(csv, read, rows, out var problem) && !skipBad)
                {
                    throw Bad(path, csv.LineNumber, problem!);
                }

                skipped += problem is null ? 0 : 1;
                if (rows.Count > RowsMax)
                {
                    throw new BadInputException($"{path}: more than {RowsMax:N0} rows; split the file.");
                }
            }
        }
        catch (CsvFormatException e)
        {
            throw new BadInputException($"{path}: line {e.LineNumber}: {e.Message} Nothing was applied.");
        }
        catch (InvalidDataException e)
        {
            throw new BadInputException($"{path}: {e.Message} Nothing was applied.");
        }

        return (rows, skipped);
    }

    /// <summary>What to throw for a bad line.</summary>
    public static BadInputException Bad(string path, long line, string problem) =>
        new($"{path}: line {line}: {problem} Nothing was applied; --skip-bad skips such lines.");

    private static bool TryRead<T>(CsvReader csv, Func<CsvRow, T> read, List<T> rows, out string? problem)
    {
        try
        {
            var (fields, columns) = (csv.FieldCount, csv.Headers.Count);
            problem = fields == columns ? null : $"it has {Output.Count(fields, "field")}, but the header has {columns}.";
            if (problem is null)
            {
                rows.Add(read(new CsvRow(csv)));
            }
        }
        catch (BadInputException e)
        {
            problem = e.Message;
        }

        return problem is null;
    }

    private static void Header(string path, CsvReader csv, string[] required)
    {
        csv.ReadHeader();
        if (csv.Headers.Count == 0)
        {
            throw new BadInputException($"{path}: line 1: the file is empty; its first line must name the columns {string.Join(", ", required)}.");
        }

        var missing = required.Where(column => !csv.TryGetFieldIndex(column, out _)).ToArray();
        if (missing.Length > 0)
        {
            throw new BadInputException($"{path}: line 1: missing column {string.Join(", ", missing)}; it needs {string.Join(", ", required)}.");
        }
    }
}

/// <summary>One row of a <see cref="CsvTable"/>.</summary>
internal readonly struct CsvRow(CsvReader csv)
{
    private const int ShownCharsMax = 40;

    /// <summary>Where it begins in the file, from 1.</summary>
    public long Line => csv.LineNumber;

    /// <summary>A field that must not be empty.</summary>
    public string Text(string column)
    {
        var text = Optional(column);
        return text.Length > 0 ? text : throw new BadInputException($"column {column} is empty.");
    }

    /// <summary>A field that may be empty or absent.</summary>
    public string Optional(string column) => csv.TryGetFieldIndex(column, out var index) ? csv.GetString(index).Trim() : "";

    /// <summary>A whole number in a range.</summary>
    public long Whole(string column, long min, long max)
    {
        var text = Text(column);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Wrong(column, text, $"must be a whole number from {min} to {max}.");
    }

    /// <summary>A number in a range.</summary>
    public double Number(string column, double min, double max)
    {
        var text = Text(column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Wrong(column, text, $"must be a number from {min} to {max}.");
    }

    /// <summary>What to throw for a field that is not as it should be.</summary>
    public static BadInputException Wrong(string column, string text, string whatIsRight)
    {
        var shown = text.Length <= ShownCharsMax ? text : $"{text[..ShownCharsMax]}…";
        return new BadInputException($"column {column} is '{shown}'; it {whatIsRight}");
    }
}
