using Grpc.Core;
using Inventory.Domain.Routing;
using Inventory.Grains;
using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;
using Inventory.Grpc.Mapping;
using Inventory.V1;

namespace Inventory.Grpc.Services;

/// <summary>The policy service: translates to <see cref="IPolicies"/>.</summary>
internal sealed class PolicyApi(IPolicies policies, CallRunners runners) : PolicyService.PolicyServiceBase
{
    private readonly CallRunner _calls = runners.For("PolicyService");

    public override Task<CreatePolicyResponse> CreatePolicy(CreatePolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Create(ask, call));

    public override Task<ValidatePolicyResponse> ValidatePolicy(ValidatePolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Validate(ask, call));

    public override Task<ActivatePolicyResponse> ActivatePolicy(ActivatePolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Write(new Ask(PolicyVerb.Activate, ask.RequestId, ask.By, ask.Name, ask.Version), call);
            return new ActivatePolicyResponse { Decision = told.Decision };
        });

    public override Task<RollBackPolicyResponse> RollBackPolicy(RollBackPolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Write(new Ask(PolicyVerb.RollBack, ask.RequestId, ask.By, ask.Name, 0), call);
            return new RollBackPolicyResponse { Decision = told.Decision, Version = told.Version };
        });

    public override Task<DeletePolicyResponse> DeletePolicy(DeletePolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var told = await api.Write(new Ask(PolicyVerb.Delete, ask.RequestId, ask.By, ask.Name, ask.Version), call);
            return new DeletePolicyResponse { Decision = told.Decision };
        });

    public override Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
            await api.Get(ask.Name, ask.Version) is { } found
                ? new GetPolicyResponse { Policy = PolicyMapping.Proto(found) }
                : NotFound(ask.Name, ask.Version).Answer<GetPolicyResponse>(call));

    public override Task<ListPoliciesResponse> ListPolicies(ListPoliciesRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
        {
            var response = new ListPoliciesResponse();
            response.Policies.AddRange((await api.List()).Select(PolicyMapping.Proto));
            return response;
        });

    public override Task<SetPolicyRulesResponse> SetPolicyRules(SetPolicyRulesRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static (api, ask, call) => api.Choose(ask, call));

    public override Task<GetPolicyRulesResponse> GetPolicyRules(GetPolicyRulesRequest request, ServerCallContext context) =>
        _calls.Unary(this, request, context, static async (api, ask, call) =>
            new GetPolicyRulesResponse { Rules = PolicyMapping.Proto((await api.Used()).Choice) });

    private static RichStatus NotFound(string name, int version) =>
        RichStatus.NotFound("Policy", version == 0 ? name : $"{name} {version}");

    private ValueTask<PolicyVersionView?> Get(string name, int version) => policies.Get(name, version);

    private ValueTask<PolicySummaryView[]> List() => policies.List();

    private ValueTask<PolicySet> Used() => policies.Used();

    private async ValueTask<CreatePolicyResponse> Create(CreatePolicyRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var by = OrderRequests.By(request.By, ref violations);
        var policy = PolicyRequests.Policy(request.Policy, "policy.", ref violations);
        foreach (var (field, problem) in policy.Problems())
        {
            violations.Add($"policy.{field}", $"{problem}.");
        }

        if (violations.Any)
        {
            return violations.Answer<CreatePolicyResponse>(context);
        }

        var told = await Told(new PolicyCommand(PolicyVerb.Create, id, by, Policy: policy), "policy.", policy.Name, context);
        return new CreatePolicyResponse { Decision = told.Decision, Version = told.Version };
    }

    private async ValueTask<ValidatePolicyResponse> Validate(ValidatePolicyRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var policy = PolicyRequests.Policy(request.Policy, "", ref violations);
        var response = new ValidatePolicyResponse();
        response.Problems.AddRange(violations.Fields().Select(each => new V1.PolicyProblem { Field = each.Field, Description = each.Description }));
        response.Problems.AddRange((await policies.Validate(policy)).Select(each =>
            new V1.PolicyProblem { Field = each.Field, Description = $"{each.Text}." }));
        response.Policy = response.Problems.Count == 0 ? PolicyMapping.Proto(policy) : null;
        return response;
    }

    private async ValueTask<SetPolicyRulesResponse> Choose(SetPolicyRulesRequest request, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(request.RequestId, ref violations);
        var by = OrderRequests.By(request.By, ref violations);
        var choice = PolicyRequests.Choice(request.Rules, ref violations);
        if (violations.Any)
        {
            return violations.Answer<SetPolicyRulesResponse>(context);
        }

        var told = await Told(new PolicyCommand(PolicyVerb.Choose, id, by, Choice: choice), "rules.", "", context);
        return new SetPolicyRulesResponse { Decision = told.Decision };
    }

    private async ValueTask<(Decision? Decision, int Version)> Write(Ask ask, ServerCallContext context)
    {
        var violations = default(Violations);
        var id = Fields.RequestId(ask.RequestId, ref violations);
        var by = OrderRequests.By(ask.By, ref violations);
        if (ask.Name.Length == 0)
        {
            violations.Add("name", "must name a policy.");
        }

        if (ask.Version < 1 && ask.Verb != PolicyVerb.RollBack)
        {
            violations.Add("version", $"is {ask.Version}; it must be 1 or more.");
        }

        if (violations.Any)
        {
            violations.Status().Set(context);
            return default;
        }

        return await Told(new PolicyCommand(ask.Verb, id, by, ask.Name, ask.Version), "", ask.Name, context);
    }

    private async ValueTask<(Decision? Decision, int Version)> Told(PolicyCommand command, string under, string name, ServerCallContext context)
    {
        var answer = await policies.Write(command);
        switch (answer.Outcome)
        {
            case PolicyOutcome.NotFound:
                NotFound(name, command.Version).Set(context);
                return default;
            case PolicyOutcome.Invalid:
                var violations = default(Violations);
                foreach (var problem in answer.Problems)
                {
                    violations.Add(under + problem.Field, $"{problem.Text}.");
                }

                violations.Status().Set(context);
                return default;
            default:
                return (Decisions.Of(answer.Outcome, answer.Revision), answer.Version);
        }
    }

    /// <summary>What the writes about one version have in common.</summary>
    private sealed record Ask(PolicyVerb Verb, string RequestId, Actor? By, string Name, int Version);
}
