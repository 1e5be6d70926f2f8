using Orleans.Concurrency;
using Orleans.Configuration;

namespace Compat.Orleans.Tests;

/// <summary>What the engine does around calls: one-way, workers, timers, tokens, timeouts, limits, observers, contexts.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task A_one_way_call_returns_before_it_is_served_and_hides_its_error()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IServiceGrain>("o");

        await grain.Forget("gate").WaitAsync(TestHost.Patience);
        await host.Journal.Wrote("forgotten begins");
        Assert.DoesNotContain("forgotten ends", host.Journal.Lines);
        host.Journal.Open("gate");
        await host.Journal.Wrote("forgotten ends");

        Assert.Equal(1, await grain.One());
    }

    [Fact]
    public async Task A_stateless_worker_has_several_activations_up_to_its_limit()
    {
        await using var host = await TestHost.StartAsync();
        var worker = host.Grains.GetGrain<IWorkerGrain>(0);

        var calls = Enumerable.Range(0, 6).Select(_ => worker.Work("gate")).ToList();
        await host.Journal.Wrote("2 at work");
        host.Journal.Open("gate");
        await Task.WhenAll(calls).WaitAsync(TestHost.Patience);

        Assert.Equal(2, (await Task.WhenAll(calls)).Distinct().Count());
        Assert.DoesNotContain("3 at work", host.Journal.Lines);
    }

    [Fact]
    public async Task A_timer_ticks_as_a_turn_of_its_grain_until_it_is_disposed()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(time: time);
        var grain = host.Grains.GetGrain<IServiceGrain>("t");

        await grain.StartTimer(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(5));
        await host.Journal.Wrote("tick 1 in turn True");
        Assert.Equal(1, await grain.One());
        time.Advance(TimeSpan.FromSeconds(10));
        await host.Journal.Wrote("tick 2 in turn True");
        await grain.StopTimer();
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, await grain.One());

        Assert.DoesNotContain("tick 3 in turn True", host.Journal.Lines);
    }

    [Fact]
    public async Task A_timer_waits_while_a_request_runs()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(time: time);
        var grain = host.Grains.GetGrain<IServiceGrain>("tw");

        await grain.StartTimer(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        var waiting = grain.Wait("gate");
        await host.Journal.Wrote("waiting");
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.DoesNotContain("tick 1 in turn True", host.Journal.Lines);
        host.Journal.Open("gate");
        await waiting.WaitAsync(TestHost.Patience);

        await host.Journal.Wrote("tick 1 in turn True");
    }

    [Fact]
    public async Task A_token_cancels_the_callee_and_releases_the_caller()
    {
        await using var host = await TestHost.StartAsync();
        using var source = new CancellationTokenSource();

        var call = host.Grains.GetGrain<IServiceGrain>("c").UntilCancelled(source.Token);
        await host.Journal.Wrote("waiting for the token");
        Assert.False(call.IsCompleted);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TestHost.Patience));
        await host.Journal.Wrote("cancelled in turn True");
    }

    [Fact]
    public async Task A_token_that_was_cancelled_before_the_call_cancels_it()
    {
        await using var host = await TestHost.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => host.Grains.GetGrain<IServiceGrain>("c").UntilCancelled(new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_call_that_is_not_answered_in_time_fails_with_a_timeout()
    {
        await using var host = await TestHost.StartAsync(
            silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMilliseconds(200)));
        var grain = host.Grains.GetGrain<IServiceGrain>("slow");

        await Assert.ThrowsAsync<TimeoutException>(() => grain.Wait("gate"));
        host.Journal.Open("gate");

        Assert.Equal(1, await grain.One());
    }

    [Fact]
    public async Task A_method_may_have_a_response_timeout_of_its_own()
    {
        await using var host = await TestHost.StartAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => host.Grains.GetGrain<IServiceGrain>("own").WaitBriefly("gate").WaitAsync(TestHost.Patience));
        host.Journal.Open("gate");
    }

    [Fact]
    public async Task A_full_queue_refuses_further_requests()
    {
        await using var host = await TestHost.StartAsync(
            silo => silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 5));
        var grain = host.Grains.GetGrain<IServiceGrain>("full");
        var first = grain.Wait("gate");
        await host.Journal.Wrote("waiting");

        var calls = Enumerable.Range(0, 50).Select(_ => grain.One()).ToList();
        var refused = await Task.WhenAny(calls).WaitAsync(TestHost.Patience);
        await Assert.ThrowsAsync<LimitExceededException>(() => refused);
        host.Journal.Open("gate");
        await first.WaitAsync(TestHost.Patience);
        await Task.WhenAll(calls.Select(call => call.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(TestHost.Patience);

        Assert.InRange(calls.Count(call => call.IsCompletedSuccessfully), 4, 6);
        Assert.Equal(1, await grain.One());
    }

    [Fact]
    public async Task An_observer_is_called_back_one_call_at_a_time()
    {
        await using var host = await TestHost.StartAsync();
        var listener = new Listener(host.Journal);
        var reference = host.Grains.CreateObjectReference<IListener>(listener);

        await host.Grains.GetGrain<IServiceGrain>("news").Publish(reference, "first");
        await host.Journal.Wrote("heard first");
        host.Grains.DeleteObjectReference<IListener>(reference);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task The_request_context_reaches_the_callee_and_does_not_come_back()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IServiceGrain>("context");
        RequestContext.Set("user", "ada");

        Assert.Equal("ada", await grain.UserThenSetTo("bob"));
        Assert.Equal("ada", await grain.UserThenSetTo("bob"));
        RequestContext.Clear();
    }

    [Fact]
    public async Task Other_work_can_be_queued_as_a_turn()
    {
        await using var host = await TestHost.StartAsync();

        await host.Grains.GetGrain<IServiceGrain>("queued").QueueSomething();

        await host.Journal.Wrote("queued in turn True");
    }

    [Fact]
    public async Task After_the_host_has_stopped_calls_fail()
    {
        var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IServiceGrain>("late");
        await grain.One();
        await host.StopAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => grain.One().WaitAsync(TestHost.Patience));
    }
}

