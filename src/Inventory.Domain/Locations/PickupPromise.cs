namespace Inventory.Domain;

/// <summary>When goods ordered now can be collected.</summary>
public static class PickupPromise
{
    /// <summary>The first moment at which the location is open and preparation, counted in opening minutes, is done.</summary>
    /// <param name="location">What is known of the location.</param>
    /// <param name="isOpen">Whether it is in business as a whole.</param>
    /// <param name="nowMs">Now, in Unix milliseconds.</param>
    /// <returns>Unix milliseconds; null if customers cannot collect here, it stays closed for 60 days, or its life ends before.</returns>
    /// <remarks>
    /// Hours are local: a period that begins in an hour which a clock change skips begins when the clock resumes, and an ambiguous hour counts as its first.
    /// </remarks>
    public static long? ReadyAtMs(LocationFacts location, bool isOpen, long nowMs) =>
        isOpen && location.Capabilities.HasFlag(Capabilities.Collect) ? OpeningTimes.DoneAtMs(location, location.PreparationMs, nowMs) : null;
}
