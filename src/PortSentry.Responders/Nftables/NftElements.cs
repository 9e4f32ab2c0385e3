using System.Buffers.Binary;
using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Nftables;

/// <summary>How an element is put into its set.</summary>
internal enum Put
{
    /// <summary>
    /// A plain add, as nft itself does it (an exclusive one shows as "create" in nft monitor). Where the element is there, it stays,
    /// and only kernels from 6.12 set its time anew.
    /// </summary>
    New,

    /// <summary>Add, delete, add in one transaction: works whether it is there or not, and sets its time anew on kernels before 6.12 too.</summary>
    Anew,

    /// <summary>Add and delete in one transaction: gone, whether it was there or not.</summary>
    Gone,
}

/// <summary>One element: a host or network of our sets and its time to live (null: for good).</summary>
internal readonly record struct Element(Prefix Prefix, TimeSpan? Ttl);

/// <summary>
/// Elements of the sets of one table, by nfnetlink messages of our own (linux/netfilter/nf_tables.h): 20 times cheaper
/// than libnftables, which fetches the rule set first. A transaction is all or nothing.
/// </summary>
internal sealed class NftElements(string table) : IDisposable
{
    private const ushort BatchBegin = 16, BatchEnd = 17, NewSetElem = 0xA0C, GetSetElem = 0xA0D, DelSetElem = 0xA0E;
    private const ushort ListTable = 1, ListSet = 2, ListElements = 3, ListElem = 1;
    private const ushort Key = 1, Flags = 3, Timeout = 4, Expiration = 5, DataValue = 1;
    private const ushort Request = 1, Acknowledge = 4, Dump = 0x300, Create = 0x400;
    private const uint IntervalEnd = 1;
    private const byte FamilyInet = 1, SubsystemNftables = 10;

    // An attribute's length has 16 bits; an IPv6 interval takes 72 bytes.
    private const int ElementsAMessage = 800;

    // Keeps a batch within the send buffer (4 MiB) at three messages an element.
    private const int ElementsATransaction = 16_000;

    // The smallest listing that can need a second datagram (8 KiB); what fits one is of one moment.
    private const int OneDatagram = 100;
    private const int MostListings = 8;

    // The kernel counts in jiffies of 64 bits; this is merely "longer than anybody means".
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private readonly NetlinkSocket _socket = new(NETLINK_NETFILTER);
    private readonly NetlinkWriter _writer = new();

    /// <summary>Which set holds such a prefix.</summary>
    public static string SetOf(Prefix prefix) => (prefix.Network.IsV4, prefix.IsHost, prefix.Length) switch
    {
        (true, true, _) => NftRuleset.Addresses4,
        (true, false, _) => NftRuleset.Prefixes4,
        (false, true, _) => NftRuleset.Addresses6,
        (false, false, 64) => NftRuleset.Networks64,
        _ => NftRuleset.Prefixes6,
    };

    public static bool IsInterval(string set) => set is NftRuleset.Prefixes4 or NftRuleset.Prefixes6;

    /// <exception cref="NetlinkException">ENOENT: no such table or set; EEXIST: it overlaps another interval; ENFILE: the set is full.</exception>
    public void Change(string set, ReadOnlySpan<Element> elements, Put put)
    {
        while (!elements.IsEmpty)
        {
            var part = elements[..Math.Min(elements.Length, ElementsATransaction)];
            elements = elements[part.Length..];
            var first = Begin();
            var acknowledgements = put switch
            {
                Put.New => Messages(set, part, NewSetElem, Create, timed: true),
                Put.Anew => Messages(set, part, NewSetElem, Create, timed: true)
                    + Messages(set, part, DelSetElem, 0, timed: false)
                    + Messages(set, part, NewSetElem, Create, timed: true),
                _ => Messages(set, part, NewSetElem, Create, timed: true) + Messages(set, part, DelSetElem, 0, timed: false),
            };
            Commit(first, acknowledgements, set);
        }
    }

    /// <summary>Empties the set and fills it with these, in one transaction.</summary>
    public void Replace(string set, ReadOnlySpan<Element> elements)
    {
        var first = Begin();
        StartMessage(set, DelSetElem, 0);
        _writer.End();
        Commit(first, 1 + Messages(set, elements, NewSetElem, Create, timed: true), set);
    }

    /// <summary>What the set holds, with what is left of the time to live; nothing where there is no such set.</summary>
    public List<Element> List(string set)
    {
        var all = new Dictionary<Address, Mark>();
        // The kernel's hash table grows in the background, and a listing of several datagrams that it overtakes leaves
        // elements out without a word. So a long listing is repeated until it shows nothing new.
        for (var attempt = 0; attempt < MostListings; attempt++)
        {
            var marks = new List<Mark>();
            var whole = TryList(set, marks);
            var known = all.Count;
            if (IsInterval(set)) return Intervals(marks);
            foreach (var mark in marks) all[mark.At] = mark;
            if (whole && (marks.Count <= OneDatagram || (attempt > 0 && all.Count == known))) break;
        }
        return [.. all.Values.Select(m => new Element(set == NftRuleset.Networks64 ? new Prefix(m.At, 64) : Prefix.Host(m.At), m.Ttl))];
    }

    /// <summary>What sends the changes.</summary>
    public NetlinkSocket Socket => _socket;

