using Microsoft.Extensions.DependencyInjection;

namespace Compat.Orleans.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_call_returns_what_the_grain_returned()
    {
        await using var host = await TestHost.StartAsync();
        var echo = host.Grains.GetGrain<IEchoGrain>("a");

        Assert.Equal("a: hi", await echo.Say("hi"));
        Assert.Equal(5, await echo.Add(2, 3));
        Assert.Equal(6, await echo.AddLater(2, 4));
        await echo.Nothing();
        await echo.NothingLater();
    }

    [Fact]
    public async Task An_error_reaches_the_caller_with_its_type_and_message()
    {
        await using var host = await TestHost.StartAsync();
        var echo = host.Grains.GetGrain<IEchoGrain>("a");

        var early = await Assert.ThrowsAsync<InvalidDataException>(() => echo.Fail("early", late: false));
        var late = await Assert.ThrowsAsync<InvalidDataException>(() => echo.Fail("late", late: true));

        Assert.Equal("early", early.Message);
        Assert.Equal("late", late.Message);
        Assert.Equal("a: still there", await echo.Say("still there"));
    }

    [Fact]
    public async Task Services_are_injected_keyed_ones_and_the_context_too()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal("hello injected/x injected/x", await host.Grains.GetGrain<IInjectedGrain>("x").Describe());
        Assert.Equal("hello injected/y injected/y", await host.Grains.GetGrain<IInjectedGrain>("y").Describe());
    }

    [Fact]
    public async Task Keys_may_be_strings_integers_and_guids()
    {
        await using var host = await TestHost.StartAsync();
        var guid = Guid.Parse("0b9d3d1e-6e5b-4d0f-9f43-111111111111");

        Assert.Equal("SKU@store/1", await host.Grains.GetGrain<IStringKeyGrain>("SKU@store/1").Key());
        Assert.Equal(-7, await host.Grains.GetGrain<IIntegerKeyGrain>(-7).Key());
        Assert.Equal(guid, await host.Grains.GetGrain<IGuidKeyGrain>(guid).Key());
    }
}

public interface IEchoGrain : IGrainWithStringKey
{
    Task<string> Say(string text);

    ValueTask<int> Add(int left, int right);

    ValueTask<int> AddLater(int left, int right);

    ValueTask Nothing();

    Task NothingLater();

    Task Fail(string message, bool late);
}

internal sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<string> Say(string text) => Task.FromResult($"{this.GetPrimaryKeyString()}: {text}");

    public ValueTask<int> Add(int left, int right) => new(left + right);

    public async ValueTask<int> AddLater(int left, int right)
    {
        await Task.Yield();
        return left + right;
    }

    public ValueTask Nothing() => default;

    public async Task NothingLater() => await Task.Yield();

    public async Task Fail(string message, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        throw new InvalidDataException(message);
    }
}

public interface IInjectedGrain : IGrainWithStringKey
{
    Task<string> Describe();
}

internal sealed class InjectedGrain(IGrainContext context, [FromKeyedServices("greeting")] string greeting, ScopedThing scoped)
    : Grain(context), IInjectedGrain
{
    public Task<string> Describe() => Task.FromResult($"{greeting} {GrainContext.GrainId} {scoped.Owner}");
}

public interface IStringKeyGrain : IGrainWithStringKey
{
    Task<string> Key();
}

internal sealed class StringKeyGrain : Grain, IStringKeyGrain
{
    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());
}

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    Task<long> Key();
}

internal sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public Task<long> Key() => Task.FromResult(this.GetPrimaryKeyLong());
}

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> Key();
}

internal sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> Key() => Task.FromResult(this.GetPrimaryKey());
}
