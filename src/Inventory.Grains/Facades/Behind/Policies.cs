using System.Collections.Immutable;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Policies through their owner; what is used from this silo's copy.</summary>
internal sealed class Policies(IGrainFactory grains, PolicyDirectory directory) : IPolicies
{
    private IPolicyGrain Owner => grains.GetGrain<IPolicyGrain>(IPolicyGrain.OnlyKey);

    public ValueTask<PolicyAnswer> Write(PolicyCommand command) => Owner.Write(command);

    public async ValueTask<ImmutableArray<PolicyProblem>> Validate(RoutingPolicy policy) => (await Owner.Validate(policy)).Problems;

    public ValueTask<PolicyVersionView?> Get(string name, int version) => Owner.Get(name, version);

    public ValueTask<PolicySummaryView[]> List() => Owner.List();

    public async ValueTask<PolicySet> Used()
    {
        await directory.WhenLoaded();
        return directory.Used;
    }
}
