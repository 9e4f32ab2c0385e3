using System.Collections.Immutable;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using static PortSentry.Core.Tests.Detection.Facts;

namespace PortSentry.Core.Tests.Detection;

public sealed class CompanionsTests
{
    private static readonly Prefix One = Prefix.Parse("192.0.2.1"), Two = Prefix.Parse("192.0.2.2"), Three = Prefix.Parse("198.51.100.3");

    [Fact]
    public void Sources_that_ask_for_the_same_ports_together_are_named_to_each_newcomer()
    {
        var companions = new Companions();
        Assert.Empty(companions.Join(One, Start, Ports(21, 22, 23, 24)));
        Assert.Equal([One], companions.Join(Two, Start + TimeSpan.FromMilliseconds(3), Ports(22, 21, 24, 23)).AsEnumerable());
        Assert.Equal([One, Two], companions.Join(Three, Start + TimeSpan.FromMilliseconds(5), Ports(21, 22, 23, 25)).AsEnumerable());
    }

    [Fact]
    public void Other_ports_another_host_or_another_time_make_no_group()
    {
        var companions = new Companions();
        companions.Join(One, Start, Ports(21, 22, 23, 24));
        Assert.Empty(companions.Join(Two, Start, Ports(21, 22, 111, 143)));
        Assert.Empty(companions.Join(Three, Start, Run(new ushort[] { 21, 22, 23, 24 }.Select(static port => Refused(port, on: Host(9)))).Contacts));
        Assert.Empty(companions.Join(Prefix.Parse("203.0.113.4"), Start + TimeSpan.FromMinutes(1), Ports(21, 22, 23, 24)));
    }

    [Fact]
    public void A_source_is_no_companion_of_itself()
    {
        var companions = new Companions();
        companions.Join(One, Start, Ports(21, 22, 23, 24));
        Assert.Empty(companions.Join(One, Start, Ports(21, 22, 23, 24)));
    }

    [Fact]
    public void A_crowd_is_named_in_part_and_forgotten_in_the_order_it_came()
    {
        var companions = new Companions();
        companions.Join(One, Start, Ports(7001, 7002, 7003, 7004));
        for (var i = 0; i < 100; i++) companions.Join(Prefix.Host(Host(i)), Start, Ports(21, 22, 23, 24));
        Assert.Equal(Companions.MostNamed, companions.Join(Two, Start, Ports(21, 22, 23, 24)).Length);
        Assert.Empty(companions.Join(Three, Start, Ports(7001, 7002, 7003, 7004)));
    }

    [Fact]
    public void A_history_names_each_companion_once_and_only_of_a_scanner()
    {
        var scanner = Run(Refused(21), Refused(22), Refused(23), Refused(24));
        var named = Assert.IsType<CompanionsNamed>(Assert.Single(SourceDecider.Name(scanner, [One, Two], Start).AsEnumerable()));
        var after = SourceDecider.Apply(scanner, named);
        Assert.Equal([One, Two], after.Companions.AsEnumerable());
        Assert.Empty(SourceDecider.Name(after, [Two, One], Start));
        Assert.Empty(SourceDecider.Name(SourceState.Initial, [One], Start));
    }

    private static ImmutableArray<Contact> Ports(params ushort[] ports) => Run(ports.Select(static port => Refused(port))).Contacts;
}
