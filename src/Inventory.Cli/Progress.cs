using Spectre.Console;

namespace Inventory.Cli;

/// <summary>A progress bar on standard error's terminal; silent where the output is not a terminal.</summary>
internal static class Progress
{
    /// <summary>Runs the work and shows how far it is.</summary>
    /// <param name="name">What is counted.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="work">The work; it calls its argument with the count of each piece done, from any thread.</param>
    public static Task RunAsync(string name, long total, Func<Action<long>, Task> work)
    {
        if (Console.IsErrorRedirected || total == 0)
        {
            return work(_ => { });
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(name), maxValue: total);
                return work(count => task.Increment(count));
            });
    }
}
