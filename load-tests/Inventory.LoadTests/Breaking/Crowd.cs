using System.Collections.Concurrent;
using Grpc.Core;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Reporting;
using Inventory.LoadTests.Service;
using Inventory.V1;

namespace Inventory.LoadTests.Breaking;

/// <summary>
/// Callers who load the service while it is broken, and hold it to its answers afterwards. The methods are called one after the other; the callers inside go
/// on at once.
/// </summary>
internal sealed class Crowd
{
    private const int ComplaintsMax = 10;

    // Longer than anything that is waited for here: a call that has no end is a mistake of the service.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly StockPlan _plan;
    private readonly Caller[] _callers;
    private readonly Action<string> _tell;
    private readonly ConcurrentDictionary<StatusCode, long> _statuses = new();
    private int _complaints;
    private long _contradictions;
    private long _oddities;

    /// <param name="plan">Its stocks; nobody else may use them.</param>
    /// <param name="callers">How many ask at once.</param>
    /// <param name="seed">Starts all choices.</param>
    /// <param name="tell">Told of what is wrong, for people; the first ten times.</param>
    public Crowd(StockPlan plan, int callers, int seed, Action<string> tell)
    {
        (_plan, _tell) = (plan, tell);
        var tag = plan.Prefix.ToLowerInvariant();
        _callers = [.. Enumerable.Range(0, callers).Select(number => new Caller(number, tag, plan, seed))];
    }

    /// <summary>Not to be touched while any method here runs.</summary>
    public IReadOnlyList<Caller> Callers => _callers;

    /// <summary>Writes that were accepted.</summary>
    public long Acknowledged => _callers.Sum(caller => (long)caller.Acknowledged.Count);

    /// <summary>Writes that have no answer now.</summary>
    public long Unanswered => _callers.Sum(caller => (long)caller.Unanswered.Count);

    /// <summary>Writes that had no answer and were asked again.</summary>
    public long Settled { get; private set; }

    /// <summary>How many of these had taken effect when they were asked again.</summary>
    public long HadTakenEffect { get; private set; }

    /// <summary>Accepted writes that were asked again and told of again.</summary>
    public long ReadBack { get; private set; }

    /// <summary>Accepted writes that were asked again and not known, or told of differently.</summary>
    public long Lost { get; private set; }

    /// <summary>Of calls that had an answer.</summary>
    public Histogram Latency
    {
        get
        {
            var all = new Histogram();
            foreach (var caller in _callers)
            {
                all.Add(caller.Latency);
            }

            return all;
        }
    }

    /// <summary>Calls that ended with the status instead of an answer.</summary>
    public long EndedWith(StatusCode status) => _statuses.GetValueOrDefault(status);

    /// <summary>Calls that had no answer and ended with any other status.</summary>
    public long EndedOtherwise(StatusCode status) => _statuses.Where(pair => pair.Key != status).Sum(pair => pair.Value);

    /// <summary>
    /// Asks until stopped, or until each caller has met an end that it should not go on from. A call that is under way is waited for.
    /// </summary>
    /// <param name="target">The service.</param>
    /// <param name="goOn">Whether a caller goes on after a call that ended so.</param>
    /// <param name="deadline">Of each call; null is a minute.</param>
    /// <param name="stop">No call begins after it.</param>
    public Task LoadAsync(Target target, Func<StatusCode, bool> goOn, TimeSpan? deadline, CancellationToken stop) =>
        Task.WhenAll(_callers.Select(caller => Task.Run(() => LoadAsync(caller, target, goOn, deadline ?? s_patience, stop), CancellationToken.None)));

    /// <summary>Asks everything that has no answer again, twice: both answers must tell of one outcome.</summary>
    public async Task SettleAsync(Target target, CancellationToken ct)
    {
        await EachAsync(async caller =>
        {
            foreach (var write in caller.Unanswered)
            {
                var second = await write.AskAsync(target, _plan, caller.Number, Options(s_patience, ct));
                var third = await write.AskAsync(target, _plan, caller.Number, Options(s_patience, ct));
                if (second.Reason == RefusalReason.Insufficient && third.Accepted)
                {
                    // Sold out is not for ever: what others gave back meanwhile is held now, and stays held.
                    second = third;
                    third = await write.AskAsync(target, _plan, caller.Number, Options(s_patience, ct));
                }

                lock (_callers)
                {
                    Settled++;
                    HadTakenEffect += second.Repeated ? 1 : 0;
                    if (!second.SameOutcome(third) || (second.Accepted && !third.Repeated))
                    {
                        _contradictions++;
                        Complain($"{write} was answered {second}, then {third}");
                    }
                }

                Learn(caller, write, second);
            }

            caller.Unanswered.Clear();
        });
    }

