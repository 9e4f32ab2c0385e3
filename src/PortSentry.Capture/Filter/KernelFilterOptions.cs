using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.Filter;

/// <param name="Link">Of the interface: pcap knows VLAN tags on Ethernet only.</param>
public sealed record KernelFilterOptions(LinkType Link)
{
    /// <summary>The addresses we guard; empty where they are not known or too many. Used only to tell a service's direction.</summary>
    public IReadOnlyList<Prefix> Home { get; init; } = [];

    /// <summary>
    /// UDP ports of busy services of home (a resolver, QUIC): their traffic is left out. Without <see cref="Home"/> nothing is
    /// left out, for a scanner would need only to use such a port as its source.
    /// </summary>
    public IReadOnlyList<ushort> BusyUdpPorts { get; init; } = [];

    /// <summary>Sources of which every packet is wanted: gateways, to tell their own from forged ones. At most <see cref="KernelFilter.MaxWhole"/> are heeded.</summary>
    public IReadOnlyList<Address> Whole { get; init; } = [];

    /// <summary>Contacts that repeat themselves and teach nothing more, to be left out both ways.</summary>
    public IReadOnlyList<LoudContact> Loud { get; init; } = [];

    /// <summary>Sources and destinations never to look at. Beyond <see cref="KernelFilter.MaxIgnored"/> they are left to the classifier.</summary>
    public IReadOnlyList<Prefix> Ignored { get; init; } = [];
}
