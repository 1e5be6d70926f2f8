namespace Inventory.Grains;

/// <summary>Hashes the content of writes to a coordinator or an order, to tell a retry from another request under the same id.</summary>
internal static class ReservationHash
{
    public static ulong Of(ReserveMany order)
    {
        var hash = Add((ulong)order.TtlMs, order.Partial ? 1UL : 0UL);
        hash = Add(hash, order.Channel.Value);
        foreach (var line in order.Lines)
        {
            hash = line.Slot is { } slot ? Add(Add(hash, (ulong)slot.Kind), (ulong)slot.StartMs) : Add(hash, line.Key.Sku.Value);
            hash = Add(Add(hash, line.Key.Location.Value), (ulong)line.Units);
        }

        return hash;
    }

    public static ulong Of(ReservationStep step)
    {
        var hash = Add((ulong)step.Verb, (ulong)step.TtlMs);
        foreach (var part in step.Parts)
        {
            hash = Add(Add(hash, (ulong)part.Line), (ulong)part.Units);
        }

        return hash;
    }

    public static ulong Of(OrderStep step)
    {
        var hash = Add(Add((ulong)step.Verb, (ulong)step.TtlMs), (ulong)((step.Part ?? -1) + 1));
        hash = Add(Add(hash, step.To?.Value ?? ""), (ulong)step.Condition);
        foreach (var line in step.Lines)
        {
            hash = Add(Add(hash, (ulong)line.Line), (ulong)line.Units);
        }

        return hash;
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (var character in text)
        {
            hash = (hash ^ character) * 0x100000001B3UL;
        }

        return Add(hash, (ulong)text.Length);
    }

    private static ulong Add(ulong hash, ulong value) =>
        System.Numerics.BitOperations.RotateLeft(hash ^ (value * 0x9E3779B97F4A7C15UL), 29) * 0xBF58476D1CE4E5B9UL;
}
