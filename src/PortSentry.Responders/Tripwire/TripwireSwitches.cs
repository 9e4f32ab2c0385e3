using System.Buffers.Binary;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using PortSentry.Responders.Nftables;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Tripwire;

/// <summary>
/// Single elements of the tripwire's sets by nfnetlink messages (linux/netfilter/nf_tables.h), each change a transaction of its own: some
/// 10 µs, where libnftables would first read sets that a flood may have filled.
/// </summary>
internal sealed class TripwireSwitches(string table) : IDisposable
{
    private const ushort BatchBegin = 16, BatchEnd = 17, NewSetElem = 0xA0C, DelSetElem = 0xA0E;
    private const ushort ListTable = 1, ListSet = 2, ListElements = 3, ListElem = 1;
    private const ushort Key = 1, Timeout = 4, DataValue = 1;
    private const ushort RequestFlag = 1, Acknowledge = 4, Create = 0x400;
    private const byte FamilyInet = 1, SubsystemNftables = 10;

    private readonly NetlinkSocket _socket = new(NETLINK_NETFILTER);
    private readonly NetlinkWriter _writer = new();

    /// <summary>The key of an address in a set of addresses: 4 or 16 bytes.</summary>
    public static byte[] KeyOf(Address address)
    {
        var bytes = new byte[16];
        address.WriteBytes(bytes);
        return address.IsV4 ? bytes[12..] : bytes;
    }

    /// <summary>The key of a port: in a concatenation each part fills 4 bytes.</summary>
    public static byte[] KeyOf(IpProtocol protocol, ushort port)
    {
        var bytes = new byte[8];
        bytes[0] = (byte)protocol;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), port);
        return bytes;
    }

    /// <summary>Puts the elements in, or sets their time anew (add, delete, add: kernels before 6.12 keep the old time otherwise).</summary>
    /// <exception cref="NetlinkException">ENOENT: no such table; ENFILE: the set is full.</exception>
    public void Put(string set, IReadOnlyList<byte[]> keys, TimeSpan? lasts) => Transact(set, () =>
    {
        Message(set, NewSetElem, Create, keys, lasts);
        Message(set, DelSetElem, 0, keys, null);
        Message(set, NewSetElem, Create, keys, lasts);
        return 3;
    });

    /// <summary>Takes them out, whether they are there or not.</summary>
    /// <exception cref="NetlinkException">ENOENT: no such table.</exception>
    public void Take(string set, IReadOnlyList<byte[]> keys) => Transact(set, () =>
    {
        Message(set, NewSetElem, Create, keys, null);
        Message(set, DelSetElem, 0, keys, null);
        return 2;
    });

    /// <summary>The set holds these and nothing else.</summary>
    /// <exception cref="NetlinkException">ENOENT: no such table.</exception>
    public void Replace(string set, IReadOnlyList<byte[]> keys) => Transact(set, () =>
    {
        Message(set, DelSetElem, 0, [], null);
        if (keys.Count > 0) Message(set, NewSetElem, Create, keys, null);
        return keys.Count > 0 ? 2 : 1;
    });

    /// <inheritdoc cref="NftElements.Socket"/>
    public NetlinkSocket Socket => _socket;

    public void Dispose() => _socket.Dispose();

    private void Transact(string set, Func<int> write)
    {
        _writer.Clear();
        var first = _socket.NextSequence();
        Mark(BatchBegin, first);
        var acknowledgements = write();
        Mark(BatchEnd, _socket.NextSequence());
        _socket.Request(_writer.Written, first, acknowledgements, $"change the nftables set {table} {set}");
    }

    private void Mark(ushort type, uint sequence)
    {
        _writer.Begin(type, RequestFlag, sequence, [0, 0, 0, SubsystemNftables]);
        _writer.End();
    }

    // Without elements a deletion means all of them.
    private void Message(string set, ushort type, ushort flags, IReadOnlyList<byte[]> keys, TimeSpan? lasts)
    {
        _writer.Begin(type, (ushort)(RequestFlag | Acknowledge | flags), _socket.NextSequence(), [FamilyInet, 0, 0, 0]);
        _writer.PutString(ListTable, table);
        _writer.PutString(ListSet, set);
        if (keys.Count > 0)
        {
            var list = _writer.BeginNest(ListElements);
            foreach (var key in keys)
            {
                var element = _writer.BeginNest(ListElem);
                if (lasts is { } time) _writer.PutBigEndian64(Timeout, (ulong)Math.Max(1, time.TotalMilliseconds));
                var nest = _writer.BeginNest(Key);
                _writer.Put(DataValue, key);
                _writer.EndNest(nest);
                _writer.EndNest(element);
            }
            _writer.EndNest(list);
        }
        _writer.End();
    }
}
