namespace Inventory.Cli.Replay;

/// <summary>
/// Plays a year of orders with many callers at once. Events begin in their order, and as many are under way as there are callers: so orders that
/// compete for the same units lie within that window, and the service judges them as it comes. A return waits for the order that it is about.
/// </summary>
/// <param name="stage">What the callers share.</param>
/// <param name="year">What happens.</param>
/// <param name="pace">When lines are due.</param>
/// <param name="resume">Where results are noted; null for nowhere.</param>
/// <param name="played">Told how many lines have their result, from any thread.</param>
internal sealed class YearPlayer(Stage stage, OrderYear year, Pace pace, ResumeFile? resume, Action<long> played)
{
    private readonly TaskCompletionSource?[] _over = Waited(year);
    private int _next = -1;

    /// <summary>Plays until all is done or a stop is asked for; events begun are then finished.</summary>
    /// <param name="done">True for events with a result already.</param>
    /// <param name="clientOf">The connection of each caller.</param>
    /// <param name="stop">Asks for a stop.</param>
    /// <exception cref="ServiceLostException">The service is gone for good; events in flight are left as they are, to be resumed.</exception>
    public async Task RunAsync(bool[] done, Func<int, ReplayClient> clientOf, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        foreach (var (over, _) in _over.Zip(done).Where(each => each.Second))
        {
            over?.SetResult();
        }

        var callers = Enumerable.Range(0, stage.Settings.Callers).Select(i => Task.Run(
            () => PlayAsync(done, new Caller(stage, clientOf(i), ending.Token), ending), CancellationToken.None));
        try
        {
            await Task.WhenAll(callers);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while the service was away: what was in flight is asked again by a resume.
        }
    }

    private static TaskCompletionSource?[] Waited(OrderYear year)
    {
        var over = new TaskCompletionSource?[year.Events.Length];
        foreach (var each in year.Events.Where(each => each.After >= 0))
        {
            over[each.After] ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return over;
    }

    private async Task PlayAsync(bool[] done, Caller caller, CancellationTokenSource ending)
    {
        var orders = new OrderPlayer(caller);
        var shelf = new ShelfPlayer(caller);
        var transfers = new TransferPlayer(caller);
        try
        {
            for (var i = Interlocked.Increment(ref _next); i < done.Length; i = Interlocked.Increment(ref _next))
            {
                if (done[i])
                {
                    continue;
                }

                var each = year.Events[i];
                await pace.WaitAsync(each.First, ending.Token);
                if (ending.IsCancellationRequested)
                {
                    return;
                }

                if (each.After >= 0)
                {
                    await _over[each.After]!.Task.WaitAsync(ending.Token);
                }

                await EnterAsync(each, each.Transfer >= 0 ? await transfers.PlayAsync(each.Transfer)
                    : each.IsOrder(stage.World.Lines) ? await orders.PlayAsync(each)
                    : await shelf.PlayAsync(each, year));
                _over[i]?.TrySetResult();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The others must not wait for a caller that is gone.
            await ending.CancelAsync();
            throw;
        }
    }

    private async ValueTask EnterAsync(YearEvent each, List<LineResult> results)
    {
        foreach (var result in results)
        {
            Enter(stage, result);
        }

        stage.Tally.Played(each.Played, each.IsOrder(stage.World.Lines));
        played(each.Played);
        if (resume is not null)
        {
            await resume.NoteAsync([.. results, new LineResult(each.First, LineOutcome.Done, 0, -1, results.Count, each.Mark)], untilDurable: false);
        }
    }

    /// <summary>Enters a result into all books.</summary>
    public static void Enter(Stage stage, in LineResult result)
    {
        var sku = stage.LedgerOf(result.Line);
        lock (sku)
        {
            sku.Apply(result);
        }

        stage.Orders.Apply(result);
        stage.Tally.Note(result, stage.World.Lines[result.Line]);
    }
}
