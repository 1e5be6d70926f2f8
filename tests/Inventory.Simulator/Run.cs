using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Routing;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Journal;
using Inventory.Journal.Testing;

namespace Inventory.Simulator;

/// <summary>What became of a run.</summary>
/// <param name="Plan">What it was made of.</param>
/// <param name="Failure">What was wrong; null if nothing was.</param>
/// <param name="Fingerprint">Equal for equal runs.</param>
/// <param name="Tally">What was reached.</param>
public sealed record RunResult(Plan Plan, string? Failure, ulong Fingerprint, Tally Tally);

/// <summary>One run: callers, a service, and somebody who breaks it.</summary>
public sealed partial class Run
{
    private const int StepsMax = 3_000_000;
    private const int LooksMax = 20;
    private const int Rounds = 200;
    private const int RoundsOfManyOrders = 4_000;
    private static readonly TimeSpan s_clockJumpsMax = TimeSpan.FromHours(12);
    private readonly Plan _plan;
    private readonly Tally _tally = new();
    private readonly World _world;
    private readonly Watcher _watcher;
    private TimeSpan _jumped;

    private Run(Plan plan)
    {
        _plan = plan;
        _world = new World(plan, _tally);
        _watcher = new Watcher(_world, _tally);
    }

    private Random Random => _world.Random;

    private Auditor Auditor => _world.Auditor;

    /// <summary>Runs a plan to its end or to the first thing that is wrong.</summary>
    public static RunResult Of(Plan plan)
    {
        var run = new Run(plan);
        try
        {
            run.Live();
        }
        catch (Exception e)
        {
            run.Auditor.Fail(e.ToString());
        }

        return new RunResult(plan, run.Auditor.Failure, run._world.Simulation.Fingerprint, run._tally);
    }

    private bool Has(Faults fault) => _plan.Faults.HasFlag(fault);

    private void Live()
    {
        _world.Start();
        Settle(OpenAsync);
        Task[] callers = [.. Enumerable.Range(0, _plan.Clients).Select(number => _world.Simulation.Start(new Caller(_world, _plan, number, _tally).LiveAsync)),
            .. Beside().Select(caller => _world.Simulation.Start(caller.LiveAsync))];
        var watching = _world.Simulation.Start(_watcher.LiveAsync);
        for (var steps = 0; Auditor.Failure is null && !callers.All(caller => caller.IsCompleted); steps++)
        {
            if (steps > StepsMax)
            {
                throw new InvalidOperationException("The callers came to no end.");
            }

            Advance();
            Break();
            Mend();
        }

        if (Auditor.Failure is null)
        {
            Conclude(watching);
        }
    }

    private IEnumerable<BesideCaller> Beside() =>
    [
        .. Enumerable.Range(0, _plan.Orders).Select(number => new OrderCaller(_world, _plan, number, _tally)),
        .. Enumerable.Range(0, _plan.Transfers).Select(number => new TransferCaller(_world, _plan, number, _tally)),
        .. Enumerable.Range(0, _plan.Supply).Select(number => new SupplyCaller(_world, _plan, number, _tally)),
        .. Enumerable.Range(0, _plan.Kits).Select(number => new KitCaller(_world, _plan, number, _tally)),
        .. Enumerable.Range(0, _plan.Lots).Select(number => new LotCaller(_world, _plan, number, _tally)),
        .. Enumerable.Range(0, _plan.BackOrders).Select(number => new BackOrderCaller(_world, _plan, number, _tally)),
    ];

    private async Task OpenAsync()
    {
        foreach (var place in Shop.Places)
        {
            await _world.Locations.Upsert(Shop.AnyId(Random), place, Shop.Facts(place, Random));
        }

        if (_plan.Lots > 0)
        {
            await LotCaller.DescribeAsync(_world, _tally, Shop.AnyId(Random));
        }

        if (_plan.Kits > 0)
        {
            await KitCaller.DefineAsync(_world, _tally, Random, Shop.AnyId(Random));
        }

        if (_plan.BackOrders > 0)
        {
            var policy = new RoutingPolicy { Name = Shop.BackOrder, Unfillable = Unfillable.BackOrder };
            await _world.Policies.Write(new PolicyCommand(PolicyVerb.Create, Shop.AnyId(Random), default, Policy: policy));
            await _world.Policies.Write(new PolicyCommand(PolicyVerb.Activate, Shop.AnyId(Random), default, Shop.BackOrder, 1));
        }
    }

