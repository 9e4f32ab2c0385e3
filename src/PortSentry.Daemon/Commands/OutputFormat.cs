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
        CustomParser = static result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "table": return OutputFormat.Table;
                case "json": return OutputFormat.Json;
                default:
                    result.AddError($"--format '{result.Tokens[0].Value}': table or json.");
                    return default;
            }
        },
    };
}
