using PortSentry.Engine.Persistence.Journal;

namespace PortSentry.Engine.Persistence;

/// <summary>The persistence of one actor system: its store, its writer, its turns at recovery.</summary>
internal sealed class PersistenceExtension
{
    private PersistenceExtension(PersistenceSetup setup)
    {
        Store = setup.Store;
        Writer = new JournalWriter(setup);
        Permits = new SemaphoreSlim(setup.MaxConcurrentRecoveries);
    }

    public IEventStore Store { get; }

    public JournalWriter Writer { get; }

    public SemaphoreSlim Permits { get; }

    public static PersistenceExtension Of(ActorSystem system) => system.Extension(static s =>
        new PersistenceExtension(s.Setup.Get<PersistenceSetup>() ?? new PersistenceSetup(new InMemoryEventStore())
        {
            MaxConcurrentRecoveries = s.Config.GetInt("akka.persistence.max-concurrent-recoveries", 50),
        }));
}
