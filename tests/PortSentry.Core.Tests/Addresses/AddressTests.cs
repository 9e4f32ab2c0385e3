using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Core.Tests.Addresses;

public sealed class AddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("::", "::")]
    public void Text_is_canonical(string text, string canonical) => Assert.Equal(canonical, Address.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("1.2.3.4.5")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("example.org")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4 ")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("00.0.0.1")]
    [InlineData("1.2.3.99999999999")]
    public void What_two_readers_read_differently_is_refused(string text) => Assert.False(Address.TryParse(text, out _));

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.1")]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8::5/64", "2001:db8::/64", "2001:db8::ffff", "2001:db8:1::")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", "::1")]
    [InlineData("::/0", "::/0", "2001:db8::1", "1.2.3.4")]
    public void A_prefix_masks_both_sides_and_keeps_families_apart(string text, string canonical, string inside, string outside)
    {
        var prefix = Prefix.Parse(text);
        Assert.Equal(canonical, prefix.ToString());
        Assert.True(prefix.Contains(Address.Parse(inside)));
        Assert.False(prefix.Contains(Address.Parse(outside)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("::/129")]
    public void A_prefix_out_of_range_is_refused(string text) => Assert.False(Prefix.TryParse(text, out _));

    [Fact]
    public void An_ipv6_source_is_its_64_and_a_neighbour_itself()
    {
        Assert.Equal("2001:db8::/64", SourceKey.Of(Address.Parse("2001:db8::1:2:3:4")).ToString());
        Assert.Equal("fe80::1", SourceKey.Of(Address.Parse("fe80::1")).ToString());
        Assert.Equal("192.0.2.1", SourceKey.Of(Address.Parse("192.0.2.1")).ToString());
    }
}
