using System.Collections.Immutable;
using PortSentry.Core.Addresses;

namespace PortSentry.Core.Detection;

/// <summary>
/// The sequential hypothesis test of Jung, Paxson, Berger and Balakrishnan ("Fast Portscan Detection Using Sequential
/// Hypothesis Testing", 2004) over the first contacts of one source. Pure: time comes with the facts.
/// </summary>
public static class SourceDecider
{
    // Addresses of one prefix that must share the failures before a scan is called distributed: a /24 is judged only where several ask
    // (the gate sees to that), a /64 may be one host with its privacy addresses (RFC 8981).
    private const int DistributedV4 = 2, DistributedV6 = 4;

    /// <summary>The events that a fact leads to: none where it says nothing new.</summary>
    public static ImmutableArray<ISourceEvent> Decide(SourceState state, in Fact fact, DetectionPolicy policy)
    {
        var anew = HasFaded(state, fact.At, policy);
        if (state.Verdict is { } verdict && !anew) return Continue(state, fact, policy, verdict);

        var weight = policy.Weights.Of(fact);
        var isKnown = IsKnown(state, fact, weight, policy);
        // A proof is news even where the contact is none.
        if (isKnown && (state.Proven || !fact.Proven)) return [];
        if (isKnown || (weight > 0 && IsFamilyCounted(state, fact, policy))) weight = 0;

        var ratio = Next(state, fact, weight, policy);
        var touched = new PortTouched(fact, weight, ratio, anew);
        if (weight <= 0 || ratio < policy.UpperThreshold) return [touched];

        var shape = Evidence.Completes(state.Contacts, ContactOf(touched), fact.Elsewhere, policy);
        return shape == ScanShape.None ? [touched] : [touched, Detected(Apply(state, touched), fact, ratio)];
    }

    /// <summary>
    /// The verdict is no longer borne out (half of the evidence that it took is gone), or the proof is so old that the address may be
    /// another's by now. What the source does next is judged anew: a new scan is a new verdict.
    /// </summary>
    public static bool HasFaded(SourceState state, Instant at, DetectionPolicy policy) => state.IsScanner
        ? state.LogRatioAt(at, policy.HalfLife) < policy.UpperThreshold / 2
        : state.Proven && at - state.Last > 2 * policy.HalfLife;

    public static SourceState Apply(SourceState state, ISourceEvent happened) => happened switch
    {
        PortTouched touched => Touch(state, touched),
        ScanDetected detected => state with { Verdict = detected, ReportedAt = detected.At },
        ScanContinued continued => state with
        {
            LogRatio = state.Verdict?.LogRatio ?? state.LogRatio,
            RatioAt = Later(state.RatioAt, continued.At),
            Facts = Math.Max(state.Facts, continued.Facts),
            Last = Later(state.Last, continued.At),
            ReportedAt = continued.At,
            Proven = state.Proven || continued.Proven,
        },
        CompanionsNamed named => state with { Companions = [.. state.Companions.Concat(named.Others).Distinct().Take(Companions.MostNamed)] },
        SourceForgiven => SourceState.Initial with { Facts = state.Facts, First = state.First, Last = state.Last, Addresses = state.Addresses },
        _ => state,
    };

    /// <summary>Those of the others that the source's history does not name yet; nothing where it is no scanner (any more), or names enough.</summary>
    public static ImmutableArray<ISourceEvent> Name(SourceState state, IEnumerable<Prefix> others, Instant at)
    {
        ImmutableArray<Prefix> news = [.. others.Except(state.Companions).Take(Companions.MostNamed - state.Companions.Length)];
        return state.IsScanner && news.Length > 0 ? [new CompanionsNamed(at, news)] : [];
    }

    // After the verdict facts are no longer weighed one by one: they are summed, and reported once in a while.
    private static ImmutableArray<ISourceEvent> Continue(SourceState state, in Fact fact, DetectionPolicy policy, ScanDetected verdict)
    {
        var weight = policy.Weights.Of(fact);
        if (weight <= 0) return [];
        if (state.Contacts.Length < SourceState.ContactsKept && !IsKnown(state, fact, weight, policy))
            return [new PortTouched(fact, weight, verdict.LogRatio)];
        return fact.At - state.ReportedAt < policy.RepeatVerdict
            ? []
            : [new ScanContinued(fact.At, state.Facts + 1, fact.Proven, fact.Protocol, fact.Port)];
    }

