using PortSentry.Engine.Actor.Setup;
using PortSentry.Engine.Configuration;
using PortSentry.Engine.TestKit.EventFilters;

namespace PortSentry.Engine.TestKit;

/// <summary>First layer of a test kit: the system under test, the test actor, and how long to wait.</summary>
public abstract class TestKitTiming : IActorRefFactory
{
    private TimeSpan? _end;

    private protected TestKitTiming(ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup? setup, string? systemName, string? actorName)
    {
        Assertions = assertions;
        var config = (setup ?? ActorSystemSetup.Empty).Get<BootstrapSetup>()?.Config ?? Config.Empty;
        Sys = system ?? ActorSystem.Create(systemName ?? "test", ForTests(setup ?? ActorSystemSetup.Empty, config));
        TestKitSettings = new TestKitSettings();
        Cell = (ActorCell)Sys.SystemActorOf(Props.Create(() => new InternalTestActor(Inbox)), actorName ?? $"testActor{Sys.NextUid()}");
        EventFilter = new EventFilterFactory(Sys, assertions, TestKitSettings);
    }

    public ActorSystem Sys { get; }

    public IActorRef TestActor => Cell;

    public TestKitSettings TestKitSettings { get; }

    public EventFilterFactory EventFilter { get; }

    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public Event.ILoggingAdapter Log => Sys.Log;

    /// <summary>To the end of the enclosing Within; the default for one message outside of any.</summary>
    public TimeSpan RemainingOrDefault => RemainingOrDilated(null);

    public TimeSpan Remaining => _end is { } end ? end - Now : throw new InvalidOperationException("Remaining may not be called outside of \"within\"");

    internal ActorCell Cell { get; }

    private protected ITestKitAssertions Assertions { get; }

    private protected TestInbox Inbox { get; } = new();

    private protected TimeSpan? End { get => _end; set => _end = value; }

    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is null) return _end is { } end ? end - Now : Dilated(TestKitSettings.SingleExpectDefault);
        if (duration < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(duration), "max duration cannot be infinite");
        return Dilated(duration.Value);
    }

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? Dilated(TestKitSettings.DefaultTimeout);

    public IActorRef ActorOf(Props props, string? name = null) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>(string? name = null) where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(System.Linq.Expressions.Expression<Func<TActor>> factory, string? name = null) where TActor : ActorBase =>
        Sys.ActorOf(Props.Create(factory), name);

    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private protected void Fail(string text)
    {
        // As an argument, because a message's text may have braces.
        Assertions.Fail("{0}", text);
        throw new TestKitException(text);
    }

    private static ActorSystemSetup ForTests(ActorSystemSetup setup, Config config)
    {
        // Nothing is printed unless a test asks for it: an expected error must not look like a failure.
        if (setup.Get<LogSetup>() is null) setup = setup.And(new LogSetup(static _ => { }, Event.Logging.LogLevelFor(config.GetString("akka.loglevel", "INFO"))));
        if (config.GetString("akka.scheduler.implementation", "").Contains(nameof(TestScheduler), StringComparison.Ordinal) && setup.Get<SchedulerSetup>() is null)
            setup = setup.And(new SchedulerSetup(static _ => new TestScheduler()));
        return setup;
    }
}
