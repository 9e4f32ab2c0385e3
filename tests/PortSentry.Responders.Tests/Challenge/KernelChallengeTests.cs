using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using PortSentry.Core.Detection;
using PortSentry.Responders.Challenge;
using PortSentry.Responders.Tests.Namespaces;
using PortSentry.Responders.Tripwire;

namespace PortSentry.Responders.Tests.Challenge;

/// <summary>The rules in a real kernel, between two namespaces: .1 asks, .2 is guarded and serves port 80, a trap like 23 and 1000 to 1010.</summary>
public sealed class KernelChallengeTests : IDisposable
{
    private const string Guarded = "10.99.42.2";
    private static readonly ChallengeRules Rules = new();
    private static readonly PortRange[] Traps = [new(23), new(80), new(1000, 1010)];

    private readonly NetNamespace _guarded = new();
    private readonly NetNamespace _asker = new();
    private readonly KernelChallenge _challenge = new(Rules);
    private Socket? _served;

    public KernelChallengeTests()
    {
        _guarded.Join(_asker, $"{Guarded}/24", "10.99.42.1/24");
        _guarded.Run(() => _served = Wire.Listen("0.0.0.0", 80));
        InGuarded(() => _challenge.Install(Traps));
        InGuarded(() => _challenge.StayAwake(TimeSpan.FromMinutes(5)));
    }

    public void Dispose()
    {
        _challenge.Dispose();
        _served?.Dispose();
        _asker.Dispose();
        _guarded.Dispose();
    }

    [Fact]
    public async Task SYNs_and_ACKs_to_traps_without_a_socket_are_handed_over()
    {
        using var stop = new CancellationTokenSource();
        using var reports = new BlockingCollection<(bool IsAck, int Port)>();
        KernelTripwireLog? log = null;
        _guarded.Run(() => log = new KernelTripwireLog(Rules.LogGroup, Rules.ProofGroup));
        var listening = new Thread(() => log!.Run((isAck, packet) => reports.Add((isAck, BinaryPrimitives.ReadUInt16BigEndian(packet[22..]))), static () => false, stop.Token));
        listening.Start();

        using (await Wire.Connect(_asker, Guarded, 80))
        {
            Assert.False(IsRefused("-S", 23));
            Assert.True(IsRefused("-A", 1010));
            Assert.True(IsRefused("-S", 24));
        }

        var heard = new List<(bool, int)>();
        while (heard.Count < 2 && reports.TryTake(out var report, TimeSpan.FromSeconds(10))) heard.Add(report);
        stop.Cancel();
        listening.Join();
        log!.Dispose();
        Assert.Equal([(false, 23), (true, 1010)], heard);
        Assert.Empty(reports);
    }

    [Fact]
    public void Without_anybody_awake_the_kernel_refuses_as_ever()
    {
        InGuarded(() => _challenge.Install(Traps));
        Assert.True(IsRefused("-S", 23));
    }

    [Fact]
    public void Above_the_limit_the_kernel_refuses_as_ever()
    {
        using var slow = new KernelChallenge(Rules with { PerSecond = 1 });
        InGuarded(() => slow.Install(Traps));
        InGuarded(() => slow.StayAwake(TimeSpan.FromMinutes(5)));
        Assert.True(IsRefused("-S", 23, count: 5));
    }

    [Fact]
    public void What_somebody_else_changes_is_noticed()
    {
        Assert.True(IsIntact());
        _guarded.Run(() => Shell.Run("nft", "flush", "chain", "inet", Rules.Table, "ask"));
        Assert.False(IsIntact());
    }

    [Fact]
    public void Nothing_is_left_after_removal()
    {
        InGuarded(_challenge.Remove);
        _guarded.Run(() => Assert.Equal("", Shell.Run("nft", "list", "ruleset")));
        InGuarded(_challenge.Remove);
        var gone = new ResponderResult();
        _guarded.Run(() => gone = _challenge.StayAwake(TimeSpan.FromSeconds(1)));
        Assert.False(gone.Ok);
    }

    /// <summary>The kernel answered one of the segments with a RST.</summary>
    private bool IsRefused(string flags, int port, int count = 1)
    {
        var said = "";
        _asker.Run(() => said = Shell.Try("hping3", "-c", $"{count}", "-i", "u1000", "-p", $"{port}", flags, Guarded).Output);
        return said.Contains("flags=R", StringComparison.Ordinal);
    }

    private bool IsIntact()
    {
        var intact = false;
        _guarded.Run(() => intact = _challenge.IsIntact());
        return intact;
    }

    private void InGuarded(Func<ResponderResult> change)
    {
        var result = new ResponderResult();
        _guarded.Run(() => result = change());
        Assert.True(result.Ok, result.Error);
    }
}
