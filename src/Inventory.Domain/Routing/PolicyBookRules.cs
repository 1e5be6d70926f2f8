using System.Collections.Immutable;
using Inventory.Domain.Codec;
using Inventory.Domain.Orders;

namespace Inventory.Domain.Routing;

/// <summary>What a rule decided about policies.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Revision">Revision after the write, of a repetition the first answer's; of a refusal the one that was judged.</param>
/// <param name="Version">The version concerned.</param>
/// <param name="Problems">If invalid: what is wrong, by field.</param>
/// <param name="Change">The event to append and apply; null if nothing changes.</param>
public sealed record PolicyDecision(
    PolicyOutcome Outcome, long Revision, int Version, ImmutableArray<(string Field, string Problem)> Problems, PolicyEvent? Change);

/// <summary>The rules of policies: pure functions of the book, what is asked, and time.</summary>
public static class PolicyBookRules
{
    /// <summary>All that is wrong with a policy, by field: with itself, and with what it names.</summary>
    public static ImmutableArray<(string Field, string Problem)> Problems(PolicyBook book, RoutingPolicy policy)
    {
        var problems = policy.Problems().ToList();
        if (policy.Fallback.Length > 0 && !problems.Any(each => each.Field == "fallback") && !IsUsed(book, policy.Fallback))
        {
            problems.Add(("fallback", $"names {policy.Fallback}, which is no policy with an active version"));
        }

        return [.. problems];
    }

    /// <summary>Makes the next version of a policy, whatever its number says.</summary>
    public static PolicyDecision Create(PolicyBook book, RequestId id, Actor by, RoutingPolicy policy, long nowMs)
    {
        var hash = PolicyCodec.HashOf(policy with { Version = 0 });
        if (Repeated(book, id, hash) is { } repeated)
        {
            return repeated;
        }

        if (Problems(book, policy) is { IsEmpty: false } problems)
        {
            return new PolicyDecision(PolicyOutcome.Invalid, book.Revision, 0, problems, null);
        }

        var record = book.Policies.GetValueOrDefault(policy.Name);
        if (record is null ? book.Policies.Count >= Limits.PoliciesMax : record.Versions.Count >= Limits.PolicyVersionsMax)
        {
            return Refused(book, PolicyOutcome.TooMany);
        }

        var version = (record?.Latest ?? 0) + 1;
        return Accepted(book, version, new PolicyCreated(At(book, nowMs), id, hash, by, policy with { Version = version }));
    }

    /// <summary>Has a version used from now on.</summary>
    public static PolicyDecision Activate(PolicyBook book, RequestId id, Actor by, string name, int version, long nowMs)
    {
        var hash = PolicyCodec.HashOf($"activate {name} {version}");
        if (Repeated(book, id, hash) is { } repeated)
        {
            return repeated;
        }

        if (!book.Policies.TryGetValue(name, out var record) || record.Find(version) is not { } found)
        {
            return Refused(book, PolicyOutcome.NotFound);
        }

        if (Problems(book, found.Policy) is { IsEmpty: false } problems)
        {
            return new PolicyDecision(PolicyOutcome.Invalid, book.Revision, version, problems, null);
        }

        return Accepted(book, version, new PolicyActivated(At(book, nowMs), id, hash, by, name, version, IsBack: false));
    }

    /// <summary>Has the version used again that was used before the present one.</summary>
    public static PolicyDecision RollBack(PolicyBook book, RequestId id, Actor by, string name, long nowMs)
    {
        var hash = PolicyCodec.HashOf($"roll back {name}");
        if (Repeated(book, id, hash) is { } repeated)
        {
            return repeated;
        }

        return !book.Policies.TryGetValue(name, out var record) ? Refused(book, PolicyOutcome.NotFound)
            : record.Earlier.Count == 0 ? Refused(book, PolicyOutcome.NoEarlier)
            : Accepted(book, record.Earlier[^1], new PolicyActivated(At(book, nowMs), id, hash, by, name, record.Earlier[^1], IsBack: true));
    }

