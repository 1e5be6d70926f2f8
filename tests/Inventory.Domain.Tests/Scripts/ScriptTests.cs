using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests.Scripts;

/// <summary>The rules of a stock as scripts: see the <c>.script</c> files beside this one.</summary>
public sealed class ScriptTests
{
    private static readonly Lazy<Script[]> s_scripts = new(ReadAll);

    public static TheoryData<string> Titles => [.. s_scripts.Value.Select(script => script.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public void Rule(string title) => s_scripts.Value.Single(script => script.Title == title).Run();

    [Fact]
    public void Every_outcome_appears_in_a_script()
    {
        var written = s_scripts.Value.SelectMany(script => script.Lines).Where(line => line.Contains("->", StringComparison.Ordinal))
            .Select(line => line.Split("->")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()).ToHashSet();
        StockOutcome[] notOfStocks = [StockOutcome.SlotOutOfReach, StockOutcome.TooManyLines];
        Assert.All(Enum.GetValues<StockOutcome>().Except(notOfStocks), outcome => Assert.Contains(ScriptWords.Of(outcome), written));
    }

    [Fact]
    public void A_script_that_is_wrong_fails()
    {
        Assert.Throws<ScriptFailedException>(() => new Script("wrong outcome", ["receive 1 -> insufficient"]).Run());
        Assert.Throws<ScriptFailedException>(() => new Script("wrong fact", ["receive 1 -> accepted free 2"]).Run());
        Assert.Throws<ScriptFailedException>(() => new Script("wrong word", ["conjure 1 -> accepted"]).Run());
    }

    private static Script[] ReadAll()
    {
        var scripts = new List<Script>();
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scripts"), "*.script").Order(StringComparer.Ordinal))
        {
            foreach (var part in File.ReadAllText(path).Split("== ", StringSplitOptions.RemoveEmptyEntries))
            {
                var lines = part.Split('\n').Select(line => line.Split('#')[0].Trim()).ToList();
                scripts.Add(new Script($"{Path.GetFileNameWithoutExtension(path)}: {lines[0]}", [.. lines.Skip(1).Where(line => line.Length > 0)]));
            }
        }

        return [.. scripts];
    }
}