    // The gate already keeps repeats back; a restart or a full table makes it forget, so the source's own memory decides.
    private static bool IsKnown(SourceState state, in Fact fact, double weight, DetectionPolicy policy)
    {
        foreach (var contact in state.Contacts)
            if (contact.Destination == fact.Destination && contact.Protocol == fact.Protocol && contact.Port == fact.Port
                && (contact.Kind == fact.Kind || !fact.Kind.IsStealth()) && contact.Weight >= weight && fact.At - contact.At < policy.HalfLife) return true;
        return false;
    }

    private static bool IsFamilyCounted(SourceState state, in Fact fact, DetectionPolicy policy)
    {
        // Families are for clients, and clients connect with a stack: a tool's own SYN or a bare ACK is nobody's mail program.
        if (fact.Kind is not (ProbeKind.TcpConnect or ProbeKind.Udp)) return false;
        var family = policy.Families.Of(fact.Protocol, fact.Port);
        if (family == 0) return false;
        foreach (var contact in state.Contacts)
            if (contact.Destination == fact.Destination && contact.Weight > 0 && policy.Families.Of(contact.Protocol, contact.Port) == family) return true;
        return false;
    }

    private static double Next(SourceState state, in Fact fact, double weight, DetectionPolicy policy)
    {
        var ratio = state.LogRatioAt(fact.At, policy.HalfLife);
        if (fact.Credit > 0) ratio = Math.Max(ratio + (fact.Credit * policy.SuccessStep), Math.Min(ratio, policy.LowerThreshold));
        return ratio + (weight * policy.FailureStep);
    }

    // Loops in place of LINQ: its code over our structs cannot be compiled ahead, and the first verdict would wait 50 ms for it.
    private static ScanDetected Detected(SourceState state, in Fact fact, double ratio)
    {
        HashSet<uint> ports = [];
        HashSet<Address> hosts = [], sources = [];
        var (failures, kinds, completed, began) = (0, 0, false, fact.At);
        foreach (var contact in state.Contacts)
        {
            completed |= contact.Outcome is Outcome.Abandoned or Outcome.Trapped;
            if (contact.Weight <= 0) continue;
            if (failures++ == 0) began = contact.At;
            ports.Add(((uint)contact.Protocol << 16) | contact.Port);
            hosts.Add(contact.Destination);
            sources.Add(contact.Source);
            kinds |= contact.Kind.Bit();
        }
        var isDistributed = sources.Count >= (fact.Source.IsV4 ? DistributedV4 : DistributedV6);
        var shape = isDistributed ? ScanShape.Distributed : Evidence.Classify(ports.Count, hosts.Count, failures, fact.At - began);
        return new ScanDetected(
            fact.At, shape, ProbeKinds.Named(kinds, completed), ratio, ports.Count, hosts.Count, state.Facts, state.Proven, state.First, fact.Protocol, fact.Port);
    }

    private static SourceState Touch(SourceState state, PortTouched touched)
    {
        var fact = touched.Fact;
        return state with
        {
            LogRatio = touched.LogRatio,
            RatioAt = Later(state.RatioAt, fact.At),
            Contacts = Keep(state.Contacts, ContactOf(touched)),
            Addresses = Seen(state.Addresses, fact.Source),
            Facts = state.Facts + 1,
            First = state.Facts == 0 || fact.FirstSeen < state.First ? fact.FirstSeen : state.First,
            Last = Later(state.Last, fact.At),
            Proven = fact.Proven || (state.Proven && !touched.Anew),
            Verdict = touched.Anew ? null : state.Verdict,
            Companions = touched.Anew ? [] : state.Companions,
        };
    }

    private static Contact ContactOf(PortTouched touched)
    {
        var fact = touched.Fact;
        return new Contact(
            fact.Source, fact.Destination, fact.Protocol, fact.Port, fact.Kind, fact.Outcome, fact.Traits, fact.TcpFlags,
            touched.Weight, touched.LogRatio, fact.At);
    }

    private static ImmutableArray<Contact> Keep(ImmutableArray<Contact> contacts, Contact contact) =>
        contacts.Length < SourceState.ContactsKept ? contacts.Add(contact) : contacts.RemoveAt(0).Add(contact);


    private static ImmutableArray<Address> Seen(ImmutableArray<Address> addresses, Address address) =>
        addresses.Length >= SourceState.AddressesKept || addresses.Contains(address) ? addresses : addresses.Add(address);

    private static Instant Later(Instant left, Instant right) => left > right ? left : right;
}
