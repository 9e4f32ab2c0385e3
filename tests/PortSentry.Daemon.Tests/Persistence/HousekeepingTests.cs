using Microsoft.Extensions.Logging.Abstractions;
using PortSentry.Actors.Responses;
using PortSentry.Actors.Sources;
using PortSentry.Core;
using PortSentry.Core.Addresses;
using PortSentry.Core.Response;
using PortSentry.Daemon.Persistence;
using PortSentry.Engine.Actor;
using PortSentry.Journal;
using PortSentry.Journal.Serialisation;
using PortSentry.Journal.Sqlite;

namespace PortSentry.Daemon.Tests.Persistence;

public sealed class HousekeepingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("psh-");
    private readonly SqliteJournal _journal;
    private readonly ActorSystem _system = ActorSystem.Create("housekeeping");

    private sealed class Answering : ReceiveActor
    {
        public Answering(object answer) => ReceiveAny(_ => Sender.Tell(answer, Self));
    }

    public HousekeepingTests() =>
        _journal = SqliteJournal.Open(new SqliteJournalOptions(Path.Combine(_folder.FullName, "journal.db")), NullLogger.Instance);

    public void Dispose()
    {
        _system.Dispose();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sources_long_silent_are_forgotten_but_not_those_at_work_or_blocked()
    {
        var now = TimeProvider.System.GetUtcNow();
        Write("source-192.0.2.1", now.AddDays(-400));
        Write("source-192.0.2.2", now.AddDays(-400));
        Write("source-2001:db8:1:2::/64", now.AddDays(-400));
        Write("source-192.0.2.4", now.AddDays(-300));
        Write("response", now.AddDays(-400));
        var block = new Block(Prefix.Parse("2001:db8:1:2::5"), Instant.From(now), null, Core.Response.Decider.Operator, "known", true, 1, IpProtocol.Tcp, 0, "operator");
        var region = Answer(new LiveSources([Prefix.Parse("192.0.2.2")]));
        using var housekeeping = new Housekeeping(
            _journal, region, Answer(new ActiveBlocks([block])), static () => TimeSpan.FromDays(365), TimeProvider.System, NullLogger.Instance);
        Assert.Equal(1, await housekeeping.RunAsync());
        Assert.Equal(["source-192.0.2.2", "source-192.0.2.4", "source-2001:db8:1:2::/64"], _journal.PersistenceIds("source-", null, 10));
        Assert.Equal(1, _journal.HighestSequenceNr("response"));
    }

    private IActorRef Answer(object answer) => _system.ActorOf(Props.Create(() => new Answering(answer)));

    private void Write(string id, DateTimeOffset at)
    {
        var happened = new BlockExpired(Instant.From(at), Prefix.Parse("192.0.2.1"));
        _journal.Write([new JournalEntry(id, 1, JournalEvents.Serialiser.ManifestOf(happened), JournalEvents.Serialiser.Serialise(happened), [], Instant.From(at))]);
    }
}
