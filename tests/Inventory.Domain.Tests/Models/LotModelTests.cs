using System.Globalization;
using Inventory.Domain.Codec;
using Inventory.Domain.Stocks;
using Inventory.Domain.Tests.Scripts;

namespace Inventory.Domain.Tests.Models;

/// <summary>Random commands on a stock with lots, beside a model that keeps every single unit as a thing with a lot, a date and a condition.</summary>
public sealed class LotModelTests
{
    private const int Runs = 150;
    private const int Steps = 120;
    private const int ShelfDays = 1;
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly string[] s_lots = ["A", "B", "C", "D", "-"];

    private sealed record Unit(string Lot, DateOnly? Best, Condition Condition);

    [Fact]
    public void Rules_and_single_units_agree_on_what_is_accepted_and_on_every_lot()
    {
        var seed = Environment.GetEnvironmentVariable("SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 20_261_129;
        var accepted = new Dictionary<(StockVerb Verb, bool IsNamed), int>();
        for (var run = 0; run < Runs; run++)
        {
            try
            {
                new Play(new Random(seed + run)).Run(accepted);
            }
            catch (Exception e)
            {
                throw new PropertyFailedException($"SEED={seed} dotnet test (run {run}): {e.Message}", e);
            }
        }

        StockVerb[] both = [StockVerb.Adjust, StockVerb.Move, StockVerb.Count, StockVerb.Collect, StockVerb.Ship, StockVerb.TransferOut, StockVerb.Return];
        Assert.All(both, verb => Assert.True(accepted.GetValueOrDefault((verb, true)) > 20 && accepted.GetValueOrDefault((verb, false)) > 20, $"{verb}"));
        Assert.True(accepted[(StockVerb.Receive, true)] > 20 && accepted[(StockVerb.Reserve, false)] > 20 && accepted[(StockVerb.TransferIn, true)] > 20);
        Assert.True(accepted[(StockVerb.Settle, false)] > 20);
    }

    private sealed class Play(Random random)
    {
        private readonly Dictionary<HoldId, long> _holds = [];
        private readonly Dictionary<HoldId, long> _pledged = [];
        private List<Unit> _units = [];
        private Stock _stock = new();
        private long _nowMs = Script.StartMs;
        private int _ids;

        private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(_nowMs), s_berlin).DateTime);

        private long Held => _holds.Values.Sum();

        private long Pledged => _pledged.Values.Sum();

        public void Run(Dictionary<(StockVerb Verb, bool IsNamed), int> accepted)
        {
            for (var i = 0; i < Steps; i++)
            {
                _nowMs += random.Next(4) == 0 ? random.Next(10 * 3_600_000) : 1;
                var command = Next();
                Heed();
                var decision = StockRules.Decide(_stock, command with { SkuHasLots = true }, _nowMs, out var change);
                var after = Foresee(command, out var units);
                var what = $"step {i}: {command.Verb} {command.Units} {command.Condition} {command.Lot?.Name} {command.Hold}: {decision.Answer}";
                Assert.True(decision.Changes == after is not null, what);
                if (after is not null)
                {
                    Assert.True(change.Units == units, what);
                    _stock.Apply(StockEventCodec.Decode(Bytes(change)));
                    Book(command, units);
                    _units = after;
                    var key = (command.Verb, command.Lot is not null);
                    accepted[key] = accepted.GetValueOrDefault(key) + 1;
                }

                _stock = random.Next(20) == 0 ? StockSnapshotCodec.Decode(Codec.Samples.Bytes(_stock)) : _stock;
                Compare(what);
            }
        }

        private StockCommand Next()
        {
            var id = RequestId.Parse($"w{_ids++}");
            var lot = s_lots[random.Next(s_lots.Length)];
            var (units, condition) = (random.Next(1, 5), random.Next(4) == 0 ? Condition.Damaged : Condition.Sellable);
            var date = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(Today.DayNumber - 719_162 + random.Next(-1, 5));
            var known = _units.Find(unit => unit.Lot == lot)?.Best;
            var hold = _holds.Keys.ElementAtOrDefault(random.Next(Math.Max(1, _holds.Count)));
            var command = random.Next(15) switch
            {
                0 or 1 => StockCommand.Receive(id, units, condition),
                2 => StockCommand.Return(id, units, condition),
                3 => StockCommand.TransferIn(id, units, condition),
                4 => StockCommand.Adjust(id, random.Next(2) == 0 ? -units : units, random.Next(2) == 0 ? AdjustReason.Expired : AdjustReason.Found, condition),
                5 => StockCommand.Count(id, random.Next(5), 0, condition),
                6 => StockCommand.Import(id, random.Next(9)),
                7 => StockCommand.Move(id, units, condition, condition == Condition.Sellable ? Condition.Damaged : Condition.Sellable),
                8 or 9 => StockCommand.Reserve(id, units, Channel.Web, Limits.TtlMsMax),
                10 => StockCommand.Collect(id, hold, units),
                11 => StockCommand.Ship(id, hold, units),
                12 => StockCommand.TransferOut(id, units, random.Next(2) == 0 ? default : hold),
                13 => StockCommand.Keep(id, hold, units, Limits.TtlMsMax),
                _ => StockCommand.Settle(id, hold, Settlement.Ship, 0, Math.Max(1, _pledged.GetValueOrDefault(hold))),
            };
            var mayHaveLot = command.Verb is not (StockVerb.Reserve or StockVerb.Lease or StockVerb.Settle);
            return !mayHaveLot || random.Next(3) == 0 ? command
                : command.Of(LotName.Parse(lot), lot == "-" ? null : known is not null && random.Next(10) > 0 ? known : date);
        }

