namespace PortSentry.Bench.Actors;

/// <summary>Bytes an actor keeps once it has handled a message and waits for the next.</summary>
internal static class Footprints
{
    private const int Actors = 50_000;
    private static readonly object Message = new();

    private sealed class Idle : ReceiveActor
    {
        public Idle(CountdownEvent done) => ReceiveAny(_ => done.Signal());
    }

    private sealed class IdlePersistent : ReceivePersistentActor
    {
        public IdlePersistent(int number, CountdownEvent done)
        {
            PersistenceId = $"idle-{number}";
            RecoverAny(_ => { });
            CommandAny(_ => done.Signal());
        }

        public override string PersistenceId { get; }
    }

    public static double Plain()
    {
        using var done = new CountdownEvent(Actors);
        var props = Props.Create(() => new Idle(done));
        return PerActor(done, _ => props);
    }

    public static double Persistent()
    {
        using var done = new CountdownEvent(Actors);
        return PerActor(done, number => Props.Create(() => new IdlePersistent(number, done)));
    }

    private static double PerActor(CountdownEvent done, Func<int, Props> props)
    {
        using var system = ActorSystem.Create("bench");
        var actors = new IActorRef[Actors];
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < Actors; i++)
        {
            actors[i] = system.ActorOf(props(i));
            actors[i].Tell(Message, ActorRefs.NoSender);
        }

        done.Wait();
        Settle();
        var after = GC.GetTotalMemory(true);
        GC.KeepAlive(actors);
        return (double)(after - before) / Actors;
    }

    // The last actors may still be in their turn when they have signalled.
    private static void Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            Thread.Sleep(50);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
