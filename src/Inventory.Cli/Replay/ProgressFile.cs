using System.Globalization;

namespace Inventory.Cli.Replay;

/// <summary>Tells other programs how far the play is: a file with the lines answered so far and those there are, renewed each thousandth.</summary>
/// <param name="path">The file. It is replaced as a whole: a reader sees one state or the next.</param>
internal sealed class ProgressFile(string path)
{
    private const int Steps = 1_000;
    private readonly Lock _one = new();
    private long _answered;
    private long _written = -1;

    /// <summary>Shows what it is given, and writes the play's progress beside.</summary>
    public ShowProgress Around(ShowProgress show) => (name, total, work) =>
    {
        if (name != ReplayRun.PlayStage)
        {
            return show(name, total, work);
        }

        Write(0, total);
        return show(name, total, tick => work(count =>
        {
            Add(count, total);
            tick(count);
        }));
    };

    private void Add(long count, long total)
    {
        var answered = Interlocked.Add(ref _answered, count);
        if (answered == total || answered * Steps / total != (answered - count) * Steps / total)
        {
            Write(answered, total);
        }
    }

    private void Write(long answered, long total)
    {
        lock (_one)
        {
            if (answered > _written)
            {
                _written = answered;
                File.WriteAllText(path + ".new", string.Create(CultureInfo.InvariantCulture, $"{answered} {total}\n"));
                File.Move(path + ".new", path, overwrite: true);
            }
        }
    }
}
