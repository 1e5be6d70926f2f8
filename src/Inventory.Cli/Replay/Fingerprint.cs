using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Inventory.Cli.Replay;

/// <summary>Names a run: the same data and world settings give the same text, anything else another.</summary>
internal static class Fingerprint
{
    public static string Of(World world, RetailData data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new StringBuilder();
        foreach (var line in world.Lines)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{line.Invoice}|{line.Line}|{line.Sku}|{(int)line.Kind}|{line.Units}|{line.TimeMs}|{line.Customer}\n");
            Feed(hash, text, 1 << 16);
        }

        foreach (var store in world.Stores)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{store.Id}|{(int)store.Kind}|{store.Position.Latitude:R}|{store.Position.Longitude:R}\n");
        }

        foreach (var sector in data.Sectors)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{sector.PostalCode}|{sector.Position.Latitude:R}|{sector.Position.Longitude:R}|{sector.Weight}\n");
        }

        text.Append(JsonSerializer.Serialize(world.Settings));
        Feed(hash, text, 0);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Feed(IncrementalHash hash, StringBuilder text, int above)
    {
        if (text.Length > above)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
            text.Clear();
        }
    }
}
