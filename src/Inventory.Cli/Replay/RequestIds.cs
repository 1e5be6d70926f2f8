using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Inventory.Cli.Replay;

/// <summary>
/// Makes the request id of every write from the run, the order line and the step, as the text of a UUID. Whoever asks again, after a lost
/// answer or after a resume, asks with the same id and gets the first answer.
/// </summary>
/// <param name="run">Tells runs on other data or with another seed apart.</param>
internal sealed class RequestIds(string run)
{
    private readonly byte[] _run = SHA256.HashData(Encoding.UTF8.GetBytes(run));

    /// <summary>The id of one step of one line.</summary>
    public string Of(in OrderLine line, string step, int attempt = 0) => Of(line.Invoice, line.Line, step, attempt);

    /// <summary>The id of a step of something that has a name.</summary>
    public string Of(string name, int number, string step, int attempt = 0)
    {
        Span<byte> content = stackalloc byte[256];
        _run.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content[32..], number);
        BinaryPrimitives.WriteInt32LittleEndian(content[36..], attempt);
        var length = 40 + Encoding.UTF8.GetBytes(step, content[40..]);
        content[length++] = 0;
        length += Encoding.UTF8.GetBytes(name, content[length..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(content[..length], hash);
        return new Guid(hash[..16], bigEndian: true).ToString("D");
    }
}
