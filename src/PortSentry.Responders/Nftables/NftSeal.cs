using System.Security.Cryptography;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// Tells whether a table's rules are still as we put them there, by a digest of the table's flags (<c>dormant</c> takes it out of force) and
/// of what each rule of each chain does, in order; what counters count is left out. A set or a chain cannot go without the rules that name it.
/// </summary>
internal sealed class NftSeal(string table) : IDisposable
{
    // linux/netfilter/nf_tables.h
    private const ushort NewTable = 0xA00, GetTable = 0xA01, NewRule = 0xA06, GetRule = 0xA07;
    private const ushort TableName = 1, TableFlags = 2, RuleTable = 1, RuleChain = 2, RuleExpressions = 4, ExpressionName = 1, ExpressionData = 2;
    private const ushort RequestFlag = 1, Acknowledge = 4, DumpFlag = 0x300;
    private const byte FamilyInet = 1;
    private const int MostReadings = 8;

    private readonly NetlinkSocket _socket = new(NETLINK_NETFILTER);
    private readonly NetlinkWriter _writer = new();
    private byte[]? _digest;

    private static ReadOnlySpan<byte> Counter => "counter\0"u8;

    /// <summary>As it stands now it is ours.</summary>
    public void Put() => _digest = Read();

    /// <summary>Nothing is to be guarded.</summary>
    public void Lift() => _digest = null;

    /// <summary>False while there is no seal.</summary>
    public bool IsBroken() => _digest is not null && !_digest.AsSpan().SequenceEqual(Read());

    public void Dispose() => _socket.Dispose();

    private byte[] Read()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var reading = 1; ; reading++)
        {
            var whole = true;
            try
            {
                Ask(GetTable, Acknowledge, TableName, message => TakeTable(message, digest));
                whole = Ask(GetRule, DumpFlag, RuleTable, message => TakeRule(message, digest));
            }
            catch (NetlinkException refusal) when (refusal.Errno == ENOENT)
            {
                // No such table: the digest of nothing.
            }
            var read = digest.GetHashAndReset();
            // Somebody who changes rules all the time must not keep us here: what was read last decides.
            if (whole || reading == MostReadings) return read;
        }
    }

    private static void TakeTable(NetlinkMessage message, IncrementalHash digest)
    {
        if (message.Type == NewTable) digest.AppendData(AttributeReader.Find(message.Payload[4..], TableFlags));
    }

    private static void TakeRule(NetlinkMessage message, IncrementalHash digest)
    {
        if (message.Type != NewRule) return;
        var rule = message.Payload[4..];
        digest.AppendData(AttributeReader.Find(rule, RuleChain));
        var expressions = new AttributeReader(AttributeReader.Find(rule, RuleExpressions));
        while (expressions.Next())
        {
            var name = AttributeReader.Find(expressions.Value, ExpressionName);
            digest.AppendData(name);
            if (!name.SequenceEqual(Counter)) digest.AppendData(AttributeReader.Find(expressions.Value, ExpressionData));
        }
    }

    private bool Ask(ushort type, ushort flags, ushort nameAttribute, NetlinkSocket.TakeMessage take)
    {
        _writer.Clear();
        var sequence = _socket.NextSequence();
        _writer.Begin(type, (ushort)(RequestFlag | flags), sequence, [FamilyInet, 0, 0, 0]);
        _writer.PutString(nameAttribute, table);
        _writer.End();
        return _socket.Dump(_writer.Written, sequence, $"read the nftables table {table}", take);
    }
}
