using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Grains;
using Microsoft.Extensions.Logging.Abstractions;

namespace Inventory.Silo.Tests;

/// <summary>The rounds that look for better locations, if they are asked for.</summary>
public sealed class ImproverTests
{
    [Fact]
    public void They_are_off_unless_asked_for_and_their_options_have_ranges()
    {
        var (options, problems) = SiloArguments.Parse([], _ => null);
        Assert.Equal((0, 100, 0), (options.ReoptimizeMinutes, options.ReoptimizeSaving, problems.Count));
        (options, problems) = SiloArguments.Parse(["--reoptimize-minutes", "30", "--reoptimize-saving=250"], _ => null);
        Assert.Equal((30, 250, 0), (options.ReoptimizeMinutes, options.ReoptimizeSaving, problems.Count));
        (_, problems) = SiloArguments.Parse(["--reoptimize-minutes", "10081", "--reoptimize-saving", "0"], _ => null);
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("--reoptimize-minutes must be 0 to 10080", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_round_goes_over_all_orders_under_one_id_and_one_that_fails_is_left_to_the_next()
    {
        var (orders, time) = (new Rounds(), new Hand());
        using var improver = new OrderImprover(orders, time, new SiloOptions { ReoptimizeMinutes = 5 }, NullLogger<OrderImprover>.Instance);
        await improver.StartAsync(default);
        for (var round = 0; round < 3; round++)
        {
            var due = time.Due();
            await due;
            time.Ring();
            await orders.Called(round);
        }

        await time.Due();
        await improver.StopAsync(default);
        Assert.Equal([(0, true), (0, false), (1, true), (2, true), (2, false)], orders.Calls.Select(call => (call.Round, call.IsFirst)));
        Assert.All(orders.Calls, call => Assert.Equal(100, call.LeastMinor));
        Assert.Equal(3, orders.Calls.Select(call => call.Id).Distinct().Count());
    }

    /// <summary>Orders of two pages; the second round finds nobody there.</summary>
    private sealed class Rounds : IOrders
    {
        private readonly TaskCompletionSource[] _called = [.. Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource())];
        private int _round = -1;

        public List<(int Round, RequestId Id, bool IsFirst, long LeastMinor)> Calls { get; } = [];

        public Task Called(int round) => _called[round].Task.WaitAsync(TimeSpan.FromSeconds(60));

        public ValueTask<ImprovedOrders> Improve(RequestId id, long leastMinor, RequestId? after, int max, ImproveOnly? only)
        {
            _round += after is null ? 1 : 0;
            Calls.Add((_round, id, after is null, leastMinor));
            if (_round == 1)
            {
                _called[1].TrySetResult();
                throw new TimeoutException("nobody is there");
            }

            if (after is not null)
            {
                _called[_round].TrySetResult();
            }

            return new(new ImprovedOrders(max, [], after is null ? RequestId.Parse("last") : null));
        }

        public ValueTask<OrderQuote> Quote(OrderContent content) => throw new NotSupportedException();

        public ValueTask<OrderAnswer> Place(PlaceOrder order) => throw new NotSupportedException();

        public ValueTask<OrderAnswer> Redeem(RedeemQuote quote) => throw new NotSupportedException();

        public ValueTask<OrderAnswer> Step(RequestId order, OrderStep step) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<UnusedSupply>> UnusedSupply(RequestId order) => throw new NotSupportedException();

        public ValueTask<OrderView?> Get(RequestId order) => throw new NotSupportedException();

        public ValueTask<OrderPage> List(OrderQuery query) => throw new NotSupportedException();

        public ValueTask ResumeWaiting(CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<OrderView> Watch(RequestId order, CancellationToken cancellation) => throw new NotSupportedException();
    }

    /// <summary>A clock with one timer that the test rings.</summary>
    private sealed class Hand : TimeProvider
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _ring;

        /// <summary>Done once somebody waits for the clock.</summary>
        public Task Due()
        {
            lock (_lock)
            {
                return _due.Task.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }

        public void Ring()
        {
            Action? ring;
            lock (_lock)
            {
                (ring, _ring) = (_ring, null);
                _due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            ring!();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(TimeSpan.FromMinutes(5), dueTime);
            lock (_lock)
            {
                _ring = () => callback(state);
                _due.TrySetResult();
            }

            return new Nothing();
        }

        private sealed class Nothing : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
