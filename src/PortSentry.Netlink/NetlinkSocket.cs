using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PortSentry.Netlink.Interop;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Netlink;

/// <summary>
/// A netlink socket for requests that are answered. The kernel works a request off inside send(2), so the answers
/// are queued when it returns; the socket belongs to the network namespace of the thread that opened it.
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    // One send carries a whole batch. 4 MiB hold some 60,000 elements; beyond the kernel's default (212 KiB) only
    // the privileged option helps, and whoever may change the firewall has that privilege.
    private const int BufferBytes = 4 << 20;

    // Nothing is slow here but a rule set lock held by somebody else: long enough to outwait it, short enough to report.
    private const int PatienceSeconds = 10;

    private readonly SafeDescriptor _descriptor;
    private readonly byte[] _received = new byte[64 << 10];
    private uint _sequence;

    /// <param name="groups">Multicast groups to hear, a bit each.</param>
    /// <param name="patience">How long <see cref="Receive"/> waits before it fails with EAGAIN; null: ten seconds.</param>
    /// <param name="strict">Where the kernel knows it (4.20), it filters a dump by the header of the request, and refuses a header that it does not understand.</param>
    public NetlinkSocket(int protocol, uint groups = 0, TimeSpan? patience = null, bool strict = false)
    {
        _descriptor = new SafeDescriptor(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
        if (_descriptor.IsInvalid) throw Failure("open a netlink socket");
        var address = new sockaddr_nl { nl_family = AF_NETLINK, nl_groups = groups };
        if (bind(_descriptor, in address, Marshal.SizeOf<sockaddr_nl>()) != 0) throw Failure("bind a netlink socket");
        Option(SOL_SOCKET, SO_SNDBUFFORCE, BitConverter.GetBytes(BufferBytes));
        Option(SOL_SOCKET, SO_RCVBUFFORCE, BitConverter.GetBytes(BufferBytes));
        Option(SOL_NETLINK, NETLINK_CAP_ACK, BitConverter.GetBytes(1));
        Option(SOL_NETLINK, NETLINK_EXT_ACK, BitConverter.GetBytes(1));
        if (strict) Option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, BitConverter.GetBytes(1));
        var wait = patience ?? TimeSpan.FromSeconds(PatienceSeconds);
        Option(SOL_SOCKET, SO_RCVTIMEO, [.. BitConverter.GetBytes((nint)wait.TotalSeconds), .. BitConverter.GetBytes((nint)(wait.Milliseconds * 1000))]);
    }

    /// <summary>To be polled for reading.</summary>
    public int Descriptor => (int)_descriptor.DangerousGetHandle();

    public uint NextSequence() => ++_sequence;

    /// <summary>The kernel's name for this socket: what it sends stands as "pid" in the header of what others hear of it.</summary>
    public uint Port()
    {
        var length = Marshal.SizeOf<sockaddr_nl>();
        return getsockname(_descriptor, out var address, ref length) == 0 ? address.nl_pid : throw Failure("ask for a netlink socket's name");
    }

    /// <summary>From now on nothing is heard of what these sockets cause: the kernel drops it by a filter (bpf(4), classic).</summary>
    /// <param name="ports">At most 64.</param>
    public void Ignore(ReadOnlySpan<uint> ports)
    {
        const ushort LoadWord = 0x20, JumpIfEqual = 0x15, Return = 0x06;
        const uint OffsetOfPort = 12;
        var program = new List<sock_filter> { new(LoadWord, 0, 0, OffsetOfPort) };
        // The load turns the bytes round as if they came from the network. A match jumps to the last instruction.
        for (var i = 0; i < ports.Length; i++)
            program.Add(new(JumpIfEqual, (byte)(ports.Length - i), 0, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(ports[i]) : ports[i]));
        program.Add(new(Return, 0, 0, uint.MaxValue));
        program.Add(new(Return, 0, 0, 0));
        if (!TryAttach(_descriptor, CollectionsMarshal.AsSpan(program))) throw Failure("filter a netlink socket");
    }

    /// <summary>Sends and waits for <paramref name="acknowledgements"/>.</summary>
    /// <param name="first">The lowest sequence number of these messages: older answers belong to somebody who gave up.</param>
    /// <param name="tolerated">An errno that is counted, not thrown; for families that work off each message by itself.</param>
    /// <returns>How many messages were refused with <paramref name="tolerated"/>.</returns>
    /// <exception cref="NetlinkException">The first refusal.</exception>
    public int Request(ReadOnlySpan<byte> messages, uint first, int acknowledgements, string what, int tolerated = 0)
    {
        Send(messages, what);
        NetlinkException? refused = null;
        var suffered = 0;
        while (acknowledgements > 0 && refused is null)
        {
            var datagram = Receive(what);
            while (NetlinkMessage.TryRead(ref datagram, out var message))
            {
                if (message.Type != NetlinkMessage.Error || message.Sequence < first) continue;
                acknowledgements--;
                var refusal = Refusal(message, what);
                if (refusal is not null && refusal.Errno == tolerated)
                    suffered++;
                else
                    refused ??= refusal;
            }
        }
        return refused is null ? suffered : throw refused;
    }

    public delegate void TakeMessage(NetlinkMessage message);

    /// <summary>Asks for a whole table.</summary>
    /// <param name="header">The bytes behind the netlink header: ifaddrmsg, rtmsg, inet_diag_req_v2, …</param>
    public void Dump(ushort type, ReadOnlySpan<byte> header, string what, TakeMessage take)
    {
        const ushort RequestDump = 0x301;
        var sequence = NextSequence();
        var request = new NetlinkWriter();
        request.Begin(type, RequestDump, sequence, header);
        request.End();
        Dump(request.Written, sequence, what, take);
    }

    /// <summary>Sends a dump request and hands every part of the answer to <paramref name="take"/>.</summary>
    /// <returns>False where the kernel says that what it listed changed meanwhile (NLM_F_DUMP_INTR): ask again.</returns>
    public bool Dump(ReadOnlySpan<byte> request, uint sequence, string what, TakeMessage take)
    {
        const ushort Interrupted = 0x10;
        var whole = true;
        Send(request, what);
        while (true)
        {
            var datagram = Receive(what);
            while (NetlinkMessage.TryRead(ref datagram, out var message))
            {
                if (message.Sequence != sequence) continue;
                whole &= (message.Flags & Interrupted) == 0;
                if (message.Type == NetlinkMessage.Done) return whole;
                if (message.Type == NetlinkMessage.Error)
                {
                    if (Refusal(message, what) is { } refused) throw refused;
                    return whole;
                }
                take(message);
            }
        }
    }

    /// <summary>Takes one datagram off a socket with groups, whatever it says; false where there is none.</summary>
    public bool TakeNews()
    {
        if (recv(_descriptor, _received, _received.Length, 0) > 0) return true;
        // Out of buffers: there was more news than fits, which is news too.
        return Marshal.GetLastPInvokeError() switch
        {
            ENOBUFS => true,
            EAGAIN or EINTR => false,
            _ => throw Failure("hear of changes by netlink"),
        };
    }

    /// <summary>The next datagram; valid until the next call. Blocks.</summary>
    public ReadOnlySpan<byte> Receive(string what)
    {
        while (true)
        {
            var count = recv(_descriptor, _received, _received.Length, 0);
            if (count >= 0) return _received.AsSpan(0, (int)count);
            if (Marshal.GetLastPInvokeError() != EINTR) throw Failure(what);
        }
    }

    public void Dispose() => _descriptor.Dispose();

    private void Send(ReadOnlySpan<byte> messages, string what)
    {
        if (send(_descriptor, messages, messages.Length, 0) != messages.Length) throw Failure(what);
    }

    private void Option(int level, int name, ReadOnlySpan<byte> value) => _ = setsockopt(_descriptor, level, name, value, value.Length);

    private static NetlinkException Failure(string what) => new(Marshal.GetLastPInvokeError(), what);

    // struct nlmsgerr: int error (negative), struct nlmsghdr, then attributes where NLM_F_ACK_TLVS is set.
    private static NetlinkException? Refusal(NetlinkMessage message, string what)
    {
        const ushort AckTlvs = 0x200, MessageAttribute = 1;
        var error = -BitConverter.ToInt32(message.Payload);
        if (error == 0) return null;
        string? says = null;
        if ((message.Flags & AckTlvs) != 0 && message.Payload.Length >= 20)
        {
            var text = AttributeReader.Find(message.Payload[20..], MessageAttribute);
            if (!text.IsEmpty) says = Encoding.UTF8.GetString(text.TrimEnd((byte)0));
        }
        return new NetlinkException(error, what, says);
    }
}
