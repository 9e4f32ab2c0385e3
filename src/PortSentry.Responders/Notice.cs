using PortSentry.Core;
using PortSentry.Core.Addresses;

namespace PortSentry.Responders;

/// <summary>The numbers are syslog's (RFC 5424 6.2.1).</summary>
public enum NoticeSeverity
{
    Alert = 1,
    Error = 3,
    Warning = 4,

    /// <summary>What the classic one uses for all its lines.</summary>
    Notice = 5,
    Info = 6,
}

/// <summary>Something that people or their tools want to hear of.</summary>
/// <param name="Text">The classic line without ident: "attackalert: …".</param>
/// <param name="Event">One of <see cref="NoticeEvents.All"/>.</param>
/// <param name="Source">Whom it is about, if anybody.</param>
/// <param name="Fields">What a program wants apart: keys in camelCase ASCII.</param>
public sealed record Notice(
    Instant At, NoticeSeverity Severity, string Text, string Event, Address? Source, IReadOnlyDictionary<string, string> Fields);
