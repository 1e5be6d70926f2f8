namespace Compat.Orleans.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task The_first_call_activates_and_all_further_calls_meet_the_same_activation()
    {
        await using var host = await TestHost.StartAsync();
        var reference = host.Grains.GetGrain<ILivingGrain>("one");

        var numbers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => reference.Count())));

        Assert.Equal(Enumerable.Range(1, 50), numbers.Order());
        Assert.Equal(["activated one"], host.Journal.Lines);
    }

    [Fact]
    public async Task Activation_ends_before_the_first_request_begins()
    {
        await using var host = await TestHost.StartAsync();
        var call = host.Grains.GetGrain<ISlowStarter>("s").Started();

        await host.Journal.Wrote("activating");
        Assert.False(call.IsCompleted);
        host.Journal.Open("start");

        Assert.True(await call.WaitAsync(TestHost.Patience));
    }

    [Fact]
    public async Task What_activation_throws_reaches_the_caller_and_the_next_call_tries_again()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IFailingStarter>("f");

        var error = await Assert.ThrowsAsync<InvalidDataException>(grain.Ping);
        Assert.Equal("first time", error.Message);
        await grain.Ping();

        Assert.Equal(["attempt", "attempt"], host.Journal.Lines);
    }

    [Fact]
    public async Task DeactivateOnIdle_ends_the_activation_after_the_call_and_the_next_call_makes_a_new_one()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ILivingGrain>("d");

        Assert.Equal(1, await grain.Count());
        await grain.Leave();
        await host.Journal.Wrote("deactivated d ApplicationRequested");

        Assert.Equal(1, await grain.Count());
        Assert.Equal(2, host.Journal.Lines.Count(line => line == "activated d"));
    }

    [Fact]
    public async Task A_call_during_deactivation_waits_for_the_next_activation()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<ISlowLeaver>("l");
        await grain.Leave();
        await host.Journal.Wrote("leaving");

        var call = grain.Ping();
        Assert.False(call.IsCompleted);
        host.Journal.Open("leave");
        await call.WaitAsync(TestHost.Patience);

        Assert.Equal(["activated", "leaving", "left", "activated", "ping"], host.Journal.Lines);
    }

    [Fact]
    public async Task Stopping_the_host_deactivates_every_grain()
    {
        var host = await TestHost.StartAsync();
        var keys = Enumerable.Range(0, 20).Select(number => $"k{number}").ToList();
        await Task.WhenAll(keys.Select(key => host.Grains.GetGrain<ILivingGrain>(key).Count()));

        await host.StopAsync();

        Assert.All(keys, key => Assert.Contains($"deactivated {key} ShuttingDown", host.Journal.Lines));
    }

    [Fact]
    public async Task Services_of_an_activation_are_disposed_with_it()
    {
        await using var host = await TestHost.StartAsync();
        var grain = host.Grains.GetGrain<IScopedGrain>("s");

        var first = await grain.Leave();
        await host.Journal.Wrote("left");
        var second = await grain.Leave();

        Assert.Equal(("scoped/s", "scoped/s"), (first, second));
        Assert.Contains("disposed False at the end", host.Journal.Lines);
    }
}

public interface ILivingGrain : IGrainWithStringKey
{
    Task<int> Count();

    Task Leave();

    Task Stay(TimeSpan time);
}

internal sealed class LivingGrain(Journal journal) : Grain, ILivingGrain
{
    private int _count;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write($"activated {this.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"deactivated {this.GetPrimaryKeyString()} {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<int> Count() => Task.FromResult(++_count);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }
}

public interface ISlowStarter : IGrainWithStringKey
{
    Task<bool> Started();
}

internal sealed class SlowStarterGrain(Journal journal) : Grain, ISlowStarter
{
    private bool _started;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write("activating");
        await journal.At("start");
        _started = true;
    }

    public Task<bool> Started() => Task.FromResult(_started);
}

public interface IFailingStarter : IGrainWithStringKey
{
    Task Ping();
}

internal sealed class FailingStarterGrain(Journal journal) : Grain, IFailingStarter
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write("attempt");
        return journal.Lines.Length == 1 ? throw new InvalidDataException("first time") : Task.CompletedTask;
    }

    public Task Ping() => Task.CompletedTask;
}

public interface ISlowLeaver : IGrainWithStringKey
{
    Task Leave();

    Task Ping();
}

internal sealed class SlowLeaverGrain(Journal journal) : Grain, ISlowLeaver
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write("activated");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (journal.Lines.Contains("leaving"))
        {
            return;
        }

        journal.Write("leaving");
        await journal.At("leave");
        journal.Write("left");
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Ping()
    {
        journal.Write("ping");
        return Task.CompletedTask;
    }
}

public interface IScopedGrain : IGrainWithStringKey
{
    Task<string> Leave();
}

internal sealed class ScopedGrain(Journal journal, ScopedThing scoped) : Grain, IScopedGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"disposed {scoped.IsDisposed} at the end");
        journal.Write("left");
        return Task.CompletedTask;
    }

    public Task<string> Leave()
    {
        DeactivateOnIdle();
        return Task.FromResult(scoped.Owner.ToString());
    }
}
