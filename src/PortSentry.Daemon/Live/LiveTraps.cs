using PortSentry.Actors.Classic;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;

namespace PortSentry.Daemon.Live;

/// <summary>
/// The trap ports as of this moment. In the classic engine a port that a local socket holds is no trap while it is held (the advanced
/// logic), unless it is we who hold it. Asked on the capture threads: no lock, no I/O.
/// </summary>
internal sealed class LiveTraps(LocalHost host, BoundPortSet bound, PortSentryOptions options)
{
    private volatile Ground _ground = new(ClassicTraps.Of(options), options.Classic.Enabled);

    public void Replace(PortSentryOptions changed) => _ground = new Ground(ClassicTraps.Of(changed), changed.Classic.Enabled);

    public bool Contains(IpProtocol protocol, ushort port)
    {
        var ground = _ground;
        return ground.Ports.Contains(protocol, port) && (!ground.SkipsHeld || !host.Listens(protocol, port) || bound.Contains(protocol, port));
    }

    private sealed record Ground(TrapPorts Ports, bool SkipsHeld);
}
