using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>IP protocols without ports: the "port" is the protocol number (nmap -sO).</summary>
internal sealed class ProtocolClassifier(Gate gate)
{
    // A probe is empty or a bare header (20 bytes are TCP's); more is a packet with a damaged header, or somebody at work.
    private const int ProbeBytes = 20;

    public void Take(in PacketView packet, Traits traits)
    {
        var number = (ushort)packet.Protocol;
        var key = new ContactKey(packet.Source, packet.Destination, packet.Protocol, number);
        if (gate.Find(key with { Source = packet.Destination, Destination = packet.Source }) is >= 0 and var answered)
        {
            gate.NoteAnswer(packet.Source);
            gate.Serve(answered);
            return;
        }
        var slot = gate.Find(key);
        if (packet.PayloadLength > ProbeBytes) traits |= Traits.Laden;
        if (slot >= 0) gate.At(slot).Packets++;
        // Routers and tunnels speak these one way for hours; only a refusal tells a probe from a neighbour.
        else gate.Open(key, IsSpokenByRouters(packet.Protocol) ? ContactState.Stray : ContactState.Asked, ProbeKind.IpProtocol, traits, 0);
    }

    // IGMP, IP-in-IP, 6in4, GRE, ESP, AH, EIGRP, OSPF, PIM, VRRP, L2TP (IANA protocol numbers).
    private static bool IsSpokenByRouters(IpProtocol protocol) => (int)protocol is 2 or 4 or 41 or 47 or 50 or 51 or 88 or 89 or 103 or 112 or 115;
}
