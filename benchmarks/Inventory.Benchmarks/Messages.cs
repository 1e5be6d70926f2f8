using Google.Protobuf.WellKnownTypes;
using Inventory.V1;

namespace Inventory.Benchmarks;

/// <summary>Requests as callers send them.</summary>
internal static class Messages
{
    public static ReserveRequest Reserve(ulong write, Domain.StockKey key) => new()
    {
        RequestId = new Guid((uint)write, (ushort)(write >> 32), 0x4000, 0x80, 1, 2, 3, 4, 5, 6, 7).ToString(),
        Ttl = new Duration { Seconds = World.TtlMs / 1000 },
        Lines = { new ReservationLine { Key = new StockKey { Sku = key.Sku.Value, LocationId = key.Location.Value }, Units = 1 } },
    };
}
