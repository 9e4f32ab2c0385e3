using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Core.Detection;
using PortSentry.Daemon.Classic;
using PortSentry.Daemon.Configuration;
using PortSentry.Responders.Challenge;
using PortSentry.Responders.Nftables;

namespace PortSentry.Daemon.Live;

/// <summary>The challenge on trap ports as the configuration asks for it.</summary>
internal static class ChallengeSetup
{
    public static ChallengeRules RulesOf(PortSentryOptions options)
    {
        var nftables = options.Responders.Select(static choice => choice.Options).OfType<NftablesOptions>().FirstOrDefault() ?? new NftablesOptions();
        return new ChallengeRules { Table = nftables.Table + "_challenge", Early = nftables.Priority - 10 };
    }

    /// <summary>Runs of TCP trap ports, in order. Who holds one the kernel's rules see for themselves, but not IPVS, which takes its packets behind them.</summary>
    public static IReadOnlyList<PortRange> PortsOf(PortSentryOptions options, LocalHost host)
    {
        var traps = ClassicTraps.Of(options);
        var virtuals = host.Current.VirtualServices.Where(static service => service.Protocol == IpProtocol.Tcp).Select(static service => service.Port).ToHashSet();
        List<PortRange> runs = [];
        for (var port = 1; port <= ushort.MaxValue; port++)
        {
            if (!IsTrap(port)) continue;
            var first = port;
            while (port < ushort.MaxValue && IsTrap(port + 1)) port++;
            runs.Add(new PortRange((ushort)first, (ushort)port));
        }
        return runs;

        bool IsTrap(int port) => traps.Contains(IpProtocol.Tcp, (ushort)port) && !virtuals.Contains((ushort)port);
    }
}
