using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using PortSentry.Capture.Packets;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>
/// Tells a gateway's own packets from those that only bear its address: by the link-layer sender, which on an Ethernet must be the one
/// that the kernel's neighbour table has for it (proc(5), /proc/net/arp). A router forwards nobody else's packets under its own
/// address (RFC 1812 5.3.7), so what comes from its link address with its IP address is its own doing. IPv4 only; the frames
/// are shown by the capture thread, the questions come from any.
/// </summary>
/// <param name="neighbourFile">In the format of /proc/net/arp.</param>
public sealed class GatewayWitness(LocalHost host, TimeProvider time, string neighbourFile = "/proc/net/arp")
{
    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(2);

    /// <summary>After one forged packet the address stays protected for so long, whatever the gateway does itself.</summary>
    private static readonly TimeSpan Distrust = TimeSpan.FromMinutes(10);

    private volatile FrozenDictionary<uint, ulong> _neighbours = FrozenDictionary<uint, ulong>.Empty;
    private long _readAt = long.MinValue;
    private long _forgedAt = long.MinValue;

    /// <summary>Looks at a frame that may come from a gateway. Allocates only when it reads the table again.</summary>
    public void See(LinkType link, ReadOnlySpan<byte> frame)
    {
        if (link != LinkType.Ethernet || frame.Length < 34 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800) return;
        var source = BinaryPrimitives.ReadUInt32BigEndian(frame[26..]);
        if (!IsGateway(source)) return;
        if (MacOf(source) is not { } expected) return;
        if (Mac(frame.Slice(6, 6)) != expected) Volatile.Write(ref _forgedAt, time.GetTimestamp());
    }

    /// <summary>The gateway's link address is known, so its own packets can be told from forged ones.</summary>
    public bool Knows(Address gateway) => gateway.IsV4 && MacOf(gateway.V4) is not null;

    /// <summary>Its packets can be told from forged ones, and none was forged lately: what bears its address is its own.</summary>
    public bool Vouches(Address gateway)
    {
        var forged = Volatile.Read(ref _forgedAt);
        return Knows(gateway) && (forged == long.MinValue || time.GetElapsedTime(forged) > Distrust);
    }

    private bool IsGateway(uint address)
    {
        foreach (var gateway in host.Gateways)
            if (gateway.IsV4 && gateway.V4 == address) return true;
        return false;
    }

    private ulong? MacOf(uint address)
    {
        if (_readAt == long.MinValue || time.GetElapsedTime(_readAt) > ReadAgain)
        {
            _readAt = time.GetTimestamp();
            _neighbours = Read();
        }
        return _neighbours.TryGetValue(address, out var mac) ? mac : null;
    }

    // "IP address  HW type  Flags  HW address  Mask  Device"; flag 2 is ATF_COM: the entry is complete.
    private FrozenDictionary<uint, ulong> Read()
    {
        try
        {
            var neighbours = new Dictionary<uint, ulong>();
            foreach (var line in File.ReadLines(neighbourFile).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 4 || !Address.TryParse(fields[0], out var address) || !address.IsV4) continue;
                if (!fields[2].StartsWith("0x", StringComparison.Ordinal) || !int.TryParse(fields[2][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var flags) || (flags & 2) == 0) continue;
                if (ulong.TryParse(fields[3].Replace(":", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mac)) neighbours[address.V4] = mac;
            }
            return neighbours.ToFrozenDictionary();
        }
        catch (IOException)
        {
            return _neighbours;
        }
    }

    private static ulong Mac(ReadOnlySpan<byte> bytes) => ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
}
