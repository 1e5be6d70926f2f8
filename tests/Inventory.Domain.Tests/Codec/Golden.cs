using System.Text;

namespace Inventory.Domain.Tests.Codec;

/// <summary>Bytes pinned in files: a title line and hex for each sample. What is on disk today must be readable by every later release.</summary>
internal static class Golden
{
    /// <summary>Compares with <c>Golden/NAME.txt</c>. A planned change of the format replaces the file by the received one in the same commit.</summary>
    public static void Check(string name, IEnumerable<(string Title, byte[] Bytes)> samples)
    {
        var received = new StringBuilder();
        foreach (var (title, bytes) in samples)
        {
            received.Append(title).Append('\n');
            foreach (var row in bytes.Chunk(32))
            {
                received.Append("  ").Append(Convert.ToHexStringLower(row)).Append('\n');
            }
        }

        var folder = Path.Combine(AppContext.BaseDirectory, "Golden");
        var pinned = Path.Combine(folder, name + ".txt");
        if (!File.Exists(pinned) || File.ReadAllText(pinned) != received.ToString())
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, name + ".received.txt");
            File.WriteAllText(path, received.ToString());
            Assert.Fail($"The bytes of {name} are not those pinned in Golden/{name}.txt; see {path}.");
        }
    }

    /// <summary>The samples of a pinned file.</summary>
    public static IEnumerable<(string Title, byte[] Bytes)> Read(string name)
    {
        var (title, hex) = ("", new StringBuilder());
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".txt")))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                hex.Append(line.AsSpan().Trim());
                continue;
            }

            if (title.Length > 0)
            {
                yield return (title, Convert.FromHexString(hex.ToString()));
            }

            title = line;
            hex.Clear();
        }

        yield return (title, Convert.FromHexString(hex.ToString()));
    }
}
