using System.Text.RegularExpressions;

namespace PortSentry.Engine.Actor;

/// <summary>
/// A path, resolved anew for each message: it may name no actor, one, or with <c>*</c> and <c>?</c> several.
/// A message for no actor goes to the dead letters; <see cref="Identify"/> is answered either way.
/// </summary>
public class ActorSelection : ICanTell
{
    private readonly ActorRefBase _anchor;
    private readonly string[] _elements;

    private ActorSelection(ActorRefBase anchor, string[] elements)
    {
        _anchor = anchor;
        _elements = elements;
    }

    public IActorRef Anchor => _anchor;

    public string PathString => "/" + string.Join('/', _elements);

    public void Tell(object message, IActorRef? sender = null)
    {
        sender ??= ActorCell.Current;
        var targets = Resolve();
        foreach (var target in targets) target.Tell(message, sender);
        if (targets.Count > 0) return;
        if (message is Identify identify) sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        else _anchor.System!.DeadLetters.Tell(message, sender);
    }

    /// <exception cref="ActorNotFoundException">None answers, or not within the time.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(this), timeout, ct).ConfigureAwait(false);
            if (identity.Subject is not null) return identity.Subject;
        }
        catch (AskTimeoutException e)
        {
            throw new ActorNotFoundException($"Failed to resolve {this} within {timeout}", e);
        }

        throw new ActorNotFoundException($"No actor answers to {this}");
    }

    public override string ToString() => $"ActorSelection[Anchor({_anchor}), Path({PathString})]";

    internal ActorSystem System => _anchor.System!;

    /// <param name="path">Absolute (<c>/user/a</c>, <c>akka://system/user/a</c>) or relative to the anchor (<c>../b</c>).</param>
    internal static ActorSelection From(ActorRefBase anchor, string path)
    {
        var system = anchor.System!;
        if (path.StartsWith("akka://", StringComparison.Ordinal))
        {
            var slash = path.IndexOf('/', "akka://".Length);
            path = slash < 0 ? "/" : path[slash..];
        }

        return new ActorSelection(path.StartsWith('/') ? system.Root : anchor, path.Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    private List<ActorRefBase> Resolve()
    {
        List<ActorRefBase> found = [_anchor];
        foreach (var element in _elements)
        {
            var next = new List<ActorRefBase>();
            foreach (var actor in found) Step(actor, element, next);
            found = next;
        }

        return found;
    }

    private static void Step(ActorRefBase from, string element, List<ActorRefBase> to)
    {
        if (element == "..")
        {
            if (from is ActorCell { ParentCell: { } parent }) to.Add(parent);
        }
        else if (element.AsSpan().ContainsAny('*', '?'))
        {
            var pattern = "^" + Regex.Escape(element).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$";
            if (from is ActorCell { ChildrenOrNull: { } children })
                to.AddRange(children.All().Where(child => Regex.IsMatch(child.Name, pattern, RegexOptions.CultureInvariant)));
        }
        else if (from.Find(element) is { } child)
        {
            to.Add(child);
        }
    }
}

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null) where TActor : ActorBase, new() =>
        factory.ActorOf(Props.Create<TActor>(), name);

    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) =>
        Actor.ActorSelection.From(ActorRefBase.Of(anchorRef), actorPath);
}
