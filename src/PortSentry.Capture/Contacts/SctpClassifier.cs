using PortSentry.Capture.Packets;
using PortSentry.Core;
using PortSentry.Core.Detection;

namespace PortSentry.Capture.Contacts;

/// <summary>SCTP (RFC 9260): INIT and COOKIE ECHO ask, INIT ACK answers, ABORT refuses, anything else is an association at work.</summary>
internal sealed class SctpClassifier(Gate gate)
{
    private const byte Init = 1, InitAck = 2, Abort = 6, CookieEcho = 10, CookieAck = 11;

    public void Take(in PacketView packet, Traits traits)
    {
        var forward = new ContactKey(packet.Source, packet.Destination, IpProtocol.Sctp, packet.DestinationPort);
        var backward = new ContactKey(packet.Destination, packet.Source, IpProtocol.Sctp, packet.SourcePort);
        switch (packet.SctpChunkType)
        {
            case Init:
                Ask(forward, ProbeKind.SctpInit, traits);
                break;
            case CookieEcho:
                Ask(forward, ProbeKind.SctpCookieEcho, traits);
                break;
            case InitAck or CookieAck:
                gate.NoteAnswer(packet.Source);
                if (gate.Find(backward) is >= 0 and var answered && gate.At(answered).State == ContactState.Asked) gate.At(answered).State = ContactState.Answered;
                break;
            case Abort:
                if (gate.Find(backward) is >= 0 and var refused && gate.At(refused).State == ContactState.Asked)
                {
                    gate.NoteAnswer(packet.Source);
                    gate.Fail(refused, Outcome.Refused);
                }
                else if (gate.Find(forward) is >= 0 and var left && gate.At(left).State == ContactState.Answered) gate.Fail(left, Outcome.HalfOpen);
                break;
            default:
                // Data in an association that was only asked for: the other direction takes another road.
                if (gate.Find(forward) is >= 0 and var asked && gate.At(asked).State is ContactState.Asked or ContactState.Answered) gate.Serve(asked);
                break;
        }
    }

    private void Ask(in ContactKey key, ProbeKind kind, Traits traits)
    {
        var slot = gate.Find(key);
        if (slot < 0)
        {
            gate.Open(key, ContactState.Asked, kind, traits, 0);
            return;
        }
        ref var entry = ref gate.At(slot);
        entry.Packets++;
        if (kind == ProbeKind.SctpInit) gate.Reopen(slot, kind);
    }
}