    public void Dispose() => _socket.Dispose();

    private bool TryList(string set, List<Mark> marks)
    {
        _writer.Clear();
        var sequence = _socket.NextSequence();
        StartMessage(set, GetSetElem, Dump, sequence);
        _writer.End();
        try
        {
            return _socket.Dump(_writer.Written, sequence, $"list the nftables set {table} {set}", message => Collect(message, marks));
        }
        catch (NetlinkException e) when (e.Errno == ENOENT)
        {
            return true;
        }
    }

    private uint Begin()
    {
        _writer.Clear();
        var first = _socket.NextSequence();
        _writer.Begin(BatchBegin, Request, first, [0, 0, 0, SubsystemNftables]);
        _writer.End();
        return first;
    }

    private void Commit(uint first, int acknowledgements, string set)
    {
        _writer.Begin(BatchEnd, Request, _socket.NextSequence(), [0, 0, 0, SubsystemNftables]);
        _writer.End();
        _socket.Request(_writer.Written, first, acknowledgements, $"change the nftables set {table} {set}");
    }

    /// <returns>The number of messages, each of which is acknowledged.</returns>
    private int Messages(string set, ReadOnlySpan<Element> elements, ushort type, ushort flags, bool timed)
    {
        var count = 0;
        for (; !elements.IsEmpty; count++)
        {
            var part = elements[..Math.Min(elements.Length, ElementsAMessage)];
            elements = elements[part.Length..];
            StartMessage(set, type, flags);
            var list = _writer.BeginNest(ListElements);
            foreach (var element in part) Write(element, IsInterval(set), timed);
            _writer.EndNest(list);
            _writer.End();
        }
        return count;
    }

    private void StartMessage(string set, ushort type, ushort flags, uint? sequence = null)
    {
        _writer.Begin(type, (ushort)(Request | Acknowledge | flags), sequence ?? _socket.NextSequence(), [FamilyInet, 0, 0, 0]);
        _writer.PutString(ListTable, table);
        _writer.PutString(ListSet, set);
    }

    private void Write(Element element, bool interval, bool timed)
    {
        var network = element.Prefix.Network;
        Span<byte> bytes = stackalloc byte[16];
        network.WriteBytes(bytes);
        var key = network.IsV4 ? bytes[12..] : bytes;
        var nest = _writer.BeginNest(ListElem);
        if (timed && element.Ttl is { } ttl)
            _writer.PutBigEndian64(Timeout, (ulong)Math.Clamp(ttl.TotalMilliseconds, 1, Longest.TotalMilliseconds));
        WriteKey(key);
        _writer.EndNest(nest);
        if (!interval || !TryEnd(element.Prefix, out var end)) return;
        end.WriteBytes(bytes);
        nest = _writer.BeginNest(ListElem);
        _writer.PutBigEndian32(Flags, IntervalEnd);
        WriteKey(key);
        _writer.EndNest(nest);
    }

    private void WriteKey(ReadOnlySpan<byte> key)
    {
        var nest = _writer.BeginNest(Key);
        _writer.Put(DataValue, key);
        _writer.EndNest(nest);
    }

    /// <summary>The first address behind the prefix; none behind the last one of the family.</summary>
    private static bool TryEnd(Prefix prefix, out Address end)
    {
        var bits = (prefix.Network.IsV4 ? 32 : 128) - prefix.Length;
        end = default;
        if (bits == 128) return false;
        var next = prefix.Network.Bits + (UInt128.One << bits);
        end = new Address(next);
        return prefix.Network.IsV4 ? end.IsV4 : next != UInt128.Zero;
    }

    private readonly record struct Mark(Address At, bool IsEnd, TimeSpan? Ttl);

    private static void Collect(NetlinkMessage message, List<Mark> marks)
    {
        if (message.Type != NewSetElem || message.Payload.Length < 4) return;
        var elements = new AttributeReader(AttributeReader.Find(message.Payload[4..], ListElements));
        while (elements.Next())
        {
            var key = AttributeReader.Find(AttributeReader.Find(elements.Value, Key), DataValue);
            if (key.Length is not (4 or 16)) continue;
            var expiration = AttributeReader.Find(elements.Value, Expiration);
            TimeSpan? ttl = expiration.Length == 8 ? TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt64BigEndian(expiration)) : null;
            var flags = AttributeReader.Find(elements.Value, Flags);
            var isEnd = flags.Length == 4 && (BinaryPrimitives.ReadUInt32BigEndian(flags) & IntervalEnd) != 0;
            marks.Add(new(Address.FromBytes(key), isEnd, ttl));
        }
    }

    // An interval is a start and, unless it reaches the last address, an end mark behind it. What we write are prefixes;
    // what somebody else wrote may be any range, and then counts as the prefixes it is made of.
    private static List<Element> Intervals(List<Mark> marks)
    {
        var found = new List<Element>();
        marks.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : b.IsEnd.CompareTo(a.IsEnd));
        for (var i = 0; i < marks.Count; i++)
        {
            if (marks[i].IsEnd) continue;
            var end = i + 1 < marks.Count ? marks[i + 1].At.Bits : UInt128.Zero;
            foreach (var prefix in PrefixCover.OfRange(marks[i].At, end)) found.Add(new(prefix, marks[i].Ttl));
        }
        return found;
    }
}
