namespace PortSentry.Engine.TestKit;

/// <summary>No implicit sender is set for the test that has this: plain Tell comes from nobody.</summary>
public interface INoImplicitSender;

/// <summary>A test actor of its own: stands in for an actor that the one under test talks to. It is an actor reference itself.</summary>
public sealed class TestProbe : TestKitBase, INoImplicitSender, IActorRefWrapper
{
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName = null)
        : base(assertions, system, null, null, testProbeName) { }

    public IActorRef Ref => TestActor;

    /// <summary>Who sent the message that was looked at last.</summary>
    public IActorRef Sender => LastSender;

    IActorRef IActorRefWrapper.Wrapped => TestActor;

    ActorPath IActorRef.Path => TestActor.Path;

    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    public void Reply(object message) => Sender.Tell(message, TestActor);

    public void Forward(IActorRef actor) => actor.Tell(LastMessage, Sender);

    public void Forward(IActorRef actor, object message) => actor.Tell(message, Sender);

    void ICanTell.Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);

    public bool Equals(IActorRef? other) => TestActor.Equals(other);

    public override bool Equals(object? obj) => TestActor.Equals(obj);

    public override int GetHashCode() => TestActor.GetHashCode();

    public int CompareTo(IActorRef? other) => TestActor.CompareTo(other);

    public int CompareTo(object? obj) => TestActor.CompareTo(obj);

    public override string? ToString() => TestActor.ToString();
}
