using PortSentry.Capture.Packets;
using PortSentry.Core;
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
            gate.At(slot).Packets++;
            gate.Reopen(slot, ProbeKind.Udp);
            return;
        }
        // An answer to a question that was not captured: remember the question, so that what follows is judged rightly.
        if (ReplyShape.Is(packet.SourcePort, packet.DestinationPort))
            gate.Open(new ContactKey(packet.Destination, packet.Source, IpProtocol.Udp, packet.SourcePort), ContactState.Neutral, ProbeKind.Udp, Traits.None, 0);
        else gate.Open(key, ContactState.Asked, ProbeKind.Udp, traits, 0);
    }
}
