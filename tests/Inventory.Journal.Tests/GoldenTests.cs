using System.Globalization;
using System.Text;
using Inventory.Journal.Files;
using Inventory.Journal.Testing;

namespace Inventory.Journal.Tests;

/// <summary>The bytes of FORMAT.md, pinned: what this version writes, and that it reads what was written before.</summary>
public sealed class GoldenTests
{
    private const string Name = "format-2";

    [Fact]
    public async Task The_bytes_are_those_that_were_written_before()
    {
        var disk = await SampleAsync();
        var expected = Unhex(await File.ReadAllTextAsync(PathOf(Name)));
        Assert.Equal(Hex(expected), Hex(disk));
    }

    [Fact]
    public async Task What_was_written_before_is_read()
    {
        var disk = new SimulatedDisk(1);
        using (var files = disk.Mount())
        {
            foreach (var (name, bytes) in Unhex(await File.ReadAllTextAsync(PathOf(Name))))
            {
                using var file = files.Open(name, 0);
                file.Write(0, bytes);
            }
        }

        await using var journal = Handmade.Open(disk);
        Assert.Equal("s2:state 3:c", await journal.TextAsync("stock/SKU-9@042"));
        Assert.Equal("1:é", await journal.TextAsync("straße"));
        Assert.Equal(5, journal.RecoveredRecords);
    }

    [Fact]
    public void The_checksum_is_Castagnolis() =>
        Assert.Equal(0xE3069283u, RecordFormat.Checksum("123456789"u8)); // the check value of CRC-32/ISCSI in the CRC catalogue, and of RFC 3720 B.4

    private static async Task<SimulatedDisk> SampleAsync()
    {
        var disk = new SimulatedDisk(1);
        await using var journal = Handmade.Open(disk);
        var (stock, other) = (await journal.StreamAsync("stock/SKU-9@042"), await journal.StreamAsync("straße"));
        journal.Write(stock, "a");
        journal.Write(stock, "b");
        stock.AppendSnapshot("state"u8);
        journal.Write(stock, "c");
        journal.Write(other, "é");
        return disk;
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "golden", name + ".txt");

    private static string Hex(SimulatedDisk disk) => Hex(disk.Names.ToDictionary(name => name, disk.Read));

    // One line of 32 bytes each; zeros at the end of a file are room and left out.
    private static string Hex(Dictionary<string, byte[]> files)
    {
        var text = new StringBuilder();
        foreach (var (name, bytes) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('\n');
            var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            for (var at = 0; at < end; at += 32)
            {
                text.Append(Convert.ToHexStringLower(bytes.AsSpan(at, Math.Min(32, end - at)))).Append('\n');
            }
        }

        return text.ToString();
    }

    private static Dictionary<string, byte[]> Unhex(string text)
    {
        var files = new Dictionary<string, byte[]>();
        var name = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length % 2 == 0 && line.All(char.IsAsciiHexDigit))
            {
                files[name] = [.. files[name], .. Convert.FromHexString(line)];
                continue;
            }

            name = line.ToString(CultureInfo.InvariantCulture);
            files[name] = [];
        }

        return files;
    }
}
