using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Daemon.Reports;

/// <summary>Makes reports of states and events: the same for a running daemon and for the journal alone.</summary>
internal static class ReportMaker
{
    public static BlockReport Of(Block block) => new(
        block.Target.ToString(), block.Since.ToString(), block.Until?.ToString(), block.By.ToString().ToLowerInvariant(), block.Reason,
        block.Proven, block.Offence, block.ConfirmedAt is not null, NameOf(block.Protocol), block.Port);

    public static WhyReport Of(Prefix source, SourceState state, Block? block, DetectionPolicy policy, Instant now)
    {
        var threshold = policy.UpperThreshold;
        var facts = state.Contacts.Select(contact => Of(contact, state.Verdict)).ToArray();
        var stands = state.IsScanner && !SourceDecider.HasFaded(state, now, policy);
        var verdict = state.Verdict is { } scan
            ? $"{(stands ? "scanner since" : "no scanner any more, the verdict has faded: that of")} {scan.At}: {scan.Shape.Name()} over {scan.Ports} ports on {scan.Hosts} hosts"
            : state.Facts == 0 ? "never seen" : "no scanner";
        string[] kinds = [.. state.Contacts.Where(static contact => contact.Weight > 0).Select(static contact => contact.Kind).Distinct().Order().Select(static kind => kind.Name())];
        return new WhyReport(
            source.ToString(), stands, verdict, kinds, state.Verdict?.Shape.Name(),
            Rounded(state.LogRatioAt(now, policy.HalfLife)), Rounded(threshold), state.Proven, state.Facts,
            [.. state.Addresses.Select(static address => address.ToString())], facts, block is null ? null : Of(block)) { Group = [.. state.Companions.Select(static other => other.ToString())] };
    }

    public static HistoryReport? Of(string persistenceId, object happened) => happened switch
    {
        ScanDetected scan => Line(scan.At, SourceOf(persistenceId), "scan", $"{scan.Shape.Name()} scan, {string.Join(',', scan.Kinds.Select(static kind => kind.Name()))}, {scan.Ports} ports on {scan.Hosts} hosts"),
        ScanContinued scan => Line(scan.At, SourceOf(persistenceId), "scan", $"goes on: {scan.Facts} facts so far"),
        CompanionsNamed named => Line(named.At, SourceOf(persistenceId), "group", $"together with {string.Join(' ', named.Others)}"),
        SourceForgiven forgiven => Line(forgiven.At, SourceOf(persistenceId), "forgiven", $"by {forgiven.By}"),
        BlockDecided { Block: var block } => Line(block.Since, block.Target.ToString(), "block", $"{(block.Until is { } until ? $"until {until}" : "for good")} by {block.By.ToString().ToLowerInvariant()}: {block.Reason}"),
        BlockConfirmed confirmed => Line(confirmed.At, confirmed.Target.ToString(), "in-force", $"confirmed by {confirmed.Responder}"),
        BlockFailed failed => Line(failed.At, failed.Target.ToString(), "failed", $"{failed.Responder}: {failed.Error}"),
        BlockExpired expired => Line(expired.At, expired.Target.ToString(), "expired", "its time is over"),
        BlockLifted lifted => Line(lifted.At, lifted.Target.ToString(), "unblock", $"lifted by {lifted.By}"),
        BlockRefused refused => Line(refused.At, refused.Target.ToString(), "refused", refused.Detail),
        _ => null,
    };

    private static FactReport Of(Contact contact, ScanDetected? verdict) => new(
        contact.At.ToString(), contact.Source.ToString(), contact.Destination.ToString(), NameOf(contact.Protocol), contact.Port, contact.Kind.Name(),
        contact.Outcome.ToString().ToLowerInvariant(), NamesOf(contact.Traits), contact.Weight, Rounded(contact.LogRatio),
        verdict is not null && contact.At == verdict.At && contact.Port == verdict.Port && contact.Protocol == verdict.Protocol);

    private static string[] NamesOf(Traits traits) =>
        [.. Enum.GetValues<Traits>().Where(trait => trait != Traits.None && (traits & trait) != 0).Select(static trait => trait.ToString().ToLowerInvariant())];

    private static HistoryReport Line(Instant at, string target, string what, string text) => new(at.ToString(), target, what, text);

    private static string SourceOf(string persistenceId) => persistenceId["source-".Length..];

    private static string NameOf(IpProtocol protocol) => protocol == IpProtocol.HopByHop ? "any" : protocol.ToString().ToLowerInvariant();

    private static double Rounded(double logRatio) => Math.Round(Math.Exp(logRatio), 2);
}
