using System.Buffers;
using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of one location's work.</summary>
/// <remarks>
/// Turns are those of a stock: decide, apply and append without suspending, then wait for the disk, then reply; reentrant, and dropped whole after a
/// failed append. The capacity is what the location states at the moment of the decision; a change of it is an event of its own before the lease.
/// </remarks>
[Reentrant]
internal sealed class WorkGrain(SiloParts silo) : Grain, IWorkGrain, IOwner<WorkEvent>
{
    private const int RetryPauseMs = 1_000;
    private LocationId _location;
    private WorkBook _book = new();
    private OwnerLog<WorkEvent> _log = null!;
    private IGrainTimer? _timer;

    private long NowMs => silo.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _location = LocationId.Parse(this.GetPrimaryKeyString());
        await silo.Directory.WhenLoaded().WaitAsync(cancellationToken);
        _log = new OwnerLog<WorkEvent>(this, $"The work of {_location}", DeactivateOnIdle);
        await _log.OpenAsync(silo.Journal, "work/" + _location, cancellationToken);
        if (_book.LapsedLease(long.MaxValue - 1) is not null)
        {
            MindLeases();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<StockAnswer> Do(WorkSlot slot, StockCommand command)
    {
        if (!silo.Directory.Knows(_location))
        {
            // Before it refuses: another silo may have described the location a moment ago.
            await silo.Directory.LookAgain();
        }

        var answer = Judge(slot, command);
        if (answer.Outcome == StockOutcome.Insufficient && _book.Find(slot, _book.Advance(NowMs))?.LapsedLease(NowMs) is not null)
        {
            await TrySettleLapsed();
            answer = Judge(slot, command);
        }

        await _log.Durable();
        return answer;
    }

    public async ValueTask<ImmutableArray<SlotLoad>> Left(ImmutableArray<WorkSlot> slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots.Length, GrainLimits.SlotsPerCallMax, nameof(slots));
        if (!silo.Directory.Knows(_location))
        {
            await silo.Directory.LookAgain();
        }

        var loads = LoadsOf(slots);
        await _log.Durable();
        return loads;
    }

    public async ValueTask<ImmutableArray<SlotLoad>> Kept()
    {
        var loads = LoadsOf(_book.Slots.Keys.OrderBy(slot => slot.Kind).ThenBy(slot => slot.StartMs).TakeLast(GrainLimits.SlotsPerCallMax));
        await _log.Durable();
        return loads;
    }

