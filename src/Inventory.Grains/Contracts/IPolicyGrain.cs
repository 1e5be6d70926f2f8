using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;
using Orleans.Concurrency;

namespace Inventory.Grains;

/// <summary>Owns the policies. One of them; key <see cref="OnlyKey"/>. Each silo keeps a copy of what is used: <see cref="PolicyDirectory"/>.</summary>
[Alias("policy-owner")]
public interface IPolicyGrain : IGrainWithStringKey
{
    /// <summary>Its only key.</summary>
    const string OnlyKey = "all";

    /// <summary>Does a write.</summary>
    [Alias("write")]
    ValueTask<PolicyAnswer> Write(PolicyCommand command);

    /// <summary>What is wrong with a policy, by field.</summary>
    [Alias("validate"), AlwaysInterleave]
    ValueTask<PolicyAnswer> Validate(RoutingPolicy policy);

    /// <summary>Reads a version, 0 for the active one; null if there is none.</summary>
    [Alias("get")]
    ValueTask<PolicyVersionView?> Get(string name, int version);

    /// <summary>Lists the policies by name.</summary>
    [Alias("list")]
    ValueTask<PolicySummaryView[]> List();

    /// <summary>What is used now, if it is another revision than this one of this epoch; null if it is not.</summary>
    [Alias("since")]
    ValueTask<PolicySet?> Since(long revision);
}
