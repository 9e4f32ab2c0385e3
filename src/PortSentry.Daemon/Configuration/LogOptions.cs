using Microsoft.Extensions.Logging;

namespace PortSentry.Daemon.Configuration;

/// <param name="File">Null: standard error.</param>
public sealed record LogOptions(LogLevel Level, string? File);
