using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Scripts;

/// <summary>
/// Reads one command of a script, such as <c>reserve R1 4 ttl 30s for app</c>. A trailing <c>lot A best 2023-11-20</c> names a lot, <c>as X</c> the write.
/// </summary>
internal sealed class ScriptCommand
{
    private static int s_unnamed;
    private readonly string[] _words;
    private readonly long _nowMs;
    private RequestId _id;

    public ScriptCommand(string[] words, long nowMs)
    {
        var named = words.Length > 2 && words[^2] == "as";
        _words = named ? words[..^2] : words;
        var lot = Array.IndexOf(_words, "lot");
        var lots = lot < 0 ? [] : _words[lot..];
        _words = lot < 0 ? _words : _words[..lot];
        _nowMs = nowMs;
        _id = RequestId.Parse(named ? words[^1] : $"unnamed-{Interlocked.Increment(ref s_unnamed)}");
        Command = lots.Length == 0 ? Read() : Read() with { Lots = LotsOf(lots) };
    }

    public StockCommand Command { get; }

    private StockCommand Read()
    {
        switch (_words[0])
        {
            case "receive": return StockCommand.Receive(_id, Number(1), ConditionAt(2));
            case "return": return StockCommand.Return(_id, Number(1), ConditionAt(2));
            case "adjust": return StockCommand.Adjust(_id, Number(1), ScriptWords.Parse<AdjustReason>(_words[2]), ConditionAt(3));
            case "count": return StockCommand.Count(_id, Number(1), After("seen", 0), Has("seen") ? ConditionAt(4) : ConditionAt(2));
            case "import": return StockCommand.Import(_id, Number(1));
            case "out": return StockCommand.TransferOut(_id, Number(1), _words.Length > 2 ? new HoldId(RequestId.Parse(_words[2]), 0) : default);
            case "in": return StockCommand.TransferIn(_id, Number(1), ConditionAt(2));
            case "arrive": return StockCommand.ReceiveHeld(_id, Number(1), new HoldId(RequestId.Parse(_words[2]), 0), Channel.Web, transferred: false);
            case "move": return StockCommand.Move(_id, Number(1), ConditionAt(2), ConditionAt(3));
            case "policy": return StockCommand.SetPolicy(_id, Policy());
            case "reserve":
                _id = RequestId.Parse(_words[1]);
                return StockCommand.Reserve(_id, Number(2), ChannelAfterFor(), TimeAfter("ttl", 30_000));
            case "extend": return StockCommand.Extend(_id, Hold(), ScriptWords.Ms(_words[2]));
            case "confirm": return StockCommand.Confirm(_id, Hold());
            case "release": return StockCommand.Release(_id, Hold(), NumberOr(2, 0));
            case "collect": return StockCommand.Collect(_id, Hold(), NumberOr(2, 0));
            case "ship": return StockCommand.Ship(_id, Hold(), NumberOr(2, 0));
            case "lease": return StockCommand.Lease(_id, Hold(), Number(2), ChannelAfterFor(), TimeAfter("ttl", 30_000), TimeAfter("within", 10_000));
            case "keep": return StockCommand.Keep(_id, Hold(), NumberOr(2, 0), TimeAfter("within", 10_000));
            case "settle": return Settle(ScriptWords.Parse<Settlement>(_words[2]));
            default: throw new FormatException($"no such command: {_words[0]}");
        }
    }

    // lot A, lot A best 2023-11-20, and of what comes from elsewhere several, each with its units: lot A best 2023-11-20 3 lot B 1.
    private static ImmutableArray<LotUnits> LotsOf(string[] words)
    {
        var lots = ImmutableArray.CreateBuilder<LotUnits>();
        for (var i = 0; i < words.Length;)
        {
            var end = Array.IndexOf(words, "lot", i + 1) is > 0 and var next ? next : words.Length;
            var hasDate = i + 2 < end && words[i + 2] == "best";
            var rest = hasDate ? i + 4 : i + 2;
            DateOnly? best = hasDate ? DateOnly.ParseExact(words[i + 3], "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
            lots.Add(new LotUnits(LotName.Parse(words[i + 1]), best, rest < end ? long.Parse(words[rest], CultureInfo.InvariantCulture) : 0));
            i = end;
        }

        return lots.ToImmutable();
    }

    private StockCommand Settle(Settlement word)
    {
        var expiresAtMs = word == Settlement.Soft ? _nowMs + ScriptWords.Ms(_words[3]) : 0;
        return StockCommand.Settle(_id, Hold(), word, expiresAtMs, word >= Settlement.Collect ? Number(3) : 0);
    }

    // R1 is the hold of a reservation with one line; R1/2 the second line of a coordinator's.
    private HoldId Hold()
    {
        var parts = _words[1].Split('/');
        return new HoldId(RequestId.Parse(parts[0]), parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
    }

    private StockPolicy Policy()
    {
        var fences = ImmutableArray.CreateBuilder<RingFence>();
        for (var i = 1; i < _words.Length; i++)
        {
            if (_words[i] == "fence")
            {
                fences.Add(new RingFence(Channel.Parse(_words[i + 1]), long.Parse(_words[i + 2], CultureInfo.InvariantCulture)));
            }
        }

        return new StockPolicy
        {
            SafetyUnits = After("safety", 0), OversellUnits = After("oversell", 0), MinUnits = After("min", 1), MaxUnits = After("max", 0),
            RingFences = fences.ToImmutable(),
        };
    }

    private bool Has(string word) => Array.IndexOf(_words, word) >= 0;

    private long Number(int place) => long.Parse(_words[place], NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private long NumberOr(int place, long other) => _words.Length > place ? Number(place) : other;

    private long After(string word, long other) => Has(word) ? Number(Array.IndexOf(_words, word) + 1) : other;

    private long TimeAfter(string word, long other) => Has(word) ? ScriptWords.Ms(_words[Array.IndexOf(_words, word) + 1]) : other;

    private Channel ChannelAfterFor() => Has("for") ? Channel.Parse(_words[Array.IndexOf(_words, "for") + 1]) : Channel.Web;

    private Condition ConditionAt(int place) => _words.Length > place ? ScriptWords.Parse<Condition>(_words[place]) : Condition.Sellable;
}

/// <summary>Words of scripts and what they mean.</summary>
internal static class ScriptWords
{
    /// <summary>AlreadyAccepted is written already_accepted.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var character in value.ToString())
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }

    public static T Parse<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().First(value => Of(value) == word);

    /// <summary>30s, 250ms, 2d, -5s.</summary>
    public static long Ms(string word)
    {
        var unit = word.TrimStart('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var number = long.Parse(word[..^unit.Length], CultureInfo.InvariantCulture);
        return unit switch
        {
            "ms" => number,
            "s" => number * 1000,
            "m" => number * 60_000,
            "h" => number * 3_600_000,
            "d" => number * 86_400_000,
            _ => throw new FormatException($"no such unit of time: {word}"),
        };
    }
}
