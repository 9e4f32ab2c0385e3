using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>UDP (RFC 768): the first datagram asks; one the other way answers.</summary>
internal sealed class UdpClassifier(Gate gate)
{
    public void Take(in PacketView packet, Traits traits)
    {
        var answered = gate.Find(new ContactKey(packet.Destination, packet.Source, IpProtocol.Udp, packet.SourcePort));
        if (answered >= 0)
        {
            gate.NoteAnswer(packet.Source);
            gate.Serve(answered);
            return;
        }
        var key = new ContactKey(packet.Source, packet.Destination, IpProtocol.Udp, packet.DestinationPort);
        var slot = gate.Find(key);
        if (slot >= 0)
        {
            gate.Repeat(slot, ProbeKind.Udp);
            return;
        }
        // An answer to a question that was not captured, or that went to a group (mDNS, SSDP).
        if (ReplyShape.Is(packet.SourcePort, packet.DestinationPort) || gate.Find(ToGroup(packet.Destination, packet.DestinationPort)) >= 0) return;
        // Or one from a port of the answerer's own choice (TFTP, RFC 1350 4): the target asked this host before.
        if (ReplyShape.IsEphemeral(packet.DestinationPort) && gate.Find(Asking(packet.Destination, packet.Source)) >= 0) return;
        if (gate.Open(key, ContactState.Asked, ProbeKind.Udp, traits, 0) < 0) return;
        var asking = Asking(packet.Source, packet.Destination);
        if (gate.Find(asking) < 0) gate.Open(asking, ContactState.Neutral, ProbeKind.Udp, Traits.None, 0);
    }

    /// <summary>A datagram to a group or to all: whoever answers to the sender's port was asked.</summary>
    public void TakeGroup(in PacketView packet)
    {
        var key = ToGroup(packet.Source, packet.SourcePort);
        if (gate.Find(key) < 0) gate.Open(key, ContactState.Neutral, ProbeKind.Udp, Traits.None, 0);
    }

    // Port 0 is nobody's: it stands for "some port".
    internal static ContactKey Asking(Address asker, Address asked) => new(asker, asked, IpProtocol.Udp, 0);

    private static ContactKey ToGroup(Address asker, ushort port) => new(default, asker, IpProtocol.Udp, port);
}
