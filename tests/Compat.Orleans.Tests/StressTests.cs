using Orleans.Concurrency;

namespace Compat.Orleans.Tests;

/// <summary>Many callers, activations that come and go, and nothing lost on the way.</summary>
public sealed class StressTests
{
    [Fact]
    public async Task Every_call_is_answered_while_grains_leave_all_the_time()
    {
        await using var host = await TestHost.StartAsync();
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var answered = 0;
            for (var call = 0; call < 2000; call++)
            {
                var grain = host.Grains.GetGrain<IRestlessGrain>($"r{random.Next(5)}");
                var (leave, later) = (random.Next(10) == 0, random.Next(3) == 0);
                answered += await Answer(() => grain.Touch(leave, later));
            }

            return answered;
        }));

        var answers = await Task.WhenAll(callers).WaitAsync(TestHost.Patience);

        Assert.All(answers, answered => Assert.Equal(2000, answered));
        Assert.Equal(0, RestlessGrain.Overlaps);
    }

    /// <summary>Upstream gives up on a request that has met leaving activations twice; its caller asks again. The stand-in never does.</summary>
    private static async Task<int> Answer(Func<ValueTask<int>> call)
    {
#if UPSTREAM
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OrleansMessageRejectionException)
            {
                await Task.Yield();
            }
        }
#else
        return await call();
#endif
    }

    [Fact]
    public async Task A_grain_that_calls_many_others_at_once_gets_every_answer()
    {
        await using var host = await TestHost.StartAsync();

        var sums = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => host.Grains.GetGrain<IRestlessGrain>($"fan{number}").Fan(50)))
            .WaitAsync(TestHost.Patience);

        Assert.All(sums, sum => Assert.Equal(50, sum));
    }
}

public interface IRestlessGrain : IGrainWithStringKey
{
    ValueTask<int> Touch(bool leave, bool later);

    Task<int> Fan(int width);
}

[Reentrant]
internal sealed class RestlessGrain : Grain, IRestlessGrain
{
    // Activations per key; more than one at a time would be an overlap.
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Alive = new();
    private static int s_overlaps;

    public static int Overlaps => s_overlaps;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Alive.AddOrUpdate(this.GetPrimaryKeyString(), 1, static (_, count) => count + 1) != 1)
        {
            Interlocked.Increment(ref s_overlaps);
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Alive.AddOrUpdate(this.GetPrimaryKeyString(), 0, static (_, count) => count - 1);
    }

    public async ValueTask<int> Touch(bool leave, bool later)
    {
        if (leave)
        {
            DeactivateOnIdle();
        }

        if (later)
        {
            await Task.Yield();
        }

        return 1;
    }

    public async Task<int> Fan(int width)
    {
        var calls = Enumerable.Range(0, width).Select(
            number => GrainFactory.GetGrain<IRestlessGrain>($"leaf{number}").Touch(leave: false, later: number % 2 == 0));
        var answers = await Task.WhenAll(calls.Select(call => call.AsTask()));
        return answers.Sum();
    }
}
