using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using PortSentry.Core.Detection;
using Outcome = PortSentry.Core.Detection.Outcome;
using static PortSentry.Core.Tests.Detection.Facts;

namespace PortSentry.Core.Tests.Detection;

public sealed class SourceMemoryTests
{
    [Fact]
    public void A_known_scanner_is_reported_again_only_once_a_minute()
    {
        var known = Run(Enumerable.Range(1, SourceState.ContactsKept).Select(port => Refused((ushort)(port + 7000))));
        var soon = SourceDecider.Decide(known, Refused(9000, TimeSpan.FromSeconds(59)), DetectionPolicy.Default);
        var later = SourceDecider.Decide(known, Refused(9000, TimeSpan.FromSeconds(61)), DetectionPolicy.Default);
        Assert.Empty(soon);
        Assert.IsType<ScanContinued>(Assert.Single(later));
    }

    [Fact]
    public void Forgiveness_takes_evidence_and_verdict_away()
    {
        var scanner = Run(Refused(21), Refused(22), Refused(23), Refused(24));
        var forgiven = SourceDecider.Apply(scanner, new SourceForgiven(Start, "operator"));
        Assert.Null(forgiven.Verdict);
        Assert.Empty(forgiven.Contacts);
        Assert.Equal(scanner.Facts, forgiven.Facts);
    }

    [Fact]
    public void A_scan_after_the_verdict_has_faded_is_a_new_verdict()
    {
        var scanner = Run(Refused(21), Refused(22), Refused(23), Refused(24));
        var back = Run(scanner, [Refused(25, TimeSpan.FromDays(2))]);
        Assert.Null(back.Verdict);

        var again = Run(back, [Refused(26, TimeSpan.FromDays(2)), Refused(27, TimeSpan.FromDays(2)), Refused(28, TimeSpan.FromDays(2))]);
        Assert.Equal(Start + TimeSpan.FromDays(2), again.Verdict?.At);
        Assert.Equal(8, again.Facts);
    }

    [Fact]
    public void A_scanner_that_never_rests_stays_one()
    {
        var state = Run(Enumerable.Range(1, SourceState.ContactsKept).Select(port => Refused((ushort)(port + 7000))));
        var verdict = state.Verdict;
        for (var hour = 10; hour < 100; hour += 10) state = Run(state, [Refused((ushort)(9000 + hour), TimeSpan.FromHours(hour))]);
        Assert.Same(verdict, state.Verdict);
    }

    [Fact]
    public void Proof_of_an_address_lapses_with_its_verdict()
    {
        var scanner = Run(Of(21, Outcome.Refused, proven: true), Refused(22), Refused(23), Refused(24));
        Assert.True(scanner.Proven);
        Assert.False(Run(scanner, [Refused(25, TimeSpan.FromDays(2))]).Proven);
    }

    [Fact]
    public void Proof_of_an_address_that_was_never_flagged_lapses_too()
    {
        var state = Run(Of(21, Outcome.Refused, proven: true));
        Assert.True(Run(state, [Refused(22, TimeSpan.FromHours(20))]).Proven);
        Assert.False(Run(state, [Refused(22, TimeSpan.FromHours(25))]).Proven);
    }

    [Fact]
    public void Proof_at_a_port_already_counted_proves_and_weighs_nothing()
    {
        var before = Run(Refused(21), Refused(22));
        var after = Run(before, [Of(22, Outcome.Trapped, proven: true)]);
        Assert.True(after.Proven);
        Assert.Equal(before.LogRatio, after.LogRatio);
        Assert.Empty(SourceDecider.Decide(after, Of(22, Outcome.Trapped, proven: true), DetectionPolicy.Default));
        Assert.True(Run(after, [Refused(23), Refused(24)]).Verdict?.Proven);
    }

    [Fact]
    public void Contacts_are_bounded()
    {
        var state = Run(Enumerable.Range(1, 1000).Select(host => Refused((ushort)(20000 + host), on: Host(host))));
        Assert.Equal(SourceState.ContactsKept, state.Contacts.Length);
    }

    [Fact]
    public void A_snapshot_and_the_tail_make_the_same_state_as_the_whole_journal() => Prop.ForAll(Histories, history =>
    {
        var events = EventsOf(history.Facts);
        var cut = events.Length == 0 ? 0 : history.Cut % events.Length;
        var whole = events.Aggregate(SourceState.Initial, SourceDecider.Apply);
        var snapshot = events.Take(cut).Aggregate(SourceState.Initial, SourceDecider.Apply);
        var tail = events.Skip(cut).Aggregate(snapshot, SourceDecider.Apply);
        return Same(whole, tail);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Facts_of_one_moment_commute() => Prop.ForAll(Histories, history =>
    {
        // Before the verdict and without credit, the order in which failures of the same instant arrive changes nothing.
        var facts = history.Facts.Select(port => Refused((ushort)(7000 + (port % 3)))).DistinctBy(static fact => fact.Port).ToList();
        var forth = Run(facts);
        var back = Run(facts.AsEnumerable().Reverse());
        return Math.Abs(forth.LogRatio - back.LogRatio) < 1e-9
            && forth.Contacts.Select(static contact => contact.Port).Order().SequenceEqual(back.Contacts.Select(static contact => contact.Port).Order());
    }).QuickCheckThrowOnFailure();

    private static Arbitrary<(int[] Facts, int Cut)> Histories => ArbMap.Default.ArbFor<(int[] Facts, NonNegativeInt Cut)>()
        .Convert(static pair => (pair.Facts.Select(static fact => fact & 0xFFFF).ToArray(), pair.Cut.Get), static pair => (pair.Item1, NonNegativeInt.NewNonNegativeInt(pair.Item2)));

    private static ImmutableArray<ISourceEvent> EventsOf(int[] numbers)
    {
        var state = SourceState.Initial;
        var events = ImmutableArray.CreateBuilder<ISourceEvent>();
        for (var i = 0; i < numbers.Length; i++)
        {
            var fact = Of((ushort)numbers[i], (Outcome)(numbers[i] % 9), TimeSpan.FromMinutes(i), Host(numbers[i] % 5), credit: (byte)(numbers[i] % 3));
            foreach (var happened in SourceDecider.Decide(state, fact, DetectionPolicy.Default))
            {
                events.Add(happened);
                state = SourceDecider.Apply(state, happened);
            }
        }
        return events.ToImmutable();
    }

    private static bool Same(SourceState left, SourceState right) =>
        left.LogRatio == right.LogRatio && left.Facts == right.Facts && left.Verdict == right.Verdict && left.First == right.First
        && left.Last == right.Last && left.Contacts.SequenceEqual(right.Contacts) && left.Addresses.SequenceEqual(right.Addresses);
}
