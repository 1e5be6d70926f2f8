using Orleans.Concurrency;

namespace Compat.Orleans.Tests;

public sealed class TurnTests
{
    [Fact]
    public async Task A_grain_runs_under_its_own_scheduler_before_and_after_awaits_and_has_no_synchronization_context()
    {
        await using var host = await TestHost.StartAsync();

        Assert.True(await host.Grains.GetGrain<ITurnGrain>("a").SchedulerStays());
        Assert.False(await host.Grains.GetGrain<ITurnGrain>("a").HasSynchronizationContext());
        Assert.True(await host.Grains.GetGrain<ITurnGrain>("a").SchedulerDiffersFromThatOf(host.Grains.GetGrain<ITurnGrain>("b")));
    }

    [Fact]
    public async Task Turns_of_one_grain_never_overlap_however_many_threads_call()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IInterleavingGrain>("one");

        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var call = 0; call < 500; call++)
            {
                await grain.TouchTwice();
            }
        }));
        await Task.WhenAll(calls).WaitAsync(TestHost.Patience);

        Assert.Equal((8 * 500 * 2, false), await grain.Touches());
    }

    [Fact]
    public async Task A_request_waits_for_the_whole_of_the_one_before()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ITurnGrain>("queue");

        var first = grain.Wait("first", "gate 1");
        await host.Journal.Wrote("first begins");
        var second = grain.Wait("second", "gate 2");
        host.Journal.Open("gate 2");
        host.Journal.Open("gate 1");
        await Task.WhenAll(first, second).WaitAsync(TestHost.Patience);

        Assert.Equal(["first begins", "first ends", "second begins", "second ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task A_reentrant_grain_takes_the_next_request_while_one_awaits()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IInterleavingGrain>("r");

        var first = grain.Wait("first", "gate 1");
        await host.Journal.Wrote("first begins");
        host.Journal.Open("gate 2");
        await grain.Wait("second", "gate 2").WaitAsync(TestHost.Patience);
        host.Journal.Open("gate 1");
        await first.WaitAsync(TestHost.Patience);

        Assert.Equal(["first begins", "second begins", "second ends", "first ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task Readers_interleave_with_readers_and_keep_writers_out()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ITurnGrain>("readers");

        var first = grain.Read("first", "gate 1");
        await host.Journal.Wrote("first begins");
        var writer = grain.Wait("writer", "gate 3");
        var second = grain.Read("second", "gate 2");
        await host.Journal.Wrote("second begins");
        host.Journal.Open("gate 3");
        host.Journal.Open("gate 2");
        await second.WaitAsync(TestHost.Patience);
        host.Journal.Open("gate 1");
        await Task.WhenAll(first, writer).WaitAsync(TestHost.Patience);

        Assert.Equal(
            ["first begins", "second begins", "second ends", "first ends", "writer begins", "writer ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task A_writer_waits_for_readers_but_not_for_what_interleaves()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ITurnGrain>("mixed");

        var reader = grain.Read("reader", "gate 1");
        await host.Journal.Wrote("reader begins");
        var poll = grain.Poll("poll", "gate 2");
        await host.Journal.Wrote("poll begins");
        host.Journal.Open("gate 3");
        var writer = grain.Wait("writer", "gate 3");
        host.Journal.Open("gate 1");
        await Task.WhenAll(reader, writer).WaitAsync(TestHost.Patience);
        host.Journal.Open("gate 2");
        await poll.WaitAsync(TestHost.Patience);

        Assert.Equal(
            ["reader begins", "poll begins", "reader ends", "writer begins", "writer ends", "poll ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task A_reader_waits_for_a_writer()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ITurnGrain>("writer");

        var writer = grain.Wait("writer", "gate 1");
        await host.Journal.Wrote("writer begins");
        host.Journal.Open("gate 2");
        var reader = grain.Read("reader", "gate 2");
        host.Journal.Open("gate 1");
        await Task.WhenAll(writer, reader).WaitAsync(TestHost.Patience);

        Assert.Equal(["writer begins", "writer ends", "reader begins", "reader ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task AlwaysInterleave_enters_while_another_request_awaits()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ITurnGrain>("urgent");

        var waiting = grain.Wait("slow", "gate 1");
        await host.Journal.Wrote("slow begins");
        await grain.Urgent().WaitAsync(TestHost.Patience);
        host.Journal.Open("gate 1");
        await waiting.WaitAsync(TestHost.Patience);

        Assert.Equal(["slow begins", "urgent", "slow ends"], host.Journal.Lines);
    }

    [Fact]
    public async Task A_call_that_is_not_awaited_may_call_back()
    {
        await using var host = await TestHost.StartAsync();

        await host.Grains.GetGrain<ITurnGrain>("a").StartAndLeave("b").WaitAsync(TestHost.Patience);

        await host.Journal.Wrote("called back a").WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task Deep_chains_of_calls_do_not_overflow_the_stack()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(5000, await host.Grains.GetGrain<IChainGrain>(0).Depth(5000).WaitAsync(TestHost.Patience));
    }
}

public interface ITurnGrain : IGrainWithStringKey
{
    Task<bool> SchedulerStays();

    Task<bool> HasSynchronizationContext();

    Task<bool> SchedulerDiffersFromThatOf(ITurnGrain other);

    Task<int> SchedulerId();

    Task Wait(string name, string gate);

    [ReadOnly]
    Task Read(string name, string gate);

    [AlwaysInterleave]
    Task Urgent();

    [AlwaysInterleave]
    Task Poll(string name, string gate);

    Task StartAndLeave(string other);

    Task CallBack(ITurnGrain caller);

    Task Note();
}

internal sealed class TurnGrain(Journal journal) : Grain, ITurnGrain
{
    public async Task<bool> SchedulerStays()
    {
        var before = TaskScheduler.Current;
        await Task.Yield();
        await Task.Run(() => { });
        return before != TaskScheduler.Default && ReferenceEquals(before, TaskScheduler.Current);
    }

    public async Task<bool> HasSynchronizationContext()
    {
        var before = SynchronizationContext.Current is not null;
        await Task.Yield();
        return before || SynchronizationContext.Current is not null;
    }

    public async Task<bool> SchedulerDiffersFromThatOf(ITurnGrain other) => await other.SchedulerId() != TaskScheduler.Current.Id;

    public Task<int> SchedulerId() => Task.FromResult(TaskScheduler.Current.Id);

    public async Task Wait(string name, string gate)
    {
        journal.Write($"{name} begins");
        await journal.At(gate);
        journal.Write($"{name} ends");
    }

    public Task Read(string name, string gate) => Wait(name, gate);

    public Task Poll(string name, string gate) => Wait(name, gate);

    public Task Urgent()
    {
        journal.Write("urgent");
        return Task.CompletedTask;
    }

    public Task StartAndLeave(string other)
    {
        _ = GrainFactory.GetGrain<ITurnGrain>(other).CallBack(this.AsReference<ITurnGrain>());
        return Task.CompletedTask;
    }

    public async Task CallBack(ITurnGrain caller)
    {
        await caller.Note();
        journal.Write($"called back {caller.GetPrimaryKeyString()}");
    }

    public Task Note() => Task.CompletedTask;
}

public interface IInterleavingGrain : IGrainWithStringKey
{
    ValueTask TouchTwice();

    ValueTask<(int Count, bool Overlapped)> Touches();

    Task Wait(string name, string gate);
}

[Reentrant]
internal sealed class InterleavingGrain(Journal journal) : Grain, IInterleavingGrain
{
    private int _count;
    private int _inside;
    private bool _overlapped;

    public async ValueTask TouchTwice()
    {
        Touch();
        await Task.Yield();
        Touch();
    }

    public ValueTask<(int Count, bool Overlapped)> Touches() => new((_count, _overlapped));

    public async Task Wait(string name, string gate)
    {
        journal.Write($"{name} begins");
        await journal.At(gate);
        journal.Write($"{name} ends");
    }

    private void Touch()
    {
        _overlapped |= Interlocked.Increment(ref _inside) != 1;
        _count++;
        Thread.SpinWait(20);
        Interlocked.Decrement(ref _inside);
    }
}

public interface IChainGrain : IGrainWithIntegerKey
{
    Task<int> Depth(int more);
}

internal sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<int> Depth(int more) =>
        more == 0 ? 0 : 1 + await GrainFactory.GetGrain<IChainGrain>(this.GetPrimaryKeyLong() + 1).Depth(more - 1);
}
