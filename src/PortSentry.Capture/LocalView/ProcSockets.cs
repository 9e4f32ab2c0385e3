using System.Globalization;
using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Capture.LocalView;

/// <summary>proc(5) /proc/net/{tcp,tcp6,udp,udp6} and sctp/eps: for kernels without the sock_diag module of a protocol.</summary>
internal static class ProcSockets
{
    private const string Listen = "0A";
    private const string Established = "01";
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
        foreach (var socket in ReadTables(folder, name, state)) ports.Add(socket.Port, socket.Local);
        return ports;
    }

    /// <inheritdoc cref="SocketTable.ReadPeers(IEnumerable{ushort})"/>
    public static IReadOnlyCollection<Address> ReadPeers(string folder, IEnumerable<ushort> localPorts)
    {
        HashSet<ushort> wanted = [.. localPorts];
        return ReadPeers(folder, wanted.Contains);
    }

    /// <inheritdoc cref="SocketTable.ReadPeers(Func{ushort, bool})"/>
    public static IReadOnlyCollection<Address> ReadPeers(string folder, Func<ushort, bool> isWanted) =>
        [.. ReadTables(folder, "tcp", Established).Where(socket => isWanted(socket.Port)).Select(socket => socket.Peer).Distinct()];

    // "sl local_address:port remote_address:port st …"; hexadecimal, addresses in 32-bit words of host byte order.
    private static IEnumerable<(Address Local, ushort Port, Address Peer)> ReadTables(string folder, string name, string state)
    {
        foreach (var path in new[] { Path.Combine(folder, name), Path.Combine(folder, name + "6") })
        {
            if (!File.Exists(path)) continue;
            foreach (var line in File.ReadLines(path).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 4 || fields[3] != state) continue;
                if (TryReadEndpoint(fields[1], out var local, out var port) && TryReadEndpoint(fields[2], out var peer, out _))
                    yield return (local, port, peer);
            }
        }
    }

    private static bool TryReadEndpoint(string text, out Address address, out ushort port)
    {
        address = default;
        port = 0;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon is 8 or 32
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out port)
            && TryReadAddress(text.AsSpan(0, colon), out address);
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
