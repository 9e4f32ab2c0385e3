using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>ICMP errors: somebody tells a source that its packet came to nothing.</summary>
internal sealed class IcmpClassifier(Gate gate)
{
    public void Take(in PacketView packet)
    {
        if (!packet.IsIcmpError || !packet.TryReadQuoted(out var quoted)) return;
        var unreachable = IsUnreachable(packet);
        if (!unreachable && !IsTimeExceeded(packet)) return;

        var hasPorts = quoted.HasPorts;
        var port = hasPorts ? quoted.DestinationPort : (ushort)quoted.Protocol;
        var key = new ContactKey(quoted.Source, quoted.Destination, quoted.Protocol, port);
        var slot = gate.Find(key);
        if (slot < 0)
        {
            if (unreachable && hasPorts) Infer(packet, quoted, key);
            return;
        }
        gate.NoteAnswer(packet.Source);
        ref var entry = ref gate.At(slot);
        if (entry.State is not (ContactState.Asked or ContactState.Stray)) return;
        // A packet that died on the way is a traceroute or a loop; it reached nothing.
        if (!unreachable) entry.State = ContactState.Neutral;
        else gate.Fail(slot, IsNoRoute(packet) && packet.Source != quoted.Destination ? Outcome.Dark : Outcome.Refused);
    }

    /// <summary>
    /// A refusal of a datagram that was not captured. Our own is as good as any; in a file it must come from the target to the sender, and
    /// is weak. Other people's errors about unknown packets prove nothing: they are forged easily.
    /// </summary>
    private void Infer(in PacketView packet, in PacketView quoted, in ContactKey key)
    {
        if (quoted.Protocol != IpProtocol.Udp || ReplyShape.Is(quoted.SourcePort, quoted.DestinationPort)) return;
        var own = gate.Vantage.IsOwn(packet.Source);
        if (!own && (gate.Vantage.HidesAcks || packet.Source != quoted.Destination || packet.Destination != quoted.Source)) return;
        // The target asked that host itself: it refuses an answer.
        if (gate.Find(new ContactKey(key.Destination, key.Source, IpProtocol.Udp, quoted.SourcePort)) >= 0) return;
        if (gate.Find(UdpClassifier.Asking(key.Destination, key.Source)) >= 0) return;
        var slot = gate.Open(key, ContactState.Stray, ProbeKind.Udp, Traits.None, 0);
        if (slot >= 0) gate.Fail(slot, own ? Outcome.Refused : Outcome.Inferred);
    }

    // RFC 792 type 3 but for "fragmentation needed" (4), RFC 4443 type 1, and type 4 code 1: the protocol is not spoken here.
    private static bool IsUnreachable(in PacketView packet) => packet.Protocol == IpProtocol.Icmp
        ? packet.IcmpType == 3 && packet.IcmpCode != 4
        : packet.IcmpType == 1 || packet is { IcmpType: 4, IcmpCode: 1 };

    // A router that knows no way says nothing of the host: net or host unreachable or unknown; no route, address unreachable.
    private static bool IsNoRoute(in PacketView packet) =>
        packet.Protocol == IpProtocol.Icmp ? packet.IcmpCode is 0 or 1 or 5 or 6 or 7 or 8 or 11 or 12 : packet is { IcmpType: 1, IcmpCode: 0 or 2 or 3 };

    private static bool IsTimeExceeded(in PacketView packet) => packet.IcmpType == (packet.Protocol == IpProtocol.Icmp ? 11 : 3);
}