public interface IListener : IGrainObserver
{
    void Heard(string news);
}

internal sealed class Listener(Journal journal) : IListener
{
    public void Heard(string news) => journal.Write($"heard {news}");
}

public interface IServiceGrain : IGrainWithStringKey
{
    Task<int> One();

    [OneWay]
    Task Forget(string gate);

    Task Wait(string gate);

    [ResponseTimeout("00:00:00.2")]
    Task WaitBriefly(string gate);

    Task UntilCancelled(CancellationToken cancellationToken);

    Task StartTimer(TimeSpan due, TimeSpan period);

    Task StopTimer();

    Task StartKeeper(bool keepAlive);

    Task Publish(IListener listener, string news);

    Task<string?> UserThenSetTo(string user);

    Task QueueSomething();
}

internal sealed class ServiceGrain(Journal journal) : Grain, IServiceGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"service {this.GetPrimaryKeyString()} ended");
        return Task.CompletedTask;
    }

    public Task<int> One() => Task.FromResult(1);

    public async Task Forget(string gate)
    {
        journal.Write("forgotten begins");
        await journal.At(gate);
        journal.Write("forgotten ends");
        throw new InvalidDataException("Nobody hears this.");
    }

    public async Task Wait(string gate)
    {
        journal.Write("waiting");
        await journal.At(gate);
    }

    public Task WaitBriefly(string gate) => Wait(gate);

    public async Task UntilCancelled(CancellationToken cancellationToken)
    {
        var mine = TaskScheduler.Current;
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() => cancelled.TrySetResult());
        journal.Write("waiting for the token");
        await cancelled.Task;
        journal.Write($"cancelled in turn {TaskScheduler.Current == mine}");
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StartTimer(TimeSpan due, TimeSpan period)
    {
        var mine = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(
            async _ =>
            {
                await Task.Yield();
                journal.Write($"tick {++_ticks} in turn {TaskScheduler.Current == mine}");
            },
            new GrainTimerCreationOptions(due, period));
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task StartKeeper(bool keepAlive)
    {
        this.RegisterGrainTimer(
            () =>
            {
                // Written in a turn of its own, when the timer has been set anew.
                GrainContext.Scheduler.QueueAction(() => journal.Write($"{this.GetPrimaryKeyString()} {++_ticks}"));
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)) { KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task Publish(IListener listener, string news)
    {
        listener.Heard(news);
        return Task.CompletedTask;
    }

    public Task<string?> UserThenSetTo(string user)
    {
        var found = RequestContext.Get("user") as string;
        RequestContext.Set("user", user);
        return Task.FromResult(found);
    }

    public Task QueueSomething()
    {
        var mine = TaskScheduler.Current;
        GrainContext.Scheduler.QueueAction(() => journal.Write($"queued in turn {TaskScheduler.Current == mine}"));
        return Task.CompletedTask;
    }
}

public interface IWorkerGrain : IGrainWithIntegerKey
{
    Task<int> Work(string gate);
}

[StatelessWorker(2)]
internal sealed class WorkerGrain(Journal journal) : Grain, IWorkerGrain
{
    private static int s_atWork;

    public async Task<int> Work(string gate)
    {
        journal.Write($"{Interlocked.Increment(ref s_atWork)} at work");
        await journal.At(gate);
        Interlocked.Decrement(ref s_atWork);
        return GetHashCode();
    }
}
