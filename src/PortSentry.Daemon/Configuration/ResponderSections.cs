using PortSentry.Responders;
using PortSentry.Responders.Command;
using PortSentry.Responders.HostsDeny;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Route;
using PortSentry.Responders.Syslog;

namespace PortSentry.Daemon.Configuration;

/// <summary>The responders by their names in the configuration: one line each.</summary>
internal static class ResponderSections
{
    public static readonly IReadOnlyList<(string Name, Func<IResponderOptions> Create)> All =
    [
        ("nftables", static () => new NftablesOptions()),
        ("hosts-deny", static () => new HostsDenyOptions()),
        ("route", static () => new RouteOptions()),
        ("syslog", static () => new SyslogOptions()),

        // Two of a kind, as the classic one has them: KILL_ROUTE blocks, KILL_RUN_CMD tells.
        ("kill-route", static () => new CommandOptions { Blocks = true }),
        ("command", static () => new CommandOptions()),
    ];
}
