using System.Globalization;
using Inventory.Domain;
using Inventory.Domain.Work;

namespace Inventory.Simulator;

/// <summary>The auditor's books of the work of all places: a slot is kept like a stock without units of its own.</summary>
internal sealed class WorkBooks
{
    private readonly SortedDictionary<string, List<WorkSlot>> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<(LocationId Place, WorkSlot Slot), StockBook> _bySlot = [];

    /// <summary>Places that have written anything.</summary>
    public IEnumerable<LocationId> Places => _written.Keys.Select(LocationId.Parse);

    public static string StreamOf(LocationId place) => "work/" + place;

    /// <summary>The slots of a place that were ever written.</summary>
    public IEnumerable<(WorkSlot Slot, StockBook Book)> At(LocationId place) =>
        _bySlot.Where(each => each.Key.Place == place).OrderBy(each => each.Key.Slot.StartMs).Select(each => (each.Key.Slot, each.Value));

    public StockBook Of(LocationId place, WorkSlot slot)
    {
        if (!_bySlot.TryGetValue((place, slot), out var book))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{slot.Kind}-{slot.StartMs}");
            _bySlot.Add((place, slot), book = new StockBook(new StockKey(Sku.Parse(name), place)));
        }

        return book;
    }

    /// <summary>Notes which slot the next version of a place is about.</summary>
    /// <returns>The version.</returns>
    public long Note(LocationId place, WorkSlot slot)
    {
        if (!_written.TryGetValue(place.Value, out var slots))
        {
            _written.Add(place.Value, slots = []);
        }

        slots.Add(slot);
        return slots.Count;
    }

    /// <summary>After a restart: what came later than a version was lost.</summary>
    /// <returns>How many events were; below 0 if there are some that were never written.</returns>
    public long Restore(LocationId place, long version)
    {
        var slots = _written[place.Value];
        var lost = slots.Count - version;
        if (lost > 0)
        {
            slots.RemoveRange((int)version, (int)lost);
            foreach (var (slot, book) in At(place))
            {
                book.Restore(slots.Count(each => each == slot));
            }
        }

        return lost;
    }
}
