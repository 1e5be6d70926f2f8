using System.Buffers.Binary;
using System.Text;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;

namespace Inventory.Rivals.Postgres;

/// <summary>
/// The prepared function of a <see cref="PostgresContender"/> for a light client: PostgreSQL's own protocol, version 3, with binary values. Bind, execute and
/// sync go together; the server is ready again after each answer.
/// </summary>
internal sealed class PostgresLight(string user, Func<long, (int Stock, Guid Id)> choose, TimeSpan ttl) : LightProtocol
{
    private const int UuidType = 2950;
    private const int IntType = 23;
    private const int IntervalType = 1186;
    private const int HeadBytes = 5;
    private const int UuidBytes = 16;
    private const int IdAt = 18; // in what Call makes
    private const int StockAt = IdAt + UuidBytes + sizeof(int);
    private const int RowHeadBytes = 6; // of a row with one value: the number of values, and the length of the first
    private static readonly byte[] s_parse = Parse();
    private readonly byte[] _call = Call(ttl);
    private readonly Queue<int> _asked = new();
    private bool _isParsed;
    private bool _isPrepared;
    private Outcome _outcome = Outcome.Failed;

    public override bool IsOpen => _isPrepared;

    public override void Greet(LightBuffer output)
    {
        byte[] words = [0, 3, 0, 0, .. Text("user"), .. Text(user), .. Text("database"), .. Text("postgres"), 0];
        output.Add(Number(sizeof(int) + words.Length));
        output.Add(words);
        output.Add(s_parse);
    }

    public override void Ask(LightBuffer output, int slot, long index)
    {
        var (stock, id) = choose(index);
        var bytes = output.Add(_call);
        id.TryWriteBytes(bytes[IdAt..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[StockAt..], stock);
        _asked.Enqueue(slot);
    }

    public override int Take(ReadOnlySpan<byte> input, LightBuffer output, LightAnswer answer)
    {
        var used = 0;
        while (input.Length - used >= HeadBytes)
        {
            var length = 1 + BinaryPrimitives.ReadInt32BigEndian(input[(used + 1)..]);
            if (input.Length - used < length)
            {
                break;
            }

            Take(input[used], input.Slice(used + HeadBytes, length - HeadBytes), answer);
            used += length;
        }

        return used;
    }

    private void Take(byte type, ReadOnlySpan<byte> body, LightAnswer answer)
    {
        switch (type)
        {
            case (byte)'D':
                var word = BinaryPrimitives.ReadInt32BigEndian(body[RowHeadBytes..]);
                _outcome = word switch { 1 => Outcome.Granted, 2 => Outcome.Repeated, _ => Outcome.SoldOut };
                break;
            case (byte)'1':
                _isParsed = true;
                break;
            case (byte)'Z' when _asked.TryDequeue(out var slot):
                answer(slot, _outcome);
                _outcome = Outcome.Failed;
                break;
            case (byte)'Z':
                _isPrepared = _isParsed; // once after the login, once after the statement
                break;
            case (byte)'E':
                throw new FormatException(Encoding.UTF8.GetString(body));
        }
    }

    private static byte[] Parse() =>
    [
        .. Message('P', [.. Text("r"), .. Text("SELECT reserve($1, $2, 1, $3)"), 0, 3, .. Number(UuidType), .. Number(IntType), .. Number(IntervalType)]),
        .. Message('S', []),
    ];

    // Bind: portal, statement, one format for all, three values, one format for all results.
    private static byte[] Call(TimeSpan ttl)
    {
        var micros = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(micros, (long)ttl.TotalMicroseconds);
        byte[] interval = [.. micros, .. Number(0), .. Number(0)];
        byte[] values = [.. Number(UuidBytes), .. new byte[UuidBytes], .. Number(sizeof(int)), .. Number(0), .. Number(interval.Length), .. interval];
        return
        [
            .. Message('B', [0, .. Text("r"), 0, 1, 0, 1, 0, 3, .. values, 0, 1, 0, 1]),
            .. Message('E', [0, .. Number(0)]),
            .. Message('S', []),
        ];
    }

    private static byte[] Message(char type, byte[] body) => [(byte)type, .. Number(sizeof(int) + body.Length), .. body];

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Number(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
