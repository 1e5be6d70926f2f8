using Inventory.LoadTests.Measuring;

namespace Inventory.LoadTests.Tests.Measuring;

public sealed class LoopTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_open_loop_begins_each_operation_at_its_time()
    {
        var clock = new FakeClock();
        var began = new List<long>();

        var result = await OpenLoop.RunAsync(
            1_000,
            s_second,
            s_second,
            _ =>
            {
                began.Add(clock.NowMicros);
                return ValueTask.FromResult(Outcome.Granted);
            },
            clock: clock);

        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => i * 1_000L), began);
        Assert.Equal(1_000, result.Sent);
        Assert.Equal(1_000, result.Measured[Outcome.Granted]);
        Assert.Equal(2_000, result.Total[Outcome.Granted]);
        Assert.Equal([1_000L], result.AnsweredPerSecond);
        Assert.Equal(1_000, result.PerSecond);
        Assert.Equal(0, result.Latency.MaxMicros);
    }

    [Fact]
    public async Task A_stall_is_charged_for_everybody_who_should_have_come_meanwhile()
    {
        var clock = new FakeClock();

        var result = await OpenLoop.RunAsync(
            1_000,
            s_second,
            TimeSpan.Zero,
            index =>
            {
                // One operation holds the schedule for half a second, as a stalled machine does.
                clock.Advance(index == 100 ? 500_000 : 0);
                return ValueTask.FromResult(Outcome.Granted);
            },
            clock: clock);

        // The stall itself, and the 499 that were due during it: 499 ms, 498 ms, ... late.
        Assert.Equal(1_000, result.Latency.Count);
        Assert.Equal(500_000, result.Latency.MaxMicros);
        Assert.Equal(500_000L * 501 / 2, result.Latency.SumMicros);
    }

    [Fact]
    public async Task Latency_ends_when_the_answer_comes_and_seconds_count_ends()
    {
        var clock = new FakeClock();

        var result = await OpenLoop.RunAsync(
            100,
            TimeSpan.FromSeconds(3),
            TimeSpan.Zero,
            index =>
            {
                var answer = new TaskCompletionSource<Outcome>();
                clock.At(clock.NowMicros + 30_000, () => answer.SetResult(index % 2 == 0 ? Outcome.Granted : Outcome.SoldOut));
                if (index == 299)
                {
                    // Nobody moves the time after the last one.
                    clock.At(clock.NowMicros, () => { });
                    clock.WaitUntil(clock.NowMicros + 30_000);
                }

                return new ValueTask<Outcome>(answer.Task);
            },
            clock: clock);

        Assert.Equal(300, result.Latency.Count);
        Assert.Equal(30_000, result.Latency.Percentile(50));
        Assert.Equal((150, 150), (result.Measured[Outcome.Granted], result.Measured[Outcome.SoldOut]));
        Assert.Equal([97L, 100L, 100L], result.AnsweredPerSecond);
        Assert.Equal(0, result.Unanswered);
    }

    [Fact]
    public async Task What_is_beyond_the_bound_is_not_sent_and_counted()
    {
        var clock = new FakeClock();

        var result = await OpenLoop.RunAsync(100, s_second, TimeSpan.Zero, PausedUntil(500_000, clock), inFlightMax: 10, clock: clock);

        Assert.Equal(40, result.NotSent);
        Assert.Equal(60, result.Sent);
        Assert.Equal(60, result.Measured.Sum);
    }

    [Fact]
    public async Task What_is_due_waits_for_room_and_its_wait_counts()
    {
        var clock = new FakeClock();
        var paused = PausedUntil(500_000, clock);
        var begun = new List<(long Index, long Micros)>();

        var result = await OpenLoop.RunAsync(
            100,
            s_second,
            TimeSpan.Zero,
            index =>
            {
                begun.Add((index, clock.NowMicros));
                return paused(index);
            },
            inFlightMax: 1_000,
            atOnceMax: 10,
            clock: clock);

        Assert.Equal((100, 0), (result.Sent, result.NotSent));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), begun.Select(one => one.Index));
        Assert.All(begun.Where(one => one.Index is >= 10 and < 50), one => Assert.InRange(one.Micros, 500_000, 500_100));
        Assert.Equal(500_000, result.Latency.MaxMicros);

        // Those that were under way, those that waited for room, and those that found some.
        var sum = Enumerable.Range(0, 50).Sum(i => 500_000L - (i * 10_000));
        Assert.InRange(result.Latency.SumMicros, sum, sum + (40 * 100));
    }

    [Fact]
    public async Task Who_has_waited_longest_gives_up_when_too_many_wait()
    {
        var clock = new FakeClock();
        var waiting = new TaskCompletionSource<Outcome>();
        clock.At(495_000, () => waiting.SetResult(Outcome.Granted));
        var begun = new List<long>();

        var result = await OpenLoop.RunAsync(
            100,
            s_second,
            TimeSpan.Zero,
            index =>
            {
                begun.Add(index);
                return index == 0 ? new ValueTask<Outcome>(waiting.Task) : ValueTask.FromResult(Outcome.Granted);
            },
            inFlightMax: 11,
            atOnceMax: 1,
            clock: clock);

        Assert.Equal([0, .. Enumerable.Range(40, 60)], begun);
        Assert.Equal((61, 39), (result.Sent, result.NotSent));
    }

    [Fact]
    public async Task What_is_due_soon_after_another_goes_with_it()
    {
        var clock = new FakeClock();
        var begun = new List<long>();

        var result = await OpenLoop.RunAsync(
            50_000,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.Zero,
            _ =>
            {
                begun.Add(clock.NowMicros);
                return ValueTask.FromResult(Outcome.Granted);
            },
            clock: clock);

        Assert.Equal(5_000, result.Sent);
        Assert.InRange(begun.Distinct().Count(), 800, 1_001);
        Assert.InRange(result.Latency.MaxMicros, 1, 100);
    }

    [Fact]
    public async Task An_exception_is_a_failure_with_its_message()
    {
        var clock = new FakeClock();

        var result = await OpenLoop.RunAsync(
            10,
            s_second,
            TimeSpan.Zero,
            index => index % 2 == 0 ? throw new IOException("broken\nmore") : ValueTask.FromResult(Outcome.Granted),
            clock: clock);

        Assert.Equal(5, result.Measured[Outcome.Failed]);
        Assert.Equal(5, result.Measured[Outcome.Granted]);
        Assert.Equal([5L], result.AnsweredPerSecond);
        Assert.Equal(5, Assert.Single(result.Errors, error => error.Key == "IOException: broken").Value);
    }

    [Fact]
    public async Task A_closed_loop_begins_the_next_operation_when_the_last_has_ended()
    {
        var clock = new FakeClock();
        var indexes = new List<long>();

        var result = await ClosedLoop.RunAsync(
            1,
            s_second,
            s_second,
            index =>
            {
                indexes.Add(index);
                clock.Advance(10_000);
                return ValueTask.FromResult(Outcome.Granted);
            },
            clock);

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), indexes);
        Assert.Equal(100, result.Sent);
        Assert.Equal(200, result.Total.Sum);
        Assert.Equal(10_000, result.Latency.Percentile(99.9));

        // The last but one of the warm-up ends at the very beginning of the window, and the last of all at its end, outside.
        Assert.Equal([100L], result.AnsweredPerSecond);
    }

    [Fact]
    public async Task A_closed_loop_of_some_operations_does_each_once()
    {
        var seen = new int[10_000];

        var result = await ClosedLoop.RunAsync(
            8,
            seen.Length,
            index =>
            {
                Interlocked.Increment(ref seen[index]);
                return ValueTask.FromResult(Outcome.Granted);
            });

        Assert.All(seen, times => Assert.Equal(1, times));
        Assert.Equal(seen.Length, result.Total.Sum);
        Assert.Equal(seen.Length, result.Latency.Count);
    }

    [Fact]
    public async Task A_stopped_schedule_waits_for_what_is_under_way()
    {
        using var stop = new CancellationTokenSource();
        var clock = new FakeClock();
        var answer = new TaskCompletionSource<Outcome>();

        var run = OpenLoop.RunAsync(
            100,
            TimeSpan.FromSeconds(1_000),
            TimeSpan.Zero,
            index =>
            {
                if (index == 7)
                {
                    stop.Cancel();
                    return new ValueTask<Outcome>(answer.Task);
                }

                return ValueTask.FromResult(Outcome.Granted);
            },
            clock: clock,
            ct: stop.Token);
        answer.SetResult(Outcome.SoldOut);
        var result = await run;

        Assert.Equal((7, 1), (result.Total[Outcome.Granted], result.Total[Outcome.SoldOut]));
        Assert.Equal(0, result.Unanswered);
        Assert.InRange(result.WindowSeconds, 0.06, 0.08);
    }

    // A service that answers nobody until a time, then those who wait, and from then on everybody at once.
    private static Func<long, ValueTask<Outcome>> PausedUntil(long micros, FakeClock clock)
    {
        var waiting = new List<TaskCompletionSource<Outcome>>();
        clock.At(micros, () => waiting.ForEach(static each => each.TrySetResult(Outcome.Granted)));
        return _ =>
        {
            if (clock.NowMicros >= micros)
            {
                return new ValueTask<Outcome>(Outcome.Granted);
            }

            waiting.Add(new TaskCompletionSource<Outcome>());
            return new ValueTask<Outcome>(waiting[^1].Task);
        };
    }
}