    /// <summary>Deletes a version that is not used, and that was not shipped.</summary>
    public static PolicyDecision Delete(PolicyBook book, RequestId id, Actor by, string name, int version, long nowMs)
    {
        var hash = PolicyCodec.HashOf($"delete {name} {version}");
        if (Repeated(book, id, hash) is { } repeated)
        {
            return repeated;
        }

        if (!book.Policies.TryGetValue(name, out var record) || record.Find(version) is not { } found)
        {
            return Refused(book, PolicyOutcome.NotFound);
        }

        return record.Active == version || found.AtMs == 0 ? Refused(book, PolicyOutcome.InUse)
            : Accepted(book, version, new PolicyDeleted(At(book, nowMs), id, hash, by, name, version));
    }

    /// <summary>Puts other rules in the place of those that choose.</summary>
    public static PolicyDecision Choose(PolicyBook book, RequestId id, Actor by, PolicyChoice choice, long nowMs)
    {
        var hash = PolicyCodec.HashOf(choice);
        if (Repeated(book, id, hash) is { } repeated)
        {
            return repeated;
        }

        var problems = Problems(book, choice).ToImmutableArray();
        return problems.IsEmpty
            ? Accepted(book, 0, new PolicyChosen(At(book, nowMs), id, hash, by, choice))
            : new PolicyDecision(PolicyOutcome.Invalid, book.Revision, 0, problems, null);
    }

    private static IEnumerable<(string Field, string Problem)> Problems(PolicyBook book, PolicyChoice choice)
    {
        if (!IsUsed(book, choice.Usual))
        {
            yield return ("usual_policy", $"names '{choice.Usual}', which is no policy with an active version");
        }

        if (choice.Rules.Length > Limits.PolicyRulesMax)
        {
            yield return ("rules", $"has {choice.Rules.Length}; must have at most {Limits.PolicyRulesMax}");
        }

        for (var i = 0; i < Math.Min(choice.Rules.Length, Limits.PolicyRulesMax); i++)
        {
            var rule = choice.Rules[i];
            if (!IsUsed(book, rule.Policy))
            {
                yield return ($"rules[{i}].policy", $"names '{rule.Policy}', which is no policy with an active version");
            }

            if (rule.MinValueMinor < 0)
            {
                yield return ($"rules[{i}].min_value_minor", "must be 0 or more");
            }

            if (rule.MaxValueMinor < 0 || (rule.MaxValueMinor > 0 && rule.MaxValueMinor < rule.MinValueMinor))
            {
                yield return ($"rules[{i}].max_value_minor", "must be 0, or min_value_minor or more");
            }

            if (rule.UntilMs > 0 && rule.UntilMs <= rule.FromMs)
            {
                yield return ($"rules[{i}].until_time", "must be after from_time");
            }

            foreach (var (field, texts) in new[]
            {
                ("channels", rule.Channels.Select(each => each.Value)), ("tiers", rule.Tiers.AsEnumerable()), ("regions", rule.Regions.AsEnumerable()),
            })
            {
                if (texts.Count() > Limits.PolicyConditionsMax || texts.Any(text => text.Length is 0 or > Limits.TierCharactersMax))
                {
                    yield return ($"rules[{i}].{field}",
                        $"must be at most {Limits.PolicyConditionsMax}, each of 1 to {Limits.TierCharactersMax} characters");
                }
            }
        }
    }

    private static bool IsUsed(PolicyBook book, string name) => book.Policies.TryGetValue(name, out var record) && record.Active > 0;

    private static long At(PolicyBook book, long nowMs) => Math.Max(nowMs, Math.Max(1, book.ChangedAtMs));

    private static PolicyDecision? Repeated(PolicyBook book, RequestId id, ulong hash) =>
        book.Recall(id) is not { } write ? null
        : write.ContentHash == hash ? new PolicyDecision(PolicyOutcome.AlreadyAccepted, write.Revision, write.Version, [], null)
        : Refused(book, PolicyOutcome.IdReused);

    private static PolicyDecision Refused(PolicyBook book, PolicyOutcome outcome) => new(outcome, book.Revision, 0, [], null);

    private static PolicyDecision Accepted(PolicyBook book, int version, PolicyEvent change) =>
        new(PolicyOutcome.Accepted, book.Revision + 1, version, [], change);
}
