using System.Security.Cryptography;
using Inventory.Domain.Codec;
using Orleans;

namespace Inventory.Domain;

/// <summary>What was decided about a location, in order of precedence. Numbers are never reused.</summary>
[GenerateSerializer, Alias("location-outcome")]
public enum LocationOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>There is no such location.</summary>
    NotFound = 3,
}

/// <summary>What a rule decided about a location.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Version">Version after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Change">The event to append and apply; null if nothing changes.</param>
public readonly record struct LocationDecision(LocationOutcome Outcome, long Version, LocationEvent? Change);

/// <summary>One location: what is known of it and its latest writes. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class LocationRecord
{
    private readonly Queue<(RequestId Id, ulong ContentHash, long Version)> _remembered = new();

    /// <summary>The latest event; null before the first.</summary>
    public LocationEvent? Latest { get; private set; }

    /// <summary>What is known; null before the first write.</summary>
    public LocationFacts? Facts => Latest?.Facts;

    /// <summary>In business as a whole, whatever the hour.</summary>
    public bool Open => Latest is { Open: true };

    /// <summary>Rises by one with each event.</summary>
    public long Version { get; private set; }

    /// <summary>When it last changed, Unix milliseconds.</summary>
    public long ChangedAtMs => Latest?.AtMs ?? 0;

    internal IReadOnlyCollection<(RequestId Id, ulong ContentHash, long Version)> Writes => _remembered;

    /// <summary>Makes an event true; it cannot refuse.</summary>
    public void Apply(LocationEvent change)
    {
        Version++;
        Latest = change;
        _remembered.Enqueue((change.Id, change.ContentHash, Version));
        if (_remembered.Count > Limits.LocationWritesRememberedMax)
        {
            _remembered.Dequeue();
        }
    }

    /// <summary>A location as a snapshot tells it.</summary>
    internal static LocationRecord Restore(long version, LocationEvent latest, IEnumerable<(RequestId Id, ulong ContentHash, long Version)> writes)
    {
        var location = new LocationRecord { Version = version, Latest = latest };
        foreach (var write in writes)
        {
            location._remembered.Enqueue(write);
        }

        return location;
    }

    internal bool TryRecall(RequestId id, out ulong contentHash, out long version)
    {
        foreach (var earlier in _remembered)
        {
            if (earlier.Id == id)
            {
                (_, contentHash, version) = earlier;
                return true;
            }
        }

        (contentHash, version) = (0, 0);
        return false;
    }
}

/// <summary>The rules of a location: pure functions of state, request and time.</summary>
public static class LocationRules
{
    private const ulong OpenHash = 1;
    private const ulong CloseHash = 2;

    /// <summary>Creates the location, open, or replaces what is known of it. The facts are checked already.</summary>
    public static LocationDecision Upsert(LocationRecord location, RequestId id, LocationFacts facts, long nowMs) =>
        Decide(location, id, HashOf(facts), facts, location.Facts is null || location.Open, nowMs);

    /// <summary>Takes the location into or out of business.</summary>
    public static LocationDecision SetOpen(LocationRecord location, RequestId id, bool open, long nowMs) =>
        location.Facts is null
            ? new LocationDecision(LocationOutcome.NotFound, location.Version, null)
            : Decide(location, id, open ? OpenHash : CloseHash, location.Facts, open, nowMs);

    private static LocationDecision Decide(LocationRecord location, RequestId id, ulong hash, LocationFacts facts, bool open, long nowMs)
    {
        if (location.TryRecall(id, out var earlierHash, out var version))
        {
            return earlierHash == hash
                ? new LocationDecision(LocationOutcome.AlreadyAccepted, version, null)
                : new LocationDecision(LocationOutcome.IdReused, location.Version, null);
        }

        var change = new LocationEvent(id, hash, Math.Max(nowMs, location.ChangedAtMs), open, facts);
        return new LocationDecision(LocationOutcome.Accepted, location.Version + 1, change);
    }

    // The bytes on disk are all there is to say of the facts.
    private static ulong HashOf(LocationFacts facts)
    {
        var bytes = new byte[LocationCodec.BytesMax(facts)];
        var length = LocationCodec.Encode(new LocationEvent(default, 0, 0, true, facts), bytes);
        return BitConverter.ToUInt64(SHA256.HashData(bytes.AsSpan(0, length)));
    }
}
