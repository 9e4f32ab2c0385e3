using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PortSentry.Responders.Tests.Namespaces;

/// <summary>Sends SYNs of forged senders, each another address of 198.18.0.0/15 (RFC 2544), with a checksum that no stack would answer.</summary>
public sealed class Forger : IDisposable
{
    private const uint First = 0xC612_0000;
    private const int Senders = 1 << 17;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
    private readonly IPEndPoint _target;

    // RFC 791 3.1 and RFC 9293 3.1; the kernel writes the length and the sum of the header.
    private readonly byte[] _packet = new byte[40];
    private uint _sent;

    private Forger(string target)
    {
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        _target = new IPEndPoint(IPAddress.Parse(target), 0);
        _packet[0] = 0x45;
        _packet[8] = 64;
        _packet[9] = 6;
        _target.Address.TryWriteBytes(_packet.AsSpan(16), out _);
        _packet[32] = 0x50;
        _packet[33] = 2;
    }

    public static Forger In(NetNamespace space, string target)
    {
        Forger? forger = null;
        space.Run(() => forger = new Forger(target));
        return forger!;
    }

    public void SendSyn(ushort port) => SendSyn(port, _sent++);

    /// <param name="sender">Which of the addresses.</param>
    public void SendSyn(ushort port, uint sender)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_packet.AsSpan(12), First + (sender % Senders));
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(20), 40000);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(22), port);
        _socket.SendTo(_packet, _target);
    }

    public void Dispose() => _socket.Dispose();
}
