using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;

namespace PortSentry.Daemon.Persistence;

/// <summary>Tags by which <c>history</c> finds events. Single facts bear none: they are read by their source.</summary>
internal static class EventTags
{
    public const string History = "history";

    public const string SourcePrefix = "source-";

    /// <summary>Everything told about one target.</summary>
    public static string Of(Prefix target) => $"on:{target}";

    /// <param name="persistenceId">The id of the actor that wrote the event: a source's own events do not name it.</param>
    public static string[] For(string persistenceId, object happened) => happened switch
    {
        PortTouched => [],
        ISourceEvent => [History, $"on:{persistenceId[SourcePrefix.Length..]}"],
        IResponseEvent answer => [History, Of(answer.Target)],
        _ => [],
    };
}
