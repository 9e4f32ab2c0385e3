using Microsoft.Extensions.Logging;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Live;
using PortSentry.Responders;
using PortSentry.Responders.HostsDeny;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Route;
using PortSentry.Responders.Syslog;

namespace PortSentry.Daemon.Wiring;

/// <summary>The responders that the configuration lists.</summary>
internal sealed record ResponderSet(IReadOnlyList<IBlockResponder> Blocks, IReadOnlyList<INoticeResponder> Notices)
{
    public static ResponderSet Create(PortSentryOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var services = new ResponderServices(time, loggers.CreateLogger("responders"));
        var blocks = new List<IBlockResponder>();
        var notices = new List<INoticeResponder> { new ConsoleReporter(Console.Out) };
        foreach (var choice in options.Responders)
        {
            switch (choice.Options)
            {
                case NftablesOptions nftables:
                    blocks.Add(new NftablesResponder(nftables, services));
                    break;
                case HostsDenyOptions hostsDeny:
                    blocks.Add(new HostsDenyResponder(hostsDeny));
                    break;
                case RouteOptions route:
                    blocks.Add(new RouteResponder(route));
                    break;
                case SyslogOptions syslog:
                    notices.Add(new SyslogResponder(syslog, services));
                    break;
            }
        }
        return new ResponderSet(blocks, notices);
    }
}
