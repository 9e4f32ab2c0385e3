using PortSentry.Actors.Responses;
using PortSentry.Capture.Contacts;
using PortSentry.Core.Addresses;
using PortSentry.Core.Detection;
using PortSentry.Core.Response;
using PortSentry.Daemon.Hocon;

namespace PortSentry.Daemon.Configuration;

/// <summary>The whole configuration, checked. The defaults are those of config/portsentry.conf, which is built in.</summary>
public sealed record PortSentryOptions
{
    /// <summary>Names, or the one word "auto".</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    public required HomeOptions Home { get; init; }

    public required string StateDirectory { get; init; }

    public required string Profile { get; init; }

    public required IReadOnlyList<Prefix> Ignore { get; init; }

    /// <summary>Classic format, read again when it changes; null is none.</summary>
    public required string? IgnoreFile { get; init; }

    public required DetectionPolicy Detection { get; init; }

    public required TrapPortOptions TrapPorts { get; init; }

    public required ClassicOptions Classic { get; init; }

    public required GateOptions Gate { get; init; }

    public required CaptureOptions Capture { get; init; }

    /// <summary>Its Enforce is portsentry.enforce.</summary>
    public required ResponsePolicy Response { get; init; }

    public required bool Tripwire { get; init; }

    /// <summary>SYNs to TCP trap ports that nobody holds are answered, to learn who can acknowledge that.</summary>
    public required bool Challenge { get; init; }

    public required HoldOptions Hold { get; init; }

    /// <summary>Between two comparisons with what the responders hold.</summary>
    public required TimeSpan Reconcile { get; init; }

    /// <summary>Local TCP ports whose established peers are never blocked.</summary>
    public required IReadOnlyList<ushort> SessionPorts { get; init; }

    /// <summary>Those listed, in order, each with its own options.</summary>
    public required IReadOnlyList<ResponderChoice> Responders { get; init; }

    public required JournalOptions Journal { get; init; }

    /// <summary>Null: this host works alone.</summary>
    public required ClusterOptions? Cluster { get; init; }

    /// <summary>Under which this host's answers are in the journal; nodes of a cluster share one.</summary>
    public string ResponseId => Cluster is { } cluster ? $"{ResponseActor.Id}-{cluster.Address}" : ResponseActor.Id;

    /// <summary>The group of the control socket; null: root only.</summary>
    public required string? ControlGroup { get; init; }

    public required LogOptions Log { get; init; }

    /// <summary>What an administrator should hear although the start goes on.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Not of the file: <c>run --dry-run</c> says what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>portsentry { } as merged, with the place of each value.</summary>
    internal HoconObject Tree { get; init; } = new([], default);
}
