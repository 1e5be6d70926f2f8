using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Simulation;

namespace Compat.Orleans.Tests.StandIn;

/// <summary>The seeded world: same seed, same run; other seeds, other orders; crashes between any two steps.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void The_same_seed_gives_the_same_order_of_turns_and_other_seeds_give_others()
    {
        var first = Run(seed: 7);
        var again = Run(seed: 7);
        var orders = Enumerable.Range(0, 40).Select(seed => string.Join(',', Run(seed).Order)).Distinct().Count();

        Assert.Equal(first, again);
        Assert.InRange(orders, 10, 40);

        static (ulong Fingerprint, string Order) Run(int seed)
        {
            var world = World(seed, out var disk);
            var calls = Enumerable.Range(0, 5)
                .Select(number => world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("g").Append($"{number}")))
                .ToList();
            world.Advance(TimeSpan.FromSeconds(1));
            Assert.All(calls, call => Assert.True(call.IsCompletedSuccessfully, $"seed {seed}"));
            return (world.Fingerprint, string.Join(' ', disk.Synced));
        }
    }

    [Fact]
    public void Time_stands_until_it_is_advanced()
    {
        var world = World(seed: 1, out var disk);

        var call = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("g").Append("x"));
        world.RunUntilIdle();
        Assert.False(call.IsCompleted);
        Assert.Empty(disk.Synced);
        world.Advance(TimeSpan.FromMilliseconds(5));

        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(["x"], disk.Synced);
    }

    [Fact]
    public async Task A_crash_at_any_step_loses_nothing_that_was_answered()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var world = World(seed, out var disk);
            var calls = Enumerable.Range(0, 6)
                .Select(number => world.Start(() => world.Grains.GetGrain<ISimulatedGrain>($"g{number % 2}").Append($"{number}")))
                .ToList();
            world.Run(stepsMax: seed);
            if (seed % 3 != 0)
            {
                world.Advance(TimeSpan.FromMilliseconds(seed % 7));
            }

            world.Crash();
            var answered = await Task.WhenAll(calls.Where(call => call.IsCompletedSuccessfully));
            disk.LoseUnsynced();
            world.RunUntilIdle();

            Assert.All(calls, call => Assert.True(call.IsCompleted, $"seed {seed}: a caller still waits"));
            Assert.All(
                calls.Where(call => !call.IsCompletedSuccessfully),
                call => Assert.IsType<SiloUnavailableException>(call.Exception!.InnerException));
            Assert.All(answered, text => Assert.Contains(text, disk.Synced));

            world.Restart();
            var count = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("g0").Count());
            world.RunUntilIdle();
            Assert.Equal(0, await count);
        }
    }

    [Fact]
    public void Nothing_of_a_crashed_grain_runs_on()
    {
        var world = World(seed: 3, out var disk);
        var call = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("g").AppendTwice("a", "b"));
        world.RunUntilIdle();
        world.Crash();
        world.Restart();
        world.Advance(TimeSpan.FromSeconds(1));

        Assert.True(call.IsFaulted);
        Assert.Equal(["a"], disk.Synced);
    }

    [Fact]
    public void Timers_and_collection_follow_the_simulated_clock()
    {
        var world = World(seed: 4, out var disk);
        var started = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("t").Tick(TimeSpan.FromMinutes(1)));
        world.RunUntilIdle();
        Assert.True(started.IsCompletedSuccessfully);

        world.Advance(TimeSpan.FromMinutes(3.5));
        Assert.Equal(["tick", "tick", "tick"], disk.Synced);
        world.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal("end ActivationIdle", disk.Synced[^1]);
    }

    [Fact]
    public void A_stop_ends_every_grain_with_its_last_turn()
    {
        var world = World(seed: 5, out var disk);
        world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("s").Count());
        world.RunUntilIdle();

        world.Stop();

        Assert.False(world.IsUp);
        Assert.Equal(["end ShuttingDown"], disk.Synced);
    }

    [Fact]
    public void A_deadlock_is_reported_when_the_world_is_idle()
    {
        var world = World(seed: 6, out _);

        var call = world.Start(() => world.Grains.GetGrain<IRingGrain>("a").Pass(["b", "a"]));
        world.RunUntilIdle();

        Assert.IsAssignableFrom<TimeoutException>(call.Exception!.InnerException);
    }

    [Fact]
    public void An_unanswered_call_times_out_in_simulated_time()
    {
        var world = World(seed: 8, out _);
        var call = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("n").Never());

        world.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        world.Advance(TimeSpan.FromSeconds(4));

        Assert.IsType<TimeoutException>(call.Exception!.InnerException);
    }

    [Fact]
    public void A_call_that_is_lost_never_arrives_and_its_caller_is_told_after_a_time()
    {
        var world = World(seed: 8, out var disk);
        world.Crash();
        world.Loses = (grain, method) => method.EndsWith(nameof(ISimulatedGrain.Append), StringComparison.Ordinal) ? TimeSpan.FromSeconds(3) : null;
        world.Restart();
        var lost = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("n").Append("a"));
        var kept = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("n").AppendTwice("b", "c"));

        world.Advance(TimeSpan.FromSeconds(2));
        Assert.True(kept.IsCompletedSuccessfully);
        Assert.False(lost.IsCompleted);
        world.Advance(TimeSpan.FromSeconds(2));

        Assert.IsType<TimeoutException>(lost.Exception!.InnerException);
        Assert.Equal(["b", "c"], disk.Synced);
    }

    [Fact]
    public async Task An_answer_that_is_late_is_overtaken_by_those_of_later_calls()
    {
        var world = World(seed: 8, out _);
        world.Crash();
        var delays = 0;
        world.Delays = (_, method) =>
            method.EndsWith(nameof(ISimulatedGrain.Count), StringComparison.Ordinal) && delays++ == 0 ? TimeSpan.FromSeconds(3) : null;
        world.Restart();
        var late = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("n").Count());
        world.RunUntilIdle();
        var next = world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("n").Count());

        world.Advance(TimeSpan.FromSeconds(2));
        Assert.True(next.IsCompletedSuccessfully);
        Assert.False(late.IsCompleted);
        world.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(await next, await late);
    }

    [Fact]
    public void Work_that_comes_from_another_thread_is_noticed()
    {
        var world = World(seed: 9, out _);
        world.Start(() => world.Grains.GetGrain<ISimulatedGrain>("x").Count());
        world.OnStep = _ =>
        {
            var stranger = new Thread(() => world.Start(() => Task.CompletedTask));
            stranger.Start();
            stranger.Join();
        };

        Assert.Throws<InvalidOperationException>(() => world.RunUntilIdle());
    }

    private static GrainSimulation World(int seed, out SimulatedDisk disk)
    {
        SimulatedDisk? made = null;
        var world = new GrainSimulation(seed, silo =>
        {
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(10));
            silo.Services.AddSingleton(_ => made!);
            silo.Services.AddSingleton<Journal>();
        });
        disk = made = new SimulatedDisk(world);
        return world;
    }
}

