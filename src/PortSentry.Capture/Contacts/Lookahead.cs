using System.Runtime.CompilerServices;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Sources;
using PortSentry.Core;

namespace PortSentry.Capture.Contacts;

/// <summary>
/// Looks at a batch of frames before they are judged and has memory fetched for them: a packet of a million sources then waits no
/// longer than one of a thousand. Changes nothing that anybody could see. Its loops are compiled fully at once, because a
/// file of established traffic needs hardly more than these.
/// </summary>
internal sealed class Lookahead(Gate gate)
{
    private readonly ulong[] _flows = new ulong[FrameBatch.Size];

    /// <returns>For each frame the flow in <see cref="Gate.Settled"/> if it is plain data, else 0.</returns>
    public ReadOnlySpan<ulong> Over(LinkType link, ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames)
    {
        var flows = _flows.AsSpan(0, frames.Length);
        if (link == LinkType.Ethernet)
        {
            FetchFlows(window, frames, flows);
            FetchContacts(window, frames, flows);
        }
        else flows.Clear();
        return flows;
    }

    // What tells established traffic, and what a SYN takes back.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FetchFlows(ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames, Span<ulong> flows)
    {
        var settled = gate.Settled;
        for (var i = 0; i < flows.Length; i++)
        {
            flows[i] = 0;
            if (!TcpGlance.TryRead(window.Slice(frames[i].Offset, frames[i].Length), out var segment)) continue;
            var flow = settled.HashOf(segment.Source, segment.Destination, segment.SourcePort, segment.DestinationPort);
            settled.Prefetch(flow);
            if (segment.IsPlain) flows[i] = flow;
        }
    }

    // What the others will ask of the gate.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FetchContacts(ReadOnlySpan<byte> window, ReadOnlySpan<FrameRecord> frames, ReadOnlySpan<ulong> flows)
    {
        var settled = gate.Settled;
        for (var i = 0; i < flows.Length; i++)
        {
            if (flows[i] != 0 && settled.Contains(flows[i])) continue;
            if (TcpGlance.TryRead(window.Slice(frames[i].Offset, frames[i].Length), out var segment)) gate.Prefetch(LikelyContact(segment), segment.IsPlain);
        }
    }

    // The first key that TcpClassifier looks up: a SYN asks; of the rest the lower port serves, as a rule.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ContactKey LikelyContact(in TcpGlance segment) =>
        segment.Flags == TcpFlags.Syn || (segment.IsPlain && segment.DestinationPort <= segment.SourcePort)
            ? new ContactKey(segment.Source, segment.Destination, IpProtocol.Tcp, segment.DestinationPort)
            : new ContactKey(segment.Destination, segment.Source, IpProtocol.Tcp, segment.SourcePort);
}
