using System.Globalization;
using PortSentry.Actors.Responses;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Responders;

namespace PortSentry.Actors.Notices;

/// <summary>
/// Every line that people read, in the words of PortSentry 1.2 where it had them, so that Logcheck's rules still fit. Addresses are
/// printed from their bytes; nothing an attacker sends reaches a line.
/// </summary>
public static class NoticeText
{
    private const int MostRepairLines = 10;
    private const int MostNamed = 4;

    public static Notice Active(Instant at) => new(at, NoticeSeverity.Notice, "adminalert: PortSentry is now active and listening.", "start", null, None);

    public static Notice ShuttingDown(Instant at) => new(at, NoticeSeverity.Notice, "adminalert: PortSentry is shutting down", "stop", null, None);

    public static Notice Watching(Instant at, string interfaceName) =>
        new(at, NoticeSeverity.Notice, $"adminalert: Going into stealth listen mode on interface: {interfaceName}", "watch", null, None);

    public static Notice CaptureFailed(Instant at, string interfaceName, string error) =>
        new(at, NoticeSeverity.Error, $"adminalert: ERROR: capture on {interfaceName} stopped: {error}", "alarm", null, None);

    public static Notice FilterRefused(Instant at, string interfaceName, string error) =>
        new(at, NoticeSeverity.Warning, $"adminalert: the kernel filter on {interfaceName} stays as it was: {error}", "alarm", null, None);

    /// <param name="others">Who scanned together with it.</param>
    public static Notice Scan(ScanSeen seen, IReadOnlyList<Prefix> others)
    {
        var (fact, verdict) = (seen.Fact, seen.Verdict);
        var options = (fact.Traits & Traits.IpOptions) != 0 ? " (IP options set: detection avoidance technique)" : "";
        var host = fact.Source.ToString();
        var text = $"attackalert: {ClassicKind(fact)} from host: {host}/{host} to {ClassicProtocol(fact.Protocol)} port: {fact.Port}{options}; {Reason(verdict)}{Together(others)}";
        return new Notice(fact.At, NoticeSeverity.Notice, text, "scan", fact.Source, new Dictionary<string, string>
        {
            ["shape"] = verdict.Shape.Name(),
            ["kinds"] = Kinds(verdict),
            ["ports"] = verdict.Ports.ToString(CultureInfo.InvariantCulture),
            ["hosts"] = verdict.Hosts.ToString(CultureInfo.InvariantCulture),
            ["port"] = fact.Port.ToString(CultureInfo.InvariantCulture),
            ["proven"] = seen.Proven ? "yes" : "no",
            ["group"] = string.Join(' ', others),
        });
    }

    public static Notice Blocked(Instant at, BlockRequest request, string description) =>
        new(at, NoticeSeverity.Notice, description, "block", request.Target.Network, new Dictionary<string, string>
        {
            ["target"] = request.Target.ToString(),
            ["protocol"] = request.Protocol.ToString().ToLowerInvariant(),
            ["port"] = request.Port.ToString(CultureInfo.InvariantCulture),
            ["mode"] = request.Mode,
        });

    public static Notice Decided(Block block) => new(
        block.Since, NoticeSeverity.Notice, $"adminalert: Host {block.Target} is blocked by {block.By.ToString().ToLowerInvariant()}: {block.Reason}", "decision",
        block.Target.Network, Of(block.Target));

    public static Notice Lifted(BlockLifted lifted) =>
        new(lifted.At, NoticeSeverity.Notice, $"adminalert: Host {lifted.Target} is no longer blocked: lifted by {lifted.By}", "unblock", lifted.Target.Network, Of(lifted.Target));

    public static Notice Expired(Prefix target, Instant at) =>
        new(at, NoticeSeverity.Notice, $"adminalert: Host {target} is no longer blocked: its time is over", "unblock", target.Network, Of(target));

    public static Notice Held(Block hold) => new(
        hold.Since, NoticeSeverity.Notice, $"attackalert: Host {hold.Target} is held by the kernel's tripwire: {hold.Reason}", "hold", hold.Target.Network, Of(hold.Target));

    public static Notice HoldReleased(Prefix target, Instant at) =>
        new(at, NoticeSeverity.Notice, $"adminalert: Host {target} is no longer held by the kernel's tripwire: the evidence makes no scan", "release", target.Network, Of(target));

    /// <param name="detail">Why it is a friend.</param>
    public static Notice FriendReleased(Prefix target, string detail, Instant at) =>
        new(at, NoticeSeverity.Warning, $"adminalert: Host {target} is no longer held by the kernel's tripwire: {detail}", "release", target.Network, Of(target));

    public static Notice TripwireFailed(Instant at, string error) => new(at, NoticeSeverity.Error, $"adminalert: ERROR: tripwire: {error}", "alarm", null, None);

    public static Notice TripwireMended(Instant at) =>
        new(at, NoticeSeverity.Warning, "adminalert: The rules of the tripwire were changed or deleted by somebody else: put back", "repair", null, None);

    public static Notice TripwireWorks(Instant at) => new(at, NoticeSeverity.Notice, "adminalert: tripwire: in force", "tripwire", null, None);

    public static Notice TripwireFlooded(Instant at) =>
        new(at, NoticeSeverity.Error, "securityalert: The tripwire is flooded with first contacts: it counts only who comes fast. Forged addresses?", "alarm", null, None);

    public static Notice TripwireCalm(Instant at) => new(at, NoticeSeverity.Notice, "adminalert: tripwire: the flood is over, everything counts again", "tripwire", null, None);

    public static Notice ChallengeFailed(Instant at, string error) => new(at, NoticeSeverity.Error, $"adminalert: ERROR: challenge: {error}", "alarm", null, None);

