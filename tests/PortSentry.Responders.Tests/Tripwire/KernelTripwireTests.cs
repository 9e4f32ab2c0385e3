using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Responders.Tests.Namespaces;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Responders.Tests.Tripwire;

/// <summary>The rules in a real kernel, between two namespaces: .1 asks, .2 is guarded and serves port 80.</summary>
public sealed class KernelTripwireTests : IDisposable
{
    private const string Guarded4 = "10.99.41.2", Guarded6 = "fd99:41::2";
    private static readonly TripwireRules Rules = new();

    private readonly NetNamespace _guarded = new();
    private readonly NetNamespace _asker = new();
    private readonly KernelTripwire _tripwire = new(Rules);
    private readonly List<Socket> _sockets = [];

    public KernelTripwireTests()
    {
        _guarded.Join(_asker, "10.99.41.2/24", "10.99.41.1/24");
        _guarded.Run(() =>
        {
            Shell.Run("ip", "addr", "add", $"{Guarded6}/64", "dev", "psresp0", "nodad");
            for (var i = 21; i <= 26; i++) Shell.Run("ip", "addr", "add", $"10.99.41.{i}/24", "dev", "psresp0");
            _sockets.Add(Wire.Listen("0.0.0.0", 80));
            _sockets.Add(Wire.Listen(Guarded6, 80));
        });
        _asker.Run(() =>
        {
            Shell.Run("ip", "addr", "add", "fd99:41::1/64", "dev", "psresp1", "nodad");
            Shell.Run("ip", "addr", "add", "fd99:41::5/64", "dev", "psresp1", "nodad");
        });
        Arm();
    }

    public void Dispose()
    {
        _tripwire.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
        _asker.Dispose();
        _guarded.Dispose();
    }

    [Fact]
    public async Task Fourth_port_without_a_socket_holds_the_sender()
    {
        Touch(Guarded4, 3001, 3002, 3003);
        using (await Wire.Connect(_asker, Guarded4, 80)) Assert.Empty(Held("held4"));
        Touch(Guarded4, 3004);
        Assert.Equal(["10.99.41.1"], Held("held4"));
        await Wire.AssertCutOff(_asker, Guarded4, 80);
    }

    [Fact]
    public async Task A_released_and_spared_sender_may_go_on()
    {
        Touch(Guarded4, 3001, 3002, 3003, 3004);
        InGuarded(() => _tripwire.Release(Prefix.Parse("10.99.41.1")));
        InGuarded(() => _tripwire.Spare(Prefix.Parse("10.99.41.1"), TimeSpan.FromMinutes(1)));
        Touch(Guarded4, 3005, 3006, 3007, 3008, 3009);
        Assert.Empty(Held("held4"));
        using var served = await Wire.Connect(_asker, Guarded4, 80);
    }

