using System.Text;

namespace Compat.Grpc.Tests.Malformed;

/// <summary>As much header compression as the raw client needs: it writes literals, and reads what needs no dynamic table.</summary>
internal static class Hpack
{
    /// <summary>Names of the static table, from 1; the few values that a server's answer can use stand behind an equals sign.</summary>
    private static readonly string[] StaticTable =
        (":authority :method=GET :method=POST :path=/ :path=/index.html :scheme=http :scheme=https :status=200 :status=204 " +
         ":status=206 :status=304 :status=400 :status=404 :status=500 accept-charset accept-encoding=gzip,deflate " +
         "accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control " +
         "content-disposition content-encoding content-language content-length content-location content-range content-type " +
         "cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since " +
         "last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after " +
         "server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate")
        .Split(' ');

    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }

        return block.ToArray();
    }

    public static void Decode(ReadOnlySpan<byte> block, Dictionary<string, string> headers)
    {
        while (!block.IsEmpty)
        {
            var first = block[0];
            if (first >= 0x80)
            {
                var entry = StaticTable[ReadNumber(ref block, 7) - 1].Split('=');
                headers[entry[0]] = entry.Length > 1 ? entry[1] : "";
            }
            else if (first is >= 0x20 and < 0x40)
            {
                ReadNumber(ref block, 5);
            }
            else
            {
                var index = ReadNumber(ref block, first >= 0x40 ? 6 : 4);
                var name = index == 0 ? ReadText(ref block) : StaticTable[index - 1].Split('=')[0];
                headers[name] = ReadText(ref block);
            }
        }
    }

    private static void WriteText(MemoryStream block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var rest = bytes.Length;
        if (rest < 127)
        {
            block.WriteByte((byte)rest);
        }
        else
        {
            block.WriteByte(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)((rest & 127) | 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var mask = (1 << bits) - 1;
        var value = block[0] & mask;
        block = block[1..];
        if (value < mask)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        Assert.True(block[0] < 128, "The server used Huffman coding, which this reader does not know.");
        var length = ReadNumber(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
