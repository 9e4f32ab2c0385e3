using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace PortSentry.Engine.Actor;

/// <summary>
/// The recipe of an actor: immutable, to be shared. Constructor arguments are read once, when the recipe is made;
/// each actor then costs one compiled constructor call.
/// </summary>
public sealed class Props
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Invokers = new();
    private static readonly ConcurrentDictionary<Type, Maker[]> Makers = new();

    public static readonly Props None = null!;

    private readonly ConstructorInvoker? _constructor;
    private readonly Func<ActorBase>? _factory;

    private Props(Type type, ConstructorInvoker? constructor, object?[] arguments, Func<ActorBase>? factory, SupervisorStrategy? strategy)
    {
        Type = type;
        _constructor = constructor;
        Arguments = arguments;
        _factory = factory;
        SupervisorStrategy = strategy!;
    }

    public Type Type { get; }

    public object?[] Arguments { get; }

    /// <summary>Null: the actor's own.</summary>
    public SupervisorStrategy SupervisorStrategy { get; }

    /// <param name="factory">Must be <c>() => new TActor(...)</c>.</param>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is UnaryExpression { NodeType: ExpressionType.Convert })
        {
            var compiled = factory.Compile();
            return new Props(typeof(TActor), null, [], () => compiled(), supervisorStrategy);
        }

        if (factory.Body is not NewExpression { Constructor: { } constructor } body)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        var arguments = new object?[body.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = Value(body.Arguments[i]);
        return new Props(constructor.DeclaringType!, Invoker(constructor), arguments, null, supervisorStrategy);
    }

    public static Props Create<TActor>(params object?[] args) where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy) where TActor : ActorBase, new() =>
        new(typeof(TActor), null, [], static () => new TActor(), supervisorStrategy);

    public static Props Create(Type type, params object?[] args)
    {
        foreach (var maker in Makers.GetOrAdd(type, MakersOf))
            if (Fits(maker.Parameters, args)) return new Props(type, maker.Invoker, All(maker.Parameters, args), null, null);
        throw new MissingMethodException($"{type} has no constructor for the {args.Length} arguments given.");
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(Type, _constructor, Arguments, _factory, supervisorStrategy);

    /// <summary>One dispatcher serves all; accepted so that a recipe written for Akka.NET compiles.</summary>
    public Props WithDispatcher(string dispatcher) => this;

    internal ActorBase NewActor() => _factory is not null ? _factory() : (ActorBase)_constructor!.Invoke(Arguments.AsSpan())!;

    private static Maker[] MakersOf(Type type) =>
        [.. type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(static one => new Maker(one.GetParameters(), Invoker(one)))];

    // Optional parameters that were left out take their declared value.
    private static object?[] All(ParameterInfo[] parameters, object?[] args) =>
        args.Length == parameters.Length ? args : [.. args, .. parameters.Skip(args.Length).Select(static left => left.DefaultValue)];

    private static ConstructorInvoker Invoker(ConstructorInfo constructor) => Invokers.GetOrAdd(constructor, ConstructorInvoker.Create);

    private static bool Fits(ParameterInfo[] parameters, object?[] args)
    {
        if (parameters.Length < args.Length) return false;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (i >= args.Length)
            {
                if (!parameters[i].HasDefaultValue) return false;
                continue;
            }

            var type = parameters[i].ParameterType;
            var fits = args[i] is { } arg ? type.IsInstanceOfType(arg) : !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
            if (!fits) return false;
        }

        return true;
    }

    // Constants and captured variables, nearly all of what is ever passed, are read without compiling anything.
    private static object? Value(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : Value(member.Expression)),
        MemberExpression { Member: PropertyInfo property } member => property.GetValue(member.Expression is null ? null : Value(member.Expression)),
        UnaryExpression { NodeType: ExpressionType.Convert } convert when !convert.Operand.Type.IsValueType && !convert.Type.IsValueType => Value(convert.Operand),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private sealed record Maker(ParameterInfo[] Parameters, ConstructorInvoker Invoker);
}
