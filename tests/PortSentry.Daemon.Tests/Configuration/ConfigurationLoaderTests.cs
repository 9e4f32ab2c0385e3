using PortSentry.Capture.Contacts;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Commands;
using PortSentry.Daemon.Configuration;
using PortSentry.Daemon.Hocon;
using PortSentry.Daemon.Live;
using PortSentry.Daemon.Wiring;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Daemon.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("portsentry-config-");

    public void Dispose() => _directory.Delete(true);

    [Fact]
    public void The_built_in_file_alone_is_a_valid_configuration_and_says_what_the_code_says()
    {
        var options = Load("");
        var defaults = DetectionPolicy.Default;
        Assert.Equal(defaults with { Families = options.Detection.Families, PeerPorts = options.Detection.PeerPorts }, options.Detection);
        Assert.Equal(TextOf(defaults.PeerPorts), TextOf(options.Detection.PeerPorts));
        Assert.Equal(
            ServiceFamilies.Default.All.Select(TextOf),
            options.Detection.Families.All.Select(TextOf));
        Assert.Equal(new GateOptions(), options.Gate);
        Assert.Equal(ResponsePolicy.Default, options.Response);
        Assert.Equal(HomeKind.Auto, options.Home.Kind);
        Assert.Equal(["auto"], options.Interfaces);
        Assert.False(options.Response.Enforce);
        Assert.False(options.Classic.Enabled);
        Assert.Null(options.ControlGroup);
        Assert.Empty(options.Warnings);
    }

    [Theory]
    [InlineData("relaxed", 6)]
    [InlineData("default", 4)]
    [InlineData("strict", 3)]
    [InlineData("classic", 1)]
    public void A_profile_sets_its_keys_together(string profile, int strikes)
    {
        var options = Load($"portsentry.profile = {profile}");
        Assert.Equal(strikes, (int)Math.Ceiling(options.Detection.Strikes));
        Assert.Equal(profile == "classic", options.Classic.Enabled);
    }

    [Theory]
    [InlineData("memory = 96MiB", 1 << 20, 1 << 20)]
    [InlineData("memory = 100MiB", 1 << 20, 1 << 20)]
    [InlineData("memory = 95MiB", 1 << 19, 1 << 19)]
    [InlineData("memory = 1GiB", 1 << 23, 1 << 23)]
    [InlineData("memory = 1GiB, max-contacts = 5000", 5000, 1 << 23)]
    public void The_gates_tables_are_as_large_as_its_memory_unless_one_says(string text, int contacts, int sources)
    {
        var gate = Load($"portsentry.gate {{ {text} }}").Gate;
        Assert.Equal((contacts, sources), (gate.MaxContacts, gate.MaxSources));
    }

    [Fact]
    public void The_memory_bound_is_the_programs_and_that_of_each_interface()
    {
        const long MiB = 1 << 20;
        var usual = MemoryBound.Of(Load(""));
        // Tables and waits, the ring for floods and the one of single packets.
        Assert.InRange(usual.EachInterface / MiB, 96 + 16 + 64 + 10, 96 + 16 + 64 + 12);
        Assert.Equal(usual.Program + (3 * usual.EachInterface), usual.With(3));
        Assert.Equal(96 + 64, (MemoryBound.Of(Load("portsentry { gate.memory = 192MiB, capture.buffer = 128MiB }")).EachInterface - usual.EachInterface) / MiB);
    }

    [Theory]
    [InlineData("", 4, 2, 60)]
    [InlineData("portsentry.profile = strict", 3, 2, 60)]
    [InlineData("portsentry.response.hold { strikes = 7, odd-strikes = 1, lasts = 30s }", 7, 1, 30)]
    [InlineData("portsentry { profile = strict, response.hold.strikes = auto }", 3, 2, 60)]
    [InlineData("portsentry.response.hold.hesitate = all", 4, 2, 60, Hesitation.All)]
    public void The_tripwire_holds_where_the_verdict_is_due_or_where_one_says(string text, int strikes, int oddStrikes, int seconds, Hesitation hesitate = Hesitation.Refusals)
    {
        var rules = TripwireSetup.RulesOf(Load(text));
        Assert.Equal(new TripwireRules { Strikes = strikes, OddStrikes = oddStrikes, Hesitate = hesitate, Hold = TimeSpan.FromSeconds(seconds), Families = rules.Families }, rules);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("portsentry.detection.weights.half-open = 0.3", false)]
    [InlineData("portsentry.profile = classic", false)]
    public void Half_open_ports_are_strikes_where_the_detection_counts_them(string text, bool count) => Assert.Equal(count, TripwireSetup.RulesOf(Load(text)).HalfOpen);

    [Fact]
    public void A_key_set_by_hand_wins_over_the_profile()
    {
        var options = Load("portsentry { profile = strict, detection.half-life = 2h }");
        Assert.Equal(TimeSpan.FromHours(2), options.Detection.HalfLife);
        Assert.Equal(0.03, options.Detection.FalseAlarm);
    }

    [Fact]
    public void A_profile_of_ones_own_may_be_written() =>
        Assert.Equal(0.2, Load("portsentry { profile = mine, profiles.mine = ${portsentry.profiles.strict} { detection.p-false = 0.2 } }").Detection.FalseAlarm);

    [Theory]
    [InlineData("portsentry {\n detection { treshold = 1 } }", "my.conf:2:14: portsentry.detection.treshold: unknown key")]
    [InlineData("portsentry.detection.half-lief = 2h", "did you mean half-life?")]
    [InlineData("portsetnry.enforce = on", "did you mean portsentry?")]
    [InlineData("portsentry.detection.half-life = 1 fortnight", "my.conf:1:34: portsentry.detection.half-life: \"1 fortnight\" is not valid; valid: a number with a unit (ms, s, m, h, d), 1m to 3650d")]
    [InlineData("portsentry.detection.half-life = 3600", "the number 3600 is not valid; valid: a number with a unit")]
    [InlineData("portsentry.response.hold.strikes = 1", "my.conf:1:36: portsentry.response.hold.strikes: the number 1 is not valid; valid: auto, or a whole number, 2 to 100")]
    [InlineData("portsentry.detection.theta0 = 2", "valid: 0.01 to 0.999")]
    [InlineData("portsentry.detection.theta1 = 0.9", "my.conf:1:31: portsentry.detection.theta1: theta1 is not below theta0")]
    [InlineData("portsentry.detection.theta0 = 0.1", "my.conf:1:31: portsentry.detection.theta0: theta1 is not below theta0")]
    [InlineData("portsentry.detection.p-detect = 0.5\nportsentry.detection.p-false = 0.5", "my.conf:2:32: portsentry.detection.p-false: p-false is not below p-detect")]
    [InlineData("portsentry.response.block.longest = 1s", "my.conf:1:37: portsentry.response.block.longest: first is longer than longest")]
    [InlineData("portsentry.detection.weights.trap = -1", "valid: 0 to 20")]
    [InlineData("portsentry.detection.trap-ports.tcp = [23, 70000, \"9-1\"]", "my.conf:1:44: portsentry.detection.trap-ports.tcp: the number 70000 does not belong there")]
    [InlineData("portsentry.ignore = [10.0.0.0/33]", "portsentry.ignore: \"10.0.0.0/33\" does not belong there")]
    [InlineData("portsentry.ignore += example.org", "addresses or prefixes")]
    [InlineData("portsentry.home = [somewhere]", "addresses or prefixes")]
    [InlineData("portsentry.home = []", "nothing would be guarded")]
    [InlineData("portsentry.interfaces = []", "an empty list")]
    [InlineData("portsentry.interfaces = [auto, eth0]", "auto beside names")]
    [InlineData("portsentry.enforce = maybe", "valid: on or off")]
    [InlineData("portsentry.enforce = null", "null is not valid")]
    [InlineData("portsentry.profile = lax", "portsentry.profile: no such profile")]
    [InlineData("portsentry.state-dir = here", "an absolute path")]
    [InlineData("portsentry.gate.max-contacts = 1.5", "valid: auto, or a whole number, 1024 to 268435456")]
    [InlineData("portsentry.gate.memory = 96", "valid: a number of bytes or with a unit")]
    [InlineData("portsentry.capture.buffer = 64", "1MiB to 4GiB")]
    [InlineData("portsentry.response.responders = [nftables, nftables]", "listed twice")]
    [InlineData("portsentry.response.responders = [iptable]", "any of nftables")]
    [InlineData("portsentry.response.nftables.table = \"a b\"", "portsentry.response.nftables.table: \"a b\" is not valid; valid: 1 to 31 letters")]
    [InlineData("portsentry.response.nftables.tabel = x", "did you mean table?")]
    [InlineData("portsentry.response.ipset.variant = newest", "valid: system, nft, legacy")]
    [InlineData("portsentry.response.iptables { table = nat }", "portsentry.response.iptables.table: \"nat\" is not valid; valid: raw, mangle, filter or security")]
    [InlineData("portsentry.response { responders = [mail], mail { transport = smtp, to = [\"ann@example.org\"] } }", "portsentry.response.mail.host: \"\" is not valid; valid: the name or address of a mail server")]
    [InlineData("portsentry.response { responders = [webhook] }", "portsentry.response.webhook.url: \"\" is not valid; valid: an http or https address")]
    [InlineData("portsentry.response.webhook.events = [scam]", "portsentry.response.webhook.events: ")]
    [InlineData("portsentry.response.block { first = 2d, longest = 1d }", "at most longest")]
    [InlineData("portsentry.journal.kind = postgresql", "empty, while kind = postgresql")]
    [InlineData("portsentry.journal.sqlite.synchronous = maybe", "valid: off, normal, full")]
    [InlineData("portsentry.log = debug", "an object { … }")]
    [InlineData("portsentry = 1", "is no object")]
    [InlineData("a = [::1]", "my.conf:1:6: ")]
    public void Mistakes_stop_the_start_with_place_key_and_what_would_be_valid(string text, string said) =>
        Assert.Contains(said, Assert.Throws<ConfigurationException>(() => Load(text)).Message);

    [Fact]
    public void A_cluster_is_refused_with_its_place_where_the_engine_or_the_journal_cannot_have_one()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Load("portsentry.cluster { enabled = on, address = \"192.0.2.1\", seed-nodes = [\"192.0.2.1:4053\"] }"));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal("portsentry.cluster.enabled", problem.Key);
        Assert.Contains(ActorRuntime.HasCluster ? "journal.kind is not postgresql" : "built-in actor engine", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Assert.Throws<ConfigurationException>(() => Load("portsentry { enforce = 1, foo = 2, log.level = loud }")).Problems.Count);

    [Fact]
    public void Check_names_a_group_that_this_host_lacks()
    {
        Assert.Null(CheckCommand.OfThisHost(Load("")));
        Assert.Null(CheckCommand.OfThisHost(Load("portsentry.control.group = root")));
        Assert.StartsWith("my.conf:1:28: portsentry.control.group: there is no group nosuch here", CheckCommand.OfThisHost(Load("portsentry.control.group = nosuch"))!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("portsentry.detection.theta0 = 7")]
    [InlineData("portsentry.detection.theta1 = 7")]
    [InlineData("portsentry.detection.p-detect = none")]
    [InlineData("portsentry.response.block.longest = 0s")]
    public void One_mistake_is_told_once_and_its_key_is_compared_with_no_other(string text) =>
        Assert.Single(Assert.Throws<ConfigurationException>(() => Load(text)).Problems);

    [Fact]
    public void A_family_may_be_changed_added_and_taken_out()
    {
        var families = Load("portsentry.detection.families { web = null, game.udp = [\"27000-27100\"], mail.tcp = [25] }").Detection.Families;
        Assert.Equal(0, families.Of(Core.IpProtocol.Tcp, 443));
        Assert.NotEqual(0, families.Of(Core.IpProtocol.Udp, 27015));
        Assert.Equal(0, families.Of(Core.IpProtocol.Tcp, 110));
    }

    [Fact]
    public void The_command_line_wins_over_the_file()
    {
        var file = Write("my.conf", "portsentry { interfaces = [eth9], home = any }");
        var overrides = new ConfigurationOverrides { Interfaces = ["eth0", "eth1"], Enforce = true, StateDirectory = "/tmp/state", Home = "192.0.2.0/24,2001:db8::/32" };
        var options = ConfigurationLoader.Load(file, overrides.ToSource());
        Assert.Equal(["eth0", "eth1"], options.Interfaces);
        Assert.True(options.Response.Enforce);
        Assert.Equal("/tmp/state", options.StateDirectory);
        Assert.Equal(["192.0.2.0/24", "2001:db8::/32"], options.Home.Networks.Select(n => n.ToString()));
    }

    [Fact]
    public void A_file_that_is_not_there_or_classic_is_refused_by_name()
    {
        Assert.Contains("does not exist", Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load("/nowhere/x.conf")).Message);
        var classic = Write("portsentry.conf", "TCP_PORTS=\"1,2\"\n");
        Assert.Contains("portsentry import --conf", Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load(classic)).Message);
    }

    [Fact]
    public void The_effective_configuration_reads_back_the_same_and_names_what_was_set()
    {
        var options = Load("portsentry { enforce = on\n ignore += \"2001:db8::/32\"\n log.file = \"/var/log/a b\"\n profile = strict }");
        var rendered = EffectiveConfiguration.Render(options);
        Assert.Contains("  enforce = on  # my.conf:1:24\n", rendered);
        Assert.Contains("    half-life = 72h\n", rendered);
        var again = ConfigurationLoader.Load(new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("again", rendered)]);
        Assert.Equal(options.Detection with { Families = again.Detection.Families, PeerPorts = again.Detection.PeerPorts }, again.Detection);
        Assert.Equal(options.Ignore, again.Ignore);
        Assert.Equal(options.Log, again.Log);
        Assert.Equal(options.Response, again.Response);
    }

    [Fact]
    public void A_password_is_not_printed()
    {
        var rendered = EffectiveConfiguration.Render(Load("portsentry.journal { kind = postgresql, postgresql.connection-string = \"Host=db;Password=geheim;Database=p\" }"));
        Assert.Contains("Host=db;Password=…;Database=p", rendered);
        Assert.DoesNotContain("geheim", rendered);
    }

    private static string TextOf(ServiceFamily family) => $"{family.Name}: {string.Join(',', family.Tcp)}; {string.Join(',', family.Udp)}";

    private static PortSentryOptions Load(string text) =>
        ConfigurationLoader.Load(new HoconLoader(), [ConfigurationLoader.Reference(), new HoconSource("my.conf", text)]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
