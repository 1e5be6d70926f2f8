using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Routing;
using Inventory.Journal;

namespace Inventory.Grains;

/// <summary>The owner of the policies. Not reentrant: a read waits for the write before it, so none shows what is not durable.</summary>
internal sealed class PolicyGrain(IJournal journal, TimeProvider time, PolicyDirectory directory) : Grain, IPolicyGrain, IStreamReader
{
    private readonly PolicyBook _book = new();
    private IJournalStream _stream = null!;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = await journal.OpenAsync("policies/" + this.GetPrimaryKeyString(), this, cancellationToken);
        directory.Take(_book.Set());
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _stream?.Close();
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
            await Append(change);
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

    private async ValueTask Append(PolicyEvent change)
    {
        try
        {
            var position = _stream.Append(PolicyCodec.Encode(change));
            _book.Apply(change);
            await _stream.WhenDurable(position);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        directory.Take(_book.Set());
    }

    private static ImmutableArray<PolicyProblem> Problems(ImmutableArray<(string Field, string Problem)> problems) =>
        [.. problems.Select(each => new PolicyProblem(each.Field, each.Problem))];
}
