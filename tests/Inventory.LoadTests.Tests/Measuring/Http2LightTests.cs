using Inventory.LoadTests.Breaking.Hostile;
using Inventory.LoadTests.Light;
using Inventory.LoadTests.Measuring;
using Inventory.LoadTests.Service;

namespace Inventory.LoadTests.Tests.Measuring;

public sealed class Http2LightTests
{
    [Theory]
    [InlineData((byte)'0', false, Outcome.Failed)] // no message came
    [InlineData((byte)'8', false, Outcome.Overloaded)]
    [InlineData((byte)'8', true, Outcome.Overloaded)]
    public void A_reset_after_the_end_answers_nobody(byte status, bool isReset, Outcome expected)
    {
        var connection = new Http2Light(new LightEmpty());
        var told = new List<(int, Outcome)>();
        connection.Ask(new LightBuffer(), slot: 7, index: 0);
        byte[] head = [.. "grpc-status"u8, 1, status];
        var end = Http2.Frame(Http2.Headers, Http2.EndStream, 1, head);
        var reset = Http2.Frame(Http2.Reset, 0, 1, [0, 0, 0, 0]);
        byte[] input = isReset ? [.. end, .. reset] : end;
        Assert.Equal(input.Length, connection.Take(input, new LightBuffer(), (slot, outcome) => told.Add((slot, outcome))));
        Assert.Equal([(7, expected)], told);
    }

    [Fact]
    public void A_reset_instead_of_an_end_is_a_failure()
    {
        var connection = new Http2Light(new LightEmpty());
        var told = new List<(int, Outcome)>();
        connection.Ask(new LightBuffer(), slot: 7, index: 0);
        connection.Take(Http2.Frame(Http2.Reset, 0, 1, [0, 0, 0, 7]), new LightBuffer(), (slot, outcome) => told.Add((slot, outcome)));
        Assert.Equal([(7, Outcome.Failed)], told);
    }
}
