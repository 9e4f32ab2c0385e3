namespace PortSentry.Capture.Packets;

/// <summary>
/// What a captured frame begins with: LINKTYPE_ values of https://www.tcpdump.org/linktypes.html. The DLT_ values that
/// <c>pcap_datalink</c> returns are the same numbers for every type named here (12 and 14 are the two DLT_RAW).
/// Any other value is allowed and unsupported.
/// </summary>
public enum LinkType : uint
{
    /// <summary>BSD loopback: four bytes of address family in the byte order of the machine that captured.</summary>
    Null = 0,
    Ethernet = 1,
    Ppp = 9,
    RawDlt = 12,
    RawOpenBsd = 14,
    Raw = 101,
    Ieee80211 = 105,
    /// <summary>OpenBSD loopback: as <see cref="Null"/>, in network byte order.</summary>
    Loop = 108,
    /// <summary>Linux "cooked" capture, version 1.</summary>
    LinuxSll = 113,
    Ieee80211Radiotap = 127,
    Ipv4 = 228,
    Ipv6 = 229,
    NfLog = 239,
    /// <summary>Linux "cooked" capture, version 2: what <c>any</c> gives since libpcap 1.10.</summary>
    LinuxSll2 = 276,
}
