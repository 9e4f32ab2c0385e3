using System.Text;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Journal.Serialisation;

namespace PortSentry.Journal.Tests.Serialisation;

public sealed class EventSerialiserTests
{
    private static readonly EventSerialiser Serialiser = JournalEvents.Serialiser;
    private static readonly Instant At = new(1_772_366_400_123_456_789);

    private static readonly Fact SomeFact = new(
        Address.Parse("2001:db8::1"), Address.Parse("192.0.2.7"), IpProtocol.Udp, 53, ProbeKind.Udp, Outcome.HalfOpen,
        Traits.Trap | Traits.IpOptions, 0x29, true, 3, 4_000_000_000, At - TimeSpan.FromSeconds(1), At);

    private static readonly ScanDetected Scan = new(
        At, ScanShape.Sweep, [ProbeKind.TcpSyn, ProbeKind.TcpXmas], 4.595119850134589, 3, 12, 40, true, At - TimeSpan.FromHours(1), IpProtocol.Tcp, 443);

    private static readonly Block SomeBlock = new(
        Prefix.Parse("198.51.100.0/24"), At, At + TimeSpan.FromHours(1), Decider.Operator, "said \"so\" <b>", true, 2, IpProtocol.Tcp, 22, "atcp")
    {
        ConfirmedAt = At + TimeSpan.FromMilliseconds(3),
    };

    /// <summary>One of each kind, with no field at its default where it has one.</summary>
    private static readonly object[] Full =
    [
        new PortTouched(SomeFact, 1.5, -2.25, Anew: true),
        Scan,
        new ScanContinued(At, 7, true, IpProtocol.Sctp, 9),
        new CompanionsNamed(At, [Prefix.Parse("192.0.2.1"), Prefix.Parse("2001:db8::/64")]),
        new SourceForgiven(At, "root"),
        new BlockDecided(SomeBlock),
        new BlockConfirmed(At, Prefix.Parse("192.0.2.1"), "nftables"),
        new BlockFailed(At, Prefix.Parse("2001:db8::/64"), "route", "no such device"),
        new BlockExpired(At, Prefix.Parse("192.0.2.1")),
        new BlockLifted(At, Prefix.Parse("192.0.2.1"), "root"),
        new BlockRefused(At, Prefix.Parse("192.0.2.1"), Refusal.BudgetSpent, "60 a minute"),
    ];

    public static TheoryData<string> Manifests => [.. Serialiser.Manifests];

    [Fact]
    public void Every_event_comes_back_as_it_was()
    {
        foreach (var value in Full)
        {
            var back = Read(Serialiser.ManifestOf(value), Serialiser.Serialise(value));
            if (value is ScanDetected scan)
            {
                Assert.Equal(scan.Kinds.AsEnumerable(), ((ScanDetected)back).Kinds);
                back = (ScanDetected)back with { Kinds = scan.Kinds };
            }
            if (value is CompanionsNamed named)
            {
                Assert.Equal(named.Others.AsEnumerable(), ((CompanionsNamed)back).Others);
                back = (CompanionsNamed)back with { Others = named.Others };
            }

            Assert.Equal(value, back);
        }
    }

    [Fact]
    public void Fields_at_their_default_come_back_as_their_default()
    {
        object[] empty =
        [
            new PortTouched(default, 0, 0), new ScanContinued(default, 0, false, default, 0),
            new BlockDecided(SomeBlock with { Until = null, By = Decider.Rule, ConfirmedAt = null, Proven = false, Offence = 0, Port = 0 }),
        ];
        foreach (var value in empty)
            Assert.Equal(value, Read(Serialiser.ManifestOf(value), Serialiser.Serialise(value)));
    }

