using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Journal;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>The owner of one stock.</summary>
/// <remarks>
/// A turn decides, applies and appends without suspending; then it waits until the disk has it, and replies. The grain is reentrant, so the next
/// command is judged meanwhile. No answer shows what is not durable: refusals and reads too wait for the last append that they saw.
/// After a failed append the state in memory is ahead of the journal: it is dropped whole, and the next call rebuilds it.
/// </remarks>
[Reentrant]
internal sealed partial class StockGrain(SiloParts silo) : Grain, IStockGrain, IStreamReader
{
    private const int RetryPauseMs = 1_000;
    private const string StreamPrefix = "stock/";
    private StockKey _key;
    private Stock _stock = new();
    private HeldStream _stream;
    private JournalPosition _last;
    private bool _isSpelledOtherwise;
    private bool _isDescribed;
    private bool _lost;

    private long NowMs => silo.Time.GetUtcNow().ToUnixTimeMilliseconds();

    // Of the stream, after its prefix: a text that is there anyway.
    private string Name => _isSpelledOtherwise ? _key.ToString() : this.GetPrimaryKeyString();

    // Once described, a location stays so: it is looked up until it is there.
    private bool IsDescribed => _isDescribed || (_isDescribed = StockNeighbours.TryFindLocation(silo.Directory, ref _key));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = StockKey.Parse(this.GetPrimaryKeyString());
        _isSpelledOtherwise = !StockNeighbours.IsNameOf(this.GetPrimaryKeyString(), _key);
        await silo.WhenLoaded().WaitAsync(cancellationToken);
        _stream = await silo.Journal.HoldAsync(StreamPrefix, Name, this, cancellationToken);
        ScheduleDue();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stream.Close(StreamPrefix, Name);
        return Task.CompletedTask;
    }

    public ValueTask<StockAnswer> Do(StockCommand command) => IsDescribed ? DoNow(command) : DoAfterLook(command);

    private ValueTask<StockAnswer> DoNow(StockCommand command)
    {
        var answer = Judge(command, false, out var later);
        TellBoard();
        return later ? DoLater(command) : Answer(WhenDurable(), answer);
    }

    public ValueTask<BegunWrite> Begin(StockCommand command, Guid journal, Registering registering)
    {
        Expect(command.Id);
        if (journal != silo.Id || !IsDescribed)
        {
            return BegunWrite.Ended(Do(command));
        }

        HearOfBoard(registering);
        var answer = Judge(command, registering is Registering.Done or Registering.DoneQuietly, out var later);
        TellBoard();
        return !later ? new ValueTask<BegunWrite>(new BegunWrite(answer, _last.Value) { By = this })
            : registering == Registering.Caller && _stock.Version == 0 ? new ValueTask<BegunWrite>(new BegunWrite(default, 0) { IsUnknown = true })
            : BegunWrite.Ended(DoLater(command));
    }

    public ValueTask Lost()
    {
        Lose();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<StockAnswer[]> DoMany(StockCommand[] commands)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Length, GrainLimits.CommandsPerCallMax, nameof(commands));
        if (!IsDescribed)
        {
            await silo.Directory.LookAgain();
        }

        return await DoRest(commands, new StockAnswer[commands.Length], 0);
    }

    public ValueTask<BegunWrites> BeginMany(StockCommand[] commands, Guid journal)
    {
        if (journal != silo.Id || !IsDescribed)
        {
            return BegunWrites.Ended(DoMany(commands));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(commands.Length, GrainLimits.CommandsPerCallMax, nameof(commands));
        var answers = new StockAnswer[commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            answers[i] = Judge(commands[i], false, out var later);
            if (later)
            {
                return BegunWrites.Ended(DoRest(commands, answers, i));
            }
        }

        TellBoard();
        return new ValueTask<BegunWrites>(new BegunWrites(answers, _last.Value));
    }

    private async ValueTask<StockAnswer[]> DoRest(StockCommand[] commands, StockAnswer[] answers, int from)
    {
        for (var i = from; i < commands.Length; i++)
        {
            var answer = Judge(commands[i], false, out var later);
            answers[i] = later ? await DoLater(commands[i]) : answer;
        }

        TellBoard();
        return await Answer(WhenDurable(), answers);
    }

    public ValueTask<StockView> View(Channel channel)
    {
        StockLots.Advance(silo, _key, _stock, NowMs);
        if (!IsDescribed)
        {
            return ViewAfterLook(channel);
        }

        return Answer(WhenDurable(), StockViews.Of(_key, _stock, channel, silo.Directory.IsClosed(_key.Location)));
    }

    public ValueTask<HoldPage> Hold(HoldId hold)
    {
        StockLots.Advance(silo, _key, _stock, NowMs);
        var found = StockViews.HoldOf(_key, _stock, hold);
        return Answer(WhenDurable(), new HoldPage(found is null ? [] : [found], _stock.Version, false));
    }

    public ValueTask<HoldPage> Holds(HoldId? after, int max)
    {
        StockLots.Advance(silo, _key, _stock, NowMs);
        return Answer(WhenDurable(), StockViews.HoldsOf(_key, _stock, after, max));
    }

    public ValueTask<ImmutableArray<LotUnits>> LotsTakenBy(RequestId write) => Answer(WhenDurable(), _stock.LotsTakenBy(write));

    public async ValueTask<ImmutableArray<string>> Audit()
    {
        StockLots.Advance(silo, _key, _stock, NowMs);
        var picture = new StockPicture(_stock);
        await Answer(WhenDurable(), true);
        return await StockAudit.RunAsync(silo.Journal, StreamPrefix + _key, picture);
    }

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) => _stock = StockSnapshotCodec.Decode(state);

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload)
    {
        _stock.Apply(StockEventCodec.Decode(payload));
        Invariant.Holds(_stock.Version == version);
    }

    /// <summary>Decides and, if that changes anything, applies and appends. Says so if something must be asked elsewhere first.</summary>
    private StockAnswer Judge(in StockCommand asked, bool isRegistered, out bool later)
    {
        ThrowIfLost();
        var hasLots = StockLots.Heed(silo, _key, _stock);
        return !IsDescribed ? JudgeThere(asked with { LocationUnknown = true }, isRegistered, out later)
            : silo.Catalog.Kit(_key.Sku) is not null ? JudgeThere(asked with { SkuIsKit = true }, isRegistered, out later)
            : silo.Directory.IsClosed(_key.Location) ? JudgeThere(asked with { LocationClosed = true, SkuHasLots = hasLots }, isRegistered, out later)
            : hasLots ? JudgeThere(asked with { SkuHasLots = true }, isRegistered, out later)
            : JudgeThere(asked, isRegistered, out later);
    }

    private StockAnswer JudgeThere(in StockCommand command, bool isRegistered, out bool later)
    {
        var decision = StockRules.Decide(_stock, command, NowMs, out var change);
        later = (decision.Changes && _stock.Version == 0 && !isRegistered && Registration is not { IsCompletedSuccessfully: true })
            || (decision.Answer.Outcome == StockOutcome.Insufficient && _stock.LapsedLease(NowMs) is not null);
        if (!decision.Changes || later)
        {
            return decision.Answer;
        }

        Commit(change);
        return decision.Answer;
    }

    private void Commit(in StockEvent change)
    {
        try
        {
            _stock.Apply(change);
            Span<byte> bytes = change.Lots.IsDefault ? stackalloc byte[Domain.Limits.StockEventBytesMax] : new byte[StockEventCodec.BytesMax(change)];
            var name = Name;
            _last = _stream.Append(StreamPrefix, name, _stock.Version, bytes[..StockEventCodec.Encode(change, bytes)]);
            if (_stream.WantsSnapshot)
            {
                StockSnapshots.Append(ref _stream, StreamPrefix, name, _stock);
            }
        }
        catch
        {
            Lose();
            throw;
        }

        Registration = null; // the first event is written: nobody asks any more
        if (change.DueMs < AlarmMs)
        {
            ScheduleDue();
        }

        NoteNews(change);
    }

    private ValueTask WhenDurable()
    {
        ThrowIfLost();
        return _stream.WhenDurable(_last);
    }

    private ValueTask<T> Answer<T>(ValueTask durable, T answer) => durable.IsCompletedSuccessfully ? new(answer) : AnswerLater(durable, answer);

    private async ValueTask<T> AnswerLater<T>(ValueTask durable, T answer)
    {
        try
        {
            await durable;
        }
        catch
        {
            Lose();
            throw;
        }

        return answer;
    }

    // Before it refuses: another silo may have described the location a moment ago.
    private async ValueTask<StockAnswer> DoAfterLook(StockCommand command)
    {
        await silo.Directory.LookAgain();
        return await DoNow(command);
    }

    private async ValueTask<StockView> ViewAfterLook(Channel channel)
    {
        await silo.Directory.LookAgain();
        StockLots.Advance(silo, _key, _stock, NowMs);
        var isShut = !silo.Directory.IsOpen(_key.Location);
        return await Answer(WhenDurable(), StockViews.Of(_key, _stock, channel, isShut) with { LocationUnknown = !IsDescribed });
    }

    private async ValueTask<StockAnswer> DoLater(StockCommand command)
    {
        var isSettled = _stock.LapsedLease(NowMs) is null || await TrySettleLapsed();
        if (isSettled && _stock.Version == 0)
        {
            // Both know of this stock before its first event: a crash in between leaves an empty entry, never a hidden stock.
            if (Registration is null or { IsFaulted: true } or { IsCanceled: true })
            {
                Registration = StockNeighbours.Register(GrainFactory, _key);
            }

            await Registration;
        }

        var answer = Judge(command, isRegistered: true, out _);
        TellBoard();
        return await Answer(WhenDurable(), answer); // after the judgement, which may have written
    }

    // Asks the coordinators of leases whose time has passed, and takes their word. False if one cannot be asked: its units stay held till the timer asks again.
    private async ValueTask<bool> TrySettleLapsed()
    {
        try
        {
            while (_stock.LapsedLease(NowMs) is { } id)
            {
                var endMs = StockNeighbours.LeaseEnd(_stock, id);
                var word = await StockNeighbours.WordOn(GrainFactory, id);
                if (StockNeighbours.IsStillAsked(_stock, id, endMs))
                {
                    var told = Judge(StockNeighbours.Settle(id, word, _stock.Version), false, out _);
                    Invariant.Holds(told.Outcome.IsAccepted());
                    TellBoard();
                }
            }

            return true;
        }
        catch (Exception) when (!_lost)
        {
            Schedule(NowMs + RetryPauseMs);
            return false;
        }
    }

    private void Lose()
    {
        if (!_lost)
        {
            _lost = true;
            DeactivateOnIdle();
        }
    }

    private void ThrowIfLost()
    {
        if (_lost)
        {
            throw new JournalFailedException($"The stock {_key} could not be written; ask again with the same id.");
        }
    }
}
