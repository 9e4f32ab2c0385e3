using System.Diagnostics;

namespace PortSentry.Bench.Actors;

internal static class PersistRates
{
    private static readonly object Event = new();

    private sealed class Writer : ReceivePersistentActor
    {
        private int _left;

        public Writer(int number, int expected, CountdownEvent ready, CountdownEvent done)
        {
            PersistenceId = $"writer-{number}";
            _left = expected;
            Recover<RecoveryCompleted>(_ => ready.Signal());
            CommandAny(_ => Persist(Event, _ =>
            {
                if (--_left == 0) done.Signal();
            }));
        }

        public override string PersistenceId { get; }
    }

    /// <summary>Events a second over 1,000 actors, each persisting one event a command, on the in-memory journal.</summary>
    public static double InMemory()
    {
        const int Actors = 1000, Each = 500;
        using var system = ActorSystem.Create("bench");
        using var ready = new CountdownEvent(Actors);
        using var done = new CountdownEvent(Actors);
        var actors = new IActorRef[Actors];
        for (var i = 0; i < Actors; i++)
        {
            var number = i;
            actors[i] = system.ActorOf(Props.Create(() => new Writer(number, Each, ready, done)));
        }

        ready.Wait();
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Each; round++)
        {
            foreach (var actor in actors) actor.Tell(Event, ActorRefs.NoSender);
        }

        done.Wait();
        return (double)Actors * Each / watch.Elapsed.TotalSeconds;
    }
}
