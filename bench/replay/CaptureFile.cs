namespace PortSentry.Bench.Replay;

/// <summary>How long the connections of a file are.</summary>
internal enum Traffic
{
    /// <summary>Each client opens one connection and keeps it: data and acknowledgements both ways.</summary>
    Established,

    /// <summary>Ten packets a connection, handshake and close included; then another client opens one. 2,000 are open at a time.</summary>
    Short,
}

/// <summary>
/// A pcap file (nanoseconds, Ethernet, 60 bytes a frame) of a farm of 16 web servers, with one scanner of closed ports in it. The same
/// parameters make the same file.
/// </summary>
internal static class CaptureFile
{
    private const uint FirstClient = 0x0A00_0000, FirstServer = 0xC000_0200, Scanner = 0xC633_6407;
    private const int Servers = 16, OpenAtATime = 2000, ProbeEvery = 5000;
    private const byte Fin = 1, Syn = 2, Rst = 4, Push = 8, Ack = 16;

    // By whom, and with which flags; data goes where Push stands.
    private static readonly (bool ByClient, byte Flags)[] Connection =
    [
        (true, Syn), (false, Syn | Ack), (true, Ack), (true, Push | Ack), (false, Ack), (false, Push | Ack), (true, Ack),
        (true, Fin | Ack), (false, Fin | Ack), (true, Ack),
    ];

    public static void Write(string path, Traffic traffic, long packets, int sources)
    {
        using var file = new PcapWriter(path);
        var random = new Random(20261123);
        if (traffic == Traffic.Established) WriteEstablished(file, random, packets, new byte[sources]);
        else WriteShort(file, random, packets, sources);
    }

    private static void WriteEstablished(PcapWriter file, Random random, long packets, byte[] steps)
    {
        while (file.Packets < packets)
        {
            var client = random.Next(steps.Length);
            if (steps[client] < 3)
                while (steps[client] < 3) Step(file, client, 0, Connection[steps[client]++]);
            else Step(file, client, 0, (random.Next(2) == 0, Push | Ack));
            Probe(file);
        }
    }

    private static void WriteShort(PcapWriter file, Random random, long packets, int sources)
    {
        var open = new (int Client, int Number, int Step)[OpenAtATime];
        // Every source comes once before one comes again.
        var next = 0;
        for (var i = 0; i < open.Length; i++) open[i] = (next++ % sources, 0, random.Next(Connection.Length));
        while (file.Packets < packets)
        {
            ref var one = ref open[random.Next(open.Length)];
            if (one.Step == Connection.Length) one = (next % sources, next++ / sources, 0);
            Step(file, one.Client, one.Number, Connection[one.Step++]);
            Probe(file);
        }
    }

    private static void Step(PcapWriter file, int client, int number, (bool ByClient, byte Flags) packet)
    {
        var (address, server) = (FirstClient + (uint)client, FirstServer + (uint)(client % Servers));
        var port = (ushort)(32_768 + ((client + (number * 7)) % 28_000));
        var data = (packet.Flags & Push) != 0 ? 6 : 0;
        if (packet.ByClient) file.Add(address, port, server, 443, packet.Flags, data);
        else file.Add(server, 443, address, port, packet.Flags, data);
    }

    private static void Probe(PcapWriter file)
    {
        if (file.Packets % ProbeEvery != 0) return;
        var port = (ushort)(1024 + (file.Packets / ProbeEvery % 60_000));
        file.Add(Scanner, 50_000, FirstServer, port, Syn, 0);
        file.Add(FirstServer, port, Scanner, 50_000, Rst | Ack, 0);
    }
}
