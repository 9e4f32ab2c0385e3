using System.Buffers.Binary;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Tests.Packets;
using PortSentry.Core;

namespace PortSentry.Capture.Tests.Contacts;

/// <summary>Ethernet frames of IPv4 that are written over for each packet, so that a million of them cost no memory.</summary>
internal static class Frames
{
    public static byte[] Tcp(string from, ushort fromPort, string to, ushort toPort, TcpFlags flags) =>
        Craft.Ethernet(Craft.Ipv4(IpProtocol.Tcp, Craft.Tcp(fromPort, toPort, flags), from, to));

    public static void SetSource(byte[] frame, uint address) => BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(26), address);

    public static void SetDestination(byte[] frame, uint address) => BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(30), address);

    public static void SetSourcePort(byte[] frame, ushort port) => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), port);

    public static void SetDestinationPort(byte[] frame, ushort port) => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), port);
}
