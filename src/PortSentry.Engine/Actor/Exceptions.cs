namespace PortSentry.Engine.Actor;

public abstract class AkkaException : Exception
{
    protected AkkaException() { }

    protected AkkaException(string? message, Exception? cause = null) : base(message, cause) { }
}

/// <summary>The name is taken by a sibling, empty, or has a character it must not have.</summary>
public class InvalidActorNameException(string message, Exception? innerException) : AkkaException(message, innerException)
{
    public InvalidActorNameException(string message) : this(message, null) { }
}

/// <summary>No answer came in time.</summary>
public class AskTimeoutException(string message) : AkkaException(message);

/// <summary>The actor could not be made or its PreStart failed. Stops it by default.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException(string message) : base(message) { }

    public ActorInitializationException(string message, Exception? cause) : base(message, cause) { }

    public ActorInitializationException(IActorRef? actor, string message, Exception? cause = null) : base(message, cause) => Actor = actor!;

    public IActorRef Actor { get; set; } = null!;

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>PostRestart, or the constructor on the way to it, failed.</summary>
public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"exception post restart ({originalCause.GetType()})", cause)
{
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>The actor was told to <see cref="Kill"/> itself. Stops it by default.</summary>
public class ActorKilledException(string message) : AkkaException(message);

/// <summary>A call that the actor's state does not allow.</summary>
public class IllegalActorStateException(string message) : AkkaException(message);

/// <summary>A watched actor died and the watcher does not handle <see cref="Terminated"/>.</summary>
public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>No actor answers to a selection's path.</summary>
public class ActorNotFoundException(string message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>Null is no message.</summary>
public class InvalidMessageException(string message) : AkkaException(message);

/// <summary>The stash holds as many messages as it may.</summary>
public class StashOverflowException(string message, Exception? cause = null) : AkkaException(message, cause);
