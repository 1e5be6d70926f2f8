using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Inventory.Domain.Orders;
using Orleans;

namespace Inventory.Domain.Routing;

/// <summary>Which orders a policy is for: all conditions that are stated must hold.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Channels">For one of these channels; empty for all.</param>
/// <param name="Tiers">For customers of one of these tiers; empty for all.</param>
/// <param name="Regions">For customers of one of these regions; empty for all.</param>
/// <param name="MinValueMinor">For orders worth so much or more, minor units.</param>
/// <param name="MaxValueMinor">For orders worth so much or less; 0 for no end.</param>
/// <param name="FromMs">From this time on, Unix milliseconds; 0 for always.</param>
/// <param name="UntilMs">Before this time; 0 for no end.</param>
[GenerateSerializer, Immutable, Alias("policy-rule")]
public sealed record PolicyRule(
    [property: Id(0)] string Policy,
    [property: Id(1)] ImmutableArray<Channel> Channels,
    [property: Id(2)] ImmutableArray<string> Tiers,
    [property: Id(3)] ImmutableArray<string> Regions,
    [property: Id(4)] long MinValueMinor = 0,
    [property: Id(5)] long MaxValueMinor = 0,
    [property: Id(6)] long FromMs = 0,
    [property: Id(7)] long UntilMs = 0)
{
    /// <summary>True if the rule is for such an order.</summary>
    /// <param name="content">The order.</param>
    /// <param name="valueMinor">What its units are worth.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public bool IsFor(OrderContent content, long valueMinor, long nowMs) =>
        (Channels.IsEmpty || Channels.Contains(content.Channel))
        && (Tiers.IsEmpty || Tiers.Contains(content.Tier, StringComparer.OrdinalIgnoreCase))
        && (Regions.IsEmpty || Regions.Contains(content.Region, StringComparer.OrdinalIgnoreCase))
        && valueMinor >= MinValueMinor && (MaxValueMinor == 0 || valueMinor <= MaxValueMinor)
        && nowMs >= FromMs && (UntilMs == 0 || nowMs < UntilMs);
}

/// <summary>The rules that choose a policy: the first that is for an order, else the usual one.</summary>
/// <param name="Rules">In their order, at most <see cref="Limits.PolicyRulesMax"/>.</param>
/// <param name="Usual">Name of the policy of all other orders.</param>
[GenerateSerializer, Immutable, Alias("policy-choice")]
public sealed record PolicyChoice([property: Id(0)] ImmutableArray<PolicyRule> Rules, [property: Id(1)] string Usual);

/// <summary>A version of a policy, and who made it.</summary>
/// <param name="Policy">The policy; its version is set.</param>
/// <param name="AtMs">When it was made, Unix milliseconds; 0 if it was shipped.</param>
/// <param name="By">Who made it.</param>
[GenerateSerializer, Immutable, Alias("policy-version")]
public sealed record PolicyVersion([property: Id(0)] RoutingPolicy Policy, [property: Id(1)] long AtMs, [property: Id(2)] Actor By);

/// <summary>What happened to the policies. Applying one cannot fail.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(PolicyCreated), "created")]
[JsonDerivedType(typeof(PolicyActivated), "activated")]
[JsonDerivedType(typeof(PolicyDeleted), "deleted")]
[JsonDerivedType(typeof(PolicyChosen), "chosen")]
public abstract record PolicyEvent(long AtMs, RequestId Id, ulong ContentHash, Actor By);

/// <summary>A version was made. Nothing uses it before it is activated.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Policy">The policy with its version.</param>
public sealed record PolicyCreated(long AtMs, RequestId Id, ulong ContentHash, Actor By, RoutingPolicy Policy) : PolicyEvent(AtMs, Id, ContentHash, By);

/// <summary>A version is the one that is used from now on.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Name">The policy.</param>
/// <param name="Version">The version.</param>
/// <param name="IsBack">True if it is the one before again.</param>
public sealed record PolicyActivated(
    long AtMs, RequestId Id, ulong ContentHash, Actor By, string Name, int Version, bool IsBack) : PolicyEvent(AtMs, Id, ContentHash, By);

/// <summary>A version is gone; its number is not used again.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Name">The policy.</param>
/// <param name="Version">The version.</param>
public sealed record PolicyDeleted(
    long AtMs, RequestId Id, ulong ContentHash, Actor By, string Name, int Version) : PolicyEvent(AtMs, Id, ContentHash, By);

/// <summary>Other rules choose from now on.</summary>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Id">Id of the write.</param>
/// <param name="ContentHash">Hash of its content.</param>
/// <param name="By">Who.</param>
/// <param name="Choice">The rules.</param>
public sealed record PolicyChosen(long AtMs, RequestId Id, ulong ContentHash, Actor By, PolicyChoice Choice) : PolicyEvent(AtMs, Id, ContentHash, By);