    public static Notice ChallengeMended(Instant at) =>
        new(at, NoticeSeverity.Warning, "adminalert: The rules of the challenge were changed or deleted by somebody else: put back", "repair", null, None);

    public static Notice Refused(BlockRefused refused) => refused.Refusal switch
    {
        Refusal.LogOnly => new(refused.At, NoticeSeverity.Notice, $"attackalert: Host {refused.Target} is not blocked: {refused.Detail}", "refusal", refused.Target.Network, Of(refused.Target)),
        Refusal.BudgetSpent => new(
            refused.At, NoticeSeverity.Error, $"securityalert: Blocks of unproven sources are suspended: {refused.Detail}. Forged addresses?", "alarm", refused.Target.Network, None),
        Refusal.ClientsBlocked => new(
            refused.At, NoticeSeverity.Error, $"securityalert: Blocks of recent clients are suspended: {refused.Detail}. A service that is down, or forged addresses?", "alarm", refused.Target.Network, None),
        _ => new(refused.At, NoticeSeverity.Warning, $"attackalert: Host {refused.Target} is not blocked: {refused.Detail}. Ignoring", "refusal", refused.Target.Network, Of(refused.Target)),
    };

    public static Notice BudgetBack(Instant at, long refused) => new(
        at, NoticeSeverity.Notice, $"securityalert: Blocks of unproven sources are possible again; {refused} verdicts were only logged meanwhile", "alarm", null, None);

    public static Notice ClientsBack(Instant at, long refused) => new(
        at, NoticeSeverity.Notice, $"securityalert: Blocks of recent clients are possible again; {refused} verdicts were only logged meanwhile", "alarm", null, None);

    /// <summary>What a comparison put right: a line each, and a sum where there are many. What a start puts back in force is no repair.</summary>
    internal static IEnumerable<Notice> Repairs(Instant at, Reconciled done)
    {
        if (done.Mended) yield return new(at, NoticeSeverity.Warning, $"adminalert: The rules of {done.Responder} were changed or deleted by somebody else: put back", "repair", null, None);
        IReadOnlyList<Prefix> restored = done.AtStart ? [] : done.Restored;
        var lines = restored.Select(target => (Target: target, Text: $"Host {target} was no longer blocked in {done.Responder}: put back"))
            .Concat(done.Removed.Select(target => (Target: target, Text: $"Host {target} was blocked in {done.Responder} and should not be: taken out")));
        foreach (var (target, text) in lines.Take(MostRepairLines))
            yield return new(at, NoticeSeverity.Warning, $"adminalert: {text}", "repair", target.Network, Of(target));
        var more = restored.Count + done.Removed.Count - MostRepairLines;
        if (more > 0) yield return new(at, NoticeSeverity.Warning, $"adminalert: {more} more blocks repaired in {done.Responder}", "repair", null, None);
    }

    public static Notice ResponderWorks(Instant at, string responder) =>
        new(at, NoticeSeverity.Notice, $"adminalert: Responder {responder} works again", "alarm", null, None);

    public static Notice ResponderFailed(Instant at, string responder, string? error) =>
        new(at, NoticeSeverity.Error, $"adminalert: ERROR: responder {responder}: {error}", "alarm", null, None);

    /// <summary>One phrase for a verdict: what a block's reason says.</summary>
    public static string Reason(ScanDetected verdict) => string.Create(
        CultureInfo.InvariantCulture,
        $"{verdict.Shape.Name()} {Kinds(verdict)} scan of {verdict.Ports} ports on {verdict.Hosts} hosts, ratio {Math.Exp(verdict.LogRatio):0}");

    // Which of them is the scanner is told by "proven": the others may be forged.
    private static string Together(IReadOnlyList<Prefix> others) => others.Count == 0
        ? ""
        : $"; together with {string.Join(", ", others.Take(MostNamed))}{(others.Count > MostNamed ? $" and {others.Count - MostNamed} more" : "")}: decoys, or a shared list";

    private static string Kinds(ScanDetected verdict) => string.Join(",", verdict.Kinds.Select(static kind => kind.Name()));

    private static string ClassicKind(in Fact fact) => fact.Kind switch
    {
        _ when fact.Outcome == Outcome.Trapped => "Connect",
        ProbeKind.TcpSyn or ProbeKind.TcpConnect => "TCP SYN/Normal scan",
        ProbeKind.TcpFin => "TCP FIN scan",
        ProbeKind.TcpNull => "TCP NULL scan",
        ProbeKind.TcpXmas => "TCP XMAS scan",
        ProbeKind.TcpAck => "TCP ACK scan",
        ProbeKind.TcpWindow => "TCP Window scan",
        ProbeKind.TcpMaimon => "TCP Maimon scan",
        ProbeKind.Udp => "UDP scan",
        ProbeKind.SctpInit => "SCTP INIT scan",
        ProbeKind.SctpCookieEcho => "SCTP COOKIE-ECHO scan",
        ProbeKind.IpProtocol => "IP protocol scan",
        _ => $"Unknown Type: TCP Packet Flags: {Flags(fact.TcpFlags)} scan",
    };

    // The bits of RFC 9293 3.1, in the order in which 1.2 printed them.
    private static string Flags(byte flags) =>
        $"SYN: {(flags >> 1) & 1} FIN: {flags & 1} ACK: {(flags >> 4) & 1} PSH: {(flags >> 3) & 1} URG: {(flags >> 5) & 1} RST: {(flags >> 2) & 1}";

    private static string ClassicProtocol(IpProtocol protocol) => protocol switch
    {
        IpProtocol.Tcp => "TCP",
        IpProtocol.Udp => "UDP",
        IpProtocol.Sctp => "SCTP",
        _ => "IP",
    };

    private static Dictionary<string, string> Of(Prefix target) => new() { ["target"] = target.ToString() };

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
}
