using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Route;

/// <summary>Routes of one kind, table, metric and protocol by rtnetlink(7): nobody else's are seen or touched.</summary>
internal sealed class RouteTable(RouteOptions options) : IDisposable
{
    private const ushort NewRoute = 24, DelRoute = 25, GetRoute = 26;
    private const ushort Request = 1, Acknowledge = 4, Dump = 0x300, Exclusive = 0x200, Create = 0x400;
    private const ushort Destination = 1, Priority = 6, Table = 15;
    private const byte Inet = 2, Inet6 = 10, Universe = 0, Nowhere = 255;

    // Each message of a datagram is worked off by itself; the answers must fit the receive buffer.
    private const int RoutesADatagram = 4000;

    private readonly NetlinkSocket _socket = new(NETLINK_ROUTE, strict: true);
    private readonly NetlinkWriter _writer = new();

    /// <returns>How many were there already, ours or somebody else's with the same metric.</returns>
    public int Add(IReadOnlyList<Prefix> targets) => Change(targets, NewRoute, Create | Exclusive, EEXIST, "add a route");

    /// <summary>Those that are gone already do not matter.</summary>
    public void Remove(IReadOnlyList<Prefix> targets) => Change(targets, DelRoute, 0, ESRCH, "remove a route");

    public List<Prefix> List()
    {
        var found = new List<Prefix>();
        foreach (var family in (ReadOnlySpan<byte>)[Inet, Inet6])
            for (var attempt = 0; attempt < 4; attempt++)
            {
                var part = new List<Prefix>();
                _writer.Clear();
                var sequence = _socket.NextSequence();
                // In a strict dump the header is the filter.
                _writer.Begin(GetRoute, Request | Dump, sequence, Header(family, 0, Universe));
                _writer.Put32(Table, (uint)options.Table);
                _writer.End();
                var whole = false;
                try
                {
                    whole = _socket.Dump(_writer.Written, sequence, "list routes", message => Collect(message, part));
                }
                catch (NetlinkException e) when (e.Errno == ENOENT)
                {
                    whole = true; // a table that nobody has used yet
                }
                if (!whole && attempt < 3) continue;
                found.AddRange(part);
                break;
            }
        return found;
    }

    public void Dispose() => _socket.Dispose();

    private int Change(IReadOnlyList<Prefix> targets, ushort type, ushort flags, int tolerated, string what)
    {
        var suffered = 0;
        for (var at = 0; at < targets.Count; at += RoutesADatagram)
        {
            _writer.Clear();
            var first = _socket.NextSequence();
            var end = Math.Min(targets.Count, at + RoutesADatagram);
            for (var i = at; i < end; i++) Write(targets[i], type, flags, i == at ? first : _socket.NextSequence());
            suffered += _socket.Request(_writer.Written, first, end - at, what, tolerated);
        }
        return suffered;
    }

    private void Write(Prefix target, ushort type, ushort flags, uint sequence)
    {
        Span<byte> bytes = stackalloc byte[16];
        target.Network.WriteBytes(bytes);
        var v4 = target.Network.IsV4;
        // IPv4 deletes by scope too, where Nowhere matches any.
        _writer.Begin(type, (ushort)(Request | Acknowledge | flags), sequence, Header(v4 ? Inet : Inet6, target.Length, type == DelRoute ? Nowhere : Universe));
        _writer.Put(Destination, v4 ? bytes[12..] : bytes);
        _writer.Put32(Priority, (uint)options.Metric);
        _writer.Put32(Table, (uint)options.Table);
        _writer.End();
    }

    // struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, flags (32 bits).
    private byte[] Header(byte family, byte length, byte scope) =>
        [family, length, 0, 0, options.Table < 256 ? (byte)options.Table : (byte)0, (byte)options.Protocol, scope, (byte)options.Kind, 0, 0, 0, 0];

    private void Collect(NetlinkMessage message, List<Prefix> found)
    {
        if (message.Type != NewRoute || message.Payload.Length < 12) return;
        var header = message.Payload[..12];
        if (header[5] != options.Protocol || header[7] != (byte)options.Kind) return;
        var attributes = message.Payload[12..];
        var table = AttributeReader.Find(attributes, Table);
        if ((table.Length == 4 ? BitConverter.ToInt32(table) : header[4]) != options.Table) return;
        var destination = AttributeReader.Find(attributes, Destination);
        if (destination.Length is 4 or 16)
            found.Add(new Prefix(Address.FromBytes(destination), header[1]));
        else if (header[1] == 0)
            found.Add(Prefix.Parse(header[0] == Inet ? "0.0.0.0/0" : "::/0"));
    }
}
