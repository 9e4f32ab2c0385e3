using System.Buffers.Binary;

namespace PortSentry.Bench.Replay;

/// <summary>
/// A pcap file (nanoseconds, Ethernet) of a busy web server: of 1,000 packets some 900 belong to honest connections (handshake, data,
/// end), 100 to scanners of closed ports that the server refuses. The same seed makes the same file.
/// </summary>
internal static class CaptureFile
{
    private const int Seed = 20261123;
    private const uint Server = 0xC000_0201;
    private const byte Fin = 1, Syn = 2, Rst = 4, Push = 8, Ack = 16;
    private const int Clients = 20_000, Scanners = 50, DataPackets = 6, DataBytes = 512;

    public static void Write(string path, int packets)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2_3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 65_535);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        file.Write(header);
        var random = new Random(Seed);
        var writer = new Packets(file, packets);
        while (!writer.IsFull)
        {
            if (random.Next(1000) < 500) Probe(writer, random);
            else Connection(writer, random);
        }
    }

    private static void Connection(Packets to, Random random)
    {
        var (client, port) = (0x0A00_0000u + (uint)random.Next(Clients), (ushort)random.Next(32_768, 61_000));
        to.Add(client, port, Server, 443, Syn, 0);
        to.Add(Server, 443, client, port, Syn | Ack, 0);
        to.Add(client, port, Server, 443, Ack, 0);
        for (var i = 0; i < DataPackets; i++)
        {
            to.Add(Server, 443, client, port, Push | Ack, DataBytes);
            to.Add(client, port, Server, 443, Ack, 0);
        }
        to.Add(client, port, Server, 443, Fin | Ack, 0);
        to.Add(Server, 443, client, port, Fin | Ack, 0);
        to.Add(client, port, Server, 443, Ack, 0);
    }

    private static void Probe(Packets to, Random random)
    {
        var (scanner, port) = (0xC633_6400u + (uint)random.Next(Scanners), (ushort)random.Next(1, 10_000));
        if (port == 443) return;
        to.Add(scanner, 50_000, Server, port, Syn, 0);
        to.Add(Server, port, scanner, 50_000, Rst | Ack, 0);
    }

    /// <summary>RFC 791 and RFC 9293 headers without options; checksums are zero, as on a host that lets its card fill them in.</summary>
    private sealed class Packets(Stream file, int wanted)
    {
        private const int Headers = 14 + 20 + 20, Record = 16;
        private readonly byte[] _buffer = new byte[Record + Headers + DataBytes];
        private long _time = 1_700_000_000_000_000_000;
        private int _written;

        public bool IsFull => _written >= wanted;

        public void Add(uint from, ushort fromPort, uint to, ushort toPort, byte flags, int data)
        {
            if (IsFull) return;
            _written++;
            _time += 20_000;
            var b = _buffer.AsSpan();
            var length = Headers + data;
            BinaryPrimitives.WriteUInt32LittleEndian(b, (uint)(_time / 1_000_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(b[4..], (uint)(_time % 1_000_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(b[8..], (uint)length);
            BinaryPrimitives.WriteUInt32LittleEndian(b[12..], (uint)length);
            BinaryPrimitives.WriteUInt16BigEndian(b[(Record + 12)..], 0x0800);
            var ip = b[(Record + 14)..];
            (ip[0], ip[8], ip[9]) = (0x45, 64, 6);
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + data));
            BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from);
            BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to);
            var tcp = ip[20..];
            BinaryPrimitives.WriteUInt16BigEndian(tcp, fromPort);
            BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], toPort);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], 2);
            (tcp[12], tcp[13]) = (0x50, flags);
            file.Write(b[..(Record + length)]);
        }
    }
}
