namespace Inventory.Journal.Tests;

/// <summary>Crashes at every step of the disk: what was told survives, what is served is what was appended, and what is served stays.</summary>
public sealed class CrashTests
{
    private const int Rounds = 60;

    [Fact]
    public void A_machine_that_is_left_alone_works_and_compacts()
    {
        var machine = new Machine(1);
        Assert.True(machine.Run(Rounds));
        Assert.True(machine.Run(Rounds));
        Assert.True(machine.OldestSegment > 2, "Nothing was compacted: the other tests here prove less than they claim.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Power_lost_before_any_step_loses_nothing_that_was_told(int seed) => CrashAtEveryStep(seed, machine => machine.Disk.LosePower());

    [Fact]
    public void A_kill_before_any_step_loses_nothing_that_was_told() => CrashAtEveryStep(4, machine => machine.Disk.Kill());

    [Fact]
    public void A_sync_that_fails_and_then_a_kill_and_then_a_loss_of_power_lose_nothing_that_was_told()
    {
        var syncs = 0;
        for (var failing = 0; ; failing++)
        {
            var machine = new Machine(5);
            machine.Disk.FailSyncAfter = failing;
            if (Seeded(5, failing, () => machine.Run(Rounds)))
            {
                break; // it never came to that sync
            }

            syncs++;
            Seeded(5, failing, () =>
            {
                machine.Disk.Kill();
                machine.Disk.CrashAtStep = machine.Disk.Steps + 20; // recovery rewrites what the failed sync left only in memory
                machine.Run(3);
                machine.Disk.LosePower();
                return machine.Run(3);
            });
        }

        Assert.True(syncs > 30);
    }

    [Fact]
    public void Crash_after_crash_in_recovery_too_loses_nothing_that_was_told()
    {
        for (var seed = 100; seed < 160; seed++)
        {
            var machine = new Machine(seed);
            var random = new Random(seed);
            Seeded(seed, 0, () =>
            {
                for (var crash = 0; crash < 25; crash++)
                {
                    machine.Disk.CrashAtStep = machine.Disk.Steps + random.Next(1, 60);
                    if (!machine.Run(Rounds))
                    {
                        PullThePlug(machine, random);
                    }
                }

                return machine.Run(Rounds);
            });
        }
    }

    private static void PullThePlug(Machine machine, Random random)
    {
        if (random.Next(2) == 0)
        {
            machine.Disk.Kill();
        }
        else
        {
            machine.Disk.LosePower();
        }
    }

    private static void CrashAtEveryStep(int seed, Action<Machine> crash)
    {
        for (var step = 1; ; step++)
        {
            var machine = new Machine(seed);
            machine.Disk.CrashAtStep = step;
            if (Seeded(seed, step, () => machine.Run(Rounds)))
            {
                Assert.True(step > 100, "So few steps prove nothing.");
                return;
            }

            Seeded(seed, step, () =>
            {
                crash(machine);
                Assert.True(machine.Run(10));
                return machine.Run(0);
            });
        }
    }

    private static bool Seeded(int seed, int step, Func<bool> run)
    {
        try
        {
            return run();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, step {step}: {e.Message}", e);
        }
    }
}
