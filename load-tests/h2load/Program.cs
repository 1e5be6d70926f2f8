using System.CommandLine;
using System.Globalization;
using Inventory.H2Load;

var seconds = Whole("--seconds", "Length of each run.", 4, 1, 600);
var warmUp = Whole("--warm-up", "Seconds before the first run of each call: until its code is compiled for speed.", 6, 0, 600);
var rounds = Whole("--rounds", "How often everything runs; the middle one counts.", 3, 1, 99);
var empty = new Option<bool>("--empty") { Description = "Only the two calls that do nothing: Kestrel's and the health check." };
var command = new RootCommand(
    "Measures the service with nghttp2's h2load, beside Kestrel answering the same bytes without gRPC.\n\n"
    + "Ends with 0 when every call was answered and the books balance, 1 when not, 2 when an argument is wrong, 3 when h2load is not installed.")
{
    seconds, warmUp, rounds, empty,
};
command.SetAction((parsed, stop) => Session.RunAsync(
    new SessionSettings(parsed.GetValue(seconds), parsed.GetValue(warmUp), parsed.GetValue(rounds), parsed.GetValue(empty)), Console.Out, Console.Error, stop));
var line = command.Parse(args);
var code = await line.InvokeAsync();
return line.Errors.Count > 0 ? Session.Usage : code;

static Option<int> Whole(string name, string says, int usual, int min, int max) => new(name)
{
    Description = string.Create(CultureInfo.InvariantCulture, $"{says} {min:N0} to {max:N0}."),
    DefaultValueFactory = _ => usual,
    Validators =
    {
        result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            var isWhole = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (result.Tokens.Count > 0 && !(isWhole && number >= min && number <= max))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} '{text}' must be a whole number from {min} to {max}."));
            }
        },
    },
};
