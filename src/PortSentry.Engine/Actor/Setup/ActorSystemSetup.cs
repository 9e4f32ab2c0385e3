using System.Collections.Immutable;

namespace PortSentry.Engine.Actor.Setup;

/// <summary>A part of what an actor system is made with.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}

/// <summary>All parts, at most one of a type.</summary>
public sealed class ActorSystemSetup
{
    public static readonly ActorSystemSetup Empty = new(ImmutableDictionary<Type, Setup>.Empty);

    private readonly ImmutableDictionary<Type, Setup> _parts;

    private ActorSystemSetup(ImmutableDictionary<Type, Setup> parts) => _parts = parts;

    public static ActorSystemSetup Create(params Setup[] setup)
    {
        var all = Empty;
        foreach (var part in setup) all = all.And(part);
        return all;
    }

    /// <returns>Null where no such part was given.</returns>
    public T? Get<T>() where T : Setup => (T?)_parts.GetValueOrDefault(typeof(T));

    public ActorSystemSetup And<T>(T setup) where T : Setup => new(_parts.SetItem(setup.GetType(), setup));

    public ActorSystemSetup WithSetup<T>(T setup) where T : Setup => And(setup);
}

/// <summary>The clock of the system and of everything in it that waits.</summary>
public sealed class TimeProviderSetup(TimeProvider time) : Setup
{
    public TimeProvider Time { get; } = time;
}

/// <param name="throughput">
/// Messages an actor may handle before it lets another have the thread. More is faster for a few busy actors and
/// lets the others wait longer.
/// </param>
public sealed class DispatcherSetup(int throughput) : Setup
{
    /// <summary>As in Akka.NET's default dispatcher.</summary>
    public const int DefaultThroughput = 30;

    public int Throughput { get; } = throughput;
}

/// <param name="sink">Called for each log event on the thread that logs; must be quick and must not throw.</param>
/// <param name="level">Events below it are not made.</param>
public sealed class LogSetup(Action<Event.LogEvent> sink, Event.LogLevel level) : Setup
{
    public Action<Event.LogEvent> Sink { get; } = sink;

    public Event.LogLevel Level { get; } = level;
}
