namespace PortSentry.Core;

/// <summary>IANA protocol numbers that the detection names; any other value is allowed.</summary>
public enum IpProtocol : byte
{
    HopByHop = 0,
    Icmp = 1,
    Igmp = 2,
    IpInIp = 4,
    Tcp = 6,
    Udp = 17,
    Ipv6 = 41,
    Routing = 43,
    Fragment = 44,
    Gre = 47,
    Esp = 50,
    Ah = 51,
    Icmpv6 = 58,
    NoNext = 59,
    DestinationOptions = 60,
    Sctp = 132,
}
