using System.Buffers.Binary;
using System.Globalization;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.Packets;
using PortSentry.Capture.Replay;
using PortSentry.Capture.Sources;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;

namespace PortSentry.Bench.Memory;

/// <summary>A gate that every source sends one SYN to: what the kernel gives this process for it.</summary>
internal static class GateMemory
{
    /// <returns>Sources the gate knows, resident bytes, and nanoseconds of processor time a packet.</returns>
    public static (int Sources, long Bytes, double Nanoseconds) Measure(int sources, int maxContacts, int maxSources)
    {
        var frame = Syn();
        var window = new byte[FrameBatch.Size * frame.Length];
        var frames = new FrameRecord[FrameBatch.Size];
        var before = Resident();
        using var gate = new Gate(
            new GateOptions { MaxContacts = maxContacts, MaxSources = maxSources, HoldSingles = true }, new FileVantage([], [], TrapPorts.None), new Nobody());
        var classifier = new PacketClassifier(gate);
        var clock = Environment.CpuUsage.TotalTime;
        for (var source = 0; source < sources; source += frames.Length)
        {
            for (var i = 0; i < frames.Length; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(26), 0x0B00_0000u + (uint)(source + i));
                frame.CopyTo(window, i * frame.Length);
                frames[i] = new FrameRecord(1_700_000_000_000_000_000 + ((source + i) * 1000L), i * frame.Length, frame.Length, frame.Length);
            }
            classifier.Take(LinkType.Ethernet, window, frames);
        }

        return (gate.Read().Sources, Resident() - before, (Environment.CpuUsage.TotalTime - clock).TotalNanoseconds / sources);
    }

    // RFC 791 and RFC 9293 headers without options.
    private static byte[] Syn()
    {
        var frame = new byte[60];
        (frame[12], frame[14], frame[17], frame[22], frame[23]) = (8, 0x45, 40, 64, 6);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(30), 0xC000_0201);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), 443);
        (frame[46], frame[47]) = (0x50, 2);
        return frame;
    }

    private static long Resident()
    {
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private sealed class Nobody : IFactSink
    {
        public void Take(in Fact fact)
        {
        }

        public void TakeShared(Prefix network, in Fact fact)
        {
        }
    }
}