    /// <summary>Asks some of the accepted writes again; the service must know each and tell of the same outcome.</summary>
    /// <param name="target">The service.</param>
    /// <param name="each">How many of each caller; <see cref="int.MaxValue"/> asks all.</param>
    /// <param name="ct">Stops.</param>
    public Task ReadBackAsync(Target target, int each, CancellationToken ct) => EachAsync(async caller =>
    {
        foreach (var write in caller.Sample(each))
        {
            var again = await write.AskAsync(target, _plan, caller.Number, Options(s_patience, ct));
            lock (_callers)
            {
                if (again.Repeated && again.SameOutcome(write.Answer!.Value))
                {
                    ReadBack++;
                    continue;
                }

                Lost++;
                Complain($"{write} was answered {write.Answer}, and now {again}");
            }
        }
    });

    /// <summary>The books, after all that is brief has expired.</summary>
    public async Task<IReadOnlyList<BookCheck>> CheckAsync(Target target, long unitsEach, CancellationToken ct)
    {
        var held = new long[_plan.Stocks];
        var gone = new long[_plan.Stocks];
        foreach (var hold in _callers.SelectMany(caller => caller.Holds))
        {
            held[hold.Stock] += hold.UnitsHeldAtLast;
            gone[hold.Stock] += hold.UnitsGone;
        }

        var found = await StockRecords.ReadAsync(target, _plan, records => records.Held > held.Sum(), ct);
        var wrong = Enumerable.Range(0, _plan.Stocks).Where(i => found.HeldOf(i) != held[i] || found.OnHandOf(i) != unitsEach - gone[i]).ToList();
        foreach (var stock in wrong)
        {
            Complain($"{_plan.Sku(stock)} holds {found.HeldOf(stock)} of {found.OnHandOf(stock)}, expected {held[stock]} of {unitsEach - gone[stock]}");
        }

        return
        [
            BookCheck.Exactly("Every call without an answer has one outcome when asked again, twice", 0, _contradictions),
            BookCheck.Exactly("Every accepted write that was asked again is known, with its answer", 0, Lost),
            BookCheck.Exactly("No step was refused that had to be possible", 0, _oddities),
            BookCheck.Exactly("Units held are granted less released, shipped and expired", held.Sum(), found.Held),
            BookCheck.Exactly("On hand is what was there less what was shipped", (_plan.Stocks * unitsEach) - gone.Sum(), found.OnHand),
            BookCheck.AtMost("Never more is held than exists", found.OnHand, found.Held),
            BookCheck.Exactly("Stocks whose own books differ", 0, wrong.Count),
        ];
    }

    /// <summary>What happened to the callers, as figures.</summary>
    public IEnumerable<Figure> Figures()
    {
        yield return new("writes accepted", Acknowledged, "");
        yield return new("calls without an answer, asked again twice", Settled, "");
        yield return new("of these had taken effect", HadTakenEffect, "");
        yield return new("accepted writes asked again", ReadBack + Lost, "");
        foreach (var (status, times) in _statuses.OrderBy(pair => pair.Key))
        {
            yield return new($"calls that ended with {status}", times, "");
        }
    }

    private async Task LoadAsync(Caller caller, Target target, Func<StatusCode, bool> goOn, TimeSpan deadline, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var write = caller.Next();
            try
            {
                var begun = TimeProvider.System.GetTimestamp();
                var answer = await write.AskAsync(target, _plan, caller.Number, Options(deadline, CancellationToken.None));
                caller.Latency.Record((long)TimeProvider.System.GetElapsedTime(begun).TotalMicroseconds);
                Learn(caller, write, answer);
            }
            catch (RpcException e)
            {
                caller.Unanswered.Add(write);
                if (_statuses.AddOrUpdate(e.StatusCode, 1, static (_, times) => times + 1) == 1)
                {
                    _tell($"the first call that ended so: {e.StatusCode}: {e.Status.Detail}");
                }

                if (!goOn(e.StatusCode))
                {
                    return;
                }
            }
        }
    }

    private void Learn(Caller caller, Write write, WriteAnswer answer)
    {
        if (caller.Learn(write, answer) is { } odd)
        {
            Interlocked.Increment(ref _oddities);
            Complain(odd);
        }
    }

    private void Complain(string text)
    {
        if (Interlocked.Increment(ref _complaints) <= ComplaintsMax)
        {
            _tell("WRONG: " + text);
        }
    }

    private async Task EachAsync(Func<Caller, Task> work) => await Task.WhenAll(_callers.Select(caller => Task.Run(() => work(caller))));

    private static CallOptions Options(TimeSpan deadline, CancellationToken ct) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + deadline, cancellationToken: ct);
}
