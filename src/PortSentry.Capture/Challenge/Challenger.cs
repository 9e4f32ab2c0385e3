using PortSentry.Capture.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Challenge;

/// <summary>What to answer to a SYN, and whether an ACK proves its sender. Remembers nobody.</summary>
public sealed class Challenger(SynCookies cookies)
{
    private const TcpFlags Meaning = TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack;

    /// <param name="packet">From the IP header on.</param>
    /// <param name="answer">At least <see cref="SynAck.MaxBytes"/>.</param>
    /// <returns>Bytes of the answer, to be sent to the flow's peer; 0 where the packet asks nothing.</returns>
    public int Answer(ReadOnlySpan<byte> packet, Span<byte> answer, out Flow flow) =>
        TryRead(packet, TcpFlags.Syn, out flow, out var sequence, out _) ? SynAck.Write(answer, flow, cookies.Make(flow), sequence + 1) : 0;

    /// <summary>True where the packet acknowledges our answer to its sender.</summary>
    public bool IsProof(ReadOnlySpan<byte> packet, out Flow flow) =>
        TryRead(packet, TcpFlags.Ack, out flow, out _, out var acknowledgement) && cookies.IsOurs(flow, acknowledgement - 1);

    private static bool TryRead(ReadOnlySpan<byte> packet, TcpFlags flags, out Flow flow, out uint sequence, out uint acknowledgement)
    {
        (flow, sequence, acknowledgement) = (default, 0, 0);
        if (PacketView.TryRead(LinkType.Raw, packet, packet.Length, out var view) != Malformed.None || view.Protocol != IpProtocol.Tcp || !view.HasTransport || view.IsFragment
            || (view.TcpFlags & Meaning) != flags) return false;
        flow = new Flow(view.Destination, view.DestinationPort, view.Source, view.SourcePort);
        (sequence, acknowledgement) = (view.Sequence, view.Acknowledgement);
        return true;
    }
}
