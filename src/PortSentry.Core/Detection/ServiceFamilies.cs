namespace PortSentry.Core.Detection;

/// <summary>
/// Ports that one honest client tries for one service. Contacts of one family with one host count once, so a mail client
/// that guesses its server is not a scanner; what a scanner gains is that a whole family costs it one strike.
/// </summary>
public sealed record ServiceFamilies(IReadOnlyList<ServiceFamily> All)
{
    public static readonly ServiceFamilies Default = new(
    [
        new("mail", [new(25), new(110), new(143), new(465), new(587), new(993), new(995), new(2525)], []),
        new("web", [new(80), new(443), new(8080), new(8443)], [new(443)]),
        new("windows-files", [new(135), new(139), new(445)], [new(137, 138)]),
        new("ftp", [new(20, 21), new(989, 990)], []),
        new("printing", [new(515), new(631), new(9100)], []),

        // A domain member and its controller: Kerberos, LDAP, password change, global catalogue.
        new("directory", [new(88), new(389), new(464), new(636), new(3268, 3269)], [new(88), new(389), new(464)]),

        // Who is there? SNMP, SLP, SSDP, WS-Discovery, NAT-PMP, mDNS, LLMNR; printers (Epson, Canon), routers and access points (9999, 10001).
        new("discovery", [new(5357, 5358)], [new(161), new(427), new(1900), new(3289), new(3702), new(5351), new(5353), new(5355), new(8610, 8612), new(9999), new(10001)]),

        // SIP, STUN and TURN with their TLS ports (RFC 3261, 8489, 8656), Teams (3479-3481), Zoom.
        new("calls", [new(3478), new(5060, 5061), new(5349), new(8801, 8802)], [new(3478, 3481), new(5060, 5061), new(5349), new(8801, 8810)]),

        // IKE, L2TP, PPTP, OpenVPN, WireGuard.
        new("vpn", [new(1194), new(1723)], [new(500), new(1194), new(1701), new(4500), new(51820)]),

        // XMPP and the push services of Apple and Google.
        new("messaging", [new(5222, 5223), new(5228, 5230)], []),

        // traceroute's default base port and one per hop and query (traceroute(8)).
        new("traceroute", [], [new(33434, 33689)]),
    ]);

    /// <summary>1-based index of the family of a port, 0 for none.</summary>
    public int Of(IpProtocol protocol, ushort port)
    {
        for (var i = 0; i < All.Count; i++)
            if (All[i].Contains(protocol, port)) return i + 1;
        return 0;
    }
}

public sealed record ServiceFamily(string Name, IReadOnlyList<PortRange> Tcp, IReadOnlyList<PortRange> Udp)
{
    /// <summary>Default ports of peer-to-peer networks: Gnutella, BitTorrent (Transmission 51413), eDonkey, Direct Connect, Bitcoin, IPFS, Ethereum.</summary>
    public static readonly ServiceFamily Peers = new(
        "peers", [new(411, 412), new(4001), new(4662), new(6346, 6349), new(6881, 6889), new(8333), new(30303), new(51413)],
        [new(4001), new(4672), new(6346, 6349), new(6881, 6889), new(30303), new(51413)]);

    public bool Contains(IpProtocol protocol, ushort port)
    {
        foreach (var range in protocol switch { IpProtocol.Tcp => Tcp, IpProtocol.Udp => Udp, _ => [] })
            if (range.Contains(port)) return true;
        return false;
    }
}

/// <summary>Both ends belong to it.</summary>
public readonly record struct PortRange(ushort First, ushort Last)
{
    public PortRange(ushort port)
        : this(port, port)
    {
    }

    public bool Contains(ushort port) => port >= First && port <= Last;
}
