using System.Globalization;
using System.Text;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;

namespace Inventory.Rivals.Redis;

/// <summary>
/// The reservations of a <see cref="RedisContender"/> for a light client. The requests of all stocks are made before the run; a call copies one and writes id
/// and expiry over those in it. Answers come in the order of the requests.
/// </summary>
internal sealed class RespLight : LightProtocol
{
    private readonly byte[][] _requests;
    private readonly Func<long, (int Stock, Guid Id)> _choose;
    private readonly TimeSpan _ttl;
    private readonly Queue<int> _asked = new();

    private RespLight(byte[][] requests, Func<long, (int Stock, Guid Id)> choose, TimeSpan ttl) => (_requests, _choose, _ttl) = (requests, choose, ttl);

    public override bool IsOpen => true;

    /// <summary>Makes connections of it.</summary>
    /// <param name="requests">
    /// A request for each stock, as words, of which one is "r:" and 32 digits of an id and the last but one 13 digits of an expiry.
    /// </param>
    /// <param name="choose">The stock and the id of a call.</param>
    /// <param name="ttl">From now until the expiry.</param>
    public static Func<LightProtocol> Of(IEnumerable<IReadOnlyList<string>> requests, Func<long, (int Stock, Guid Id)> choose, TimeSpan ttl)
    {
        byte[][] encoded = [.. requests.Select(RespConnection.Encode)];
        return () => new RespLight(encoded, choose, ttl);
    }

    /// <summary>Where the id stands in a request.</summary>
    internal static int IdIn(ReadOnlySpan<byte> request) => request.IndexOf("r:"u8) + 2;

    /// <summary>Where the expiry stands in a request.</summary>
    internal static int ExpiryIn(ReadOnlySpan<byte> request) => request.LastIndexOf("$13\r\n"u8) + 5;

    public override void Greet(LightBuffer output)
    {
    }

    public override void Ask(LightBuffer output, int slot, long index)
    {
        var (stock, id) = _choose(index);
        var bytes = output.Add(_requests[stock]);
        id.TryFormat(bytes[IdIn(bytes)..], out _, "N");
        var expires = (TimeProvider.System.GetUtcNow() + _ttl).ToUnixTimeMilliseconds();
        expires.TryFormat(bytes[ExpiryIn(bytes)..], out _, default, CultureInfo.InvariantCulture);
        _asked.Enqueue(slot);
    }

    public override int Take(ReadOnlySpan<byte> input, LightBuffer output, LightAnswer answer)
    {
        const int answerBytes = 4; // ":1\r\n"
        var used = 0;
        while (input.Length - used >= answerBytes)
        {
            var reply = input.Slice(used, answerBytes);
            if (reply[0] != ':' || reply[2] != '\r')
            {
                throw new FormatException(Encoding.ASCII.GetString(input[used..]));
            }

            answer(_asked.Dequeue(), reply[1] switch { (byte)'1' => Outcome.Granted, (byte)'2' => Outcome.Repeated, _ => Outcome.SoldOut });
            used += answerBytes;
        }

        return used;
    }
}
