using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PortSentry.Bench.Live;

/// <summary>
/// <c>send INTERFACE SECONDS KIND RATE</c>: raw frames through one packet socket, 64 a call. KIND "data": segments with ACK and 26
/// bytes of 1,024 connections; "syn": SYNs of random sources to random ports; "flood": those, to the watcher's own address, so that its stack
/// answers; "range": the same from the addresses of 198.18.0.0/15 (RFC 2544) alone; "again": SYNs of one source to one port there. RATE 0 is as fast as it goes. Prints the packets sent, how long it took and the
/// processor time it cost.
/// </summary>
internal static unsafe class Sender
{
    private const int Batch = 64;
    private const int Flows = 1024;
    private const int FrameLength = 80;
    private const int PacketFamily = 17;
    private const int RawType = 3;
    private const int PacketLevel = 263;
    private const int QdiscBypass = 20;

    public static int Run(string name, double seconds, string kind, int rate)
    {
        var descriptor = Open(name);
        var isData = kind == "data";
        var frames = (byte*)NativeMemory.AllocZeroed(Flows * FrameLength);
        for (var i = 0; i < Flows; i++)
        {
            var frame = new Span<byte>(frames + (i * FrameLength), FrameLength);
            Make(frame, isData, (uint)i);
            if (kind is "flood" or "range" or "again") Lab.ReceiverMac.CopyTo(frame);
            if (kind == "again") Readdress(frame, Lab.Sender, 40000, 111);
        }
        var pieces = (Piece*)NativeMemory.AllocZeroed((nuint)(Flows * sizeof(Piece)));
        var messages = (MultiMessage*)NativeMemory.AllocZeroed((nuint)(Flows * sizeof(MultiMessage)));
        for (var i = 0; i < Flows; i++)
        {
            pieces[i] = new Piece { Base = (nint)(frames + (i * FrameLength)), Length = isData ? FrameLength : 54u };
            messages[i] = new MultiMessage { Pieces = (nint)(pieces + i), PieceCount = 1 };
        }

        long sent = 0;
        var next = 0;
        var forger = kind switch
        {
            "syn" or "flood" => new Forger(0x01000000, 0xDF000000),
            "range" => new Forger(0xC6120000, 1 << 17),
            _ => null,
        };
        var cpu = Native.ThreadCpu();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var count = rate == 0 ? Batch : 1;
            for (var i = 0; i < count; i++) forger?.Forge(frames + ((next + i) * FrameLength) + 14);
            var done = Native.sendmmsg(descriptor, messages + next, (uint)count, 0);
            if (done < 0)
            {
                if (Marshal.GetLastPInvokeError() is Native.ENOBUFS or Native.EAGAIN) continue;
                throw Native.Failure();
            }

            sent += done;
            next = (next + count) % Flows;
            if (rate > 0) Thread.Sleep(TimeSpan.FromSeconds(1.0 / rate));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent={sent} seconds={clock.Elapsed.TotalSeconds:F4} cpu={Native.ThreadCpu() - cpu}"));
        return 0;
    }

    private static int Open(string name)
    {
        var descriptor = Native.socket(PacketFamily, RawType, 0);
        if (descriptor < 0) throw Native.Failure();
        // struct sockaddr_ll: family, protocol, interface.
        var address = stackalloc byte[20];
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = PacketFamily;
        *(uint*)(address + 4) = Native.if_nametoindex(name);
        if (Native.bind(descriptor, address, 20) != 0) throw Native.Failure();
        var on = 1;
        return Native.setsockopt(descriptor, PacketLevel, QdiscBypass, &on, sizeof(int)) == 0 ? descriptor : throw Native.Failure();
    }

    // RFC 791 3.1 and RFC 9293 3.1 behind an Ethernet header; the addresses of Lab.
    private static void Make(Span<byte> frame, bool isData, uint flow)
    {
        Lab.ElsewhereMac.CopyTo(frame);
        Lab.SenderMac.CopyTo(frame[6..]);
        frame[12] = 8;
        var ip = frame[14..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(isData ? FrameLength - 14 : 40));
        ip[8] = 64;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], Lab.SenderNet + 1 + (flow & 0xFF));
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], Lab.Receiver);
        var tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(20_000 + flow));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 443);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], flow * 1000);
        tcp[12] = 0x50;
        tcp[13] = (byte)(isData ? 0x18 : 0x02);
        tcp[14] = 0xFF;
        Sum(ip, isData ? FrameLength - 34 : 20);
    }

    private static void Readdress(Span<byte> frame, uint source, ushort sourcePort, ushort port)
    {
        var ip = frame[14..];
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], source);
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], port);
        Sum(ip, 20);
    }

    private static void Sum(Span<byte> ip, int segment)
    {
        ip[10] = ip[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Fold(Add(0, ip[..20])));
        ip[36] = ip[37] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[36..], Fold(Add(Add(6u + (uint)segment, ip[12..20]), ip.Slice(20, segment))));
    }

    // RFC 1071.
    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        return sum;
    }

    private static ushort Fold(uint sum)
    {
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
