using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Work;
using Inventory.Grains;
using Inventory.Journal;
using Inventory.Journal.Files;

namespace Inventory.Simulator;

/// <summary>Mistakes that stand between the grains and their journal.</summary>
internal sealed class BuggyJournal(IJournal journal, Bug bug, Auditor auditor) : IJournal
{
    public long DurablePosition => journal.DurablePosition;

    public JournalHealth Health => journal.Health;

    public async ValueTask<IJournalStream> OpenAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default)
    {
        var isStock = stream.StartsWith("stock/", StringComparison.Ordinal);
        var read = isStock ? new Reader(reader, bug)
            : bug == Bug.WorkForgottenAtRecovery && stream.StartsWith("work/", StringComparison.Ordinal) ? new WorkReader(reader)
            : BuggyOwners.Reads(bug, stream) ? new BuggyOwners(reader, bug)
            : reader;
        var opened = await journal.OpenAsync(stream, read, cancellationToken);
        return isStock && BuggyWrites.OfStocks(bug, auditor) is { } written ? new WrongWrites(opened, written)
            : BuggyWrites.OfOrders(bug, auditor, stream) is { } ofOrder ? new WrongWrites(opened, ofOrder)
            : new Stream(this, opened, bug, isStock, BuggyOwners.Writes(bug, stream));
    }

    public JournalPosition? TryBegin(string prefix, string name, ReadOnlySpan<byte> payload) => journal.TryBegin(prefix, name, payload);

    public ValueTask<long> ReadAsync(string stream, IStreamReader reader, CancellationToken cancellationToken = default) =>
        journal.ReadAsync(stream, reader, cancellationToken);

    public IAsyncEnumerable<JournalEntry> TailAsync(long fromPosition, CancellationToken cancellationToken = default) =>
        journal.TailAsync(fromPosition, cancellationToken);

    public ValueTask WhenDurable(JournalPosition position) => bug switch
    {
        Bug.AckBeforeSync => ValueTask.CompletedTask,
        Bug.AckOneRecordEarly when position.Value > 1 => journal.WhenDurable(new JournalPosition(position.Value - 1)),
        _ => journal.WhenDurable(position),
    };

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private sealed class Stream(BuggyJournal journal, IJournalStream stream, Bug bug, bool isStock, bool isWrittenWrong) : IJournalStream
    {
        public long Version => stream.Version;

        public bool WantsSnapshot => stream.WantsSnapshot;

        public JournalPosition Append(ReadOnlySpan<byte> payload) => stream.Append(
            isWrittenWrong ? BuggyOwners.Written(payload) : payload);

        public void AppendSnapshot(ReadOnlySpan<byte> state)
        {
            if (!isStock || bug is not (Bug.IdsForgottenAtSnapshot or Bug.HoldLostAtSnapshot))
            {
                stream.AppendSnapshot(state);
                return;
            }

            var stock = StockSnapshotCodec.Decode(state);
            if (bug == Bug.IdsForgottenAtSnapshot)
            {
                stock.ForgetBefore(long.MaxValue);
            }
            else if (stock.HoldCount > 0)
            {
                var (id, hold) = stock.Holds.First();
                stock.RestoreHold(id, hold with { Left = 0 });
            }

            var bytes = new byte[StockSnapshotCodec.BytesMax(stock)];
            stream.AppendSnapshot(bytes.AsSpan(0, StockSnapshotCodec.Encode(stock, bytes)));
        }

        public ValueTask WhenDurable(JournalPosition position) => journal.WhenDurable(position);

        public void Close() => stream.Close();

    }

    private sealed class Reader(IStreamReader reader, Bug bug) : IStreamReader
    {
        public void Snapshot(long version, ReadOnlySpan<byte> state) => reader.Snapshot(version, state);

        public void Event(long version, ReadOnlySpan<byte> payload)
        {
            var change = StockEventCodec.Decode(payload);
            switch (bug)
            {
                case Bug.ReleaseLostAtRecovery when change.Verb == StockVerb.Release:
                    change.Units = 0;
                    break;
                case Bug.ReceiptTwiceAtRecovery when change.Verb == StockVerb.Receive:
                    change.Units *= 2;
                    break;
                case Bug.ExpiryOffByOneAtRecovery when change.Verb == StockVerb.Reserve:
                    change.ExpiresAtMs++;
                    break;
                case Bug.LotKeptADayLonger when !change.Lots.IsDefaultOrEmpty:
                    change.Lots = [.. change.Lots.Select(part => part with { BestBefore = part.BestBefore!.Value.AddDays(1) })];
                    break;
            }

            Span<byte> bytes = new byte[StockEventCodec.BytesMax(change)];
            reader.Event(version, bytes[..StockEventCodec.Encode(change, bytes)]);
        }
    }
}

