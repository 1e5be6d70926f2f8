using System.CommandLine;
using Google.Protobuf;
using Inventory.V1;

namespace Inventory.Cli.Commands;

/// <summary>policy: list, show, validate, create, activate, rollback, delete, rules, set-rules.</summary>
internal static class PolicyCommands
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithIndentation("  "));

    public static Command Create() => new("policy", "How orders are routed: versions of policies, and what chooses among them.")
    {
        List(), Show(), Validate(), Make(), Activate(), RollBack(), Delete(), Rules(), SetRules(),
    };

    private static Command List()
    {
        var command = new Command("list", "List the policies.");
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await Client(channel).ListPoliciesAsync(new ListPoliciesRequest(), null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () =>
            {
                var table = new TextTable(("Name", false), ("Active", true), ("Versions", false));
                foreach (var policy in answer.Policies)
                {
                    table.Row(policy.Name, policy.ActiveVersion == 0 ? "-" : $"{policy.ActiveVersion}", string.Join(' ', policy.Versions));
                }

                table.Write(Console.Out);
            });
        });
        return command;
    }

    private static Command Show()
    {
        var name = Name();
        var version = Arguments.Whole("--version", "The version; 0 for the active one.", 0, 0, int.MaxValue);
        var command = new Command("show", "Print a policy as JSON, as create takes it.") { name, version };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new GetPolicyRequest { Name = parsed.GetValue(name), Version = parsed.GetValue(version) };
            var answer = await Client(channel).GetPolicyAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () =>
            {
                var (state, policy) = (answer.Policy, answer.Policy.Policy);
                Console.Out.WriteLine(s_json.Format(policy));
                var made = state.CreateTime is null ? "shipped" : $"made {Output.Time(state.CreateTime)} by {Or(state.By.Who, "somebody")}";
                Errors.Line($"{policy.Name} {policy.Version}: {made}, {(state.Active ? "active" : "not active")}.");
            });
        });
        return command;
    }

    private static Command Validate()
    {
        var file = PolicyFile();
        var command = new Command("validate", "Say all that is wrong with a policy; nothing changes.") { file };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new ValidatePolicyRequest { Policy = JsonText.Read<Policy>(parsed.GetValue(file)!) };
            var answer = await Client(channel).ValidatePolicyAsync(request, null, Connection.Deadline(parsed), stop);
            Output.Show(parsed, answer, () =>
            {
                foreach (var problem in answer.Problems)
                {
                    Console.Out.WriteLine($"{problem.Field}: {problem.Description}");
                }

                Errors.Line(answer.Problems.Count == 0 ? "Nothing is wrong." : $"{Output.Count(answer.Problems.Count, "problem")}.");
            });
            if (answer.Problems.Count > 0)
            {
                Errors.TellPrograms(
                    "INVALID_POLICY", $"{Output.Count(answer.Problems.Count, "problem")}.",
                    answer.Problems.Select(problem => new ErrorDetail(problem.Field, problem.Description)));
            }

            return answer.Problems.Count == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }

    private static Command Make()
    {
        var (file, by, requestId) = (PolicyFile(), By(), Arguments.RequestId());
        var command = new Command("create", "Make the next version of a policy, or a new one. It is not used before it is activated.") { file, by, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new CreatePolicyRequest
            {
                RequestId = parsed.IdOf(requestId), Policy = JsonText.Read<Policy>(parsed.GetValue(file)!), By = By(parsed, by),
            };
            var answer = await Client(channel).CreatePolicyAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, $"{request.Policy.Name} {answer.Version} is there; activate it to have it used.");
        });
        return command;
    }

    private static Command Activate()
    {
        var (name, version, by, requestId) = (Name(), Version(), By(), Arguments.RequestId());
        var command = new Command("activate", "Have a version used from now on.") { name, version, by, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new ActivatePolicyRequest
            {
                RequestId = parsed.IdOf(requestId), Name = parsed.GetValue(name), Version = parsed.GetValue(version), By = By(parsed, by),
            };
            var answer = await Client(channel).ActivatePolicyAsync(request, null, Connection.Deadline(parsed), stop);
            var done = $"{request.Name} {request.Version} is used from now on, by orders that name it or get it by the rules: inventory policy rules.";
            return Output.Decided(parsed, answer, answer.Decision, done);
        });
        return command;
    }

    private static Command RollBack()
    {
        var (name, by, requestId) = (Name(), By(), Arguments.RequestId());
        var command = new Command("rollback", "Have the version used again that was used before the present one.") { name, by, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new RollBackPolicyRequest { RequestId = parsed.IdOf(requestId), Name = parsed.GetValue(name), By = By(parsed, by) };
            var answer = await Client(channel).RollBackPolicyAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, $"{request.Name} {answer.Version} is used again.");
        });
        return command;
    }

    private static Command Delete()
    {
        var (name, version, by, requestId) = (Name(), Version(), By(), Arguments.RequestId());
        var command = new Command("delete", "Delete a version that is not active and was not shipped.") { name, version, by, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new DeletePolicyRequest
            {
                RequestId = parsed.IdOf(requestId), Name = parsed.GetValue(name), Version = parsed.GetValue(version), By = By(parsed, by),
            };
            var answer = await Client(channel).DeletePolicyAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, $"{request.Name} {request.Version} is gone.");
        });
        return command;
    }

    private static Command Rules()
    {
        var command = new Command("rules", "Print what chooses the policy of an order, as JSON, as set-rules takes it.");
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var answer = await Client(channel).GetPolicyRulesAsync(new GetPolicyRulesRequest(), null, Connection.Deadline(parsed), stop);
            return Output.Show(parsed, answer, () => Console.Out.WriteLine(s_json.Format(answer.Rules)));
        });
        return command;
    }

    private static Command SetRules()
    {
        var file = new Argument<string>("file") { Description = "JSON as rules prints it; - for standard input." };
        var (by, requestId) = (By(), Arguments.RequestId());
        var command = new Command("set-rules", "Put other rules in the place of those that choose.") { file, by, requestId };
        command.SetAction(async (parsed, stop) =>
        {
            using var channel = Connection.Open(parsed);
            var request = new SetPolicyRulesRequest
            {
                RequestId = parsed.IdOf(requestId), Rules = JsonText.Read<PolicyRules>(parsed.GetValue(file)!), By = By(parsed, by),
            };
            var answer = await Client(channel).SetPolicyRulesAsync(request, null, Connection.Deadline(parsed), stop);
            return Output.Decided(parsed, answer, answer.Decision, $"{Output.Count(request.Rules.Rules.Count, "rule")}, else {request.Rules.UsualPolicy}.");
        });
        return command;
    }

    private static PolicyService.PolicyServiceClient Client(Grpc.Net.Client.GrpcChannel channel) => new(channel);

    private static Argument<string> Name() => new("name") { Description = "The policy's name." };

    private static Argument<int> Version() => new("version") { Description = "The version, from 1." };

    private static Argument<string> PolicyFile() => new("file") { Description = "JSON as show prints it; - for standard input." };

    private static Option<string> By() => new("--by") { Description = "Who does it, for the audit.", HelpName = "name", DefaultValueFactory = _ => "" };

    private static Actor By(ParseResult parsed, Option<string> by) => new() { Who = parsed.GetValue(by) };

    private static string Or(string text, string other) => text.Length > 0 ? text : other;
}
