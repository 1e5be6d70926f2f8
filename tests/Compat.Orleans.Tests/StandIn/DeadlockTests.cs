namespace Compat.Orleans.Tests.StandIn;

/// <summary>Upstream lets these calls time out; the stand-in says at once what is wrong.</summary>
public sealed class DeadlockTests
{
    [Fact]
    public async Task A_chain_that_comes_back_to_a_busy_grain_is_reported_with_its_links()
    {
        await using var host = await TestHost.StartAsync();

        var error = await Assert.ThrowsAnyAsync<TimeoutException>(
            () => host.Grains.GetGrain<IRingGrain>("a").Pass(["b", "c", "a"]).WaitAsync(TestHost.Patience));

        Assert.Equal(
            "Deadlock: ring/a IRingGrain.Pass → ring/b IRingGrain.Pass → ring/c IRingGrain.Pass → ring/a IRingGrain.Pass → ring/a IRingGrain.Pass. "
            + "Each waits for the next; these grains are not reentrant.",
            error.Message);
    }

    [Fact]
    public async Task A_grain_that_waits_for_itself_is_reported()
    {
        await using var host = await TestHost.StartAsync();

        var error = await Assert.ThrowsAnyAsync<TimeoutException>(
            () => host.Grains.GetGrain<IRingGrain>("self").Pass(["self"]).WaitAsync(TestHost.Patience));

        Assert.Contains("ring/self", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_chains_that_wait_for_each_other_are_reported()
    {
        await using var host = await TestHost.StartAsync();
        var left = host.Grains.GetGrain<IRingGrain>("left").PassAt("gate", ["right"]);
        var right = host.Grains.GetGrain<IRingGrain>("right").PassAt("gate", ["left"]);
        await host.Journal.Wrote("left at gate");
        await host.Journal.Wrote("right at gate");

        host.Journal.Open("gate");

        await Task.WhenAny(left, right).WaitAsync(TestHost.Patience);
        var failed = left.IsFaulted ? left : right;
        Assert.StartsWith("Deadlock: ", Assert.IsAssignableFrom<TimeoutException>(failed.Exception!.InnerException).Message, StringComparison.Ordinal);
        await Task.WhenAll(left, right).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task Calling_back_into_a_grain_that_waits_for_something_else_is_no_deadlock()
    {
        await using var host = await TestHost.StartAsync();

        var call = host.Grains.GetGrain<IRingGrain>("caller").CallWithoutAwaiting("other", "gate");
        await host.Journal.Wrote("other calls back");
        host.Journal.Open("gate");
        await call.WaitAsync(TestHost.Patience);

        await host.Journal.Wrote("other was answered");
    }
}

public interface IRingGrain : IGrainWithStringKey
{
    Task Pass(string[] keys);

    Task PassAt(string gate, string[] keys);

    Task CallWithoutAwaiting(string other, string gate);

    Task CallBack(string caller);
}

internal sealed class RingGrain(Journal journal) : Grain, IRingGrain
{
    public async Task Pass(string[] keys)
    {
        if (keys.Length > 0)
        {
            await GrainFactory.GetGrain<IRingGrain>(keys[0]).Pass(keys[1..]);
        }
    }

    public async Task PassAt(string gate, string[] keys)
    {
        journal.Write($"{this.GetPrimaryKeyString()} at gate");
        await journal.At(gate);
        await Pass(keys);
    }

    public async Task CallWithoutAwaiting(string other, string gate)
    {
        _ = GrainFactory.GetGrain<IRingGrain>(other).CallBack(this.GetPrimaryKeyString());
        await journal.At(gate);
    }

    public async Task CallBack(string caller)
    {
        journal.Write($"{this.GetPrimaryKeyString()} calls back");
        await GrainFactory.GetGrain<IRingGrain>(caller).Pass([]);
        journal.Write($"{this.GetPrimaryKeyString()} was answered");
    }
}
