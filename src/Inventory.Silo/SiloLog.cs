namespace Inventory.Silo;

/// <summary>What the host says. Levels by whose fault it is: ours Error, the disk's Critical.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(5001, LogLevel.Information, "Serving on {Address}; journal: {Journal}; {Records} records recovered; ready after {Milliseconds:0} ms.")]
    public static partial void Ready(ILogger logger, string address, string journal, long records, double milliseconds);

    [LoggerMessage(5002, LogLevel.Information, "Stopped; everything accepted is durable up to record {Position}.")]
    public static partial void Stopped(ILogger logger, long position);

    [LoggerMessage(5003, LogLevel.Warning, "The journal ended in a torn write; {Bytes} bytes that nobody had been told of were cut off.")]
    public static partial void TornTail(ILogger logger, long bytes);

    [LoggerMessage(5004, LogLevel.Critical, "Storage is lost and every write is refused until a restart: {Reason}")]
    public static partial void StorageLost(ILogger logger, string reason);

    [LoggerMessage(5005, LogLevel.Information, "Loaded the demo world: {Locations} locations, {Skus} SKUs, {Stocks} stocks.")]
    public static partial void DemoLoaded(ILogger logger, int locations, int skus, int stocks);

    [LoggerMessage(5006, LogLevel.Information, "Looked at {Looked} confirmed orders for better locations: moved {Moved}, saved {SavedMinor} minor units.")]
    public static partial void RoundDone(ILogger logger, long looked, long moved, long savedMinor);

    [LoggerMessage(5007, LogLevel.Warning, "A round over confirmed orders was broken off and is left to the next: {Reason}")]
    public static partial void RoundFailed(ILogger logger, string reason); // next id 5008
}
