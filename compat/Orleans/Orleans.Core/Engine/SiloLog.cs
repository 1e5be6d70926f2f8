using Microsoft.Extensions.Logging;

namespace Orleans.Engine;

/// <summary>What the engine logs. Ids are never reused; the next is 9.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(1, LogLevel.Warning, "The one-way call {Method} of {Grain} failed.")]
    public static partial void OneWayFailed(ILogger logger, Exception exception, string method, string grain);

    [LoggerMessage(2, LogLevel.Warning, "{Grain} has {Count} requests; the soft limit is {Limit}.")]
    public static partial void QueueIsLong(ILogger logger, string grain, int count, int limit);

    [LoggerMessage(3, LogLevel.Warning, "{Grain} could not be activated; its callers get the error, the next call tries again.")]
    public static partial void ActivationFailed(ILogger logger, Exception exception, string grain);

    [LoggerMessage(4, LogLevel.Error, "The last turn of {Grain} failed; it has ended all the same.")]
    public static partial void DeactivationFailed(ILogger logger, Exception exception, string grain);

    [LoggerMessage(5, LogLevel.Error, "{Chain}")]
    public static partial void Deadlock(ILogger logger, string chain);

    [LoggerMessage(6, LogLevel.Warning, "The shutdown ran out of time with {Count} grains still active.")]
    public static partial void StoppedWithGrains(ILogger logger, int count);

    [LoggerMessage(7, LogLevel.Debug, "Silo started with {Classes} grain classes.")]
    public static partial void Started(ILogger logger, int classes);

    [LoggerMessage(8, LogLevel.Error, "A sweep of the silo failed; the next one tries again.")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
