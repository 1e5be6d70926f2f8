using Inventory.Cli.Replay;

namespace Inventory.Cli.Tests.Replay;

/// <summary>How far the play is, for other programs.</summary>
public sealed class ProgressFileTests
{
    [Fact]
    public async Task The_play_is_told_each_thousandth_and_nothing_else_is()
    {
        var path = Path.Combine(Path.GetTempPath(), $"progress-{Guid.NewGuid():N}");
        try
        {
            var shown = 0L;
            var show = new ProgressFile(path).Around((_, _, work) => work(count => shown += count));
            await show("locations", 10, done =>
            {
                done(10);
                return Task.CompletedTask;
            });
            Assert.False(File.Exists(path));
            await show(ReplayRun.PlayStage, 5_000, async done =>
            {
                Assert.Equal("0 5000\n", await File.ReadAllTextAsync(path));
                done(4);
                Assert.Equal("0 5000\n", await File.ReadAllTextAsync(path));
                done(1);
                Assert.Equal("5 5000\n", await File.ReadAllTextAsync(path));
                done(4_000);
                Assert.Equal("4005 5000\n", await File.ReadAllTextAsync(path));
                done(995);
            });
            Assert.Equal("5000 5000\n", await File.ReadAllTextAsync(path));
            Assert.Equal(5_010, shown);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