/// <summary>Takes every good word on work for a bad one.</summary>
internal sealed class WorkReader(IStreamReader reader) : IStreamReader
{
    public void Snapshot(long version, ReadOnlySpan<byte> state) => reader.Snapshot(version, state);

    public void Event(long version, ReadOnlySpan<byte> payload)
    {
        var (slot, change) = WorkCodec.DecodeEvent(payload);
        if (change.Settlement is Settlement.Soft or Settlement.Firm)
        {
            change.Settlement = Settlement.Free;
        }

        Span<byte> bytes = stackalloc byte[WorkCodec.EventBytesMax];
        reader.Event(version, bytes[..WorkCodec.Encode(new WorkEvent(slot, change), bytes)]);
    }
}

/// <summary>Mistakes in how the disk is used.</summary>
internal sealed class BuggyFiles(IJournalFiles files, Bug bug) : IJournalFiles
{
    private int _syncs;

    public IReadOnlyList<string> List() => files.List();

    public IJournalFile Open(string name, long bytes) => new BuggyFile(this, files.Open(name, bytes));

    public void Delete(string name) => files.Delete(name);

    public void SyncNames()
    {
        if (bug != Bug.NamesNotSynced)
        {
            files.SyncNames();
        }
    }

    public string PathOf(string name) => files.PathOf(name);

    public void Dispose() => files.Dispose();

    private sealed class BuggyFile(BuggyFiles owner, IJournalFile file) : IJournalFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Sync() => owner.Sync(file);

        public void Dispose() => file.Dispose();
    }

    private void Sync(IJournalFile file)
    {
        if (bug == Bug.SyncLeftOut && ++_syncs % 3 == 0)
        {
            return;
        }

        try
        {
            file.Sync();
        }
        catch (IOException e) when (bug == Bug.SyncFailureIgnored && e.Message.StartsWith("Input/output", StringComparison.Ordinal))
        {
            // What the bug is about.
        }
    }
}

/// <summary>Mistakes on the way to the grains.</summary>
internal sealed class BuggyService(Service service, Bug bug, Random random) : Service(service.Stocks, service.Reservations, service.Availability)
{
    private readonly Dictionary<Sku, BoardView> _cache = [];

    public override async ValueTask<StockAnswer> Do(StockKey key, StockCommand command)
    {
        if (bug == Bug.RetryWithNewId && command.Verb == StockVerb.Receive && random.Next(20) == 0)
        {
            await base.Do(key, command with { Id = command.Id.Derive(7) });
        }

        if (bug == Bug.LateCountAsOfNow && command.Verb == StockVerb.Count)
        {
            command = command with { SeenVersion = 0 };
        }

        if (bug == Bug.NeedlessRefusal && command.Verb == StockVerb.Reserve && random.Next(10) == 0)
        {
            return new StockAnswer(StockOutcome.Insufficient, (await Stocks.Get(key, command.Channel)).Version);
        }

        return await base.Do(key, command);
    }

    public override async ValueTask<BoardView> Get(BoardQuery query)
    {
        if (bug != Bug.StaleAvailability)
        {
            return await base.Get(query);
        }

        if (query.MinVersion == 0 || !_cache.TryGetValue(query.Sku, out var view))
        {
            view = _cache[query.Sku] = await base.Get(query);
        }

        return view;
    }

    public override async ValueTask<ReservationAnswer> Step(RequestId reservation, ReservationStep step) =>
        bug == Bug.ConfirmNotDone && step.Verb == StockVerb.Confirm && random.Next(3) == 0
            ? new ReservationAnswer(StockOutcome.Accepted, 1, 0, [])
            : await base.Step(reservation, step);

    public override ValueTask<ReservationAnswer> Reserve(ReserveMany order) => base.Reserve(
        bug == Bug.KitReservedInPart && order.Id.GetHashCode() % 3 == 0 ? order with { Lines = [.. order.Lines.Select(FirstOf)] } : order);

    // Each request in the same way, or its repetition would be another one.
    public override async ValueTask<StockAnswer> ReturnKit(StockKey kit, RequestId id, long units, Condition condition, ImmutableArray<ReturnedLot> lots) =>
        bug == Bug.KitReturnedInPart && id.GetHashCode() % 3 == 0
            ? await Stocks.Do(kit with { Sku = Shop.Skus[0] }, StockCommand.Return(id.Derive(7), units, condition))
            : await base.ReturnKit(kit, id, units, condition, lots);

    private static ReserveLine FirstOf(ReserveLine line) =>
        line.Slot is null && line.Key.Sku == Shop.Kit ? line with { Key = line.Key with { Sku = Shop.Skus[0] } } : line;
}
