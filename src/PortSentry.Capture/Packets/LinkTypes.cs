namespace PortSentry.Capture.Packets;

/// <summary>Which link types <see cref="PacketView"/> can read.</summary>
public static class LinkTypes
{
    public static bool IsSupported(LinkType link) => link is
        LinkType.Null or LinkType.Ethernet or LinkType.Ppp or LinkType.RawDlt or LinkType.RawOpenBsd or LinkType.Raw
        or LinkType.Ieee80211 or LinkType.Loop or LinkType.LinuxSll or LinkType.Ieee80211Radiotap or LinkType.Ipv4
        or LinkType.Ipv6 or LinkType.NfLog or LinkType.LinuxSll2;
}
