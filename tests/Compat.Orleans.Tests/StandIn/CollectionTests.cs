using Orleans.Configuration;

namespace Compat.Orleans.Tests.StandIn;

/// <summary>Idle grains leave by the host's clock. Upstream collects by the machine's, so no test can wait for it.</summary>
public sealed class CollectionTests
{
    [Fact]
    public async Task An_idle_activation_is_collected_after_its_age_and_the_next_call_makes_a_new_one()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(time: time);
        var grain = host.Grains.GetGrain<ILivingGrain>("idle");
        await grain.Count();

        time.Advance(TimeSpan.FromMinutes(14.5));
        Assert.Equal(["activated idle"], host.Journal.Lines);
        time.Advance(TimeSpan.FromMinutes(2));
        await host.Journal.Wrote("deactivated idle ActivationIdle");

        Assert.Equal(1, await grain.Count());
    }

    [Fact]
    public async Task A_call_starts_the_age_anew()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(
            silo => silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5)), time);
        var busy = host.Grains.GetGrain<ILivingGrain>("busy");
        await host.Grains.GetGrain<ILivingGrain>("idle").Count();

        for (var minute = 1; minute <= 12; minute++)
        {
            Assert.Equal(minute, await busy.Count());
            time.Advance(TimeSpan.FromMinutes(1));
        }

        await host.Journal.Wrote("deactivated idle ActivationIdle");
        Assert.DoesNotContain(host.Journal.Lines, line => line.StartsWith("deactivated busy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DelayDeactivation_keeps_an_idle_activation()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(
            silo => silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5)), time);
        await host.Grains.GetGrain<ILivingGrain>("delayed").Stay(TimeSpan.FromHours(1));
        await host.Grains.GetGrain<ILivingGrain>("idle").Count();

        time.Advance(TimeSpan.FromMinutes(55));
        await host.Journal.Wrote("deactivated idle ActivationIdle");
        Assert.DoesNotContain("deactivated delayed ActivationIdle", host.Journal.Lines);
        time.Advance(TimeSpan.FromMinutes(12));
        await host.Journal.Wrote("deactivated delayed ActivationIdle");
    }

    [Fact]
    public async Task A_timer_does_not_keep_its_grain_unless_it_says_so()
    {
        var time = new ManualTime();
        await using var host = await TestHost.StartAsync(
            silo => silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(2)), time);
        await host.Grains.GetGrain<IServiceGrain>("kept").StartKeeper(keepAlive: true);
        await host.Grains.GetGrain<IServiceGrain>("left").StartKeeper(keepAlive: false);

        for (var tick = 1; tick <= 10 || !host.Journal.Lines.Contains("service left ended"); tick++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await host.Journal.Wrote($"kept {tick}");
        }

        Assert.DoesNotContain("service kept ended", host.Journal.Lines);
    }
}
