using FsCheck;
using FsCheck.Fluent;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Nftables;

namespace PortSentry.Responders.Tests.Nftables;

public sealed class PrefixCoverTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Twelve bits of address and few lengths: nested and neighbouring prefixes are the rule, and every address can be asked.
    private static readonly Gen<(Prefix, DateTimeOffset)> SmallPrefix =
        from at in Gen.Choose(0, 0xFFF)
        from length in Gen.Choose(20, 31)
        from hours in Gen.Choose(1, 5)
        select (new Prefix(Address.FromV4(0x0A63_0000 | (uint)at), length), Start.AddHours(hours));

    [Fact]
    public void Disjoint_and_as_long_as_the_longest_wanted_around_each_address() => Check.QuickThrowOnFailure(
        Prop.ForAll(SmallPrefix.ListOf().ToArbitrary(), list =>
        {
            var wanted = list.GroupBy(w => w.Item1).Select(g => g.First()).ToList();
            var cover = PrefixCover.Of(wanted);
            for (var at = 0u; at <= 0xFFF; at++)
            {
                var address = Address.FromV4(0x0A63_0000 | at);
                DateTimeOffset? until = wanted.Where(w => w.Item1.Contains(address)).Select(w => (DateTimeOffset?)w.Item2).Max();
                var covering = cover.Where(c => c.Prefix.Contains(address)).ToList();
                Assert.True(covering.Count <= 1);
                Assert.Equal(until, covering.Count == 0 ? null : covering[0].Until);
            }
        }));

    [Fact]
    public void A_range_is_made_of_the_prefixes_that_fill_it() => Check.QuickThrowOnFailure(
        Prop.ForAll(Gen.Choose(0, 0xFFFF).Two().ToArbitrary(), pair =>
        {
            var (low, high) = (Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2) + 1);
            var at = Address.FromV4((uint)low).Bits;
            foreach (var prefix in PrefixCover.OfRange(Address.FromV4((uint)low), Address.FromV4((uint)high).Bits))
            {
                Assert.Equal(at, prefix.Network.Bits);
                at += UInt128.One << (32 - prefix.Length);
            }
            Assert.Equal(Address.FromV4((uint)high).Bits, at);
        }));

    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0/0")]
    [InlineData("240.0.0.0", "240.0.0.0/4")]
    [InlineData("::", "::/0")]
    [InlineData("ff00::", "ff00::/8")]
    public void A_range_without_an_end_goes_to_the_last_address(string start, string prefix) =>
        Assert.Equal([Prefix.Parse(prefix)], PrefixCover.OfRange(Address.Parse(start), UInt128.Zero));
}
