using System.Buffers.Binary;

namespace PortSentry.Bench.Flood;

/// <summary>What a flood looks like.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Port">Of the host; 0 is all of them in turn.</param>
/// <param name="First">The first address that is forged.</param>
/// <param name="Range">Addresses that are forged.</param>
internal sealed record Wave(string Name, ushort Port, uint First, uint Range)
{
    public const ushort Served = 80;

    private const uint Anywhere = 0x0B00_0000, Everywhere = 0xD300_0000;

    public static readonly Wave[] All =
    [
        new("a closed port", 111, Anywhere, Everywhere),
        new("a served port", Served, Anywhere, Everywhere),
        new("all ports", 0, Anywhere, Everywhere),
        new("all ports, from a /15", 0, 0xC612_0000, 1 << 17),
    ];

    /// <summary>Ethernet, IPv4 and TCP: a SYN to the host (10.0.0.1), and what it answers.</summary>
    public static (byte[] Syn, byte[] Answer) Frames()
    {
        var (syn, answer) = (new byte[54], new byte[54]);
        foreach (var frame in (byte[][])[syn, answer])
        {
            frame[12] = 8;
            frame[14] = 0x45;
            frame[17] = 40;
            frame[22] = 64;
            frame[23] = 6;
            frame[46] = 0x50;
        }
        syn[47] = 0x02;
        Host.CopyTo(syn.AsSpan(30));
        Host.CopyTo(answer.AsSpan(26));
        return (syn, answer);
    }

    public static readonly byte[] Host = [10, 0, 0, 1];

    /// <summary>Makes the frames those of the n-th packet of the flood.</summary>
    public void Write(byte[] syn, byte[] answer, long n, Random random)
    {
        var port = Port != 0 ? Port : (ushort)(1 + (n % 65535));
        Write(syn, answer, First + (uint)random.NextInt64(Range), port);
    }

    public static void Write(byte[] syn, byte[] answer, uint source, ushort port)
    {
        BinaryPrimitives.WriteUInt32BigEndian(syn.AsSpan(26), source);
        BinaryPrimitives.WriteUInt16BigEndian(syn.AsSpan(34), 40000);
        BinaryPrimitives.WriteUInt16BigEndian(syn.AsSpan(36), port);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(30), source);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(34), port);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(36), 40000);
        // SYN and ACK, or RST and ACK.
        answer[47] = (byte)(port == Served ? 0x12 : 0x14);
    }
}
