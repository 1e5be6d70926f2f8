using System.Globalization;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Scripts;

/// <summary>One script: lines that a shopkeeper could read, what was decided and how the stock stands after it in the last column.</summary>
/// <remarks>
/// Beside what a script says, each line is checked in three ways: an accepted command asked again hears the same answer, a twin that lives on decoded events
/// alone agrees in every figure, and after every line the stock survives its snapshot.
/// </remarks>
internal sealed class Script(string title, IReadOnlyList<string> lines)
{
    public const long StartMs = 1_700_000_000_000;
    private static readonly Channel s_web = Channel.Web;
    private readonly Stock _twin = new();
    private Stock _stock = new();
    private StockAnswer _answer;
    private long _nowMs = StartMs;
    private bool _closed;
    private bool _unknown;
    private bool _kit;
    private bool _alone;
    private bool _hasLots;
    private int _shelfDays;
    private string _zone = "";

    public string Title => title;

    public IReadOnlyList<string> Lines => lines;

    public void Run()
    {
        foreach (var line in lines)
        {
            try
            {
                RunLine(line);
            }
            catch (Exception e) when (e is not ScriptFailedException)
            {
                throw new ScriptFailedException($"{title}: '{line}': {e.Message}", e);
            }
        }
    }

    private void RunLine(string line)
    {
        var halves = line.Split("->", 2);
        var words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var expected = (halves.Length == 2 ? halves[1] : "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var times = words[0] == "repeat" ? int.Parse(words[1], CultureInfo.InvariantCulture) : 1;
        for (var i = 0; i < times; i++)
        {
            Do(times > 1 ? words[2..] : words);
        }

        var facts = expected.AsSpan();
        if (facts.Length % 2 == 1)
        {
            Equal("outcome", facts[0], ScriptWords.Of(_answer.Outcome));
            facts = facts[1..];
        }

        for (var i = 0; i < facts.Length; i += 2)
        {
            Equal(facts[i], facts[i + 1], Fact(facts[i]).ToString(CultureInfo.InvariantCulture));
        }

        CheckTwin();
    }

    private void Do(string[] words)
    {
        switch (words[0])
        {
            case "tick":
                _nowMs += ScriptWords.Ms(words[1]);
                break;
            case "clock":
                _nowMs = StartMs + ScriptWords.Ms(words[1]);
                break;
            case "close" or "open":
                _closed = words[0] == "close";
                break;
            case "unknown" or "described":
                _unknown = words[0] == "unknown";
                break;
            case "kit":
                _kit = true;
                break;
            case "lots":
                (_hasLots, _zone, _shelfDays) = (true, words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
                break;
            case "many":
                for (var i = 0; i < int.Parse(words[1], CultureInfo.InvariantCulture); i++)
                {
                    Ask(new ScriptCommand(["receive", "1", "lot", $"L{i}", "best", "2023-12-09"], _nowMs).Command with { SkuHasLots = true });
                }

                break;
            case "lotless":
                _hasLots = false;
                break;
            case "crowd":
                Crowd(int.Parse(words[1], CultureInfo.InvariantCulture));
                break;
            default:
                var context = new ScriptCommand(words, _nowMs).Command with { LocationClosed = _closed, LocationUnknown = _unknown };
                Ask(context with { SkuIsKit = _kit, SkuHasLots = _hasLots });
                break;
        }
    }

    private void Ask(in StockCommand command)
    {
        Heed();
        var decision = StockRules.Decide(_stock, command, _nowMs, out var change);
        _answer = decision.Answer;
        if (!decision.Changes)
        {
            return;
        }

        _stock.Apply(change);
        if (_alone)
        {
            return;
        }

        Span<byte> bytes = new byte[StockEventCodec.BytesMax(change)];
        _twin.Apply(StockEventCodec.Decode(bytes[..StockEventCodec.Encode(change, bytes)]));
        var again = StockRules.Decide(_stock, command, _nowMs, out _);
        Equal("the answer again", (_answer with { Outcome = StockOutcome.AlreadyAccepted }).ToString(), again.Answer.ToString());
    }

    private void Heed()
    {
        _stock.HeedLots(_hasLots ? _zone : null, _shelfDays);
        _twin.HeedLots(_hasLots ? _zone : null, _shelfDays);
    }

    // Holds without number, put there directly: what is tried is the limit, not the way to it.
    private void Crowd(int holds)
    {
        _alone = true;
        for (var i = 0; i < holds; i++)
        {
            _stock.RestoreHold(new HoldId(new RequestId(1, (ulong)i), 0), new Hold(s_web, 1, 1, 0, 0, long.MaxValue, 0, false));
        }
    }

    private long Fact(string name)
    {
        _stock.AdvanceTo(_nowMs);
        Heed();
        return name switch
        {
            "on_hand" => _stock.Sellable,
            "damaged" => _stock.Damaged,
            "quarantine" => _stock.Quarantine,
            "display" => _stock.Display,
            "held" => _stock.Held,
            "pledged" => _stock.Pledged,
            "holds" => _stock.HoldCount,
            "free" => _stock.Atp(s_web),
            "version" => _stock.Version,
            "units" => _answer.Units,
            "expires_ms" => _answer.ExpiresAtMs == 0 ? 0 : _answer.ExpiresAtMs - StartMs,
            "due_ms" => _stock.NextDueMs == long.MaxValue ? -1 : _stock.NextDueMs - StartMs,
            "lapsed" => _stock.LapsedLease(_nowMs) is null ? 0 : 1,
            "books" => _stock.Ledger.Balance,
            "past" => _stock.PastDate,
            "edge_ms" => _stock.NextEdgeMs == long.MaxValue ? -1 : _stock.NextEdgeMs - StartMs,
            _ when name.StartsWith("lot:", StringComparison.Ordinal) => LotFact(name["lot:".Length..].Split('/')),
            _ when name.StartsWith("free:", StringComparison.Ordinal) => _stock.Atp(Channel.Parse(name["free:".Length..])),
            _ => throw new FormatException($"no such fact: {name}"),
        };
    }

    private long LotFact(string[] words)
    {
        var lot = _stock.Lots.FirstOrDefault(each => each.Name == LotName.Parse(words[0]));
        return words.Length == 1 ? lot.Sellable : ScriptWords.Parse<Condition>(words[1]) switch
        {
            Condition.Damaged => lot.Damaged,
            Condition.Quarantine => lot.Quarantine,
            Condition.Display => lot.Display,
            _ => lot.Sellable,
        };
    }

    private void CheckTwin()
    {
        if (_alone)
        {
            return;
        }

        _stock.AdvanceTo(_nowMs);
        _twin.AdvanceTo(_nowMs);
        Heed();
        Equal("the twin", StockPictures.Of(_stock), StockPictures.Of(_twin));
        var bytes = new byte[StockSnapshotCodec.BytesMax(_stock)];
        _stock = StockSnapshotCodec.Decode(bytes.AsSpan(0, StockSnapshotCodec.Encode(_stock, bytes)));
        Heed();
        Equal("the snapshot", StockPictures.Of(_twin), StockPictures.Of(_stock));
    }

    private static void Equal(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            throw new FormatException($"{what}: expected {expected}, was {actual}");
        }
    }
}

/// <summary>A line of a script did not come out as written.</summary>
public sealed class ScriptFailedException(string message, Exception inner) : Exception(message, inner);
