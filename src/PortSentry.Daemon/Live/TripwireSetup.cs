using PortSentry.Actors;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Tripwire;
using PortSentry.Capture.Contacts;
using PortSentry.Capture.LocalView;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Wiring;
using PortSentry.Responders.Ipset;
using PortSentry.Responders.Iptables;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Daemon.Live;

/// <summary>The kernel's tripwire as the configuration asks for it.</summary>
internal static class TripwireSetup
{
    public static TripwireRules RulesOf(PortSentryOptions options)
    {
        var table = options.Responders.Select(static choice => choice.Options).OfType<NftablesOptions>().FirstOrDefault()?.Table ?? new NftablesOptions().Table;
        return new TripwireRules
        {
            Table = table + "_tripwire",

            // The kernel holds where the detection's verdict is due; at the first contact never, since it knows no trap ports and no history.
            Strikes = options.Hold.Strikes ?? Math.Clamp((int)Math.Ceiling(options.Detection.Strikes), 2, 100),
            OddStrikes = options.Hold.OddStrikes,
            HalfOpen = options.Detection.Weights is { HalfOpen: >= 1, TrapsOnly: false },
            Hesitate = options.Hold.Hesitate,
            Hold = options.Hold.Lasts,
            HoldsPerMinute = options.Response.UnprovenBudgetPerMinute,
            Families = options.Detection.Families,
        };
    }

    public static TripwireSettings SettingsOf(
        PortSentryOptions options, LivePolicy policy, IProtection protection, Func<TripwireView> view, IActorRef region, IActorRef response, IActorRef notices, TimeProvider time,
        Func<bool> blocksDropPackets, ServedContacts served)
    {
        var rules = RulesOf(options);
        return new TripwireSettings(
            rules, new KernelTripwire(rules), () => new KernelTripwireLog(rules), view, protection, policy, region, response, notices, time)
        {
            BlocksDropPackets = blocksDropPackets,
            Turns = ActorRuntime.Turns,
            WasServed = contact => served.Holds(contact.Source, contact.Destination, contact.Protocol, contact.Port),
        };
    }

    /// <summary>Whether a responder keeps the packets of a blocked source from this host, as routes and hosts.deny do not.</summary>
    public static bool BlocksDropPackets(PortSentryOptions options) => options.Responders.Any(static choice =>
        choice.Options is NftablesOptions or IpsetOptions { Hook: "PREROUTING" or "INPUT" } or IptablesOptions { Hook: "PREROUTING" or "INPUT" });

    /// <summary>Who passes and what is served, in an order that stays the same while nothing changes.</summary>
    public static TripwireView ViewOf(LocalHost host, Protection protection, IgnoreList ignored)
    {
        Prefix[] friends = [.. protection.All.Concat(ignored.All).Distinct().OrderBy(static friend => friend.Network).ThenBy(static friend => friend.Length)];
        var served = host.Current.VirtualServices.Select(static service => (service.Protocol, service.Port)).ToHashSet();
        for (var port = 1; port <= ushort.MaxValue; port++)
            if (host.Listens(IpProtocol.Sctp, (ushort)port)) served.Add((IpProtocol.Sctp, (ushort)port));
        return new TripwireView(friends, host.Addresses, served);
    }
}
