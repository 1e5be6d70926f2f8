using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Journal;
using Inventory.Journal.Testing;
using Orleans.Runtime;

namespace Inventory.Simulator;

/// <summary>One caller: reserves, goes on with what it holds, moves stock about, asks, repeats itself, and now and then reuses an id.</summary>
internal sealed class Caller
{
    private const int AttemptsMax = 8;
    private readonly World _world;
    private readonly Plan _plan;
    private readonly Tally _tally;
    private readonly Random _random;
    private readonly ManyCalls _many;
    private readonly List<Sent> _past = [];
    private readonly List<(StockKey Key, HoldId Hold)> _holds = [];
    private readonly Dictionary<StockKey, long> _seen = [];

    public Caller(World world, Plan plan, int number, Tally tally)
    {
        (_world, _plan, _tally) = (world, plan, tally);
        _random = new Random(unchecked((plan.Seed * 1_000_003) + number));
        _many = new ManyCalls(world, tally, _random, RetryAsync);
    }

    private Auditor Auditor => _world.Auditor;

    public async Task LiveAsync()
    {
        for (var call = 0; call < _plan.Calls; call++)
        {
            await CallAsync();
            if (_random.Next(4) == 0)
            {
                await PauseAsync();
            }
        }
    }

    private Task CallAsync() => _random.Next(100) switch
    {
        < 26 => ReserveAsync(),
        < 46 => GoOnAsync(),
        < 60 => MoveStockAsync(),
        < 66 => RepeatAsync(),
        < 69 => ReuseAsync(),
        < 76 => LookAsync(),
        < 83 => LookAtBoardAsync(),
        < 88 => ReserveManyAsync(),
        < 94 => _many.GoOnAsync(),
        < 97 => BatchAsync(),
        < 99 => TwiceAtOnceAsync(),
        _ => CloseOrOpenAsync(),
    };

