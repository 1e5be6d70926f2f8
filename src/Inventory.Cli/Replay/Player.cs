namespace Inventory.Cli.Replay;

/// <summary>
/// Plays a plan with many callers at once. Every caller has one call in flight, so a slow service slows the play and nothing piles up.
/// </summary>
/// <param name="stage">What the callers share.</param>
/// <param name="pace">When lines are due.</param>
/// <param name="resume">Where results are noted; null for nowhere.</param>
/// <param name="played">Called for each line that has its result, from any thread.</param>
internal sealed class Player(Stage stage, Pace pace, ResumeFile? resume, Action played)
{
    /// <summary>Plays until all is done or a stop is asked for; lines begun are then finished.</summary>
    /// <exception cref="ServiceLostException">The service is gone for good; lines in flight are left as they are, to be
    /// resumed.</exception>
    public async Task RunAsync(Plan plan, Func<int, ReplayClient> clientOf, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var callers = Enumerable.Range(0, plan.Work.Length)
            .Select(i => Task.Run(() => PlayAsync(plan.Work[i], new Caller(stage, clientOf(i), ending.Token), ending),
                CancellationToken.None));
        try
        {
            await Task.WhenAll(callers);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while the service was away: what was in flight is asked again by a resume.
        }
    }

    private async Task PlayAsync(WorkItem[] work, Caller caller, CancellationTokenSource ending)
    {
        var chooser = new Chooser(caller);
        var sales = new SalePlayer(caller, chooser);
        var groups = new GroupPlayer(caller, chooser, sales);
        var shelf = new ShelfPlayer(caller);
        try
        {
            foreach (var item in work)
            {
                await pace.WaitAsync(item.Line, ending.Token);
                if (ending.IsCancellationRequested)
                {
                    return;
                }

                if (item.Group is { } group)
                {
                    await MeetAsync(group, groups, ending.Token);
                }
                else
                {
                    var sale = stage.World.Lines[item.Line].Kind == LineKind.Sale;
                    await EnterAsync([sale ? await sales.PlayAsync(item.Line) : await shelf.PlayAsync(item.Line)]);
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others must not wait for a caller that is gone.
            await ending.CancelAsync();
            throw;
        }
    }

    private async Task MeetAsync(OrderGroup group, GroupPlayer groups, CancellationToken ending)
    {
        if (!group.Arrive())
        {
            await group.Played.WaitAsync(ending);
            return;
        }

        await EnterAsync(await groups.PlayAsync(group));
        group.Finish();
    }

    /// <summary>Enters acknowledged results into the books and notes them.</summary>
    private async ValueTask EnterAsync(LineResult[] results)
    {
        foreach (var result in results)
        {
            stage.LedgerOf(result.Line).Apply(result);
            stage.Tally.Count(result, stage.World.Lines[result.Line]);
            played();
        }

        if (resume is not null)
        {
            await resume.NoteAsync(results, untilDurable: Array.Exists(results, result => result.Outcome == LineOutcome.Refused));
        }
    }
}