    [Fact]
    public void Repeats_of_one_port_never_add_up()
    {
        for (var i = 0; i < 20; i++) Touch(Guarded4, 3001);
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void One_port_of_six_addresses_is_no_vertical_scan()
    {
        for (var i = 21; i <= 26; i++) Touch($"10.99.41.{i}", 3001);
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void A_mail_client_that_guesses_its_server_is_not_held()
    {
        Touch(Guarded4, 25, 110, 143, 465, 587, 993, 995, 2525);
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void A_family_is_one_strike_of_the_four()
    {
        Touch(Guarded4, 25, 110, 143, 3001, 3002);
        Assert.Empty(Held("held4"));
        Touch(Guarded4, 3003);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void Nobody_of_the_friends_is_held()
    {
        InGuarded(() => _tripwire.SetFriends([Prefix.Parse("10.99.41.0/30"), Prefix.Parse("10.99.41.1"), Prefix.Parse("fd99:41::/64")]));
        Touch(Guarded4, 3001, 3002, 3003, 3004, 3005);
        Touch(Guarded6, 3001, 3002, 3003, 3004, 3005);
        Assert.Empty(Held("held4"));
        Assert.Empty(Held("held6"));
    }

    [Fact]
    public void Until_it_is_told_that_somebody_is_awake_it_counts_nobody()
    {
        InGuarded(_tripwire.Install);
        Touch(Guarded4, 3001, 3002, 3003, 3004, 3005);
        Assert.Empty(Held("held4"));
        InGuarded(() => _tripwire.StayAwake(TimeSpan.FromSeconds(30)));
        Touch(Guarded4, 3001, 3002, 3003, 3004);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void Exempt_ports_do_not_count()
    {
        foreach (ushort port in (ushort[])[3001, 3002])
            InGuarded(() => _tripwire.Exempt(IpProtocol.Tcp, port));
        Touch(Guarded4, 3001, 3002, 3003, 3004, 3005);
        Assert.Empty(Held("held4"));
        InGuarded(() => _tripwire.Count(IpProtocol.Tcp, 3001));
        Touch(Guarded4, 3001);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void What_it_does_and_counts_itself_leaves_it_intact()
    {
        var disturbed = 0;
        _tripwire.Disturbed += () => Interlocked.Increment(ref disturbed);
        Touch(Guarded4, 3001, 3002, 3003, 3004, 3005);
        InGuarded(() => _tripwire.Release(Prefix.Parse("10.99.41.1")));
        InGuarded(() => _tripwire.SetFriends([Prefix.Parse("10.99.41.0/30")]));
        // The kernel tells in order: what came before this somebody else would have been heard before him.
        _guarded.Run(() => Shell.Run("nft", "add element inet portsentry_tripwire spared4 { 10.99.9.9 }"));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref disturbed) > 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(1, Volatile.Read(ref disturbed));
        Assert.True(IsIntact());
        _guarded.Run(() => Shell.Run("nft", "delete", "table", "inet", Rules.Table));
        Assert.False(IsIntact());
    }

    [Fact]
    public void A_scanner_amid_a_flood_of_forged_senders_is_held()
    {
        const int MostScanned = 64, ForgedBetween = 500;
        _guarded.Run(() => Shell.Run("ip", "route", "add", "198.18.0.0/15", "via", "10.99.41.1"));
        using var forger = Forger.In(_asker, Guarded4);
        var scanned = 0;
        while (Held("held4").Length == 0 && scanned < MostScanned)
        {
            var port = (ushort)(4001 + scanned++);
            for (var i = 0; i < ForgedBetween; i++) forger.SendSyn(port);
            Touch(Guarded4, port);
        }
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void Forged_neighbours_who_come_again_and_again_hide_no_scanner()
    {
        const int Neighbours = 20_000, Rounds = 20, Scanner = Neighbours + 1;
        _guarded.Run(() => Shell.Run("ip", "route", "add", "198.18.0.0/15", "via", "10.99.41.1"));
        using var forger = Forger.In(_asker, Guarded4);
        for (var round = 0; round < Rounds; round++)
            for (uint neighbour = 0; neighbour < Neighbours; neighbour++) forger.SendSyn((ushort)(4001 + round), neighbour);
        for (ushort port = 5001; port <= 5020; port++) forger.SendSyn(port, Scanner);
        // With so few senders some share a meter that is too fast for one.
        Assert.Contains("198.18.78.33", Held("held4"));
    }

    [Fact]
    public void When_the_budget_is_spent_who_is_much_faster_is_held_all_the_same()
    {
        using var tripwire = new KernelTripwire(Rules with { HoldsPerMinute = 1 });
        InGuarded(tripwire.Install);
        InGuarded(() => tripwire.StayAwake(TimeSpan.FromMinutes(5)));
        _guarded.Run(() => Shell.Run("ip", "route", "add", "198.18.0.0/15", "via", "10.99.41.1"));
        using var forger = Forger.In(_asker, Guarded4);
        foreach (var (sender, ports) in (ReadOnlySpan<(uint, int)>)[(1, 4), (2, 10), (3, 300)])
            for (var i = 0; i < ports; i++) forger.SendSyn((ushort)(4001 + i), sender);
        Assert.Equal(["198.18.0.1", "198.18.0.3"], Held("held4"));
    }

    [Fact]
    public void Forged_senders_fill_no_set()
    {
        const int Forged = 20_000;
        _guarded.Run(() => Shell.Run("ip", "route", "add", "198.18.0.0/15", "via", "10.99.41.1"));
        using var forger = Forger.In(_asker, Guarded4);
        for (var i = 0; i < Forged; i++) forger.SendSyn(4000);
        _guarded.Run(() => Assert.InRange(Shell.Run("nft", "list", "set", "inet", Rules.Table, "seen4").Split("limit rate").Length - 1, Rules.ContactsPerSecond, Forged / 2));
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void An_IPv6_neighbour_is_held_alone()
    {
        InGuarded(() => _tripwire.SetNear([Address.Parse(Guarded6)]));
        TouchFrom("fd99:41::1", 3001, 3002);
        TouchFrom("fd99:41::5", 3003, 3004);
        Assert.Empty(Held("held6"));
        TouchFrom("fd99:41::1", 3005, 3006);
        Assert.Equal(["fd99:41::1"], Held("held6"));
        Assert.Empty(Held("held64"));
    }

    [Fact]
    public void Elsewhere_an_IPv6_network_of_64_bits_is_one_sender()
    {
        TouchFrom("fd99:41::1", 3001, 3002);
        TouchFrom("fd99:41::5", 3003, 3004);
        Assert.Equal(["fd99:41::"], Held("held64"));
        InGuarded(() => _tripwire.Release(Prefix.Parse("fd99:41::/64")));
        Assert.Empty(Held("held64"));
    }

    [Fact]
    public void Fourth_port_left_half_open_by_a_tool_holds_it()
    {
        Serve(9001, 9004);
        for (var port = 9001; port <= 9003; port++) Hping("-S", port);
        Assert.Empty(Held("held4"));
        Hping("-S", 9004);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void Fourth_port_left_half_open_over_IPv6_holds_the_tool()
    {
        Serve(9001, 9004);
        Nmap("9001-9003");
        Assert.Empty(Held("held64"));
        Nmap("9004");
        Assert.Equal(["fd99:41::"], Held("held64"));
    }

    [Fact]
    public void Closed_ports_and_ports_left_half_open_add_up()
    {
        Serve(9001, 9002);
        Hping("-S", 9001);
        Hping("-S", 3001);
        Hping("-S", 9002);
        Assert.Empty(Held("held4"));
        Hping("-S", 3002);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void A_health_check_that_leaves_three_ports_half_open_again_and_again_is_not_held()
    {
        Serve(9001, 9003);
        for (var i = 0; i < 5; i++)
            for (var port = 9001; port <= 9003; port++) Hping("-S", port);
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void Connections_that_a_stack_gives_up_in_mid_handshake_are_no_strikes()
    {
        Serve(9001, 9006);
        for (var port = 9001; port <= 9006; port++) Hping("-S --tcp-timestamp", port);
        Assert.Empty(Held("held4"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // no ACK of its own: the RST meets a half-open socket, as HAProxy's checks do
    public void Connections_that_are_reset_by_who_made_them_are_no_strikes(bool isFirstSegment)
    {
        Serve(9001, 9006);
        for (var port = 9001; port <= 9006; port++) Reset(port, isFirstSegment);
        Assert.Empty(Held("held4"));
    }

    [Theory]
    [InlineData("-R")]
    [InlineData("-R -A")]
    [InlineData("-A")]
    public void Stray_segments_to_services_are_no_strikes(string flags)
    {
        Serve(9001, 9006);
        for (var port = 9001; port <= 9006; port++) Hping(flags, port);
        Assert.Empty(Held("held4"));
    }

    [Theory]
    [InlineData(Guarded4)]
    [InlineData(Guarded6)]
    public async Task Where_services_hesitate_who_has_a_strike_waits_until_his_stack_asks_again(string guarded)
    {
        using var tripwire = Hesitant(Hesitation.All);
        Touch(guarded, 3001);
        await Wire.AssertCutOff(_asker, guarded, 80);
        using var served = await Wire.Connect(_asker, guarded, 80);
    }

    [Theory]
    [InlineData(Hesitation.Refusals)]
    [InlineData(Hesitation.All)]
    public void Where_it_hesitates_only_the_first_closed_port_is_refused_at_once(Hesitation hesitate)
    {
        using var tripwire = Hesitant(hesitate);
        // Two of one family, one strike.
        foreach (var (port, isRefused) in (ReadOnlySpan<(int, bool)>)[(3001, true), (3001, true), (25, false), (110, false), (3002, false)])
            Assert.Equal(isRefused, Answers("-S --tcp-timestamp", port));
        Assert.Empty(Held("held4"));
        Hping("-S", 3003);
        Assert.Equal(["10.99.41.1"], Held("held4"));
        Assert.Empty(Held("struck4"));
    }

    [Fact]
    public void Where_it_hesitates_who_has_no_strike_does_not_wait()
    {
        using var tripwire = Hesitant(Hesitation.All);
        Assert.True(Answers("-S --tcp-timestamp", 80));
    }

    [Fact]
    public void Where_refusals_hesitate_services_do_not()
    {
        using var tripwire = Hesitant(Hesitation.Refusals);
        Touch(Guarded4, 3001);
        Assert.False(Answers("-S --tcp-timestamp", 3002));
        Assert.True(Answers("-S --tcp-timestamp", 80));
    }

    [Theory]
    [InlineData("-F")]
    [InlineData("-Y")] // no flag but one of the reserved: NULL as far as RFC 9293 3.10.7 goes
    [InlineData("-F -P -U")]
    [InlineData("-S -F")]
    public void Second_segment_that_no_stack_sends_holds(string flags)
    {
        Hping(flags, 3001);
        Assert.Empty(Held("held4"));
        Hping(flags, 3002);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Theory]
    [InlineData("-R")]
    [InlineData("-S -A")]
    [InlineData("-R -A")]
    [InlineData("-A -s 443")]
    [InlineData("-F -A -s 443")]
    [InlineData("-2 -s 53")]
    public void What_looks_like_an_answer_is_no_strike(string flags)
    {
        for (var port = 40001; port <= 40006; port++) Hping(flags, port);
        Assert.Empty(Held("held4"));
    }

    [Theory]
    [InlineData("-A")]
    [InlineData("-F -A")]
    [InlineData("-2")]
    public void Four_bare_contacts_of_any_kind_hold(string flags)
    {
        for (var port = 3001; port <= 3003; port++) Hping(flags, port);
        Assert.Empty(Held("held4"));
        Hping(flags, 3004);
        Assert.Equal(["10.99.41.1"], Held("held4"));
    }

    [Fact]
    public void A_traceroute_that_ends_here_is_one_contact()
    {
        for (var port = 33434; port < 33454; port++) Hping("-2", port);
        Assert.Empty(Held("held4"));
    }

    [Fact]
    public void First_contacts_and_the_hold_are_reported_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var reports = new BlockingCollection<(bool IsHold, int Port)>();
        KernelTripwireLog? log = null;
        _guarded.Run(() => log = new KernelTripwireLog(Rules));
        var listening = new Thread(() => log!.Run((isHold, packet) => reports.Add((isHold, BinaryPrimitives.ReadUInt16BigEndian(packet[22..]))), static () => false, stop.Token));
        listening.Start();
        Touch(Guarded4, 3001, 3001, 3002, 3003, 3004, 3005);
        var heard = new List<(bool, int)>();
        while (heard.Count < 4 && reports.TryTake(out var report, TimeSpan.FromSeconds(10))) heard.Add(report);
        stop.Cancel();
        listening.Join();
        log!.Dispose();
        Assert.Equal([(false, 3001), (false, 3002), (false, 3003), (true, 3004)], heard);
        Assert.Empty(reports);
    }

    [Fact]
    public void Nothing_is_left_after_removal()
    {
        InGuarded(_tripwire.Remove);
        _guarded.Run(() => Assert.Equal("", Shell.Run("nft", "list", "ruleset")));
        InGuarded(_tripwire.Remove);
        var gone = new ResponderResult();
        _guarded.Run(() => gone = _tripwire.StayAwake(TimeSpan.FromSeconds(1)));
        Assert.False(gone.Ok);
        Assert.True(gone.Retryable);
    }

    private void Arm()
    {
        InGuarded(_tripwire.Install);
        InGuarded(() => _tripwire.StayAwake(TimeSpan.FromMinutes(5)));
    }

    private KernelTripwire Hesitant(Hesitation hesitate)
    {
        var tripwire = new KernelTripwire(Rules with { Hesitate = hesitate });
        InGuarded(tripwire.Install);
        InGuarded(() => tripwire.StayAwake(TimeSpan.FromMinutes(5)));
        return tripwire;
    }

    private void InGuarded(Func<ResponderResult> change)
    {
        var result = new ResponderResult();
        _guarded.Run(() => result = change());
        Assert.True(result.Ok, result.Error);
    }

    private bool IsIntact()
    {
        var isIntact = false;
        _guarded.Run(() => isIntact = _tripwire.IsIntact());
        return isIntact;
    }

    private void Touch(string address, params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports) Touch(null, address, port);
    }

    private void TouchFrom(string source, params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports) Touch(source, Guarded6, port);
    }

    // A connect that is refused, or dropped: the SYN has been through the rules when connect(2) of a non-blocking socket returns.
    private void Touch(string? source, string address, int port) => _asker.Run(() =>
    {
        var to = IPAddress.Parse(address);
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        if (source is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        var failure = Record.Exception(() => socket.Connect(new IPEndPoint(to, port)));
        Assert.IsType<SocketException>(failure);
        socket.Poll(50_000, SelectMode.SelectWrite);
    });

    // connect(2), then close(2) with a linger time of 0.
    private void Reset(int port, bool isFirstSegment) => _asker.Run(() =>
    {
        const int Tcp = 6, QuickAck = 12;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        if (isFirstSegment) socket.SetRawSocketOption(Tcp, QuickAck, BitConverter.GetBytes(0));
        socket.Connect(Guarded4, port);
    });

    private void Serve(int first, int last) => _guarded.Run(() =>
    {
        for (var port = first; port <= last; port++) _sockets.AddRange([Wire.Listen(Guarded4, port), Wire.Listen(Guarded6, port)]);
    });

    private void Nmap(string ports) => _asker.Run(() =>
        Shell.Run("nmap", "-6", "-n", "-Pn", "-sS", "--max-retries", "0", "--scan-delay", "5ms", "-p", ports, Guarded6));

    private void Hping(string flags, int port) => Answers(flags, port);

    private bool Answers(string flags, int port)
    {
        var code = 0;
        _asker.Run(() => (code, _, _) = Shell.Try("hping3", ["-q", "-c", "1", "-i", "u1000", "-p", $"{port}", .. flags.Split(' '), Guarded4]));
        return code == 0;
    }

    private string[] Held(string set)
    {
        var listed = "";
        _guarded.Run(() => listed = Shell.Run("nft", "list", "set", "inet", Rules.Table, set));
        var at = listed.IndexOf("elements = {", StringComparison.Ordinal);
        if (at < 0) return [];
        return [.. listed[(at + 12)..listed.IndexOf('}', at)].Split(',').Select(static element => element.Trim().Split(' ')[0]).Order()];
    }
}