    public async ValueTask<ImmutableArray<string>> Audit()
    {
        while (true)
        {
            var (replay, nowMs) = (new Replay(_book.Version), _book.Advance(NowMs));
            var expected = FiguresOf(_book, nowMs);
            await _log.Durable();
            await silo.Journal.ReadAsync("work/" + _location, replay);
            if (replay.IsPast)
            {
                continue; // a snapshot of a later version came in between
            }

            var actual = FiguresOf(replay.Book, nowMs);
            return
            [
                .. expected.Keys.Union(actual.Keys)
                    .Where(slot => expected.GetValueOrDefault(slot) != actual.GetValueOrDefault(slot))
                    .Select(slot => $"{slot}: {expected.GetValueOrDefault(slot)} in memory, {actual.GetValueOrDefault(slot)} in the journal"),
            ];
        }
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _book = WorkCodec.DecodeSnapshot(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload)
    {
        _book.Apply(WorkCodec.DecodeEvent(payload));
        Invariant.Holds(_book.Version == version);
    }

    void IOwner<WorkEvent>.Apply(in WorkEvent change) => _book.Apply(change);

    JournalPosition IOwner<WorkEvent>.Append(IJournalStream stream, in WorkEvent change)
    {
        Span<byte> bytes = stackalloc byte[WorkCodec.EventBytesMax];
        return stream.Append(bytes[..WorkCodec.Encode(change, bytes)]);
    }

    private static Dictionary<WorkSlot, (long Version, long Held, int Holds, long Capacity)> FiguresOf(WorkBook book, long nowMs) =>
        book.Slots.Keys.Select(slot => (slot, Stock: book.Find(slot, nowMs)!))
            .ToDictionary(each => each.slot, each => (each.Stock.Version, each.Stock.Held, each.Stock.HoldCount, each.Stock.Policy.OversellUnits));

    private ImmutableArray<SlotLoad> LoadsOf(IEnumerable<WorkSlot> slots)
    {
        var nowMs = _book.Advance(NowMs);
        return
        [
            .. slots.Select(slot =>
            {
                var place = Place(slot.Kind);
                var held = _book.Find(slot, nowMs)?.Held ?? 0;
                return new SlotLoad(slot, place.Capacity, held, WorkRules.Left(_book, slot, place, nowMs));
            }),
        ];
    }

    private WorkPlace Place(WorkKind kind) => WorkPlace.Of(
        silo.Directory.TryGet(_location, out var location) ? location.Facts : null, silo.Directory.IsOpen(_location), kind);

    private StockAnswer Judge(WorkSlot slot, in StockCommand command)
    {
        _log.ThrowIfLost();
        var (place, nowMs) = (Place(slot.Kind), NowMs);
        if (WorkRules.SetsCapacity(_book, slot, command, place, nowMs, out var capacity))
        {
            Commit(capacity);
        }

        var decision = WorkRules.Decide(_book, slot, command, place, nowMs, out var change);
        if (decision.Changes)
        {
            Commit(change);
        }

        return decision.Answer;
    }

    private void Commit(in WorkEvent change)
    {
        _log.Append(change);
        if (change.Change.LeaseUntilMs != 0)
        {
            MindLeases();
        }
    }

    void IOwner<WorkEvent>.AppendSnapshot(IJournalStream stream)
    {
        var length = WorkCodec.BytesMax(_book);
        if (length > JournalLimits.SnapshotBytesMax)
        {
            return; // recovery reads on from the snapshot before; slots fall out as they are over
        }

        var bytes = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            stream.AppendSnapshot(bytes.AsSpan(0, WorkCodec.Encode(_book, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Asks the coordinators of leases whose time has passed, and takes their word. What cannot be asked now stays held.</summary>
    private async ValueTask TrySettleLapsed()
    {
        try
        {
            while (_book.LapsedLease(NowMs) is (var slot, var id))
            {
                var endMs = _book.Find(slot, _book.Advance(NowMs)) is { } asked ? StockNeighbours.LeaseEnd(asked, id) : 0;
                var word = await StockNeighbours.WordOn(GrainFactory, id);
                if (_book.Find(slot, _book.Advance(NowMs)) is { } stock && StockNeighbours.IsStillAsked(stock, id, endMs))
                {
                    var told = Judge(slot, StockNeighbours.Settle(id, word, stock.Version));
                    Invariant.Holds(told.Outcome.IsAccepted());
                }
            }
        }
        catch (Exception) when (!_log.IsLost)
        {
            // Its coordinator cannot be reached: the timer asks again.
        }
    }

    // One timer for all leases: it comes when the latest that may be open has lapsed, and once more while any is.
    private void MindLeases()
    {
        _timer ??= this.RegisterGrainTimer(OnDue, new GrainTimerCreationOptions
        {
            DueTime = TimeSpan.FromMilliseconds(GrainLimits.LeaseMs), Period = TimeSpan.FromMilliseconds(RetryPauseMs), Interleave = true,
        });
        DelayDeactivation(TimeSpan.FromMilliseconds(GrainLimits.LeaseMs) + TimeSpan.FromMinutes(1));
    }

    private async Task OnDue(CancellationToken cancellation)
    {
        if (_log.IsLost)
        {
            return;
        }

        try
        {
            await TrySettleLapsed();
        }
        catch (Exception) when (_log.IsLost)
        {
            return;
        }

        if (_book.LapsedLease(long.MaxValue - 1) is null)
        {
            _timer?.Dispose();
            _timer = null;
        }
        else
        {
            DelayDeactivation(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>What the journal says, up to a version.</summary>
    private sealed class Replay(long upTo) : IStreamReader
    {
        public WorkBook Book { get; private set; } = new();

        public bool IsPast { get; private set; }

        public void Snapshot(long version, ReadOnlySpan<byte> state)
        {
            IsPast = version > upTo;
            Book = WorkCodec.DecodeSnapshot(state);
        }

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
            if (version <= upTo)
            {
                Book.Apply(WorkCodec.DecodeEvent(payload));
            }
        }
    }
}
