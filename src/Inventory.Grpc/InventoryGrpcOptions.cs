using System.ComponentModel.DataAnnotations;

namespace Inventory.Grpc;

/// <summary>Settings of the gRPC services; ranges are checked at start.</summary>
public sealed class InventoryGrpcOptions
{
    /// <summary>
    /// Unary calls that one service works on at a time. More are answered RESOURCE_EXHAUSTED at once, so that those within keep their
    /// latency.
    /// </summary>
    /// <value>1,024: several times what two cores keep busy with, and about 10 ms of work.</value>
    [Range(1, 1_000_000)]
    public int CallsInFlightMax { get; set; } = 1_024;

    /// <summary>Streams that do work (imports, reservations, audits) open at a time, per service.</summary>
    /// <value>256: each may have <see cref="StreamMessagesInFlightMax"/> messages of about 500 KB in memory.</value>
    [Range(1, 100_000)]
    public int WorkStreamsMax { get; set; } = 256;

    /// <summary>Watches open at a time: each is idle most of the time and holds a few KB.</summary>
    /// <value>10,000.</value>
    [Range(1, 1_000_000)]
    public int WatchesMax { get; set; } = 10_000;

    /// <summary>
    /// Messages of one stream that are worked on before the first of them is answered. What exceeds it stays with the sender.
    /// </summary>
    /// <value>4: one being read, one deciding, one waiting for the disk, one being written.</value>
    [Range(1, 64)]
    public int StreamMessagesInFlightMax { get; set; } = 4;

    /// <summary>Calls to stocks that one message of a stream has in flight at a time.</summary>
    /// <value>1,024.</value>
    [Range(1, 10_000)]
    public int StockCallsPerMessageMax { get; set; } = 1_024;

    /// <summary>The wait that RESOURCE_EXHAUSTED and UNAVAILABLE suggest, in milliseconds.</summary>
    /// <value>100 ms: some ten times the time in which admitted work drains.</value>
    [Range(1, 60_000)]
    public int RetryAfterMs { get; set; } = 100;
}
