using PortSentry.Responders.Command;
using PortSentry.Responders.HostsDeny;
using PortSentry.Responders.Ipset;
using PortSentry.Responders.Iptables;
using PortSentry.Responders.Mail;
using PortSentry.Responders.Nftables;
using PortSentry.Responders.Route;
using PortSentry.Responders.Syslog;
using PortSentry.Responders.Webhook;

namespace PortSentry.Responders;

/// <summary>
/// Every responder by its name in the configuration: one line each. The daemon binds a section to <see cref="Registration{T}.Options"/>, runs
/// <see cref="IResponderOptions.Check"/>, then creates.
/// </summary>
public static class Registry
{
    public static IReadOnlyDictionary<string, Registration<IBlockResponder>> Blocks { get; } = Index(
        Of<IBlockResponder, NftablesOptions>("nftables", (_, o, s) => new NftablesResponder(o, s)),
        Of<IBlockResponder, IpsetOptions>("ipset", (_, o, s) => new IpsetResponder(o, s)),
        Of<IBlockResponder, IptablesOptions>("iptables", (_, o, s) => new IptablesResponder(o, s)),
        Of<IBlockResponder, HostsDenyOptions>("hosts.deny", (_, o, _) => new HostsDenyResponder(o)),
        Of<IBlockResponder, RouteOptions>("route", (_, o, _) => new RouteResponder(o)),
        Of<IBlockResponder, CommandOptions>("command", (name, o, s) => new CommandResponder(name, o, s)));

    public static IReadOnlyDictionary<string, Registration<INoticeResponder>> Notices { get; } = Index(
        Of<INoticeResponder, SyslogOptions>("syslog", (_, o, s) => new SyslogResponder(o, s)),
        Of<INoticeResponder, MailOptions>("mail", (_, o, s) => new MailResponder(o, s)),
        Of<INoticeResponder, WebhookOptions>("webhook", (_, o, s) => new WebhookResponder(o, s)));

    private static Registration<T> Of<T, TOptions>(string name, Func<string, TOptions, ResponderServices, T> create)
        where TOptions : IResponderOptions, new() =>
        new(name, new TOptions(), (instance, options, services) => create(instance, (TOptions)options, services));

    private static Dictionary<string, Registration<T>> Index<T>(params Registration<T>[] all) => all.ToDictionary(r => r.Name);
}

/// <param name="Options">The defaults; their type is what a section binds to.</param>
/// <param name="Create">Instance name (several commands may be configured), options of that type, services.</param>
public sealed record Registration<T>(string Name, IResponderOptions Options, Func<string, IResponderOptions, ResponderServices, T> Create);
