namespace Inventory.Rivals.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("oracle")]
    [InlineData("redis --rounds 0")]
    [InlineData("redis --callers 1000")]
    [InlineData("redis --seconds soon")]
    [InlineData("redis --speed 3")]
    public async Task A_wrong_argument_ends_with_2_before_anything_is_started(string line) =>
        Assert.Equal(2, await CommandLine.InvokeAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public async Task Help_is_given() => Assert.Equal(0, await CommandLine.InvokeAsync(["--help"]));
}
