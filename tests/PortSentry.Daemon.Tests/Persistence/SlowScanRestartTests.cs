using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Actors;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Persistence;
using PortSentry.Engine.Actor;
using PortSentry.Engine.Actor.Setup;
using PortSentry.Engine.Persistence;
using PortSentry.Journal.Serialisation;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Tests.Persistence;

/// <summary>A slow scanner and the real journal: each of its probes meets another run of the actors, which knows what is on disk.</summary>
public sealed class SlowScanRestartTests : IDisposable
{
    private const int Verdict = 4;
    private static readonly Prefix Scanner = Prefix.Parse("192.0.2.1");
    private static readonly Instant Start = new(1_700_000_000_000_000_000);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pss-");

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(static _ => { });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public async Task A_probe_every_so_many_minutes_is_a_scan_though_the_daemon_restarts_between_them(int minutes)
    {
        for (var probe = 1; probe < Verdict; probe++) Assert.False((await RunAsync(probe, minutes)).IsScanner);
        var state = await RunAsync(Verdict, minutes);
        Assert.Equal(ScanShape.Slow, state.Verdict?.Shape);
        Assert.Equal(Verdict, state.Verdict?.Facts);
    }

    /// <summary>One life of the daemon, which sees one probe.</summary>
    private async Task<SourceState> RunAsync(int probe, int minutes)
    {
        using var journal = SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(_folder.FullName, "journal.db")), NullLogger.Instance);
        var store = new JournalEventStore(journal, JournalEvents.Serialiser, new JournalHealth(), TimeProvider.System);
        using var system = ActorSystem.Create("life", ActorSystemSetup.Create(new PersistenceSetup(store)));
        var settings = new SourceSettings(new LivePolicy(DetectionPolicy.Default, ResponsePolicy.Default), system.ActorOf(Props.Create(() => new Silent())), TimeSpan.FromMinutes(2));
        var region = system.ActorOf(SourceRegion.PropsFor(settings));
        region.Tell(new FactSeen(Refused((ushort)(7000 + probe), Start + TimeSpan.FromMinutes(minutes * probe))));
        var explained = await region.Ask<SourceExplained>(new ExplainSource(Scanner), Patience);
        await WrittenAsync(journal, probe);
        return explained.State;
    }

    // The journal's writer is another thread: the daemon's end waits for it, and so does this one.
    private static async Task WrittenAsync(SqliteJournal journal, int events)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (journal.HighestSequenceNr(SourceActor.IdOf(Scanner)) < events) await Task.Delay(5, limit.Token);
    }

    private static Fact Refused(ushort port, Instant at) => new(
        Scanner.Network, Address.Parse("198.51.100.1"), IpProtocol.Tcp, port, ProbeKind.TcpSyn, Outcome.Refused, Traits.None, TcpFlags: 2, Proven: false,
        Credit: 0, Packets: 1, at, at);
}
