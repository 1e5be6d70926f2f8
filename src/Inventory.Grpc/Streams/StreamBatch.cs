using System.Buffers;
using System.Numerics;
using Inventory.Domain;
using Inventory.Domain.Stocks;
using Inventory.Grains;
using Inventory.Grpc.Mapping;

namespace Inventory.Grpc.Streams;

/// <summary>
/// The reservations of one message: one call for each stock, whatever the number of its lines, a bounded number of calls in flight, and one wait for the
/// journal.
/// </summary>
/// <remarks>Filled and run once by one caller. Lines of the same stock keep their order; different stocks have none.</remarks>
internal sealed class StreamBatch
{
    /// <summary>Lines in one call, so that its arrays stay small: what is above 85,000 bytes brings .NET's collection of everything nearer.</summary>
    private const int LinesPerCallMax = 512;

    private const int LinesApart = 2;
    private const int None = -1;
    private readonly int _count;
    private readonly Line[] _lines;
    private readonly int[] _table;
    private readonly int _mask;
    private readonly StreamReply _reply;
    private readonly Channel _channel;
    private readonly long _ttlMs;
    private long _position;
    private List<int>? _kits;

    /// <summary>A batch of so many lines, for a channel and a time to hold that are the same for all.</summary>
    public StreamBatch(int count, in Channel channel, long ttlMs, StreamReply reply)
    {
        (_count, _channel, _ttlMs, _reply) = (count, channel, ttlMs, reply);
        var places = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);
        _lines = ArrayPool<Line>.Shared.Rent(count);
        _table = ArrayPool<int>.Shared.Rent(places);
        _mask = places - 1;
        Array.Clear(_lines, 0, count);
        Array.Fill(_table, None, 0, places);
    }

    /// <summary>Sets a line.</summary>
    public void Set(int number, KnownStock stock, in RequestId id, long units)
    {
        ref var line = ref _lines[number];
        (line.Stock, line.Id, line.Units, line.Next) = (stock, id, units, None);
        for (var at = System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(stock) & _mask; ; at = (at + 1) & _mask)
        {
            if (_table[at] == None)
            {
                _table[at] = number;
                (line.Last, line.Writes) = (number, 1);
                return;
            }

            ref var first = ref _lines[_table[at]];
            if (ReferenceEquals(first.Stock, stock))
            {
                _lines[first.Last].Next = number;
                first.Last = number;
                first.Writes++;
                return;
            }
        }
    }

    /// <summary>Does all of it. The reply is whole, and durable, when this ends. Throws the first failure after all calls have ended.</summary>
    /// <param name="stocks">Through which.</param>
    /// <param name="reservations">Through which kits are reserved, after all other lines.</param>
    /// <param name="callsInFlightMax">How many calls may wait for their stocks at once.</param>
    public async Task Run(IStocks stocks, IReservations reservations, int callsInFlightMax)
    {
        var waiting = new List<Pending>();
        for (var line = 0; BeginFrom(stocks, ref line) is { } pending;)
        {
            waiting.Add(pending);
            if (waiting.Count >= callsInFlightMax)
            {
                await ((Task)waiting[^callsInFlightMax].Calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        if (waiting.Count > 0)
        {
            await Task.WhenAll(waiting.Select(pending => pending.Calls));
            foreach (var pending in waiting)
            {
                var line = pending.First;
                foreach (var writes in pending.Calls.Result)
                {
                    Take(writes, ref line);
                }
            }
        }

        await stocks.WhenDurable(_position);
        if (_kits is not null)
        {
            await ReserveKits(reservations, callsInFlightMax, _kits);
        }

        ArrayPool<Line>.Shared.Return(_lines, clearArray: true);
        ArrayPool<int>.Shared.Return(_table);
    }

    // Without an await, so that the common case, in which every stock answers at once, is a plain loop.
    private Pending? BeginFrom(IStocks stocks, ref int next)
    {
        while (next < _count)
        {
            var number = next++;
            Near(stocks, number);
            ref readonly var line = ref _lines[number];
            if (line.Writes == 1)
            {
                var begun = stocks.Begin(line.Stock!, Command(line));
                if (!begun.IsCompletedSuccessfully)
                {
                    return new Pending(number, One(begun));
                }

                var write = begun.Result;
                Take(write.Answer, write.Position, number);
            }
            else if (line.Writes > 1)
            {
                var left = line.Writes;
                var from = number;
                while (left > 0)
                {
                    var begun = BeginMany(stocks, from, left);
                    if (!begun.IsCompletedSuccessfully)
                    {
                        return new Pending(from, Rest(stocks, begun, from, left));
                    }

                    var writes = begun.Result;
                    left -= writes.Answers.Length;
                    Take(writes, ref from);
                }
            }
        }

        return null;
    }

    // Each line visits another stock, and what is needed of that is one piece of memory behind the other: asked for in steps, while earlier lines are judged.
    private void Near(IStocks stocks, int number)
    {
        for (var step = 0; step < INearStock.Steps; step++)
        {
            var ahead = number + ((INearStock.Steps - step) * LinesApart);
            if (ahead >= _count)
            {
                continue;
            }

            ref var line = ref _lines[ahead];
            if (step == 0 && line.Writes > 0)
            {
                line.Near = stocks.Near(line.Stock!);
            }

            line.Near?.Fetch(step, line.Id);
        }
    }

    private StockCommand Command(in Line line) => StockCommand.Reserve(line.Id, line.Units, _channel, _ttlMs);

    private ValueTask<BegunWrites> BeginMany(IStocks stocks, int from, int left)
    {
        var commands = new StockCommand[Math.Min(left, LinesPerCallMax)];
        var stock = _lines[from].Stock!;
        for (var i = 0; i < commands.Length; i++, from = _lines[from].Next)
        {
            commands[i] = Command(_lines[from]);
        }

        return stocks.BeginMany(stock, commands);
    }

    private static async Task<List<BegunWrites>> One(ValueTask<BegunWrite> begun)
    {
        var write = await begun;
        return [new BegunWrites([write.Answer], write.Position)];
    }

    // One call after the other: lines of one stock keep their order.
    private async Task<List<BegunWrites>> Rest(IStocks stocks, ValueTask<BegunWrites> begun, int from, int left)
    {
        var all = new List<BegunWrites>();
        while (true)
        {
            var writes = await begun;
            all.Add(writes);
            left -= writes.Answers.Length;
            if (left == 0)
            {
                return all;
            }

            for (var i = 0; i < writes.Answers.Length; i++)
            {
                from = _lines[from].Next;
            }

            begun = BeginMany(stocks, from, left);
        }
    }

    private void Take(in BegunWrites writes, ref int line)
    {
        foreach (ref readonly var answer in writes.Answers.AsSpan())
        {
            Take(answer, writes.Position, line);
            line = _lines[line].Next;
        }
    }

    private void Take(in StockAnswer answer, long position, int line)
    {
        _reply.Set(line, answer);
        if (answer.Outcome == StockOutcome.SkuIsKit)
        {
            (_kits ??= []).Add(line);
        }

        _position = Math.Max(_position, position);
    }

    // Their stocks said that they are kits: a coordinator for each, as many at a time as stocks are called.
    private async Task ReserveKits(IReservations reservations, int callsInFlightMax, List<int> kits)
    {
        foreach (var some in kits.Chunk(callsInFlightMax))
        {
            var told = await Task.WhenAll(some.Select(line => reservations.Reserve(
                ReservationRequests.Kit(_lines[line].Id, _lines[line].Stock!.Key, Command(_lines[line]))).AsTask()));
            for (var i = 0; i < some.Length; i++)
            {
                _reply.Set(some[i], new StockAnswer(told[i].Outcome, told[i].Version, 0, told[i].ExpiresAtMs));
                if (told[i].Outcome.IsAccepted())
                {
                    _reply.SetReservation(some[i], new ReservationId(_lines[some[i]].Id, null));
                }
            }
        }
    }

    private readonly record struct Pending(int First, Task<List<BegunWrites>> Calls);

    /// <summary>One line. Of the first line of a stock: how many there are, and the last one; of any: the next one of its stock.</summary>
    private struct Line
    {
        public KnownStock? Stock;
        public INearStock? Near;
        public RequestId Id;
        public long Units;
        public int Next;
        public int Last;
        public int Writes;
    }
}
