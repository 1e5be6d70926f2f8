using System.Collections.Immutable;
using Inventory.Domain.Stocks;

namespace Inventory.Domain.Supply;

/// <summary>A write that took effect.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Version">Version afterwards.</param>
/// <param name="Refused">Of an arrival: what the stock did not take of it; null if it took all.</param>
public readonly record struct SupplyWrite(RequestId Id, ulong ContentHash, long Version, ArrivalRefusal? Refused = null);

/// <summary>What is expected at one stock, and what of it is promised. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class SupplyRecord
{
    private readonly List<ExpectedReceipt> _receipts = [];
    private readonly List<SupplyPromise> _promises = [];
    private readonly Queue<SupplyWrite> _writes = new();
    private readonly Dictionary<RequestId, SupplyWrite> _byId = [];

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>When the latest event happened, Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>What is still to come, in the order in which it was first announced.</summary>
    public IReadOnlyList<ExpectedReceipt> Receipts => _receipts;

    /// <summary>Promises that wait, in the order in which they were made: first come, first served.</summary>
    public IReadOnlyList<SupplyPromise> Promises => _promises;

    /// <summary>Promises that belong to orders, and what became of them as far as the orders do not know it yet.</summary>
    public SupplyClaims Claims { get; } = new();

    /// <summary>The arrival that is not decided; null if none is.</summary>
    public ArrivalIntended? Arrival { get; private set; }

    /// <summary>Version at which it was intended: it makes the ids of its writes.</summary>
    public long ArrivalVersion { get; private set; }

    /// <summary>The write with this id, if it is remembered.</summary>
    public bool TryRecall(RequestId id, out SupplyWrite write) => _byId.TryGetValue(id, out write);

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The record is not to be used any more.</exception>
    public void Apply(SupplyEvent change)
    {
        Invariant.Holds(Arrival is null == change is not ArrivalDecided);
        Version++;
        ChangedAtMs = Math.Max(ChangedAtMs, change.AtMs);
        switch (change)
        {
            case SupplyChanged changed:
                Change(changed.Command);
                if (changed.Command.Verb != SupplyVerb.Settle) // it says how things stand, and may be said again at any time
                {
                    Remember(changed.Command.Id, changed.ContentHash);
                }

                break;
            case ArrivalIntended arrival:
                (Arrival, ArrivalVersion) = (arrival, Version);
                break;
            case ArrivalDecided decided:
                Decide(Arrival!, decided);
                Arrival = null;
                break;
        }
    }

    private void Change(SupplyCommand command)
    {
        switch (command.Verb)
        {
            case SupplyVerb.Expect or SupplyVerb.Carry:
                Expect(new ExpectedReceipt(command.Receipt, command.Units, command.AtMs, command.Confidence, command.Verb == SupplyVerb.Carry));
                break;
            case SupplyVerb.Promise:
                _promises.Add(new SupplyPromise(command.Id, command.Units, command.AtMs, command.Confidence, command.Channel, command.Reference));
                Claims.Make(command);
                break;
            case SupplyVerb.Settle:
                if (Claims.Settle(command) is > 0 and var given)
                {
                    Take(command.Promise, given);
                }

                break;
            default:
                Take(command.Promise, command.Units);
                break;
        }
    }

    private void Decide(ArrivalIntended arrival, ArrivalDecided decided)
    {
        var (came, lacks, lots) = (0L, 0L, ImmutableArray.CreateBuilder<LotUnits>());
        for (var i = 0; i < arrival.Lots.Length; i++)
        {
            var (promise, units, parts) = arrival.Lots[i];
            if (decided.Refused.Contains(i))
            {
                lacks += units;
                lots.AddRange(parts.IsDefault ? [] : parts);
                continue;
            }

            came += units;
            if (promise != default)
            {
                Take(promise, units);
                Claims.Arrive(promise, units);
            }
        }

        if (_receipts.Find(each => each.Name == arrival.Command.Receipt) is { } receipt) // what a transfer brings need not be expected
        {
            Expect(receipt with { Left = Math.Max(0, receipt.Left - came) }); // more than was announced may come
        }

        if (came > 0)
        {
            Remember(arrival.Command.Id, arrival.ContentHash, lacks == 0 ? null : new ArrivalRefusal(lacks, decided.Refusal, lots.ToImmutable()));
        }
    }

    private void Expect(ExpectedReceipt receipt)
    {
        var place = _receipts.FindIndex(each => each.Name == receipt.Name);
        if (place < 0 && receipt.Left > 0)
        {
            _receipts.Add(receipt);
        }
        else if (place >= 0 && receipt.Left > 0)
        {
            _receipts[place] = receipt;
        }
        else if (place >= 0)
        {
            _receipts.RemoveAt(place);
        }
    }

    private void Take(RequestId promise, long units)
    {
        var place = _promises.FindIndex(each => each.Id == promise);
        Invariant.Holds(place >= 0 && _promises[place].Left >= units);
        _promises[place] = _promises[place] with { Left = _promises[place].Left - units };
        if (_promises[place].Left == 0)
        {
            _promises.RemoveAt(place);
        }
    }

    private void Remember(RequestId id, ulong hash, ArrivalRefusal? refused = null)
    {
        var write = new SupplyWrite(id, hash, Version, refused);
        if (_byId.TryAdd(id, write))
        {
            _writes.Enqueue(write);
        }

        while (_writes.Count > Limits.SupplyWritesRememberedMax)
        {
            _byId.Remove(_writes.Dequeue().Id);
        }
    }
}
