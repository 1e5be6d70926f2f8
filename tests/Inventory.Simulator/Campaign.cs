namespace Inventory.Simulator;

/// <summary>Many runs.</summary>
public static class Campaign
{
    private const int LongRunEvery = 8;
    private const int LongRunFactor = 5;

    /// <summary>Runs seeds in their order on several threads until one fails.</summary>
    /// <param name="plan">The plan of the first.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="threads">How many at once; each run has one thread of its own.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The failed run with the lowest seed, null if none failed; how many ran; and what they reached together.</returns>
    public static (RunResult? Failed, int Runs, Tally Tally) Of(
        Plan plan, int seeds, int threads = 1, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var (gate, tally) = (new Lock(), new Tally());
        var (runs, lowest) = (0, int.MaxValue);
        RunResult? failed = null;
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = threads }, (i, loop) =>
        {
            if (i > lowest || cancellation.IsCancellationRequested)
            {
                loop.Stop();
                return;
            }

            var result = Run.Of(PlanOf(plan, i));
            lock (gate)
            {
                runs++;
                tally.Add(result.Tally);
                progress?.Invoke(runs);
                if (result.Failure is not null && i < lowest)
                {
                    (failed, lowest) = (result, i);
                    loop.Break();
                }
            }
        });
        return (failed, runs, tally);
    }

    // Some runs are long, so that streams get snapshots and segments are compacted.
    private static Plan PlanOf(Plan plan, int i) =>
        plan with { Seed = plan.Seed + i, Calls = i % LongRunEvery == LongRunEvery - 1 ? plan.Calls * LongRunFactor : plan.Calls };

    /// <summary>Looks for a smaller run that fails too: fewer calls, fewer callers, fewer kinds of fault; with a few neighbouring seeds each.</summary>
    public static RunResult Shrink(RunResult failed, Action<RunResult>? found = null)
    {
        for (var smaller = Smaller(failed); smaller is not null; smaller = Smaller(failed))
        {
            failed = smaller;
            found?.Invoke(failed);
        }

        return failed;
    }

    private static RunResult? Smaller(RunResult failed)
    {
        foreach (var plan in Candidates(failed.Plan))
        {
            for (var seed = 0; seed < 12; seed++)
            {
                if (Run.Of(plan with { Seed = failed.Plan.Seed + seed }) is { Failure: not null } result)
                {
                    return result;
                }
            }
        }

        return null;
    }

    private static IEnumerable<Plan> Candidates(Plan plan)
    {
        if (plan.Calls > 4)
        {
            yield return plan with { Calls = plan.Calls / 2 };
        }

        foreach (var fault in Enum.GetValues<Faults>().Where(fault => fault is not (Faults.None or Faults.All) && plan.Faults.HasFlag(fault)))
        {
            yield return plan with { Faults = plan.Faults & ~fault };
        }

        if (plan.Clients > 1)
        {
            yield return plan with { Clients = plan.Clients - 1 };
        }

        Plan[] fewer =
        [
            plan with { Orders = plan.Orders - 1 }, plan with { Transfers = plan.Transfers - 1 }, plan with { Supply = plan.Supply - 1 },
            plan with { Kits = plan.Kits - 1 }, plan with { Lots = plan.Lots - 1 }, plan with { BackOrders = plan.BackOrders - 1 },
        ];
        foreach (var each in fewer.Where(each => each is { Orders: >= 0, Transfers: >= 0, Supply: >= 0, Kits: >= 0, Lots: >= 0, BackOrders: >= 0 }))
        {
            yield return each;
        }

        if (plan.Calls > 1)
        {
            yield return plan with { Calls = plan.Calls - 1 };
        }
    }
}
