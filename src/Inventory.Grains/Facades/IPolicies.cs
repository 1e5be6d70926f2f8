using System.Collections.Immutable;
using Inventory.Domain;
using Inventory.Domain.Orders;
using Inventory.Domain.Routing;

namespace Inventory.Grains;

/// <summary>Policies as the outside uses them. Every answer is durable. Safe for any thread.</summary>
public interface IPolicies
{
    /// <summary>Does a write.</summary>
    ValueTask<PolicyAnswer> Write(PolicyCommand command);

    /// <summary>What is wrong with a policy, by field; nothing changes.</summary>
    ValueTask<ImmutableArray<PolicyProblem>> Validate(RoutingPolicy policy);

    /// <summary>Reads a version, 0 for the active one; null if there is none.</summary>
    ValueTask<PolicyVersionView?> Get(string name, int version);

    /// <summary>Lists the policies by name.</summary>
    ValueTask<PolicySummaryView[]> List();

    /// <summary>What is used now, from this silo's copy.</summary>
    ValueTask<PolicySet> Used();
}

/// <summary>What is done with policies.</summary>
[GenerateSerializer, Alias("policy-verb")]
public enum PolicyVerb : byte
{
    /// <summary>Make a version.</summary>
    Create = 1,

    /// <summary>Have a version used.</summary>
    Activate = 2,

    /// <summary>Have the version before used.</summary>
    RollBack = 3,

    /// <summary>Delete a version.</summary>
    Delete = 4,

    /// <summary>Put other rules in place.</summary>
    Choose = 5,
}

/// <summary>A write.</summary>
/// <param name="Verb">What.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="By">Who.</param>
/// <param name="Name">The policy; empty for Create and Choose.</param>
/// <param name="Version">The version, of Activate and Delete.</param>
/// <param name="Policy">Of Create.</param>
/// <param name="Choice">Of Choose.</param>
[GenerateSerializer, Immutable, Alias("policy-command")]
public sealed record PolicyCommand(
    [property: Id(0)] PolicyVerb Verb,
    [property: Id(1)] RequestId Id,
    [property: Id(2)] Actor By,
    [property: Id(3)] string Name = "",
    [property: Id(4)] int Version = 0,
    [property: Id(5)] RoutingPolicy? Policy = null,
    [property: Id(6)] PolicyChoice? Choice = null);

/// <summary>What was decided.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Revision">Revision of all policies after the write; of a refusal the one that was judged.</param>
/// <param name="Version">The version concerned; 0 if none is.</param>
/// <param name="Problems">If the request is wrong: what, by field.</param>
[GenerateSerializer, Immutable, Alias("policy-answer")]
public sealed record PolicyAnswer(
    [property: Id(0)] PolicyOutcome Outcome,
    [property: Id(1)] long Revision,
    [property: Id(2)] int Version,
    [property: Id(3)] ImmutableArray<PolicyProblem> Problems);

/// <summary>Something wrong.</summary>
/// <param name="Field">The field, as the API names it.</param>
/// <param name="Text">What would be right.</param>
[GenerateSerializer, Immutable, Alias("policy-problem")]
public readonly record struct PolicyProblem([property: Id(0)] string Field, [property: Id(1)] string Text);

/// <summary>A version and where it stands.</summary>
/// <param name="Version">The version.</param>
/// <param name="IsActive">True if it is used.</param>
[GenerateSerializer, Immutable, Alias("policy-version-view")]
public sealed record PolicyVersionView([property: Id(0)] PolicyVersion Version, [property: Id(1)] bool IsActive);

/// <summary>A policy in short.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">The version that is used; 0 if none is.</param>
/// <param name="Versions">The versions there are, by rising number.</param>
[GenerateSerializer, Immutable, Alias("policy-summary")]
public sealed record PolicySummaryView([property: Id(0)] string Name, [property: Id(1)] int Active, [property: Id(2)] ImmutableArray<int> Versions);
