using System.Diagnostics;

namespace PortSentry.Bench.Actors;

internal static class TellRates
{
    private static readonly object Message = new();

    private sealed class CountDown : ReceiveActor
    {
        private int _left;

        public CountDown(int expected, CountdownEvent done)
        {
            _left = expected;
            ReceiveAny(_ =>
            {
                if (--_left == 0) done.Signal();
            });
        }
    }

    /// <summary>Messages a second to one actor, from one sender, until the last is handled.</summary>
    public static double OneActor()
    {
        const int Messages = 10_000_000;
        using var system = ActorSystem.Create("bench");
        using var done = new CountdownEvent(1);
        var actor = system.ActorOf(Props.Create(() => new CountDown(Messages, done)));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i++) actor.Tell(Message, ActorRefs.NoSender);
        done.Wait();
        return Messages / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Messages a second over 10,000 actors, one after the other, until each has handled its last.</summary>
    public static double ManyActors()
    {
        const int Actors = 10_000, Each = 500;
        using var system = ActorSystem.Create("bench");
        using var done = new CountdownEvent(Actors);
        var props = Props.Create(() => new CountDown(Each, done));
        var actors = new IActorRef[Actors];
        for (var i = 0; i < Actors; i++) actors[i] = system.ActorOf(props);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Each; round++)
        {
            foreach (var actor in actors) actor.Tell(Message, ActorRefs.NoSender);
        }

        done.Wait();
        return (double)Actors * Each / watch.Elapsed.TotalSeconds;
    }
}