    [Fact]
    public void A_sources_state_comes_back_as_it_was()
    {
        var contact = new Contact(SomeFact.Source, SomeFact.Destination, IpProtocol.Tcp, 22, ProbeKind.TcpFin, Outcome.Odd, Traits.Fragmented, 1, 2, 3.5, At);
        var state = new SourceState
        {
            LogRatio = 4.6, RatioAt = At, Contacts = [contact, contact with { Port = 23 }], Addresses = [SomeFact.Source], Facts = 99,
            First = At - TimeSpan.FromDays(2), Last = At, Proven = true, Verdict = Scan, ReportedAt = At, Companions = [Prefix.Parse("192.0.2.7")],
        };

        var back = (SourceState)Read("source-state", Serialiser.Serialise(state));

        Assert.Equal(state.Contacts.AsEnumerable(), back.Contacts);
        Assert.Equal(state.Addresses.AsEnumerable(), back.Addresses);
        Assert.Equal(state.Verdict.Kinds.AsEnumerable(), back.Verdict!.Kinds);
        Assert.Equal(state.Companions.AsEnumerable(), back.Companions);
        Assert.Equal(state, back with { Contacts = state.Contacts, Addresses = state.Addresses, Verdict = state.Verdict, Companions = state.Companions });
    }

    [Fact]
    public void The_blocks_in_force_come_back_as_they_were()
    {
        var state = ResponseState.Initial with
        {
            Active = ResponseState.Initial.Active.Add(SomeBlock.Target, SomeBlock).Add(Prefix.Parse("2001:db8:1::/64"), SomeBlock with { Until = null }),
            Held = ResponseState.Initial.Held.Add(Prefix.Parse("192.0.2.9"), SomeBlock with { Target = Prefix.Parse("192.0.2.9"), By = Decider.Tripwire, Reason = "another", Protocol = (IpProtocol)200 }),
            Offenders = ResponseState.Initial.Offenders.Add(Prefix.Parse("203.0.113.9"), new Offender(3, At)),
            RecentUnproven = [At, At + TimeSpan.FromSeconds(1)],
        };

        var back = (ResponseState)Read("response-state", Serialiser.Serialise(state));

        Assert.Equal(state.Active.OrderBy(pair => pair.Key.ToString()), back.Active.OrderBy(pair => pair.Key.ToString()));
        Assert.Equal(state.Held, back.Held);
        Assert.Equal(state.Offenders, back.Offenders);
        Assert.Equal(state.RecentUnproven, back.RecentUnproven);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_payload_without_any_field_gives_an_event_that_can_be_worked_with(string manifest)
    {
        var value = Read(manifest, "{}"u8);

        // Writing it again walks every collection: an uninitialised one would throw.
        Assert.NotEmpty(Serialiser.Serialise(value));
        if (value is SourceState state) Assert.Equal((0, 0, 0), (state.Contacts.Length, state.Addresses.Length, state.Companions.Length));
        if (value is ScanDetected scan) Assert.Empty(scan.Kinds);
        if (value is ResponseState response) Assert.True(response.Active.IsEmpty && response.Held.IsEmpty && response.Offenders.IsEmpty && response.RecentUnproven.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Fields_of_a_newer_version_are_passed_over(string manifest)
    {
        var value = Read(manifest, """{"fromTheFuture":{"deep":[1,2,{"x":null}]},"another":"text"}"""u8);

        Assert.Equal(manifest, Serialiser.ManifestOf(value));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Samples_of_released_versions_can_still_be_read_and_mean_the_same(string manifest)
    {
        // A field that is renamed or changes its form makes this fail: old journals would lose it.
        var sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", manifest + ".json")).TrimEnd();

        var value = Read(manifest, Encoding.UTF8.GetBytes(sample));

        Assert.Equal(sample, Encoding.UTF8.GetString(Serialiser.Serialise(value)));
    }

    [Theory]
    [InlineData("""{"active":{"192.0.2.1":{"until":7,"fromTheFuture":{"deep":[1,{"x":2}]},"reason":null}},"offenders":{"192.0.2.2":{"another":[1]}}}""", 7L)]
    [InlineData("""{"active":{"192.0.2.1":{"until":null,"by":3,"protocol":200}}}""", null)]
    public void A_block_lacks_fields_or_has_those_of_a_newer_version(string payload, long? until)
    {
        var state = (ResponseState)Read("response-state", Encoding.UTF8.GetBytes(payload));

        Assert.Equal(until, state.Active[Prefix.Parse("192.0.2.1")].Until?.Nanoseconds);
    }

    [Theory]
    [InlineData("""{"active":{"192.0.2.1":null}}""")]
    [InlineData("""{"active":{"192.0.2.1":7}}""")]
    [InlineData("""{"active":[]}""")]
    [InlineData("""{"active":{"example.org":{}}}""")]
    [InlineData("""{"active":{"192.0.2.1":{"port":70000}}}""")]
    [InlineData("""{"active":{"192.0.2.1":{"since":"today"}}}""")]
    [InlineData("""{"active":{"192.0.2.1":{"by":"nobody"}}}""")]
    [InlineData("""{"offenders":{"192.0.2.1":[1]}}""")]
    [InlineData("""{"active":{"192.0.2.1":{"port":7""")]
    public void A_snapshot_that_holds_something_else_is_malformed(string payload) =>
        Assert.IsType<Decoded.Malformed>(Serialiser.Deserialise("response-state", Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void An_unknown_manifest_and_a_broken_payload_are_values_that_say_what_to_do()
    {
        var unknown = Assert.IsType<Decoded.Unknown>(Serialiser.Deserialise("quantum-scan-detected", "{}"u8));
        Assert.Contains("quantum-scan-detected", unknown.ToString(), StringComparison.Ordinal);
        Assert.Contains("newer", unknown.ToString(), StringComparison.Ordinal);

        foreach (var broken in new[] { "", "{", "[]", "null", "7", "{\"at\":\"yesterday\"}", "{\"at\":1,\"target\":\"300.1.1.1\"}", "{\"target\":5}", "\u0001" })
            Assert.IsType<Decoded.Malformed>(Serialiser.Deserialise("block-expired", Encoding.UTF8.GetBytes(broken)));
    }

    [Fact]
    public void Damaged_payloads_never_throw()
    {
        var random = new Random(1998);
        foreach (var value in Full)
        {
            var manifest = Serialiser.ManifestOf(value);
            var payload = Serialiser.Serialise(value);
            for (var round = 0; round < 300; round++)
            {
                var damaged = payload.AsSpan(0, random.Next(payload.Length + 1)).ToArray();
                if (damaged.Length > 0) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                Assert.IsNotType<Decoded.Unknown>(Serialiser.Deserialise(manifest, damaged));
            }
        }
    }

    [Fact]
    public void Values_that_are_not_registered_are_a_bug()
    {
        Assert.Throws<ArgumentException>(() => Serialiser.Serialise("text"));
        Assert.False(Serialiser.Knows(typeof(string)));
        Assert.Throws<ArgumentException>(() => new EventSerialiser.Builder()
            .Register("twice", static () => EventJson.Default.BlockExpired)
            .Register("twice", static () => EventJson.Default.BlockLifted));
    }

    [Fact]
    public void A_usual_event_is_small()
    {
        var fact = SomeFact with { Source = Address.Parse("198.51.100.23"), Traits = Traits.None, Protocol = IpProtocol.Tcp, Kind = ProbeKind.TcpSyn, Outcome = Outcome.Refused, TcpFlags = 2, Proven = false, Credit = 0, Packets = 1 };

        var payload = Serialiser.Serialise(new PortTouched(fact, 1, 1.3862943611198906));

        Assert.True(payload.Length <= 220, $"{payload.Length} bytes: {Encoding.UTF8.GetString(payload)}");
    }

    private static object Read(string manifest, ReadOnlySpan<byte> payload)
    {
        var decoded = Serialiser.Deserialise(manifest, payload);
        return Assert.IsType<Decoded.Event>(decoded).Value;
    }
}
