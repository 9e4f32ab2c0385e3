using PortSentry.Core;

namespace PortSentry.Actors.Tests;

/// <summary>One system a test, whose scheduler and whose actors' clock are turned together.</summary>
public abstract class ActorSpec() : TestKit(Settings)
{
    // Akka.NET's default keeps snapshots in files, which the next test would find.
    private const string Settings = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private TurnedClock? _clock;

    protected TimeProvider Time => Clock;

    private TurnedClock Clock => _clock ??= new TurnedClock(Scheduler);

    protected Instant Moment => Instant.From(Scheduler.Now);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected void Turn(TimeSpan by) => Scheduler.Advance(by);

    /// <summary>The clock of the day alone: timers go on.</summary>
    protected void SetClock(TimeSpan by) => Clock.Set += by;

    /// <summary>In steps of a second: what a timer causes has a chance to be done before the next one is due.</summary>
    protected void TurnSlowly(int seconds)
    {
        for (var i = 0; i < seconds; i++) Turn(TimeSpan.FromSeconds(1));
    }
}
