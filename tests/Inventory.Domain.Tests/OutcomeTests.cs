using System.Text.RegularExpressions;
using Inventory.Domain.Orders;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Tests;

public sealed class OutcomeTests
{
    public static TheoryData<StockOutcome> Outcomes => [.. Enum.GetValues<StockOutcome>()];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_is_sorted_into_passing_or_not(StockOutcome outcome)
    {
        var passes = outcome.MayPassLater();
        Assert.False(passes && outcome.IsAccepted());
    }

    [Fact]
    public void Every_outcome_of_an_order_is_sorted_into_passing_or_not() =>
        Assert.All(Enum.GetValues<OrderOutcome>(), outcome => Assert.False(outcome.MayPassLater() && outcome.IsAccepted()));

    [Fact]
    public void Numbers_have_no_gaps()
    {
        Assert.Equal(Enumerable.Range(0, Enum.GetValues<StockOutcome>().Length), Enum.GetValues<StockOutcome>().Select(outcome => (int)outcome));
        Assert.Equal(Enumerable.Range(0, Enum.GetValues<OrderOutcome>().Length), Enum.GetValues<OrderOutcome>().Select(outcome => (int)outcome));
        Assert.Equal(Enumerable.Range(0, Enum.GetValues<LocationOutcome>().Length), Enum.GetValues<LocationOutcome>().Select(outcome => (int)outcome));
    }

    [Fact]
    public void An_outcome_that_is_none_is_not_classified()
    {
        Assert.Throws<System.Diagnostics.UnreachableException>(() => ((StockOutcome)200).MayPassLater());
        Assert.Throws<System.Diagnostics.UnreachableException>(() => ((OrderOutcome)200).MayPassLater());
    }

    [Fact]
    public void Every_outcome_is_asserted_by_some_test()
    {
        var tests = Directory.GetFiles(Path.Combine(Root(), "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != nameof(OutcomeTests) + ".cs").Select(File.ReadAllText).ToList();
        var scripts = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scripts"), "*.script").Select(File.ReadAllText).ToList();
        AllMet<LocationOutcome>(_ => false);
        AllMet<OrderOutcome>(_ => false);
        AllMet<StockOutcome>(outcome => scripts.Any(script => script.Contains($"-> {Scripts.ScriptWords.Of(outcome)}", StringComparison.Ordinal)));

        void AllMet<T>(Func<T, bool> isInScript)
            where T : struct, Enum =>
            Assert.All(Enum.GetValues<T>(), outcome =>
            {
                var name = $"{typeof(T).Name}.{outcome}";
                Assert.True(isInScript(outcome) || tests.Any(test => Regex.IsMatch(test, $@"\b{name}\b")), $"no test asserts {name}");
            });
    }

    [Fact]
    public void A_command_without_a_verb_is_a_bug() =>
        Assert.Throws<System.Diagnostics.UnreachableException>(
            () => StockRules.Decide(new Stock(), new StockCommand { Units = 1 }, 1, out _));

    [Fact]
    public void An_event_that_takes_more_than_is_there_stops_its_owner()
    {
        var stock = new Stock();
        var taken = new StockEvent { Verb = StockVerb.Adjust, Units = -1, Reason = AdjustReason.Shrink, AtMs = 1 };
        Assert.Throws<InvariantBrokenException>(() => stock.Apply(taken));
        Assert.Throws<InvariantBrokenException>(() => new Stock().Apply(new StockEvent { Verb = StockVerb.Collect, Units = 1, AtMs = 1 }));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Inventory.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no Inventory.sln above the tests");
        }

        return folder.FullName;
    }
}
