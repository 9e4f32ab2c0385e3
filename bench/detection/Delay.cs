using System.Globalization;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Bench.Detection;

/// <summary>
/// What a scanner had sent when it was detected, counted in the capture itself. An upper bound: all that bears a time stamp
/// up to the verdict's last printed digit.
/// </summary>
internal sealed class Delay(Prefix scanner, long until) : IPacketHandler
{
    private readonly HashSet<(Address Host, IpProtocol Protocol, ushort Port)> _contacts = [];

    public int Packets { get; private set; }

    /// <summary>Distinct (host, protocol, port).</summary>
    public int Probes => _contacts.Count;

    public static Delay Measure(string path, Prefix scanner, string detected)
    {
        var digits = detected.Contains('.', StringComparison.Ordinal) ? detected.Length - detected.IndexOf('.', StringComparison.Ordinal) - 2 : 0;
        var instant = DateTime.Parse(detected, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var until = (instant - DateTime.UnixEpoch).Ticks * 100 + (long)Math.Pow(10, Math.Max(0, 9 - digits)) - 1;
        var delay = new Delay(scanner, until);
        using var source = new CaptureFileSource(path);
        source.Run(delay, CancellationToken.None);
        return delay;
    }

    public void Handle(LinkType link, long timestampNanoseconds, ReadOnlySpan<byte> frame, int originalLength)
    {
        if (timestampNanoseconds > until || PacketView.TryRead(link, frame, originalLength, out var packet) != Malformed.None) return;
        Count(packet);
    }

    public long Idle(long nowNanoseconds) => long.MaxValue;

    private void Count(scoped in PacketView packet)
    {
        if (!scanner.Contains(packet.Source))
        {
            if (packet.TryReadInner(out var inner)) Count(inner);
            return;
        }
        Packets++;
        if (!packet.IsFragment || packet.HasPorts) _contacts.Add((packet.Destination, packet.Protocol, packet.DestinationPort));
    }
}
