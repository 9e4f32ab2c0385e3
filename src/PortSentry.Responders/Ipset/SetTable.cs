using PortSentry.Core.Addresses;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Ipset;

/// <summary>
/// One set of type hash:net by nfnetlink (linux/netfilter/ipset/ip_set.h), as ipset(8) does it, without its process. Of that type since hosts are
/// networks too: one set and one rule hold both. All of it is idempotent: nothing is asked to be exclusive.
/// </summary>
internal sealed class SetTable(string name, bool v4, int maxElements, NetlinkSocket socket, NetlinkWriter writer)
{
    public const int Busy = 4100, Full = 4352;

    private const ushort Subsystem = 6 << 8, Create = Subsystem | 2, Destroy = Subsystem | 3, Flush = Subsystem | 4, List = Subsystem | 7, Add = Subsystem | 9, Delete = Subsystem | 10;
    private const ushort Protocol = 1, SetName = 2, TypeName = 3, Revision = 4, Family = 5, Data = 7, Elements = 8, Line = 9;
    private const ushort Ip = 1, Cidr = 3, Timeout = 6, HashSize = 18, MaxElem = 19;
    private const ushort Ipv4 = 1, Ipv6 = 2, BigEndian = 0x4000;
    private const ushort Request = 1, Acknowledge = 4, Dump = 0x300;

    // The oldest protocol and the first revision with times that kernels still speak, both since 2.6.39.
    private const byte ProtocolVersion = 6, TypeRevision = 0;

    // An attribute's length has 16 bits; an IPv6 element takes 52 bytes.
    private const int ElementsAMessage = 1000;

    // The kernel's own limit (IPSET_MAX_TIMEOUT, 24 days).
    private const uint LongestSeconds = 2_147_483;

    public string Name => name;

    public bool IsV4 => v4;

    /// <exception cref="NetlinkException">EEXIST: a set of that name, but of another kind or size.</exception>
    public void Make()
    {
        var sequence = Begin(Create, v4 ? (byte)2 : (byte)10);
        writer.PutString(TypeName, "hash:net");
        writer.Put(Revision, [TypeRevision]);
        writer.Put(Family, [v4 ? (byte)2 : (byte)10]);
        var data = writer.BeginNest(Data);
        writer.PutBigEndian32(HashSize | BigEndian, 1024);
        writer.PutBigEndian32(MaxElem | BigEndian, (uint)maxElements);
        writer.PutBigEndian32(Timeout | BigEndian, 0);
        writer.EndNest(data);
        End(sequence, "create");
    }

    /// <summary>Those that are there get their time anew. On failure some may be in.</summary>
    public void Put(IReadOnlyList<(Prefix Prefix, TimeSpan? Ttl)> elements)
    {
        for (var at = 0; at < elements.Count; at += ElementsAMessage)
        {
            var sequence = Begin(Add);
            var list = writer.BeginNest(Elements);
            for (var i = at; i < Math.Min(elements.Count, at + ElementsAMessage); i++) Write(elements[i].Prefix, Seconds(elements[i].Ttl), (uint)i + 1);
            writer.EndNest(list);
            // A restore must name the line it comes from, the message as each of its elements.
            writer.PutBigEndian32(Line | BigEndian, 0);
            End(sequence, "fill");
        }
    }

    public void Take(Prefix prefix)
    {
        var sequence = Begin(Delete);
        Write(prefix, null, null);
        End(sequence, "change");
    }

    /// <summary>Nothing where there is no such set.</summary>
    public List<Prefix> Held()
    {
        var found = new List<Prefix>();
        var sequence = Begin(List, flags: Dump);
        writer.End();
        try
        {
            socket.Dump(writer.Written, sequence, $"list the ipset {name}", message => Collect(message, found));
        }
        catch (NetlinkException e) when (e.Errno == ENOENT)
        {
            return [];
        }
        return found;
    }

    public void Empty() => End(Begin(Flush), "empty");

    /// <exception cref="NetlinkException"><see cref="Busy"/>: a rule uses it.</exception>
    public void Remove() => End(Begin(Destroy), "remove");

    private uint Begin(ushort type, byte family = 0, ushort flags = Acknowledge)
    {
        writer.Clear();
        var sequence = socket.NextSequence();
        writer.Begin(type, (ushort)(Request | flags), sequence, [family, 0, 0, 0]);
        writer.Put(Protocol, [ProtocolVersion]);
        writer.PutString(SetName, name);
        return sequence;
    }

    private void End(uint sequence, string what)
    {
        writer.End();
        socket.Request(writer.Written, sequence, 1, $"{what} the ipset {name}");
    }

    private void Write(Prefix prefix, uint? seconds, uint? line)
    {
        Span<byte> bytes = stackalloc byte[16];
        prefix.Network.WriteBytes(bytes);
        var data = writer.BeginNest(Data);
        var ip = writer.BeginNest(Ip);
        writer.Put((ushort)((v4 ? Ipv4 : Ipv6) | BigEndian), v4 ? bytes[12..] : bytes);
        writer.EndNest(ip);
        writer.Put(Cidr, [(byte)prefix.Length]);
        if (seconds is { } time) writer.PutBigEndian32(Timeout | BigEndian, time);
        if (line is { } number) writer.PutBigEndian32(Line | BigEndian, number);
        writer.EndNest(data);
    }

    // What the kernel cannot count it holds for good, and who blocks, lifts. Whole seconds, never too few.
    private static uint Seconds(TimeSpan? ttl)
    {
        var seconds = Math.Max(1, Math.Ceiling(ttl?.TotalSeconds ?? 0));
        return ttl is null || seconds > LongestSeconds ? 0 : (uint)seconds;
    }

    private void Collect(NetlinkMessage message, List<Prefix> found)
    {
        if (message.Type != List || message.Payload.Length < 4) return;
        var elements = new AttributeReader(AttributeReader.Find(message.Payload[4..], Elements));
        while (elements.Next())
        {
            var address = AttributeReader.Find(AttributeReader.Find(elements.Value, Ip), v4 ? Ipv4 : Ipv6);
            if (address.Length != (v4 ? 4 : 16)) continue;
            var cidr = AttributeReader.Find(elements.Value, Cidr);
            found.Add(new Prefix(Address.FromBytes(address), cidr.Length == 1 ? cidr[0] : address.Length * 8));
        }
    }
}
