namespace Inventory.Cli.Replay;

/// <summary>Collects what is wrong with input files, so that all of it is told at once and before anything is applied.</summary>
/// <param name="skip">Leave bad lines out and count them, instead of refusing the file.</param>
internal sealed class Problems(bool skip)
{
    private const int Shown = 20;
    private readonly List<string> _messages = [];

    /// <summary>How many lines were bad.</summary>
    public int Count { get; private set; }

    /// <summary>The first few, as <c>file:line: what</c>.</summary>
    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Notes one bad line.</summary>
    public void Add(string file, long line, string message)
    {
        Count++;
        if (_messages.Count < Shown)
        {
            _messages.Add($"{file}:{line}: {message}");
        }
    }

    /// <summary>Refuses the input if a line was bad and bad lines are not to be skipped.</summary>
    /// <exception cref="BadInputException">Names file and line of the first problems and how many there are.</exception>
    public void ThrowIfAny()
    {
        if (Count == 0 || skip)
        {
            return;
        }

        var more = Count > _messages.Count ? $"\n... and {Count - _messages.Count:N0} more" : "";
        throw new BadInputException(
            string.Join('\n', _messages) + more
                + $"\n{Count:N0} bad line(s): nothing was applied. Correct them, or leave them out with --skip-bad.");
    }
}