    private Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1, 1_500)), _world.Time);

    private async Task ReserveAsync()
    {
        var command = StockCommand.Reserve(Shop.AnyId(_random), _random.Next(1, 4), Shop.AnyChannel(_random), Shop.AnyTtl(_random));
        var key = Shop.AnyKey(_random);
        if (await AskAsync(key, command) is { } answer && answer.Outcome.IsAccepted())
        {
            _holds.Add((key, command.Hold));
        }
    }

    private async Task GoOnAsync()
    {
        if (_holds.Count == 0)
        {
            return;
        }

        var (key, hold) = _holds[_random.Next(_holds.Count)];
        var id = Shop.AnyId(_random);
        await AskAsync(key, _random.Next(8) switch
        {
            0 or 1 => StockCommand.Confirm(id, hold),
            2 => StockCommand.Extend(id, hold, Shop.AnyTtl(_random)),
            3 => StockCommand.Release(id, hold, _random.Next(2)),
            4 => StockCommand.Release(id, hold),
            5 => StockCommand.Ship(id, hold, _random.Next(3)),
            _ => StockCommand.Collect(id, hold, _random.Next(2)),
        });
    }

    private async Task MoveStockAsync()
    {
        var (key, id) = (Shop.AnyKey(_random), Shop.AnyId(_random));
        var units = _random.Next(1, 6);
        await AskAsync(key, _random.Next(10) switch
        {
            0 or 1 or 2 => StockCommand.Receive(id, units),
            3 => StockCommand.Receive(id, units, Shop.AnyCondition(_random)),
            4 => StockCommand.Adjust(id, _random.Next(2) == 0 ? -1 : 1, (AdjustReason)_random.Next(1, 7)),
            5 => StockCommand.Count(id, _random.Next(8), LateVersion(key), _random.Next(3) == 0 ? Shop.AnyCondition(_random) : Condition.Sellable),
            6 => StockCommand.Return(id, 1, Shop.AnyCondition(_random)),
            7 => StockCommand.Move(id, 1, (Condition)_random.Next(2), (Condition)_random.Next(2, 4)),
            8 => StockCommand.Import(id, _random.Next(8)),
            _ => StockCommand.SetPolicy(id, Shop.AnyPolicy(_random)),
        });
    }

    // What somebody saw some time ago, before he went through the shop with a list.
    private long LateVersion(StockKey key) => _random.Next(3) == 0 ? 0 : _seen.GetValueOrDefault(key);

    private async Task RepeatAsync()
    {
        if (_past.Count > 0)
        {
            var sent = _past[_random.Next(_past.Count)];
            _tally.Add("call repeated");
            await AskAsync(sent.Key, sent.Command);
        }
    }

    private async Task ReuseAsync()
    {
        if (_past.Count > 0)
        {
            var sent = _past[_random.Next(_past.Count)];
            _tally.Add("call with a used id");
            await AskAsync(sent.Key, sent.Command with { Units = sent.Command.Units + 1 });
        }
    }

    private async Task TwiceAtOnceAsync()
    {
        var command = StockCommand.Reserve(Shop.AnyId(_random), 1, Shop.AnyChannel(_random), Shop.AnyTtl(_random));
        var key = Shop.AnyKey(_random);
        _tally.Add("call sent twice at once");
        await Task.WhenAll(AskAsync(key, command), AskAsync(key, command));
        _holds.Add((key, command.Hold));
    }

    private async Task BatchAsync()
    {
        var key = Shop.AnyKey(_random);
        StockCommand[] commands =
        [
            .. Enumerable.Range(0, _random.Next(1, 6)).Select(_ =>
                StockCommand.Reserve(Shop.AnyId(_random), 1, Shop.AnyChannel(_random), Shop.AnyTtl(_random))),
        ];
        var sent = Array.ConvertAll(commands, command => Auditor.Send(key, command));
        await TryAsync(async () =>
        {
            var (told, askedAtMs) = (Auditor.Books.Of(key).Told, _world.NowMs);
            var answers = await _world.Service.Stocks.DoMany(key, commands);
            for (var i = 0; i < answers.Length; i++)
            {
                Auditor.Answered(sent[i], answers[i], told, askedAtMs);
            }
        });
        _past.AddRange(sent);
        _holds.Add((key, commands[0].Hold));
    }

    private Task LookAsync() => TryAsync(async () =>
    {
        var (key, channel) = (Shop.AnyKey(_random), Shop.AnyChannel(_random));
        var (told, askedAtMs) = (Auditor.Books.Of(key).Told, _world.NowMs);
        var view = await _world.Service.Stocks.Get(key, channel);
        _seen[key] = view.Version;
        _tally.Add("look at a stock");
        Auditor.Shown(key, view.Version, view.Sellable, view.Available, channel, told, askedAtMs, "the owner");
    });

    private Task LookAtBoardAsync() => TryAsync(async () =>
    {
        var (key, channel) = (Shop.AnyKey(_random), Shop.AnyChannel(_random));
        var least = _random.Next(2) == 0 ? 0 : Auditor.Books.Of(key).Told;
        var view = await _world.Service.Get(new BoardQuery(key.Sku, channel, least > 0 ? [key.Location] : null, MinVersion: least));
        _tally.Add("look at a board");
        foreach (var row in view.Rows)
        {
            // A board may lag: its figure was true at some time since the version that it shows.
            Auditor.Shown(new StockKey(key.Sku, row.Location), row.Version, row.OnHand, row.Available, channel, least, 0, "the board");
        }
    });

    private Task ReserveManyAsync()
    {
        var lines = Enumerable.Range(0, _random.Next(2, 5)).Select(_ => new ReserveLine(Shop.AnyKey(_random), _random.Next(1, 3))).ToArray();
        var work = _random.Next(2) == 0 ? [] : Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Shop.AnyWork(_random, _world.NowMs)).ToArray();
        return _many.ReserveAsync([.. lines, .. work]);
    }

    private Task CloseOrOpenAsync()
    {
        var (place, open) = (Shop.Places[_random.Next(Shop.Places.Length)], _random.Next(2) == 0);
        if (_random.Next(3) == 0)
        {
            var facts = Shop.Facts(place, _random);
            return TryAsync(async () => await _world.Locations.Upsert(Shop.AnyId(_random), place, facts));
        }

        Auditor.MayClose(place);
        return TryAsync(async () => await _world.Locations.SetOpen(Shop.AnyId(_random), place, open));
    }

    private async Task<StockAnswer?> AskAsync(StockKey key, StockCommand command)
    {
        var sent = Auditor.Send(key, command);
        StockAnswer? answer = null;
        await RetryAsync(async () =>
        {
            var (told, askedAtMs) = (Auditor.Books.Of(key).Told, _world.NowMs);
            var got = await (command.Verb == StockVerb.Import ? ImportAsync(key, command) : _world.Service.Do(key, command));
            Auditor.Answered(sent, got, told, askedAtMs);
            answer = got;
            _seen[key] = got.Version;
        });
        _past.Add(sent);
        return answer;
    }

    // As a row of an import: a stock that is new is made known first, with a board that need not be in memory.
    private async ValueTask<StockAnswer> ImportAsync(StockKey key, StockCommand command)
    {
        var stocks = _world.Service.Stocks;
        var begun = await stocks.Begin(key, command, Registering.Caller);
        if (begun.IsUnknown)
        {
            begun = await stocks.Begin(key, command, (await stocks.Prepare([key]))[0]);
        }

        await stocks.WhenDurable(begun.Position);
        return begun.Answer;
    }

    /// <summary>As a good client does: repeats with the same id until there is an answer, or gives up.</summary>
    private async Task RetryAsync(Func<Task> call)
    {
        for (var attempt = 0; attempt < AttemptsMax && !await TryAsync(call); attempt++)
        {
            if (_random.Next(8) == 0)
            {
                _tally.Add("call given up");
                return;
            }

            await PauseAsync();
        }
    }

    private Task<bool> TryAsync(Func<Task> call) => TryAsync(_world, _tally, call);

    /// <summary>Calls once; false if there was no answer. An answer that no caller should get is a failure.</summary>
    internal static async Task<bool> TryAsync(World world, Tally tally, Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception e) when (e is SiloUnavailableException or JournalFailedException or JournalFullException or TimeoutException
            or OverloadedException or SimulatedCrashException or OrleansException or OperationCanceledException)
        {
            tally.Add($"call without an answer: {e.GetType().Name}");
            return false;
        }
        catch (Exception e)
        {
            world.Auditor.Fail($"a caller got {e}");
            return true;
        }
    }
}
