using System.Text.Json.Nodes;

namespace PortSentry.Daemon.Control;

/// <summary>One request on the control socket: one line of JSON.</summary>
/// <param name="Command">status, blocked, history, why, block, unblock, ignore-add, ignore-remove, ignore-list, flush, reconcile, reload.</param>
/// <param name="Target">An address or prefix, where the command takes one.</param>
/// <param name="Seconds">Of a block; null is for good.</param>
/// <param name="Reason">Of a block.</param>
/// <param name="Count">Lines of history wanted.</param>
public sealed record ControlRequest(string Command, string? Target = null, double? Seconds = null, string? Reason = null, int? Count = null);

/// <summary>The answer: one line of JSON.</summary>
/// <param name="Text">What was done, or what is wrong.</param>
/// <param name="Data">The report asked for.</param>
public sealed record ControlAnswer(bool Ok, string? Text = null, JsonNode? Data = null);
