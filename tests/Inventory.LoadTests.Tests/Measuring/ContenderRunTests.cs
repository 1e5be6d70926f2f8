using System.Collections.Concurrent;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;

namespace Inventory.LoadTests.Tests.Measuring;

public sealed class ContenderRunTests
{
    [Fact]
    public async Task The_books_of_an_honest_contender_balance()
    {
        var (run, books) = await RunAsync(new Shelf(), operations: 5_000);

        Assert.All(books, check => Assert.True(check.Holds, check.Says));
        Assert.Equal(300, run.Total[Outcome.Granted]);
        Assert.Equal(4_700, run.Total[Outcome.SoldOut]);
    }

    [Fact]
    public async Task A_contender_that_grants_what_it_does_not_record_is_found_out()
    {
        var (_, books) = await RunAsync(new Shelf { Forgets = id => id.GetHashCode() % 50 == 0 }, operations: 200);

        Assert.False(books[0].Holds);
    }

    [Fact]
    public async Task A_contender_that_sells_more_than_there_is_is_found_out()
    {
        var (_, books) = await RunAsync(new Shelf { Oversells = 1 }, operations: 5_000);

        Assert.True(books[0].Holds);
        Assert.False(books[1].Holds);
    }

    [Fact]
    public async Task A_contender_that_holds_for_those_whom_it_refused_is_found_out()
    {
        var (_, books) = await RunAsync(new Shelf { HoldsForRefused = true }, operations: 301);

        Assert.False(books[0].Holds);
    }

    [Fact]
    public async Task A_call_that_failed_may_have_had_its_effect_or_not()
    {
        var (run, books) = await RunAsync(new Shelf { FailsAfterwards = id => id.GetHashCode() % 2 == 0 }, operations: 100);

        Assert.InRange(run.Total[Outcome.Failed], 1, 99);
        Assert.True(books[0].Holds);
        Assert.NotEqual(run.Total[Outcome.Granted], books[0].Found);
    }

    [Fact]
    public void Ids_do_not_repeat() =>
        Assert.Equal(
            40_000,
            Enumerable.Range(0, 4).SelectMany(seed => Enumerable.Range(0, 10_000).Select(index => ContenderRun.IdOf(seed, index))).Distinct().Count());

    private static async Task<(RunResult Run, IReadOnlyList<BookCheck> Books)> RunAsync(Shelf shelf, int operations)
    {
        await using (shelf)
        {
            return await ContenderRun.RunAsync(shelf, 3, 100, seed: 5, one => ClosedLoop.RunAsync(4, operations, one), CancellationToken.None);
        }
    }

    /// <summary>Keeps units in memory, and lies as it is told.</summary>
    private sealed class Shelf : IContender
    {
        private readonly ConcurrentDictionary<Guid, int> _holds = new();
        private readonly Lock _gate = new();
        private long[] _free = [];

        public string Name => "shelf";

        public Func<Guid, bool> Forgets { get; init; } = _ => false;

        public Func<Guid, bool> FailsAfterwards { get; init; } = _ => false;

        public int Oversells { get; init; }

        public bool HoldsForRefused { get; init; }

        public Task PrepareAsync(int stocks, int unitsEach, CancellationToken ct)
        {
            _free = [.. Enumerable.Repeat((long)unitsEach + Oversells, stocks)];
            _holds.Clear();
            return Task.CompletedTask;
        }

        public ValueTask<Outcome> ReserveAsync(int stock, Guid id, CancellationToken ct)
        {
            lock (_gate)
            {
                if (_free[stock] == 0)
                {
                    _ = HoldsForRefused && _holds.TryAdd(id, stock);
                    return ValueTask.FromResult(Outcome.SoldOut);
                }

                _free[stock]--;
            }

            _ = Forgets(id) || _holds.TryAdd(id, stock);
            return FailsAfterwards(id) ? throw new IOException("lost on the way back") : ValueTask.FromResult(Outcome.Granted);
        }

        public Task<long> UnitsHeldAsync(CancellationToken ct) => Task.FromResult((long)_holds.Count);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
