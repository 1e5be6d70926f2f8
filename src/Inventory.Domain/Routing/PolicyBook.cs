using System.Collections.Immutable;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>What was decided about policies, in order of precedence. Numbers are never reused.</summary>
[GenerateSerializer, Alias("policy-outcome")]
public enum PolicyOutcome : byte
{
    /// <summary>Took effect.</summary>
    Accepted = 0,

    /// <summary>Took effect at an earlier asking; this is the first answer again.</summary>
    AlreadyAccepted = 1,

    /// <summary>The id was used before with other content.</summary>
    IdReused = 2,

    /// <summary>There is no such policy or version.</summary>
    NotFound = 3,

    /// <summary>The request itself is wrong: its problems are told by field.</summary>
    Invalid = 4,

    /// <summary>The version is active, or was shipped: it stays.</summary>
    InUse = 5,

    /// <summary>No version was active before this one, or none of those is left.</summary>
    NoEarlier = 6,

    /// <summary>There are as many as there may be.</summary>
    TooMany = 7,
}

/// <summary>One policy: its versions, and which of them is used. Changed only by its book.</summary>
public sealed class PolicyRecord
{
    internal List<PolicyVersion> All { get; } = [];

    internal List<int> Earlier { get; } = [];

    internal int Latest { get; set; }

    /// <summary>Versions by rising number.</summary>
    public IReadOnlyList<PolicyVersion> Versions => All;

    /// <summary>The version that is used; 0 if none is.</summary>
    public int Active { get; internal set; }

    /// <summary>A version; null if there is none.</summary>
    public PolicyVersion? Find(int version) => All.Find(each => each.Policy.Version == version);
}

/// <summary>A write that was accepted.</summary>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="Revision">Revision of the book afterwards.</param>
/// <param name="Name">The policy concerned; empty for the rules.</param>
/// <param name="Version">The version concerned.</param>
public readonly record struct PolicyWrite(ulong ContentHash, long Revision, string Name, int Version);

/// <summary>All policies and what chooses among them. Begins with what is shipped. Changed only by <see cref="Apply"/>. Belongs to one owner.</summary>
public sealed class PolicyBook
{
    private readonly SortedDictionary<string, PolicyRecord> _policies = new(StringComparer.Ordinal);
    private readonly Dictionary<RequestId, PolicyWrite> _writes = [];
    private readonly Queue<RequestId> _order = [];

    /// <summary>A book with the presets, each as its version 1.</summary>
    public PolicyBook()
    {
        foreach (var preset in RoutingPolicy.Presets)
        {
            var record = _policies[preset.Name] = new PolicyRecord { Latest = 1, Active = 1 };
            record.All.Add(new PolicyVersion(preset, 0, default));
        }
    }

    /// <summary>Rises by one with each event.</summary>
    public long Revision { get; private set; }

    /// <summary>When it last changed, Unix milliseconds.</summary>
    public long ChangedAtMs { get; private set; }

    /// <summary>The policies by name.</summary>
    public IReadOnlyDictionary<string, PolicyRecord> Policies => _policies;

    /// <summary>What chooses.</summary>
    public PolicyChoice Choice { get; private set; } = PolicySet.Shipped.Choice;

    /// <summary>The write with this id, if it is remembered.</summary>
    public PolicyWrite? Recall(RequestId id) => _writes.TryGetValue(id, out var write) ? write : null;

    /// <summary>What is used now.</summary>
    public PolicySet Set() => new(
        Revision, [.. _policies.Values.Where(each => each.Active > 0).Select(each => each.Find(each.Active)!.Policy)], Choice);

    /// <summary>Makes an event true; it cannot refuse.</summary>
    /// <exception cref="InvariantBrokenException">It cannot happen here: a bug. The book is not to be used any more.</exception>
    public void Apply(PolicyEvent change)
    {
        Revision++;
        ChangedAtMs = Math.Max(ChangedAtMs, change.AtMs);
        var (name, version) = ("", 0);
        switch (change)
        {
            case PolicyCreated created:
                (name, version) = (created.Policy.Name, created.Policy.Version);
                Create(created);
                break;
            case PolicyActivated activated:
                (name, version) = (activated.Name, activated.Version);
                Activate(activated);
                break;
            case PolicyDeleted deleted:
                (name, version) = (deleted.Name, deleted.Version);
                Invariant.Holds(_policies[name].Active != version && _policies[name].All.RemoveAll(each => each.Policy.Version == version) == 1);
                _policies[name].Earlier.RemoveAll(each => each == version);
                break;
            case PolicyChosen chosen:
                Choice = chosen.Choice;
                break;
        }

        _writes[change.Id] = new PolicyWrite(change.ContentHash, Revision, name, version);
        _order.Enqueue(change.Id);
        if (_order.Count > Limits.PolicyWritesRememberedMax)
        {
            _writes.Remove(_order.Dequeue());
        }

        Invariant.Holds(_policies.TryGetValue(Choice.Usual, out var usual) && usual.Active > 0);
    }

    private void Create(PolicyCreated created)
    {
        if (!_policies.TryGetValue(created.Policy.Name, out var record))
        {
            record = _policies[created.Policy.Name] = new PolicyRecord();
        }

        Invariant.Holds(created.Policy.Version == record.Latest + 1);
        record.Latest = created.Policy.Version;
        record.All.Add(new PolicyVersion(created.Policy, created.AtMs, created.By));
    }

    private void Activate(PolicyActivated activated)
    {
        var record = _policies[activated.Name];
        Invariant.Holds(record.Find(activated.Version) is not null);
        if (activated.IsBack)
        {
            record.Earlier.RemoveAt(record.Earlier.Count - 1);
        }
        else if (record.Active > 0)
        {
            record.Earlier.Add(record.Active);
            if (record.Earlier.Count > Limits.PolicyVersionsMax)
            {
                record.Earlier.RemoveAt(0);
            }
        }

        record.Active = activated.Version;
    }
}
