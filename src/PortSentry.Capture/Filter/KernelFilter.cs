using System.Globalization;
using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Filter;

/// <summary>
/// What may be evidence, as an expression of pcap-filter(7): everything but plain data and acknowledgements of TCP.
/// Established traffic then never reaches user space. An ACK, Window or Maimon scan is seen by the RST that home answers.
/// </summary>
public static class KernelFilter
{
    /// <summary>Each prefix costs every packet some instructions, and BPF jumps reach 255 instructions.</summary>
    public const int MaxIgnored = 32;

    /// <summary>Each costs every UDP packet some instructions for each prefix of home.</summary>
    public const int MaxBusyPorts = 12;

    /// <summary>A host has one or two gateways; each costs every packet some instructions.</summary>
    public const int MaxWhole = 4;

    private const int MaxHome = 8;

    // RFC 9293 3.1: SYN, FIN and RST are 0x07, ACK is 0x10. Data and its acknowledgement have ACK alone of these; PSH,
    // URG and the ECN bits do not matter. A NULL or XMAS scan has no ACK and passes.
    // "tcp" holds for no other protocol and no later fragment, so those pass; a first fragment (MF) does by its own test, for it may be cut before
    // the flags. A segment too short for its flags fails the load and is dropped: no stack would answer it. Asked so, and not the other way round,
    // an established segment leaves after 12 instructions: pcap puts the questions that "tcp" implies once only.
    private const string Ipv4 = "(ip and (ip[6] & 0x20 != 0 or not (tcp[13] & 0x17) = 0x10))";

    // pcap cannot index tcp[] in IPv6. With extension headers the next header is not TCP, so those packets pass.
    private const string Ipv6 = "(ip6 and (ip6[6] != 6 or (ip6[53] & 0x17) != 0x10))";

    /// <summary>The expression; compile it for <see cref="KernelFilterOptions.Link"/>.</summary>
    public static string Build(KernelFilterOptions options)
    {
        var whole = string.Concat(options.Whole.Take(MaxWhole).Select(static address => $" or src host {address}"));
        var evidence = $"({Ipv4} or {Ipv6}{whole})";
        var unwanted = Unwanted(options);
        if (unwanted.Count > 0) evidence = $"({evidence} and not ({string.Join(" or ", unwanted)}))";
        // "vlan" moves every offset behind it, so it stands last and repeats the rest.
        return options.Link == LinkType.Ethernet ? $"{evidence} or (vlan and {evidence})" : evidence;
    }

    private static List<string> Unwanted(KernelFilterOptions options)
    {
        List<string> unwanted = [];
        if (options.Ignored.Count <= MaxIgnored)
            unwanted.AddRange(options.Ignored.Select(prefix => Net("", prefix)));
        foreach (var (source, destination, protocol, port) in options.Loud)
        {
            var (name, number) = (protocol == IpProtocol.Udp ? "udp" : "tcp", port.ToString(CultureInfo.InvariantCulture));
            unwanted.Add($"({name} dst port {number} and src host {source} and dst host {destination})");
            unwanted.Add($"({name} src port {number} and src host {destination} and dst host {source})");
        }
        if (options.Home.Count > MaxHome || options.BusyUdpPorts.Count > MaxBusyPorts) return unwanted;
        foreach (var home in options.Home)
        {
            foreach (var port in options.BusyUdpPorts)
            {
                var number = port.ToString(CultureInfo.InvariantCulture);
                unwanted.Add($"(udp dst port {number} and {Net("dst ", home)})");
                unwanted.Add($"(udp src port {number} and {Net("src ", home)})");
            }
        }

        return unwanted;
    }

    // Printed by us from 16 bytes; never text from outside.
    private static string Net(string direction, Prefix prefix) =>
        prefix.IsHost ? $"{direction}host {prefix.Network}" : $"{direction}net {prefix}";
}