        // The units as they are after an accepted command; null if it is refused. Each rule in its plainest words.
        private List<Unit>? Foresee(in StockCommand command, out long change)
        {
            var (condition, asked, hold) = (command.Condition, command.Units, command.Hold);
            change = asked;
            var lot = command.Lot;
            var needsHold = hold != default || command.Verb is StockVerb.Collect or StockVerb.Ship or StockVerb.Lease or StockVerb.Settle;
            var isFree = _holds.ContainsKey(hold) && (command.Verb == StockVerb.Settle || !_pledged.ContainsKey(hold));
            if (needsHold && !isFree && command.Verb != StockVerb.Reserve)
            {
                return null;
            }

            switch (command.Verb)
            {
                case StockVerb.Receive or StockVerb.Return or StockVerb.TransferIn:
                    return Come(command, asked);
                case StockVerb.Reserve:
                    return asked <= Fresh().Count - Held ? _units : null;
                case StockVerb.Lease:
                    return asked <= _holds[hold] && asked <= Fresh().Count - Pledged ? _units : null;
                case StockVerb.Settle:
                    return _pledged.TryGetValue(hold, out var pledged) && asked <= pledged
                        ? Without([.. Fresh(), .. Old().OrderByDescending(unit => unit.Best).ThenByDescending(unit => unit.Lot, StringComparer.Ordinal)], asked)
                        : null;
                case StockVerb.Collect or StockVerb.Ship or StockVerb.TransferOut:
                    return hold == default || asked <= _holds[hold] ? Leave(command, asked) : null;
                case StockVerb.Count or StockVerb.Import:
                    var seen = _units.Count(unit => unit.Condition == condition && (lot is null || unit.Lot == lot.Value.Name.Value));
                    change = asked - seen;
                    return change == 0 ? _units : change < 0 ? Find(command, -change) : lot is null ? More(condition, change) : Come(command, change);
                case StockVerb.Adjust when asked > 0:
                    return Come(command, asked);
                default:
                    return Find(command, Math.Abs(asked));
            }
        }

        private List<Unit>? Come(in StockCommand command, long units)
        {
            var condition = command.Condition;
            if (command.Lot is not { } lot)
            {
                return command.Verb is StockVerb.Return or StockVerb.TransferIn ? With("-", null, condition, units) : null;
            }

            var known = _units.Find(unit => unit.Lot == lot.Name.Value);
            if (command.Verb == StockVerb.TransferIn && known is not null && lot.BestBefore < known.Best)
            {
                _units = [.. _units.Select(unit => unit.Lot == known.Lot ? unit with { Best = lot.BestBefore } : unit)];
                return With(known.Lot, lot.BestBefore, condition, units);
            }

            return known is not null && lot.BestBefore is not null && lot.BestBefore != known.Best && command.Verb != StockVerb.TransferIn ? null
                : known is null && lot.BestBefore is null && !lot.Name.IsNone ? null
                : With(lot.Name.Value, known is null ? lot.BestBefore : known.Best, condition, units);
        }

        private List<Unit>? More(Condition condition, long units)
        {
            var lots = _units.Where(unit => unit.Condition == condition).Select(unit => (unit.Lot, unit.Best)).Distinct().ToList();
            return lots.Count == 1 ? With(lots[0].Lot, lots[0].Best, condition, units) : null;
        }

        private List<Unit>? Leave(in StockCommand command, long units)
        {
            var lot = command.Lot;
            var from = lot is null ? Fresh() : Sorted(_units.Where(unit => unit.Condition == Condition.Sellable && unit.Lot == lot.Value.Name.Value));
            if (lot is not null && (!_units.Exists(unit => unit.Lot == lot.Value.Name.Value) || IsOther(lot.Value))
                || (lot is not null && command.Verb != StockVerb.TransferOut && from.Exists(unit => unit.Best < Today)))
            {
                return null;
            }

            // Units that the hold itself is owed leave with it.
            var floor = command.Hold == default ? Held : Pledged;
            return from.Count < units || OnShelf() - Pledged < units || (command.Hold == default && OnShelf() - units < Held) ? null
                : KeepsPromises(from.Take((int)units), floor) ? Without(from, units) : null;
        }

