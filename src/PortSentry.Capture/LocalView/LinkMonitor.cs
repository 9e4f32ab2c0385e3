using System.Text;
using PortSentry.Netlink;
using static PortSentry.Netlink.Interop.Libc;

namespace PortSentry.Capture.LocalView;

/// <summary>
/// The interfaces of this host, and a call whenever one comes, goes, or changes its state or address: rtnetlink(7). It sees the
/// network namespace of the thread that made it.
/// </summary>
public sealed class LinkMonitor : IDisposable
{
    // RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR.
    private const uint News = 1 | 0x10 | 0x100;
    private const ushort RTM_NEWLINK = 16;
    private const ushort RTM_GETLINK = 18;
    private const int PatienceMilliseconds = 60_000;
    private const ushort IFLA_IFNAME = 3;
    private const ushort IFLA_MASTER = 10;
    private const uint IFF_UP = 1;
    private const uint IFF_LOOPBACK = 8;

    // struct ifinfomsg: family and padding, type, index, flags, change.
    private const int LinkHeaderLength = 16;

    private readonly NetlinkSocket _table = new(NETLINK_ROUTE, patience: LocalHost.KernelPatience);
    private readonly NetlinkSocket _news;
    private readonly WakeUp _wakeUp = new();
    private readonly Lock _reading = new();
    private readonly Thread _thread;
    private readonly Action _changed;
    private volatile bool _isDisposed;

    /// <param name="changed">Called on a thread of the monitor's own; often several times for one change.</param>
    /// <exception cref="NetlinkException">The kernel does not tell.</exception>
    public LinkMonitor(Action changed)
    {
        _changed = changed;
        _news = new NetlinkSocket(NETLINK_ROUTE, News, LocalHost.KernelPatience);
        _thread = new Thread(Listen) { Name = "link monitor", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The links of this moment; asks the kernel.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    public IReadOnlyList<NetworkLink> Read()
    {
        List<NetworkLink> links = [];
        Span<byte> request = stackalloc byte[LinkHeaderLength];
        request.Clear();
        lock (_reading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _table.Dump(RTM_GETLINK, request, "list the links", message =>
            {
                var body = message.Payload;
                if (message.Type != RTM_NEWLINK || body.Length < LinkHeaderLength) return;
                var flags = BitConverter.ToUInt32(body[8..]);
                var name = "";
                var hasMaster = false;
                var attributes = new AttributeReader(body[LinkHeaderLength..]);
                while (attributes.Next())
                {
                    if (attributes.Type == IFLA_IFNAME) name = Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
                    if (attributes.Type == IFLA_MASTER) hasMaster = true;
                }

                if (name.Length > 0) links.Add(new NetworkLink(name, (flags & IFF_UP) != 0, (flags & IFF_LOOPBACK) != 0, hasMaster));
            });
        }

        return links;
    }

    public void Dispose()
    {
        lock (_reading)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        _wakeUp.Wake();
        _thread.Join();
        _table.Dispose();
        _news.Dispose();
        _wakeUp.Dispose();
    }

    private void Listen()
    {
        while (!_isDisposed)
        {
            try
            {
                if (_wakeUp.Wait(_news.Descriptor, PatienceMilliseconds) && _news.TakeNews()) _changed();
            }
            catch (NetlinkException)
            {
                // Without news the retries of who watches must do; a socket that fails must not make this thread spin.
                return;
            }
        }
    }
}
