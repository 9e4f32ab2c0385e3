using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PortSentry.Capture.Interop.Netlink;

/// <summary>Asks the kernel for tables, or listens to what it tells of itself. It belongs to the network namespace of the thread that made it. Not for two threads at once.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int HeaderLength = 16;
    private const int BufferLength = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _buffer = new byte[BufferLength];
    private uint _sequence;

    public delegate void ReadMessage(ushort type, ReadOnlySpan<byte> body);

    /// <param name="groups">What to listen to: a socket with groups is for <see cref="TakeNews"/> alone.</param>
    public NetlinkSocket(int protocol, uint groups = 0)
    {
        var descriptor = NetlinkImports.socket(NetlinkImports.AF_NETLINK, NetlinkImports.SOCK_RAW | NetlinkImports.SOCK_CLOEXEC, protocol);
        if (descriptor < 0) throw new NetlinkException("socket(AF_NETLINK)", Marshal.GetLastPInvokeError());
        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // struct timeval: a kernel that does not answer must not hold the local view for ever.
        var timeout = stackalloc nint[2] { 2, 0 };
        _ = NetlinkImports.setsockopt(descriptor, NetlinkImports.SOL_SOCKET, NetlinkImports.SO_RCVTIMEO, timeout, (uint)(2 * sizeof(nint)));
        if (groups == 0) return;
        // struct sockaddr_nl: family and padding, port, groups.
        var address = stackalloc uint[3] { NetlinkImports.AF_NETLINK, 0, groups };
        if (NetlinkImports.bind(descriptor, address, 3 * sizeof(uint)) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        _handle.Dispose();
        throw new NetlinkException("bind(AF_NETLINK)", error);
    }

    /// <summary>To be polled for reading.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Takes one datagram of news off the socket, whatever it says; false where there is none.</summary>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    public bool TakeNews()
    {
        fixed (byte* bytes = _buffer)
            if (NetlinkImports.recv(Descriptor, bytes, BufferLength, 0) > 0) return true;
        // Out of buffers: there was more news than fits, which is news too.
        return Marshal.GetLastPInvokeError() switch
        {
            NetlinkImports.ENOBUFS => true,
            NetlinkImports.EAGAIN or NetlinkImports.EINTR => false,
            var error => throw new NetlinkException("netlink receive", error),
        };
    }

    /// <summary>Sends a dump request and hands over each message until the end of the table.</summary>
    /// <exception cref="NetlinkException">ENOENT: the kernel has no such table (a module is missing).</exception>
    public void Dump(ushort type, ReadOnlySpan<byte> request, ReadMessage read)
    {
        var sequence = ++_sequence;
        Send(type, request, sequence);
        while (true)
        {
            ReadOnlySpan<byte> messages = Receive();
            while (messages.Length >= HeaderLength)
            {
                // struct nlmsghdr, host byte order: length, type, flags, sequence, port.
                var length = (int)Math.Min(BitConverter.ToUInt32(messages), int.MaxValue);
                if (length < HeaderLength || length > messages.Length) break;
                var found = BitConverter.ToUInt16(messages[4..]);
                var body = messages[HeaderLength..length];
                // An answer to an earlier request that was given up.
                if (BitConverter.ToUInt32(messages[8..]) == sequence)
                {
                    if (found == NetlinkImports.NLMSG_DONE) return;
                    if (found == NetlinkImports.NLMSG_ERROR)
                    {
                        var error = body.Length >= 4 ? -BitConverter.ToInt32(body) : 0;
                        if (error == 0) return;
                        throw new NetlinkException("netlink dump", error);
                    }

                    read(found, body);
                }

                messages = messages[Math.Min(messages.Length, (length + 3) & ~3)..];
            }
        }
    }

    /// <summary>struct nlattr and struct rtattr: length with header, type, value; padded to four bytes.</summary>
    public static bool TryReadAttribute(ref ReadOnlySpan<byte> attributes, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (attributes.Length < 4) return false;
        int length = BitConverter.ToUInt16(attributes);
        if (length < 4 || length > attributes.Length) return false;
        // The upper two bits say "nested" and "network byte order".
        type = (ushort)(BitConverter.ToUInt16(attributes[2..]) & 0x3FFF);
        value = attributes[4..length];
        attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        return true;
    }

    public void Dispose() => _handle.Dispose();

    private void Send(ushort type, ReadOnlySpan<byte> request, uint sequence)
    {
        Span<byte> message = stackalloc byte[HeaderLength + request.Length];
        BitConverter.TryWriteBytes(message, (uint)message.Length);
        BitConverter.TryWriteBytes(message[4..], type);
        BitConverter.TryWriteBytes(message[6..], (ushort)(NetlinkImports.NLM_F_REQUEST | NetlinkImports.NLM_F_DUMP));
        BitConverter.TryWriteBytes(message[8..], sequence);
        message[12..16].Clear();
        request.CopyTo(message[HeaderLength..]);
        fixed (byte* bytes = message)
            if (NetlinkImports.send((int)_handle.DangerousGetHandle(), bytes, (nuint)message.Length, 0) < 0)
                throw new NetlinkException("netlink send", Marshal.GetLastPInvokeError());
    }

    private Span<byte> Receive()
    {
        while (true)
        {
            nint count;
            fixed (byte* bytes = _buffer) count = NetlinkImports.recv((int)_handle.DangerousGetHandle(), bytes, BufferLength, 0);
            if (count > 0) return _buffer.AsSpan(0, (int)count);
            var error = Marshal.GetLastPInvokeError();
            if (count == 0 || error != NetlinkImports.EINTR) throw new NetlinkException("netlink receive", error);
        }
    }
}