/// <summary>Syncs after a few simulated milliseconds; lives outside the silo.</summary>
public sealed class SimulatedDisk(GrainSimulation world)
{
    private int _life;

    public List<string> Synced { get; } = [];

    public void LoseUnsynced() => _life++;

    public Task Write(string text)
    {
        var life = _life;
        return world.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), world.Time);
            if (life == _life)
            {
                Synced.Add(text);
            }
        });
    }

    public void Note(string text) => Synced.Add(text);
}

public interface ISimulatedGrain : IGrainWithStringKey
{
    Task<string> Append(string text);

    Task AppendTwice(string first, string second);

    Task<int> Count();

    Task Tick(TimeSpan period);

    Task Never();
}

[Reentrant]
internal sealed class SimulatedGrain(SimulatedDisk disk) : Grain, ISimulatedGrain
{
    private int _count;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        disk.Note($"end {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task<string> Append(string text)
    {
        _count++;
        await disk.Write(text);
        return text;
    }

    public async Task AppendTwice(string first, string second)
    {
        await disk.Write(first);
        await disk.Write(second);
    }

    public Task<int> Count() => Task.FromResult(_count);

    public Task Tick(TimeSpan period)
    {
        this.RegisterGrainTimer(
            () =>
            {
                disk.Note("tick");
                return Task.CompletedTask;
            },
            period,
            period);
        return Task.CompletedTask;
    }

    public Task Never() => new TaskCompletionSource().Task;
}