    /// <summary>Some steps, then some time; sometimes exactly to the millisecond at which a hold ends.</summary>
    private void Advance()
    {
        var wanted = Random.Next(1, 60);
        var isIdle = _world.Simulation.Run(wanted) < wanted;
        if (!isIdle && Random.Next(4) != 0)
        {
            return;
        }

        var holds = Auditor.Books.All.SelectMany(book => book.Now.Holds.Values);
        var ends = holds.Select(hold => hold.ExpiresAtMs - _world.NowMs).Where(ms => ms is > 0 and < 10_000);
        var wait = Random.Next(3) switch
        {
            0 => TimeSpan.FromMilliseconds(ends.DefaultIfEmpty(1).Min()),
            1 when isIdle && _world.Simulation.NextTimer is { } next => next - _world.Time.GetUtcNow(),
            _ => TimeSpan.FromMilliseconds(Random.Next(0, 400)),
        };
        _world.Simulation.Pass(wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private void Break()
    {
        if (!_world.IsUp || Random.Next(60) != 0)
        {
            return;
        }

        switch ((Faults)(1 << Random.Next(9)) & _plan.Faults)
        {
            case Faults.Kill:
                Crash("kill", losePower: false);
                break;
            case Faults.PowerLoss:
                Crash("power loss", losePower: true);
                break;
            case Faults.FailedSync when _world.Disk.FailSyncAfter < 0:
                _tally.Add("fault failed sync planned");
                _world.Disk.FailSyncAfter = Random.Next(6);
                break;
            case Faults.FullDisk:
                _tally.Add("fault full disk");
                _world.Disk.CapacityBytes = _world.Disk.Names.Sum(name => (long)_world.Disk.Read(name).Length) + Random.Next(20_000);
                break;
            case Faults.FlippedBit:
                FlipBit();
                break;
            case Faults.ClockJump when _jumped < s_clockJumpsMax:
                Jump();
                break;
            case Faults.Stop when !_world.IsBroken:
                _tally.Add("fault orderly stop");
                _world.Stop();
                break;
            case Faults.CrashAtDiskStep:
                _tally.Add("fault crash at a step of the disk planned");
                _world.Disk.CrashAtStep = _world.Disk.Steps + Random.Next(1, 40);
                break;
        }
    }

    private void Crash(string name, bool losePower)
    {
        _tally.Add("fault " + name);
        _world.Crash(losePower);
    }

    private void Jump()
    {
        var by = TimeSpan.FromSeconds(Random.Next(1, Random.Next(2) == 0 ? 60 : 10_000));
        _jumped += by;
        _tally.Add("fault clock jump");
        _world.Simulation.Jump(by);
    }

    /// <summary>A bit flips while the process is down: the journal refuses and names the file, or serves the truth.</summary>
    private void FlipBit()
    {
        Crash("kill", losePower: false);
        var name = _world.Disk.Names[Random.Next(_world.Disk.Names.Count)];
        var bytes = _world.Disk.Read(name);
        if (bytes.Length == 0)
        {
            return;
        }

        var (at, bit) = (Random.Next(Math.Max(1, bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)), Random.Next(8));
        _world.Disk.FlipBit(name, at, bit);
        try
        {
            _world.Start();
            _tally.Add("fault flipped bit did no harm");
        }
        catch (JournalDamagedException e)
        {
            _tally.Add("fault flipped bit was refused");
            if (!e.Message.Contains(name, StringComparison.Ordinal))
            {
                Auditor.Fail($"bit {bit} of byte {at} of {name} was flipped, but the journal says: {e.Message}");
            }

            _world.Disk.FlipBit(name, at, bit); // the copy from the safe
        }
        catch (Exception e) when (e is SimulatedCrashException or IOException)
        {
            // The machine went off during recovery, or a sync failed and the process ended.
            _tally.Add("fault crash in recovery");
            _world.Disk.FailSyncAfter = -1;
            _world.Disk.Kill();
            _world.Disk.FlipBit(name, at, bit);
        }
    }

    /// <summary>What an operator does: restarts what has stopped, makes room on the disk.</summary>
    private void Mend()
    {
        if (_world.IsBroken && Random.Next(3) == 0)
        {
            Crash("restart after lost storage", losePower: Has(Faults.PowerLoss) && Random.Next(2) == 0);
        }

        if (_world.IsUp || Auditor.Failure is not null)
        {
            return;
        }

        (_world.Disk.CapacityBytes, _world.Disk.FailSyncAfter) = (long.MaxValue, -1);
        if (Has(Faults.CrashAtDiskStep) && Random.Next(5) == 0)
        {
            _world.Disk.CrashAtStep = _world.Disk.Steps + Random.Next(1, 5);
        }

        try
        {
            _world.Start();
        }
        catch (Exception e) when (e is SimulatedCrashException or JournalFailedException)
        {
            // The machine went off during recovery.
            _tally.Add("fault crash in recovery");
            if (Has(Faults.PowerLoss) && Random.Next(2) == 0)
            {
                _world.Disk.LosePower();
            }
            else
            {
                _world.Disk.Kill();
            }
        }
    }

    /// <summary>Once the callers are done: nothing goes wrong any more, everything in doubt is settled, and all views agree.</summary>
    private void Conclude(Task watching)
    {
        (_world.Disk.CapacityBytes, _world.Disk.FailSyncAfter, _world.Disk.CrashAtStep) = (long.MaxValue, -1, int.MaxValue);
        _world.IsCalm = true;
        if (_world.IsUp)
        {
            _world.Crash(losePower: Has(Faults.PowerLoss));
        }

        _world.Start();
        Settle(TouchAllAsync);
        Settle(TouchWorkAsync);
        _world.Simulation.Advance(TimeSpan.FromSeconds(30));
        Settle(TouchAllAsync);
        Settle(TouchWorkAsync);
        var owners = new OwnerAudit(_world, _plan, _tally);
        Settle(owners.CheckAsync);
        Settle(new OrderAudit(_world, _tally).CheckAsync, _plan.BackOrders > 0 ? RoundsOfManyOrders : Rounds);
        _world.Simulation.Advance(TimeSpan.FromSeconds(30));
        foreach (var many in Auditor.Many)
        {
            many.Check(Auditor);
        }

        Settle(CompareBoardsAsync);
        Settle(owners.CheckKitBoardAsync);
        Settle(AuditAllAsync);
        _watcher.Stop();
        _world.Simulation.Advance(TimeSpan.FromSeconds(30));
        WaitFor([watching]);
        _world.Stop();
        var files = _world.Disk.Names.Select(name => (name, _world.Disk.Read(name)));
        _tally.Add("record read by a second reader", PlainReader.Compare(files, Auditor.Books, Auditor.Owners));
        _world.Start(); // and once more from the disk
    }

    private void Settle(Func<Task> work, int rounds = Rounds)
    {
        var task = _world.Simulation.Start(work);
        for (var round = 0; round < rounds && !task.IsCompleted; round++)
        {
            _world.Simulation.RunUntilIdle();
            _world.Simulation.Pass(TimeSpan.FromMilliseconds(500));
        }

        WaitFor([task]);
    }

    private static void WaitFor(Task[] tasks)
    {
        foreach (var task in tasks)
        {
            if (!task.IsCompleted)
            {
                throw new InvalidOperationException("Something waits for what never comes.");
            }

            task.GetAwaiter().GetResult();
        }
    }
}
