using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Routing;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of the policies. Not reentrant: a read waits for the write before it, so none shows what is not durable.</summary>
internal sealed class PolicyGrain(IJournal journal, TimeProvider time, PolicyDirectory directory) : Grain, IPolicyGrain, IOwner<PolicyEvent>
{
    private readonly PolicyBook _book = new();
    private OwnerLog<PolicyEvent> _log = null!;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = new OwnerLog<PolicyEvent>(this, "The policies", DeactivateOnIdle);
        await _log.OpenAsync(journal, "policies/" + this.GetPrimaryKeyString(), cancellationToken);
        directory.Take(_book.Set());
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _log?.Close();
        return Task.CompletedTask;
    }

    public async ValueTask<PolicyAnswer> Write(PolicyCommand command)
    {
        var (id, by) = (command.Id, command.By);
        var decision = command.Verb switch
        {
            PolicyVerb.Create => PolicyBookRules.Create(_book, id, by, command.Policy!, NowMs),
            PolicyVerb.Activate => PolicyBookRules.Activate(_book, id, by, command.Name, command.Version, NowMs),
            PolicyVerb.RollBack => PolicyBookRules.RollBack(_book, id, by, command.Name, NowMs),
            PolicyVerb.Delete => PolicyBookRules.Delete(_book, id, by, command.Name, command.Version, NowMs),
            PolicyVerb.Choose => PolicyBookRules.Choose(_book, id, by, command.Choice!, NowMs),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
        if (decision.Change is { } change)
        {
            await _log.Record(change);
            directory.Take(_book.Set());
        }

        return new PolicyAnswer(decision.Outcome, decision.Revision, decision.Version, Problems(decision.Problems));
    }

    public ValueTask<PolicyAnswer> Validate(RoutingPolicy policy) =>
        new(new PolicyAnswer(PolicyOutcome.Accepted, _book.Revision, 0, Problems(PolicyBookRules.Problems(_book, policy))));

    public ValueTask<PolicyVersionView?> Get(string name, int version)
    {
        var record = _book.Policies.GetValueOrDefault(name);
        var found = record?.Find(version == 0 ? record.Active : version);
        return new(found is null ? null : new PolicyVersionView(found, record!.Active == found.Policy.Version));
    }

    public ValueTask<PolicySummaryView[]> List() => new([.. _book.Policies.Select(each =>
        new PolicySummaryView(each.Key, each.Value.Active, [.. each.Value.Versions.Select(version => version.Policy.Version)]))]);

    public ValueTask<PolicySet?> Since(long revision) => new(revision == _book.Revision ? null : _book.Set());

    void IStreamReader.Snapshot(long version, ReadOnlySpan<byte> state) =>
        throw new FormatException("The stream of policies has no snapshots: it is short.");

    void IStreamReader.Event(long version, ReadOnlySpan<byte> payload) => _book.Apply(PolicyCodec.Decode(payload));

    void IOwner<PolicyEvent>.Apply(in PolicyEvent change) => _book.Apply(change);

    JournalPosition IOwner<PolicyEvent>.Append(IJournalStream stream, in PolicyEvent change) => stream.Append(PolicyCodec.Encode(change));

    private static ImmutableArray<PolicyProblem> Problems(ImmutableArray<(string Field, string Problem)> problems) =>
        [.. problems.Select(each => new PolicyProblem(each.Field, each.Problem))];
}
