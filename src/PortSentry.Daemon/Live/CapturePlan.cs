using System.Runtime.CompilerServices;
using PortSentry.Actors.Capture;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Filter;
using PortSentry.Capture.Interop.PacketSocket;
using PortSentry.Capture.LocalView;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Live;

/// <summary>Which interfaces are watched, by which source, and what their kernel filter lets through at this moment.</summary>
/// <param name="own">Addresses of this host.</param>
/// <param name="blocked">Blocks in force, so many of the newest at most.</param>
internal sealed class CapturePlan(
    Func<PortSentryOptions> options, Func<IReadOnlyList<Address>> own, Func<IReadOnlyList<Prefix>> ignored, Func<int, IReadOnlyList<Prefix>> blocked,
    Func<IReadOnlyList<Address>> gateways)
{
    private readonly ConditionalWeakTable<IPacketSource, StrongBox<string>> _filters = [];

    /// <summary>The names for <see cref="InterfaceWatch"/>.</summary>
    public static IReadOnlyList<string> Wanted(PortSentryOptions options, IReadOnlyList<NetworkLink> links, IReadOnlyCollection<string> watched)
    {
        if (options.Interfaces is not ["auto"]) return options.Interfaces;
        // One that goes down stays, so that status shows it, until it is gone.
        var found = links.Where(link => !link.IsLoopback && !link.HasMaster && (link.IsUp || watched.Contains(link.Name))).Select(static link => link.Name).ToArray();
        return found.Length > 0 ? found : ["any"];
    }

    /// <exception cref="IOException">It cannot be opened now.</exception>
    public IPacketSource Open(string name)
    {
        var capture = options().Capture;
        if (capture.Source == CaptureSourceKind.Libpcap) return OpenLibpcap(capture, name);
        try
        {
            return new PacketRingSource(new PacketRingOptions(name)
            {
                SnapLength = capture.Snaplen,
                Promiscuous = capture.Promiscuous,
                BufferBytes = capture.Buffer,
                Filter = link => Filter(link),
            });
        }
        catch (PacketSocketException refusal) when (refusal is { IsDown: false, IsNoSuchDevice: false, IsNotPermitted: false })
        {
            return OpenLibpcap(capture, name);
        }
    }

    /// <inheritdoc cref="CaptureSettings.Refilter"/>
    public void Refilter(IPacketSource source, IReadOnlyList<LoudContact> loud)
    {
        if (source is not PacketRingSource ring) return;
        var wanted = Filter(LinkType.Ethernet, loud);
        var current = _filters.GetOrCreateValue(ring);
        if (current.Value == wanted) return;
        ring.Refilter(link => Filter(link, loud));
        current.Value = wanted;
    }

    /// <summary>The expression for a link type as of now.</summary>
    public string Filter(LinkType link, IReadOnlyList<LoudContact>? loud = null)
    {
        var now = options();
        var addresses = own();
        // What is left out is left out in both directions, so a prefix that holds an address we guard must not be: the gate sees to it.
        bool IsElsewhere(Prefix prefix) =>
            now.Home.Kind != HomeKind.Any
            && !addresses.Any(prefix.Contains)
            && !now.Home.Networks.Any(home => home.Contains(prefix.Network) || prefix.Contains(home.Network));
        var quiet = ignored().Where(IsElsewhere).ToArray();
        if (quiet.Length > KernelFilter.MaxIgnored / 2) quiet = [];
        return KernelFilter.Build(new KernelFilterOptions(link)
        {
            Home = now.Home.Kind switch
            {
                HomeKind.Any => [],
                _ => [.. now.Home.Networks, .. addresses.Where(static address => !address.IsLoopback).Select(Prefix.Host)],
            },
            Whole = gateways(),
            Loud = loud ?? [],
            BusyUdpPorts = now.Capture.BusyUdpPorts,
            Ignored = [.. quiet, .. blocked(KernelFilter.MaxIgnored / 2).Where(IsElsewhere)],
        });
    }

    private static LibpcapSource OpenLibpcap(CaptureOptions capture, string name) => new(new LibpcapOptions(name)
    {
        SnapLength = capture.Snaplen,
        Promiscuous = capture.Promiscuous,
        BufferBytes = (int)Math.Min(capture.Buffer, int.MaxValue),
        // It keeps this filter, so nothing that may change belongs in it.
        Filter = static link => KernelFilter.Build(new KernelFilterOptions(link)),
    });
}