        private List<Unit>? Find(in StockCommand command, long units)
        {
            var (condition, lot) = (command.Condition, command.Lot);
            var there = Sorted(_units.Where(unit => unit.Condition == condition));
            var from = there;
            if (units > there.Count || (condition == Condition.Sellable && there.Count - units < Held))
            {
                return null;
            }

            if (lot is not null)
            {
                from = [.. there.Where(unit => unit.Lot == lot.Value.Name.Value)];
                if (from.Count < units || IsOther(lot.Value))
                {
                    return null;
                }
            }
            else if (there.DistinctBy(unit => unit.Lot).Count() > 1 && units < there.Count)
            {
                from = [.. there.Where(IsOld)];
                if (command.Reason != AdjustReason.Expired || from.Count < units)
                {
                    return null;
                }
            }

            if (condition == Condition.Sellable && !KeepsPromises(from.Take((int)units), Held))
            {
                return null;
            }

            var taken = from.Take((int)units).ToList();
            var rest = Without(from, units);
            var to = command.To;
            return command.Verb != StockVerb.Move ? rest : [.. rest, .. taken.Select(unit => unit with { Condition = to })];
        }

        private bool KeepsPromises(IEnumerable<Unit> taken, long floor)
        {
            var good = taken.Count(unit => !IsOld(unit));
            return good == 0 || Fresh().Count - good >= Math.Max(floor, Pledged);
        }

        private bool IsOther(in LotUnits lot)
        {
            var (name, date) = (lot.Name.Value, lot.BestBefore);
            return date is not null && _units.Exists(unit => unit.Lot == name && unit.Best != date);
        }

        private int OnShelf() => _units.Count(unit => unit.Condition == Condition.Sellable);

        private bool IsOld(Unit unit) => unit.Best is { } best && best.AddDays(-ShelfDays) < Today;

        private List<Unit> Fresh() => Sorted(_units.Where(unit => unit.Condition == Condition.Sellable && !IsOld(unit)));

        private List<Unit> Old() => Sorted(_units.Where(unit => unit.Condition == Condition.Sellable && IsOld(unit)));

        private static List<Unit> Sorted(IEnumerable<Unit> units) =>
            [.. units.OrderBy(unit => unit.Best ?? DateOnly.MaxValue).ThenBy(unit => unit.Lot, StringComparer.Ordinal)];

        private List<Unit> With(string lot, DateOnly? best, Condition condition, long units) =>
            [.. _units, .. Enumerable.Repeat(new Unit(lot, lot == "-" ? null : best, condition), (int)units)];

        private List<Unit> Without(List<Unit> from, long units)
        {
            var rest = _units.ToList();
            foreach (var unit in from.Take((int)units))
            {
                rest.Remove(unit);
            }

            return rest;
        }

        private void Book(in StockCommand command, long units)
        {
            var hold = command.Hold;
            switch (command.Verb)
            {
                case StockVerb.Reserve:
                    _holds[hold] = units;
                    break;
                case StockVerb.Lease:
                    _pledged[hold] = units;
                    break;
                case StockVerb.Collect or StockVerb.Ship or StockVerb.Settle or StockVerb.TransferOut when hold != default:
                    _holds[hold] -= units;
                    _pledged.Remove(hold);
                    if (_holds[hold] == 0)
                    {
                        _holds.Remove(hold);
                    }

                    break;
            }
        }

        private void Compare(string what)
        {
            Heed();
            _stock.AdvanceTo(_nowMs);
            string Words(IEnumerable<(string Lot, DateOnly? Best, Condition Condition, long Units)> rows) =>
                string.Join(" ", rows.Where(row => row.Units > 0).OrderBy(row => row.Lot).ThenBy(row => row.Condition));
            var expected = Words(_units.GroupBy(unit => unit).Select(group => (group.Key.Lot, group.Key.Best, group.Key.Condition, (long)group.Count())));
            var actual = Words(_stock.Lots.SelectMany(lot => new[]
            {
                (lot.Name.Value, lot.BestBefore, Condition.Sellable, lot.Sellable), (lot.Name.Value, lot.BestBefore, Condition.Damaged, lot.Damaged),
            }));
            actual = _stock.HasLots ? actual : Words([("-", null, Condition.Sellable, _stock.Sellable), ("-", null, Condition.Damaged, _stock.Damaged)]);
            Assert.True(expected == actual, $"{what}\nunits: {expected}\nlots:  {actual}");
            Assert.True(_stock.Atp(Channel.Web) == Fresh().Count - Held, what);
            Assert.True(_stock.PastDate == Old().Count && _stock.Pledged == Pledged, what);
        }

        private void Heed() => _stock.HeedLots("Europe/Berlin", ShelfDays);

        private static byte[] Bytes(in StockEvent change)
        {
            var bytes = new byte[StockEventCodec.BytesMax(change)];
            return bytes[..StockEventCodec.Encode(change, bytes)];
        }
    }
}
