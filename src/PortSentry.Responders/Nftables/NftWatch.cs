using System.Text;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Responders.Nftables;

/// <summary>
/// Hears what <c>nft monitor</c> hears and calls back when somebody else touches one table. What we send ourselves the kernel leaves out;
/// of others' changes only the names of tables are read, so that a container engine that rewrites thousands of rules costs little.
/// </summary>
internal sealed class NftWatch : IDisposable
{
    // NFNLGRP_NFTABLES (linux/netfilter/nfnetlink.h) is 7; the mask of bind(2) counts from 1.
    private const uint Changes = 1 << 6;

    // The table's name is attribute 1 of every message but the generation's.
    private const ushort Subsystem = 0xA00, TableName = 1;

    private readonly NetlinkSocket _socket;
    private readonly WakeUp _wakeUp = new();
    private readonly byte[] _table;
    private readonly Action _disturbed;
    private readonly Thread _thread;
    private volatile bool _stops;

    /// <param name="own">Sockets whose changes are ours.</param>
    /// <param name="disturbed">Called on the watch's own thread, at least once for each transaction of somebody else.</param>
    /// <exception cref="NetlinkException">No such socket here.</exception>
    public NftWatch(string table, IEnumerable<NetlinkSocket> own, Action disturbed)
    {
        _table = Encoding.UTF8.GetBytes(table + '\0');
        _disturbed = disturbed;
        _socket = new NetlinkSocket(NETLINK_NETFILTER, Changes);
        _socket.Ignore([.. own.Select(static socket => socket.Port())]);
        _thread = new Thread(Run) { Name = "nft watch", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _stops = true;
        _wakeUp.Wake();
        _thread.Join();
        _socket.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        while (!_stops)
        {
            if (!_wakeUp.Wait(_socket.Descriptor, Timeout.Infinite)) continue;
            try
            {
                if (Touches(_socket.Receive("hear of changes of the rule set"))) _disturbed();
            }
            catch (NetlinkException failure) when (failure.Errno is EAGAIN)
            {
                // poll(2): what was announced may be gone when it is read.
            }
            catch (NetlinkException failure) when (failure.Errno is ENOBUFS)
            {
                // More than the buffer holds: what was lost may have been about us.
                _disturbed();
            }
            catch (NetlinkException)
            {
                // Only the schedule is left to find what somebody does.
                return;
            }
        }
    }

    private bool Touches(ReadOnlySpan<byte> datagram)
    {
        while (NetlinkMessage.TryRead(ref datagram, out var message))
            if ((message.Type & 0xFF00) == Subsystem && message.Payload.Length >= 4 && AttributeReader.Find(message.Payload[4..], TableName).SequenceEqual(_table)) return true;
        return false;
    }
}
