using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>proc(5) /proc/net/{tcp,tcp6,udp,udp6} and sctp/eps: for kernels without the sock_diag module of a protocol.</summary>
internal static class ProcSockets
{
    private const string Listen = "0A";
    private const string Unconnected = "07";

    /// <param name="folder">/proc/net.</param>
    public static ListeningPorts ReadListening(string folder, IpProtocol protocol)
    {
        var ports = new ListeningPorts();
        if (protocol == IpProtocol.Sctp)
        {
            ReadEndpoints(Path.Combine(folder, "sctp", "eps"), ports);
            return ports;
        }

        var name = protocol == IpProtocol.Udp ? "udp" : "tcp";
        var state = protocol == IpProtocol.Udp ? Unconnected : Listen;
        ReadTable(Path.Combine(folder, name), state, ports);
        ReadTable(Path.Combine(folder, name + "6"), state, ports);
        return ports;
    }

    // "sl local_address:port remote_address:port st …"; hexadecimal, addresses in 32-bit words of host byte order.
    private static void ReadTable(string path, string state, ListeningPorts ports)
    {
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 4 || fields[3] != state) continue;
            var colon = fields[1].IndexOf(':', StringComparison.Ordinal);
            if (colon is not (8 or 32)) continue;
            if (!ushort.TryParse(fields[1].AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port)) continue;
            if (TryReadAddress(fields[1].AsSpan(0, colon), out var local)) ports.Add(port, local);
        }
    }

    private static bool TryReadAddress(ReadOnlySpan<char> text, out Address address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < text.Length; i += 8)
        {
            if (!uint.TryParse(text.Slice(i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var word)) return false;
            BitConverter.TryWriteBytes(bytes[(i / 2)..], word);
        }

        address = Address.FromBytes(bytes[..(text.Length / 2)]);
        return true;
    }

    // "ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS": socket state 10 listens.
    private static void ReadEndpoints(string path, ListeningPorts ports)
    {
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 6 || fields[3] != "10") continue;
            if (ushort.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out var port)) ports.Add(port, Address.AnyV4);
        }
    }
}
