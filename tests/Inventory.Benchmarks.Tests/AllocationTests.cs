using System.Text.Json;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Inventory.Benchmarks.Tests;

/// <summary>What one operation allocates is a promise, written down in benchmarks/expected-allocations.json.</summary>
public sealed class AllocationTests
{
    // Where several threads take part, how often they meet decides over some objects.
    private const double SharedSlack = 1.25;
    private const double SharedSlackBytes = 128;

    private static readonly Dictionary<string, int> s_expected = JsonSerializer.Deserialize<Dictionary<string, int>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "expected-allocations.json")))!;

    public static TheoryData<string> Cases => [.. BenchmarkCase.All().Select(each => each.ToString())];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_operation_allocates_more_than_is_written_down(string benchmark)
    {
        var measured = await BenchmarkCase.All().Single(each => each.ToString() == benchmark).MeasureAsync(s_expected);
        var problems = measured.Select(each => Problem(each.Name, each.Allocation)).OfType<string>();
        Assert.True(!problems.Any(), string.Join('\n', problems));
    }

    [Fact]
    public void Every_figure_belongs_to_a_benchmark_and_every_benchmark_has_one() =>
        Assert.Equal(BenchmarkCase.All().SelectMany(each => each.Names).Order(StringComparer.Ordinal), s_expected.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(100, 100.4, true, true)]
    [InlineData(100, 101, true, false)]
    [InlineData(0, 0.2, true, true)]
    [InlineData(0, 8, true, false)]
    [InlineData(100, 60, true, false)]
    [InlineData(24, 0, true, false)]
    [InlineData(1000, 1300, false, true)]
    [InlineData(1000, 1400, false, false)]
    [InlineData(1000, 300, false, false)]
    public void A_figure_that_is_passed_or_out_of_date_is_a_problem(int expected, double bytes, bool isExact, bool isRight) =>
        Assert.Equal(isRight, Problem("it", expected, new Allocation(bytes, isExact)) is null);

    private static string? Problem(string name, Allocation allocation) => s_expected.TryGetValue(name, out var expected)
        ? Problem(name, expected, allocation)
        : $"{name} has no figure; it allocates {allocation.Bytes:F1} bytes.";

    private static string? Problem(string name, int expected, Allocation allocation)
    {
        var (slack, slackBytes) = allocation.IsExact ? (1.0, 0.5) : (SharedSlack, SharedSlackBytes);
        if (allocation.Bytes > (expected * slack) + slackBytes)
        {
            return $"{name} allocates {allocation.Bytes:F1} bytes; at most {expected} are written down.";
        }

        // Room that nobody needs any more would hide the next object that creeps in.
        var (shrunk, shrunkBytes) = allocation.IsExact ? (0.9, 8) : (0.6, 128);
        return allocation.Bytes + shrunkBytes < expected * shrunk || (allocation.IsExact && expected > 0 && allocation.Bytes < 0.5)
            ? $"{name} allocates only {allocation.Bytes:F1} bytes; {expected} are written down. Write down the new figure."
            : null;
    }
}
