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
    /// <summary>SLIP without its framing, behind a direction.</summary>
    Slip = 8,
    Ppp = 9,
    Fddi = 10,
    /// <summary>DLT_ATM_RFC1483 of most systems; in files it is <see cref="AtmRfc1483"/>.</summary>
    AtmRfc1483Dlt = 11,
    RawDlt = 12,
    RawOpenBsd = 14,
    PppHdlc = 50,
    /// <summary>PPPoE session packets without their Ethernet header.</summary>
    PppEther = 51,
    /// <summary>LLC and SNAP over ATM (RFC 2684).</summary>
    AtmRfc1483 = 100,
    Raw = 101,
    CiscoHdlc = 104,
    Ieee80211 = 105,
    FrameRelay = 107,
    /// <summary>OpenBSD loopback: as <see cref="Null"/>, in network byte order.</summary>
    Loop = 108,
    /// <summary>Linux "cooked" capture, version 1.</summary>
    LinuxSll = 113,
    Ieee80211Prism = 119,
    IpOverFibreChannel = 122,
    SunAtm = 123,
    Ieee80211Radiotap = 127,
    ArcnetLinux = 129,
    AppleFireWire = 138,
    Ieee80211Avs = 163,
    /// <summary>As Linux' pppd gives it: a direction stands in the address field.</summary>
    PppPppd = 166,
    /// <summary>Per-Packet Information: another link type inside.</summary>
    Ppi = 192,
    PppWithDirection = 204,
    CiscoHdlcWithDirection = 205,
    FrameRelayWithDirection = 206,
    Mpls = 219,
    /// <summary>Solaris' own pseudo-header.</summary>
    IpNet = 226,
    Ipv4 = 228,
    Ipv6 = 229,
    NfLog = 239,
    IpOverInfiniBand = 242,
    /// <summary>macOS: another link type inside.</summary>
    PkTap = 258,
    /// <summary>Linux "cooked" capture, version 2: what <c>any</c> gives since libpcap 1.10.</summary>
    LinuxSll2 = 276,
    /// <summary>Ethernet with a switch chip's tag: Broadcom's before the type, or before everything; Marvell's of 4 and of 8 bytes.</summary>
    BroadcomTag = 281,
    BroadcomTagFirst = 282,
    MarvellTag = 284,
    MarvellEtherTypeTag = 285,
}
