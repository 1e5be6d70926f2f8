using System.Text;
namespace Inventory.Domain.Tests;

public sealed class IdTests
{
    [Theory]
    [InlineData("tea-1", "TEA-1")]
    [InlineData("  tea-1 ", "TEA-1")]
    [InlineData("A_b.C:d+E#f-9", "A_B.C:D+E#F-9")]
    public void A_sku_is_trimmed_and_in_upper_case(string text, string expected) => Assert.Equal(expected, Sku.Parse(text).Value);

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("", "is empty")]
    [InlineData("   ", "is empty")]
    [InlineData("a b", "U+0020")]
    [InlineData("a/b", "U+002F")]
    [InlineData("a@b", "U+0040")]
    [InlineData("a~b", "U+007E")]
    [InlineData("é", "U+00E9")]
    [InlineData("a\u017F", "U+017F")] // a long s: its upper case is a plain S
    [InlineData("a\0b", "U+0000")]
    public void A_wrong_sku_says_what_is_wrong(string? text, string words)
    {
        Assert.False(Sku.TryParse(text, out var sku, out var problem));
        Assert.Equal(default, sku);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Sku.Parse(text!));
    }

    [Fact]
    public void Ids_have_lengths()
    {
        Assert.True(Sku.TryParse(new string('a', 64), out _, out _));
        Assert.False(Sku.TryParse(new string('a', 65), out _, out var problem));
        Assert.Contains("65", problem, StringComparison.Ordinal);
        Assert.True(LocationId.TryParse(new string('a', 64), out _, out _));
        Assert.False(LocationId.TryParse(new string('a', 65), out _, out _));
        Assert.True(Channel.TryParse(new string('a', 32), out _, out _));
        Assert.False(Channel.TryParse(new string('a', 33), out _, out _));
    }

    [Fact]
    public void Case_matters_for_locations_and_is_refused_for_channels()
    {
        Assert.NotEqual(LocationId.Parse("Berlin"), LocationId.Parse("berlin"));
        Assert.False(LocationId.TryParse("ber:lin", out _, out _));
        Assert.False(Channel.TryParse("Web", out _, out _));
        Assert.Equal(Channel.Web, Channel.Parse("web"));
    }

    [Theory]
    [InlineData("TEA@berlin-1", true)]
    [InlineData("tea@berlin-1", true)]
    [InlineData("TEA", false)]
    [InlineData("@berlin-1", false)]
    [InlineData("TEA@", false)]
    [InlineData("TEA@a@b", false)]
    [InlineData(null, false)]
    public void A_stock_key_is_a_sku_at_a_location(string? text, bool right)
    {
        Assert.Equal(right, StockKey.TryParse(text, out var key, out var problem));
        Assert.Equal(right, problem is null);
        Assert.Equal(right ? "TEA@berlin-1" : "@", key.ToString());
    }

    [Fact]
    public void A_uuid_is_its_own_fingerprint_in_either_case()
    {
        var id = RequestId.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        Assert.Equal(new RequestId(0x0f8fad5bd9cb469f, 0xa16570867728950e), id);
        Assert.Equal(id, RequestId.Parse("0F8FAD5B-D9CB-469F-A165-70867728950E"));
    }

    [Fact]
    public void Any_other_text_is_hashed_and_marked_as_version_8()
    {
        var id = RequestId.Parse("order-7");
        Assert.Equal(0x8UL, (id.High >> 12) & 0xF);
        Assert.Equal(0b10UL, id.Low >> 62);
        Assert.Equal(id, RequestId.Parse("order-7"));
        Assert.NotEqual(id, RequestId.Parse("order-8"));
        Assert.NotEqual(id, RequestId.Parse("Order-7"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("with space")]
    [InlineData("tab\t")]
    [InlineData("ümlaut")]
    public void A_wrong_request_id_is_refused(string? text)
    {
        Assert.False(RequestId.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
        Assert.Throws<FormatException>(() => RequestId.Parse(text!));
    }

    [Fact]
    public void A_request_id_has_at_most_64_characters()
    {
        Assert.True(RequestId.TryParse(new string('x', 64), out _, out _));
        Assert.False(RequestId.TryParse(new string('x', 65), out _, out _));
    }

    [Fact]
    public void A_token_reads_back_and_nothing_else_does()
    {
        foreach (var id in (RequestId[])[default, new(ulong.MaxValue, ulong.MaxValue), RequestId.Parse("order-7")])
        {
            Assert.Equal(RequestId.TokenCharacters, id.ToString().Length);
            Assert.True(RequestId.TryParseToken(id.ToString(), out var read));
            Assert.Equal(id, read);
        }

        Assert.Equal("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", new RequestId(ulong.MaxValue, ulong.MaxValue).ToString());
        foreach (var wrong in (string[])["", "7", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "7ZZZZZZZZZZZZZZZZZZZZZZZZU", "7zzzzzzzzzzzzzzzzzzzzzzzzz"])
        {
            Assert.False(RequestId.TryParseToken(wrong, out _), wrong);
        }
    }

    [Fact]
    public void Derived_ids_differ_by_salt_and_by_origin()
    {
        var (one, other) = (RequestId.Parse("order-7"), RequestId.Parse("order-8"));
        var derived = Enumerable.Range(0, 10_000).Select(salt => one.Derive((uint)salt)).Append(one).Append(one.Derive(uint.MaxValue)).ToHashSet();
        Assert.Equal(10_002, derived.Count);
        Assert.DoesNotContain(other.Derive(0), derived);
        Assert.Equal(one.Derive(3), RequestId.Parse("order-7").Derive(3));
    }

    [Fact]
    public void A_reservation_id_names_its_owner()
    {
        var request = RequestId.Parse("order-7");
        var single = new ReservationId(request, StockKey.Parse("TEA@berlin-1"));
        Assert.Equal($"TEA@berlin-1~{request}", single.ToString());
        Assert.True(ReservationId.TryParse(single.ToString(), out var read, out _));
        Assert.Equal(single, read);
        var many = new ReservationId(request, null);
        Assert.Equal($"MANY~{request}", many.ToString());
        Assert.True(ReservationId.TryParse(many.ToString(), out read, out _));
        Assert.Equal(many, read);
        foreach (var wrong in (string?[])[null, "", "~", "MANY", $"SOME~{request}", $"TEA~{request}", "MANY~123", $"TEA@~{request}", $"many~{request}"])
        {
            Assert.False(ReservationId.TryParse(wrong, out _, out var problem), wrong);
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public void The_bytes_of_a_UUID_say_what_its_text_says_and_a_wrong_character_anywhere_is_found()
    {
        var random = new Random(1);
        Span<byte> sixteen = stackalloc byte[16];
        for (var i = 0; i < 200; i++)
        {
            random.NextBytes(sixteen);
            var text = new Guid(sixteen).ToString();
            foreach (var spelled in (string[])[text, text.ToUpperInvariant()])
            {
                var bytes = Encoding.ASCII.GetBytes(spelled);
                Assert.True(RequestId.TryParse(bytes, out var id));
                Assert.Equal(RequestId.Parse(spelled), id);
                Assert.Equal(Convert.ToHexStringLower(new Guid(sixteen).ToByteArray(bigEndian: true)), $"{id.High:x16}{id.Low:x16}");
            }
        }

        var right = "01234567-89ab-cdef-ABCD-EF0123456789"u8;
        for (var at = 0; at < right.Length; at++)
        {
            foreach (var wrong in (byte[])[.. "/:@G`g"u8, 0, 0x7F, 0x80, 0xFF])
            {
                byte[] bytes = [.. right];
                bytes[at] = wrong;
                var isOther = right[at] == '-' && wrong is > (byte)' ' and < 0x7f; // not spelled as a UUID: any text is an id
                Assert.Equal(isOther, RequestId.TryParse(bytes, out _));
            }
        }
    }
}
