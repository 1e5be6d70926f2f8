using Inventory.Grpc.Calls;
using Inventory.Grpc.Errors;

namespace Inventory.Grpc.Tests.Calls;

public sealed class PageTokenTests
{
    [Theory]
    [InlineData("L-1")]
    [InlineData("ÄÖÜ-日本")]
    public void A_token_brings_its_key_back(string key)
    {
        var violations = default(Violations);
        Assert.Equal(key, PageToken.Read("stocks web", PageToken.Make("stocks web", key), ref violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void No_token_means_the_first_page()
    {
        var violations = default(Violations);
        Assert.Null(PageToken.Read("stocks", "", ref violations));
        Assert.False(violations.Any);
    }

    [Fact]
    public void The_token_of_another_list_is_refused()
    {
        Assert.True(IsWrong("locations", PageToken.Make("stocks", "L-1")));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("!!!!")]
    [InlineData("AAAA")]
    [InlineData("AQAAAAA")]
    [InlineData("a token with blanks")]
    public void What_is_no_token_is_refused(string token)
    {
        Assert.True(IsWrong("stocks", token));
    }

    [Fact]
    public void A_token_with_any_character_changed_is_refused()
    {
        var token = PageToken.Make("stocks", "LOCATION-17");
        for (var i = 0; i < token.Length - 1; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.True(IsWrong("stocks", new string(changed)), $"changed at {i}");
        }
    }

    [Fact]
    public void A_token_longer_than_the_limit_is_refused()
    {
        Assert.True(IsWrong("stocks", PageToken.Make("stocks", new string('k', Limits.PageTokenCharsMax))));
    }

    [Theory]
    [InlineData(0, Limits.PageSizeDefault)]
    [InlineData(1, 1)]
    [InlineData(Limits.PageSizeMax, Limits.PageSizeMax)]
    public void Sizes_within_the_limit_hold(int asked, int given)
    {
        var violations = default(Violations);
        Assert.Equal(given, PageToken.Size(asked, ref violations));
        Assert.False(violations.Any);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Limits.PageSizeMax + 1)]
    public void Other_sizes_are_refused(int asked)
    {
        var violations = default(Violations);
        PageToken.Size(asked, ref violations);
        Assert.True(violations.Any);
    }

    private static bool IsWrong(string scope, string token)
    {
        var violations = default(Violations);
        return PageToken.Read(scope, token, ref violations) is null && violations.Any;
    }
}
