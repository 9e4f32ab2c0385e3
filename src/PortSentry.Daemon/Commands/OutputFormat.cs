using System.CommandLine;

namespace PortSentry.Daemon.Commands;

internal enum OutputFormat
{
    Table,
    Json,
}

internal static class FormatOption
{
    public static Option<OutputFormat> Create() => new("--format")
    {
        Description = "table for people, json (one object a line) for programs.",
        DefaultValueFactory = static _ => OutputFormat.Table,
    };
}
